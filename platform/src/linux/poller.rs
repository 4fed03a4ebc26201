//! Waits with one `epoll_pwait(2)` for the terminal and an eventfd that wakers and signals share.
//!
//! epoll counts milliseconds, and `epoll_pwait2(2)` is killed by the system-call filters of many
//! containers. So whole milliseconds are waited for with `epoll_pwait(2)`, and what is left below
//! one with `ppoll(2)` on the epoll descriptor: a wait that ends in time costs one call. A long wait
//! costs one in any case: it may end late, by less than a hundredth.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;

use crate::unix::{Tty, Waker, Wakeups, above_standard, now};
use crate::{Error, Ready, Result, Signals, Time, Tty as _};

const TTY: u64 = 0;
const WAKEUP: u64 = 1;
const MILLISECOND: Duration = Duration::from_millis(1);
/// A wait from here on is not made of two calls for the sake of a part of a millisecond.
const LONG: Duration = Duration::from_millis(100);
/// The kernel takes the timeout as a 32-bit number of milliseconds; a longer wait is made of
/// several.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(1_000_000);

/// Waits for a terminal, wake-ups and signals.
#[derive(Debug)]
pub struct Poller {
    epoll: OwnedFd,
    eventfd: Arc<OwnedFd>,
    wakeups: Wakeups,
}

impl Poller {
    pub(super) fn new(tty: &Tty, signals: Signals) -> Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let eventfd = eventfd(0, flags)
            .and_then(above_standard)
            .map_err(|error| Error::os("eventfd", error))?;
        let epoll = epoll::create(CreateFlags::CLOEXEC)
            .and_then(above_standard)
            .map_err(|error| Error::os("epoll_create", error))?;
        if let Some(terminal) = tty.descriptor() {
            add(&epoll, terminal, TTY)?;
        }
        add(&epoll, eventfd.as_fd(), WAKEUP)?;
        let eventfd = Arc::new(eventfd);
        Ok(Poller {
            epoll,
            wakeups: Wakeups::new(Arc::clone(&eventfd), signals)?,
            eventfd,
        })
    }

    /// Asks the kernel once, for at most `rest` (`None` is without a limit), and returns what is
    /// ready. An empty answer may come early.
    fn poll_once(&self, rest: Option<Duration>) -> Result<Ready> {
        match rest {
            Some(rest) if !rest.is_zero() && rest < MILLISECOND => {
                if !self.ppoll(rest)? {
                    return Ok(Ready::default());
                }
                self.epoll_wait(Some(Duration::ZERO))
            }
            rest => self.epoll_wait(rest),
        }
    }

    /// Waits with `epoll_pwait(2)`.
    fn epoll_wait(&self, rest: Option<Duration>) -> Result<Ready> {
        let rest = rest.map(|rest| timespec(in_milliseconds(rest.min(LONGEST_TIMEOUT))));
        let mut space = [const { MaybeUninit::<Event>::uninit() }; 2];
        let events = match epoll::wait(&self.epoll, &mut space, rest.as_ref()) {
            Ok((events, _)) => events,
            Err(Errno::INTR) => return Ok(Ready::default()),
            Err(error) => return Err(Error::os("epoll_wait", error)),
        };
        let about = |which| events.iter().any(|event| event.data.u64() == which);
        let mut ready = Ready {
            tty: about(TTY),
            ..Ready::default()
        };
        if about(WAKEUP) {
            self.take_wakeups(&mut ready)?;
        }
        Ok(ready)
    }

    /// Waits with `ppoll(2)`, to the nanosecond, for whatever epoll would report.
    fn ppoll(&self, rest: Duration) -> Result<bool> {
        let mut interest = [PollFd::new(&self.epoll, PollFlags::IN)];
        match poll(&mut interest, Some(&timespec(rest))) {
            Ok(found) => Ok(found > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(Error::os("ppoll", error)),
        }
    }

    /// Drains the eventfd, then takes the wake-ups and signals that it fired for.
    fn take_wakeups(&self, ready: &mut Ready) -> Result<()> {
        let mut count = [0; 8];
        match rustix::io::read(&self.eventfd, &mut count) {
            Ok(_) | Err(Errno::AGAIN | Errno::INTR) => {}
            Err(error) => return Err(Error::os("read", error)),
        }
        // After the read: what is set from now on makes the eventfd fire again.
        self.wakeups.take(ready);
        Ok(())
    }
}

impl crate::Poller for Poller {
    type Waker = Waker;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        let deadline = timeout.map(|timeout| now() + timeout);
        let mut rest = timeout;
        loop {
            let ready = self.poll_once(rest)?;
            // An eventfd that fired for what has been taken already finds nothing: wait on.
            if !ready.is_empty() {
                return Ok(ready);
            }
            rest = deadline.map(|deadline: Time| deadline.since(now()));
            if rest == Some(Duration::ZERO) {
                return Ok(Ready::default());
            }
        }
    }

    fn waker(&self) -> Waker {
        self.wakeups.waker()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.epoll.as_fd())
    }
}

fn add(epoll: &OwnedFd, source: BorrowedFd<'_>, which: u64) -> Result<()> {
    epoll::add(epoll, source, EventData::new_u64(which), EventFlags::IN)
        .map_err(|error| Error::os("epoll_ctl", error))
}

/// A long timeout is rounded up to whole milliseconds; of a shorter one, the rest is waited for
/// apart.
fn in_milliseconds(timeout: Duration) -> Duration {
    let rest = timeout.subsec_nanos() % 1_000_000;
    match timeout < LONG || rest == 0 {
        true => timeout - Duration::from_nanos(rest.into()),
        false => timeout + Duration::from_nanos((1_000_000 - rest).into()),
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        // Timeouts are cut to `LONGEST_TIMEOUT` before they come here.
        tv_sec: duration.as_secs() as i64,
        tv_nsec: duration.subsec_nanos().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_waits_are_one_call_and_short_ones_are_exact() {
        let millis = |nanos| in_milliseconds(Duration::from_nanos(nanos)).as_nanos();
        assert_eq!(millis(0), 0);
        assert_eq!(millis(999_999), 0);
        assert_eq!(millis(99_999_999), 99_000_000);
        assert_eq!(millis(100_000_000), 100_000_000);
        assert_eq!(millis(100_000_001), 101_000_000);
        assert_eq!(millis(249_970_000), 250_000_000);
    }
}
