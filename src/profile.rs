//! The profile of a program in a hurry: what a system offers to a thread that must react at once,
//! asked for part by part.
//!
//! It is never on by default: it costs power, and a thread that runs before all others can hold
//! them up. What it does to the figures is measured by `ttyring-lab bench latency`, not promised here.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU64;

use ttyring_platform::unix::Undo;
use ttyring_platform::{Error, Result, realtime};

/// One nanosecond: the smallest timer slack there is; zero would mean the default.
const SLACK: NonZeroU64 = NonZeroU64::MIN;

/// Chooses the parts of the profile, and takes them.
///
/// Each part is taken as far as the system lets the process; what took effect and what was
/// refused, and why, is in the [`Profile`].
///
/// # Examples
///
/// ```
/// let profile = ttyring::Realtime::new().enter();
/// for part in profile.parts() {
///     eprintln!("{part}"); // for example: "locked memory: refused: mlockall: …"
/// }
/// drop(profile); // everything is as it was
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is taken before `enter`"]
pub struct Realtime {
    stay_awake: bool,
    priority: Option<u8>,
    lock_memory: bool,
    timer_slack: bool,
    interactive: bool,
    processor: Option<usize>,
    node: Option<usize>,
}

impl Default for Realtime {
    fn default() -> Self {
        Realtime {
            stay_awake: true,
            priority: Some(50),
            lock_memory: true,
            timer_slack: true,
            interactive: true,
            processor: None,
            node: None,
        }
    }
}

impl Realtime {
    /// Chooses every part that has no parameter the program must know: no idle states, priority
    /// 50, locked memory, no timer slack, the interactive class of service.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses nothing, to add to.
    pub fn nothing() -> Self {
        Realtime {
            stay_awake: false,
            priority: None,
            lock_memory: false,
            timer_slack: false,
            interactive: false,
            processor: None,
            node: None,
        }
    }

    /// Keeps all processors out of idle states that take time to leave, or not.
    ///
    /// # Platform notes
    ///
    /// Linux: `/dev/cpu_dma_latency` is held at 0, which only root may do unless the machine's
    /// owner said otherwise; refused where the kernel has no idle driver, since it would change
    /// nothing. Then only [`Wait::BusyPoll`](crate::Wait::BusyPoll) keeps a processor awake. macOS
    /// has no such request.
    pub fn stay_awake(mut self, awake: bool) -> Self {
        self.stay_awake = awake;
        self
    }

    /// Runs the calling thread before others; `None` leaves its scheduling alone.
    ///
    /// # Platform notes
    ///
    /// Linux: `SCHED_FIFO` of this priority, 1 to 99, which threads and children do not inherit.
    /// macOS: a time-constraint policy, whatever the number.
    pub fn priority(mut self, priority: impl Into<Option<u8>>) -> Self {
        self.priority = priority.into();
        self
    }

    /// Keeps the memory of the process resident, or not. Taking it back unlocks all memory, also
    /// what the program locked by other means.
    pub fn lock_memory(mut self, lock: bool) -> Self {
        self.lock_memory = lock;
        self
    }

    /// Has timers of the calling thread fire as exactly as the system can, or not.
    pub fn exact_timers(mut self, exact: bool) -> Self {
        self.timer_slack = exact;
        self
    }

    /// Raises the calling thread's class of service, where the system has such classes, or not.
    pub fn interactive(mut self, interactive: bool) -> Self {
        self.interactive = interactive;
        self
    }

    /// Runs the calling thread on one processor only. Away from the processor that writes to the
    /// terminal this makes a key slower, not faster: measure first.
    pub fn pin(mut self, processor: usize) -> Self {
        self.processor = Some(processor);
        self
    }

    /// Allocates the calling thread's memory on one NUMA node only.
    pub fn bind(mut self, node: usize) -> Self {
        self.node = Some(node);
        self
    }

    /// Takes the chosen parts for the calling thread.
    ///
    /// Scheduling comes last, so that nothing before it is done under it.
    pub fn enter(self) -> Profile {
        let mut profile = Profile {
            parts: Vec::new(),
            undo: Vec::new(),
            thread: PhantomData,
        };
        if self.lock_memory {
            profile.take("locked memory", realtime::lock_memory());
        }
        if self.timer_slack {
            profile.take("exact timers", realtime::timer_slack(SLACK));
        }
        if let Some(node) = self.node {
            profile.take("memory node", realtime::bind(node));
        }
        if let Some(processor) = self.processor {
            profile.take("processor", realtime::pin(processor));
        }
        if self.stay_awake {
            profile.take("no idle states", realtime::stay_awake());
        }
        if self.interactive {
            profile.take("class of service", realtime::interactive());
        }
        if let Some(priority) = self.priority {
            profile.take("scheduling", realtime::run_first(priority));
        }
        profile
    }
}

/// What was taken and what was refused; everything is given back when this is dropped, on the
/// thread that took it, the last part first.
#[derive(Debug)]
#[must_use = "everything is given back when this is dropped"]
pub struct Profile {
    parts: Vec<Part>,
    undo: Vec<Undo>,
    /// Scheduling is the thread's own: the profile stays on it.
    thread: PhantomData<*const ()>,
}

impl Profile {
    fn take(&mut self, name: &'static str, taken: Result<Undo>) {
        let refused = match taken {
            Ok(undo) => {
                self.undo.push(undo);
                None
            }
            Err(error) => Some(error),
        };
        self.parts.push(Part { name, refused });
    }

    /// Returns the parts that were asked for, in the order in which they were taken.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns whether every part took effect.
    pub fn is_whole(&self) -> bool {
        self.parts.iter().all(Part::took_effect)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        while let Some(undo) = self.undo.pop() {
            drop(undo);
        }
    }
}

/// One part of the profile, as it came out. Shown, it says "took effect", or why it did not.
#[derive(Debug)]
pub struct Part {
    name: &'static str,
    refused: Option<Error>,
}

impl Part {
    /// Returns what was asked for, for example `"locked memory"`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns whether the system did what it was asked for.
    pub fn took_effect(&self) -> bool {
        self.refused.is_none()
    }

    /// Returns why the system did not.
    pub fn refused(&self) -> Option<&Error> {
        self.refused.as_ref()
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.refused {
            None => write!(f, "{}: took effect", self.name),
            Some(error) => write!(f, "{}: refused: {error}", self.name),
        }
    }
}
