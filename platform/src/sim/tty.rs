//! Reading, writing and the settings of a scripted terminal.

use std::io::IoSliceMut;
use std::sync::Arc;
use std::time::Duration;

use super::state::{Shared, State, error};
use super::{Operation, Termios};
use crate::{BorrowedDescriptor, Reading, Result, Size, Termios as _, Time, Transfer, When};

/// One opening of a scripted terminal.
#[derive(Debug)]
pub struct Tty {
    shared: Arc<Shared>,
}

impl Tty {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Tty {
            shared: Arc::clone(shared),
        }
    }

    /// Starts an operation on the settings, which a terminal that is gone refuses.
    fn enter(&self, operation: Operation) -> Result<std::sync::MutexGuard<'_, State>> {
        let mut state = self.shared.state();
        state.enter(operation)?;
        if state.hung_up {
            return Err(error(operation, libc::EIO));
        }
        Ok(state)
    }
}

impl crate::Tty for Tty {
    type Termios = Termios;

    fn termios(&self) -> Result<Termios> {
        Ok(self.enter(Operation::Termios)?.termios)
    }

    fn set_termios(&self, when: When, termios: &Termios) -> Result<()> {
        let mut state = self.enter(Operation::SetTermios)?;
        state.calls.changes += 1;
        state.termios = *termios;
        state.changes.push((when, *termios));
        if when == When::Flush {
            state.discard_input();
        }
        Ok(())
    }

    fn read(&self, buffer: &mut [u8]) -> Result<Transfer> {
        self.read_vectored(&mut [IoSliceMut::new(buffer)])
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer> {
        let mut state = self.shared.state();
        state.calls.reads += 1;
        let room: usize = buffers.iter().map(|buffer| buffer.len()).sum();
        let waits = state.blocking || !state.private;
        while let Some(errno) = state.fault(Operation::Read) {
            match errno {
                libc::EINTR if !waits => {}
                libc::EINTR | libc::EAGAIN => return Ok(Transfer::NotReady),
                libc::EIO if state.hung_up => return Ok(Transfer::End),
                errno => return Err(error(Operation::Read, errno)),
            }
        }
        if waits && !state.wait_for_input(room) {
            return Ok(Transfer::NotReady);
        }
        Ok(state.take_input(room, buffers))
    }

    fn write(&self, bytes: &[u8]) -> Result<Transfer> {
        let mut state = self.shared.state();
        state.calls.writes += 1;
        while let Some(errno) = state.fault(Operation::Write) {
            match errno {
                libc::EINTR => {}
                libc::EAGAIN => return Ok(Transfer::NotReady),
                errno => return Err(error(Operation::Write, errno)),
            }
        }
        if state.hung_up {
            return Ok(Transfer::End);
        }
        let count = bytes.len().min(state.write_limit.unwrap_or(usize::MAX));
        state.written.extend_from_slice(&bytes[..count]);
        Ok(match count {
            0 => Transfer::NotReady,
            count => Transfer::Bytes(count),
        })
    }

    fn size(&self) -> Result<Size> {
        Ok(self.enter(Operation::Size)?.size)
    }

    fn pending(&self) -> Result<usize> {
        Ok(self.enter(Operation::Pending)?.input.len())
    }

    fn discard_input(&self) -> Result<()> {
        self.enter(Operation::DiscardInput)?.discard_input();
        Ok(())
    }

    fn device(&self) -> Option<u64> {
        Some(self.shared.number)
    }

    fn is_private(&self) -> bool {
        self.shared.state().private
    }

    fn set_blocking(&self, blocking: bool) -> Result<()> {
        let mut state = self.shared.state();
        state.enter(Operation::SetBlocking)?;
        state.blocking = blocking && state.private;
        Ok(())
    }

    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        None
    }
}

impl State {
    /// Lets time pass as a blocking read does under VMIN and VTIME; false if it ends without a
    /// byte: a signal, a timer that ran out, or a script that has nothing more to say.
    fn wait_for_input(&mut self, room: usize) -> bool {
        let (wanted, timer, from_call) = match self.termios.line_mode().reading {
            Reading::Polling => (0, None, false),
            Reading::Timed { deciseconds } => (1, Some(deciseconds), true),
            Reading::Counted { bytes } => (bytes, None, false),
            Reading::Interbyte { bytes, deciseconds } => (bytes, Some(deciseconds), false),
        };
        let wanted = usize::from(wanted).min(room);
        let timer = timer.map(|tenths| Duration::from_millis(100 * u64::from(tenths)));
        let mut deadline = timer
            .filter(|_| from_call || !self.input.is_empty())
            .map(|timer| self.now + timer);
        while self.input.len() < wanted && !self.hung_up {
            let (signals, before) = (self.signals, self.input.len());
            if !self.pass_until(deadline) || self.signals != signals {
                return !self.input.is_empty();
            }
            if !from_call && self.input.len() > before {
                deadline = timer.map(|timer| self.now + timer);
            }
        }
        wanted > 0 || !self.input.is_empty() || self.hung_up
    }

    /// Moves the clock to the next step; false if the deadline comes before it, or nothing does.
    fn pass_until(&mut self, deadline: Option<Time>) -> bool {
        match (self.next(), deadline) {
            (Some(next), Some(deadline)) if deadline < next => {
                self.advance_to(deadline);
                false
            }
            (None, Some(deadline)) => {
                self.advance_to(deadline);
                false
            }
            (Some(next), _) => {
                self.advance_to(next);
                true
            }
            (None, None) => false,
        }
    }

    fn take_input(&mut self, room: usize, buffers: &mut [IoSliceMut<'_>]) -> Transfer {
        if self.hung_up {
            return Transfer::End;
        }
        let limit = self.read_limit.unwrap_or(usize::MAX);
        let count = room.min(limit).min(self.input.len());
        let slots = buffers.iter_mut().flat_map(|buffer| buffer.iter_mut());
        for (slot, byte) in slots.zip(self.input.drain(..count)) {
            *slot = byte;
        }
        match count {
            0 => Transfer::NotReady,
            count => Transfer::Bytes(count),
        }
    }
}
