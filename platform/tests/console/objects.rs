//! Events, timers and the wait for them.

use std::time::{Duration, Instant};

use ttyring_platform::windows::abi::Code;
use ttyring_platform::windows::sys::Answer;

use super::{Emulated, State};

/// What a handle stands for.
#[derive(Debug)]
pub(crate) enum Handle {
    Input,
    Output,
    Event(usize),
    Timer(usize),
}

#[derive(Debug, Default)]
pub(super) struct Objects {
    events: Vec<bool>,
    timers: Vec<Option<Instant>>,
}

impl Objects {
    pub(super) fn event(&mut self) -> Handle {
        self.events.push(false);
        Handle::Event(self.events.len() - 1)
    }

    pub(super) fn set(&mut self, event: &Handle) -> Answer<()> {
        let Handle::Event(index) = event else {
            return Err(Code::INVALID_HANDLE);
        };
        self.events[*index] = true;
        Ok(())
    }

    pub(super) fn timer(&mut self) -> Handle {
        self.timers.push(None);
        Handle::Timer(self.timers.len() - 1)
    }

    /// Documentation of `SetWaitableTimer`: a timer that is set again is not signalled, and counts
    /// from now.
    pub(super) fn arm(&mut self, timer: &Handle, ticks: u64) -> Answer<()> {
        let Handle::Timer(index) = timer else {
            return Err(Code::INVALID_HANDLE);
        };
        self.timers[*index] = Some(Instant::now() + Duration::from_nanos(100 * ticks));
        Ok(())
    }
}

impl State {
    /// Whether a handle is signalled; `reset` ends that for what resets itself.
    ///
    /// The input is, for as long as there is a record (`hInputEvent` of Terminal's
    /// `src/host/inputBuffer.cpp`: set by `_WriteBuffer`, reset by `_ReadBuffer` and `Flush`).
    fn is_signalled(&mut self, handle: &Handle, reset: bool) -> Answer<bool> {
        match handle {
            Handle::Input if self.closed && !self.closed_is_signalled => Err(Code::INVALID_HANDLE),
            Handle::Input => Ok(self.closed || !self.records.is_empty()),
            Handle::Output => Err(Code::INVALID_HANDLE),
            Handle::Event(index) => {
                let was_set = self.objects.events[*index];
                self.objects.events[*index] &= !reset;
                Ok(was_set)
            }
            Handle::Timer(index) => {
                let due = self.objects.timers[*index];
                let is_due = due.is_some_and(|due| due <= Instant::now());
                if is_due && reset {
                    self.objects.timers[*index] = None;
                }
                Ok(is_due)
            }
        }
    }

    fn next_timer(&self, handles: &[&Handle]) -> Option<Instant> {
        let due = |handle: &&Handle| match handle {
            Handle::Timer(index) => self.objects.timers[*index],
            _ => None,
        };
        handles.iter().filter_map(due).min()
    }
}

impl Emulated {
    /// Documentation of `WaitForMultipleObjects`: the answer is the lowest index of those that are
    /// signalled, and only that one is reset.
    pub(super) fn wait_for(
        &self,
        handles: &[&Handle],
        milliseconds: Option<u32>,
    ) -> Answer<Option<usize>> {
        let limit = milliseconds.map(|limit| Duration::from_millis(limit.into()));
        let deadline = limit.map(|limit| Instant::now() + limit);
        let mut state = self.state();
        loop {
            for (index, handle) in handles.iter().enumerate() {
                if state.is_signalled(handle, false)? {
                    state.is_signalled(handle, true)?;
                    return Ok(Some(index));
                }
            }
            let now = Instant::now();
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Ok(None);
            }
            let next = state.next_timer(handles).into_iter().chain(deadline).min();
            state = match next {
                Some(next) => {
                    let rest = next.saturating_duration_since(now);
                    let waited = self.0.changed.wait_timeout(state, rest);
                    waited.expect("no test panics with it").0
                }
                None => self.0.changed.wait(state).expect("no test panics with it"),
            };
        }
    }
}
