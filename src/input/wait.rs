//! How an input waits: asleep, or looking again and again.
//!
//! What each costs and gains is measured by `ttyring-lab bench latency`.

use std::hint::spin_loop;
use std::time::Duration;

use ttyring_platform::{Backend, Result, Time, Tty};

use super::source::Source;

/// How to wait for input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// Sleeps until there is something: no processor time, and the way out of the idle state and
    /// through the scheduler for each key.
    #[default]
    Block,
    /// Looks again and again (`FIONREAD`) for at most this long, then sleeps. Signals and wakers
    /// are noticed when it sleeps, so the budget is also how late they can be.
    Spin(Duration),
    /// Looks again and again and never sleeps: a whole processor, for as long as the program
    /// waits. It needs one more for the kernel's own part of a key's way: on a machine with two,
    /// under [`Realtime`](crate::Realtime) scheduling, the key can be held up by its reader.
    BusyPoll,
}

/// What came of looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// There are bytes, or the terminal is gone.
    Ready,
    /// A signal or a wake-up was noticed.
    Noticed,
    /// It is time to sleep, or to give up.
    Nothing,
}

/// Looks at the terminal for each look at signals and wakers, which costs as much.
const LOOKS: u32 = 32;

impl<B: Backend> Source<B> {
    /// Looks again and again as the strategy says, but not beyond `deadline`.
    pub(super) fn spin(&mut self, deadline: Option<Time>) -> Result<Looked> {
        let limit = match self.strategy() {
            Wait::Block => return Ok(Looked::Nothing),
            Wait::Spin(budget) => {
                let limit = self.backend().now() + budget;
                Some(deadline.map_or(limit, |deadline| deadline.min(limit)))
            }
            Wait::BusyPoll => deadline,
        };
        let polls = self.strategy() == Wait::BusyPoll;
        let mut looks = 0;
        loop {
            // A terminal that is gone says EIO here; the read says what it is.
            if self.tty().pending().map_or(true, |count| count > 0) {
                return Ok(Looked::Ready);
            }
            looks += 1;
            if polls && looks % LOOKS == 0 && self.look()? {
                return Ok(Looked::Noticed);
            }
            if limit.is_some_and(|limit| self.backend().now() >= limit) {
                return Ok(Looked::Nothing);
            }
            spin_loop();
        }
    }
}
