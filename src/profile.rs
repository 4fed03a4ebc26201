//! What a system offers to a thread that must react at once, requested part by part.
//!
//! Nothing here is on by default: it costs power, and a thread that runs before all others can hold
//! them up. `ttyring-lab bench latency` measures what it gains.

use std::marker::PhantomData;
use std::num::NonZeroU64;

use ttyring_platform::system::Undo;
use ttyring_platform::{Result, realtime};

/// One nanosecond: the smallest timer slack there is; zero would mean the default.
const SLACK: NonZeroU64 = NonZeroU64::MIN;

/// What a thread asks of the system: see [`enter`](Realtime::enter).
///
/// Each part is taken as far as the system lets the process. The [`Profile`] says what took effect,
/// and why the rest was refused.
///
/// # Examples
///
/// ```
/// use ttyring::profile::Realtime;
///
/// let wanted = Realtime { priority: None, ..Realtime::USUAL };
/// let profile = wanted.enter();
/// for (part, taken) in &profile.parts {
///     if let Err(error) = taken {
///         eprintln!("{part}: refused: {error}");
///     }
/// }
/// drop(profile); // everything is as it was
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "nothing is taken before `enter`"]
pub struct Realtime {
    /// Keeps all processors out of idle states that take time to leave.
    ///
    /// # Platform notes
    ///
    /// Linux: `/dev/cpu_dma_latency` is held at 0, which only root may do unless the machine's
    /// owner said otherwise; refused where the kernel has no idle driver, since it would change
    /// nothing. Then only [`Wait::Busy`](crate::Wait::Busy) keeps a processor awake. macOS
    /// has no such request.
    pub stay_awake: bool,
    /// Runs the calling thread before others; `None` leaves its scheduling alone.
    ///
    /// # Platform notes
    ///
    /// Linux: `SCHED_FIFO` of this priority, 1 to 99, which threads and children do not inherit.
    /// macOS: a time-constraint policy, whatever the number.
    pub priority: Option<u8>,
    /// Keeps the memory of the process resident. Giving this back unlocks all memory, also what the
    /// program locked by other means.
    pub lock_memory: bool,
    /// Has timers of the calling thread fire as exactly as the system can.
    pub exact_timers: bool,
    /// Raises the calling thread's class of service, where the system has such classes.
    pub interactive: bool,
    /// Runs the calling thread on this processor only. Away from the processor that writes to the
    /// terminal this makes a key slower, not faster: measure first.
    pub processor: Option<usize>,
    /// Allocates the calling thread's memory on this NUMA node only.
    pub node: Option<usize>,
}

impl Realtime {
    /// Every part that has no parameter the program must know: no idle states, priority 50, locked
    /// memory, exact timers, the interactive class of service.
    pub const USUAL: Realtime = Realtime {
        stay_awake: true,
        priority: Some(50),
        lock_memory: true,
        exact_timers: true,
        interactive: true,
        processor: None,
        node: None,
    };

    /// No part at all, to add to.
    pub const NOTHING: Realtime = Realtime {
        stay_awake: false,
        priority: None,
        lock_memory: false,
        exact_timers: false,
        interactive: false,
        processor: None,
        node: None,
    };

    /// Takes the chosen parts for the calling thread.
    ///
    /// Scheduling comes last, so that nothing before it is done under it.
    pub fn enter(&self) -> Profile {
        let mut profile = Profile {
            parts: Vec::new(),
            undo: Vec::new(),
            thread: PhantomData,
        };
        if self.lock_memory {
            profile.take("locked memory", realtime::lock_memory());
        }
        if self.exact_timers {
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

/// What was taken and what was refused. Everything is given back when this is dropped, on the
/// thread that took it, the last part first.
#[derive(Debug)]
#[must_use = "everything is given back when this is dropped"]
pub struct Profile {
    /// Each part that was requested, in the order of the requests: its name, for example
    /// `"locked memory"`, and what the system answered.
    pub parts: Vec<(&'static str, Result<()>)>,
    undo: Vec<Undo>,
    /// Scheduling is the thread's own: the profile stays on it.
    thread: PhantomData<*const ()>,
}

impl Profile {
    fn take(&mut self, part: &'static str, taken: Result<Undo>) {
        let answer = taken.map(|undo| self.undo.push(undo));
        self.parts.push((part, answer));
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        while let Some(undo) = self.undo.pop() {
            drop(undo);
        }
    }
}
