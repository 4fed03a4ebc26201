//! The programs under test that the lab carries in itself, each run in a process of its own.
//!
//! They read, stamp, and do nothing else. Ctrl-D ends them.

use std::io;
use std::time::Duration;

use clap::ValueEnum;
use ttyring::Wait;
use ttyring::profile::Realtime;

mod bare;
mod input;
mod stamps;

use bare::Before;
use stamps::Stamps;

/// Longer than the gap between two keys, so that a spinning program meets each of them awake.
const BUDGET: Duration = Duration::from_millis(5);

/// Which program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Program {
    /// read(2) in a loop and nothing else: what the kernel alone costs
    Read,
    /// poll(2), then read(2)
    PollRead,
    /// FIONREAD until there is something, then read(2)
    SpinRead,
    /// read(2) with all processors held out of idle states
    AwakeRead,
    /// read(2) under SCHED_FIFO with locked memory
    FirstRead,
    /// Input::next_event, waiting in read(2)
    Alone,
    /// Input::next_event, waiting for signals and wakers as well
    Multiplexed,
    /// Input::bytes, waiting in read(2)
    Bytes,
    /// Input::next_event, looking for 5 ms before it sleeps
    Spin,
    /// Input::next_event, never sleeping
    BusyPoll,
    /// Input::next_event, waiting in read(2), with the whole Realtime profile
    Realtime,
    /// Input::next_event, never sleeping, with all of the Realtime profile but its scheduling
    RealtimePoll,
}

impl Program {
    /// The name on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// What the tables call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Program::Read => "read(2), the floor",
            Program::PollRead => "poll(2) + read(2)",
            Program::SpinRead => "FIONREAD spin + read(2)",
            Program::AwakeRead => "read(2), no idle states",
            Program::FirstRead => "read(2), SCHED_FIFO",
            Program::Alone => "ttyring, alone",
            Program::Multiplexed => "ttyring, multiplexed",
            Program::Bytes => "ttyring, bytes",
            Program::Spin => "ttyring, Spin(5 ms)",
            Program::BusyPoll => "ttyring, Busy",
            Program::Realtime => "ttyring, Realtime",
            Program::RealtimePoll => "ttyring, Realtime polling",
        }
    }

    /// Is the program until its terminal is gone or Ctrl-D comes.
    pub(crate) fn run(self) -> io::Result<()> {
        let stamps = Stamps::open()?;
        // Given back at the end of this function.
        let _profile = self.profile().enter();
        match self {
            Program::Read | Program::AwakeRead | Program::FirstRead => {
                bare::run(stamps, Before::Nothing)
            }
            Program::PollRead => bare::run(stamps, Before::Poll),
            Program::SpinRead => bare::run(stamps, Before::Spin),
            Program::Alone | Program::Realtime => input::run(stamps, Wait::Read),
            Program::Multiplexed => input::run(stamps, Wait::Poll),
            Program::Bytes => input::run_bytes(stamps),
            Program::Spin => input::run(stamps, Wait::Spin(BUDGET)),
            Program::BusyPoll | Program::RealtimePoll => input::run(stamps, Wait::Busy),
        }
    }

    /// Which parts of its profile the system grants, and what it says to the others. They are
    /// asked for in a thread of their own, and given back at once.
    pub(crate) fn granted(self) -> Vec<String> {
        let ask = move || {
            let profile = self.profile().enter();
            let parts = profile.parts.iter().map(|(part, taken)| match taken {
                Ok(()) => format!("{part}: took effect"),
                Err(error) => format!("{part}: refused: {error}"),
            });
            parts.collect()
        };
        std::thread::spawn(ask).join().unwrap_or_default()
    }

    fn profile(self) -> Realtime {
        match self {
            Program::Realtime => Realtime::USUAL,
            // What never sleeps must not come before the kernel's worker that brings the key.
            Program::RealtimePoll => Realtime {
                priority: None,
                ..Realtime::USUAL
            },
            Program::AwakeRead => Realtime {
                stay_awake: true,
                ..Realtime::NOTHING
            },
            Program::FirstRead => Realtime {
                priority: Some(50),
                lock_memory: true,
                ..Realtime::NOTHING
            },
            _ => Realtime::NOTHING,
        }
    }
}
