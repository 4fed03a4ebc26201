//! Waits with one `epoll_pwait(2)` for the terminal and an eventfd that wakers and signals share.
//!
//! epoll counts milliseconds, and `epoll_pwait2(2)` is killed by the system-call filters of many
//! containers. So whole milliseconds are waited for with `epoll_pwait(2)`, and what is left below
//! one with `ppoll(2)` on the epoll descriptor: a wait that ends in time costs one call.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;

use crate::unix::{Calls, Tty, Waker, above_standard, now};
use crate::{Error, Ready, Result, Signals, Time, Tty as _};

const TTY: u64 = 0;
const CALL: u64 = 1;
const MILLISECOND: Duration = Duration::from_millis(1);
/// The kernel takes the time-out as a 32-bit number of milliseconds; a longer wait is made of
/// several.
const LONGEST: Duration = Duration::from_secs(1_000_000);

/// Waits for a terminal, wake-ups and signals.
#[derive(Debug)]
pub struct Poller {
    epoll: OwnedFd,
    call: Arc<OwnedFd>,
    calls: Calls,
}

/// What one look at the kernel came to.
enum Look {
    /// Something is ready: the terminal, the eventfd.
    Found { tty: bool, call: bool },
    /// Nothing, and the time is not up as far as this call knows.
    Nothing,
}

impl Poller {
    pub(super) fn new(tty: &Tty, signals: Signals) -> Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let call = eventfd(0, flags)
            .and_then(above_standard)
            .map_err(|error| Error::os("eventfd", error))?;
        let epoll = epoll::create(CreateFlags::CLOEXEC)
            .and_then(above_standard)
            .map_err(|error| Error::os("epoll_create", error))?;
        if let Some(terminal) = tty.descriptor() {
            add(&epoll, terminal, TTY)?;
        }
        add(&epoll, call.as_fd(), CALL)?;
        let call = Arc::new(call);
        Ok(Poller {
            epoll,
            calls: Calls::new(Arc::clone(&call), signals)?,
            call,
        })
    }

    /// Asks the kernel once, for at most `rest`; `None` is without a limit.
    fn look(&self, rest: Option<Duration>) -> Result<Look> {
        match rest {
            Some(rest) if !rest.is_zero() && rest < MILLISECOND => {
                if !self.look_finely(rest)? {
                    return Ok(Look::Nothing);
                }
                self.look_coarsely(Some(Duration::ZERO))
            }
            rest => self.look_coarsely(rest),
        }
    }

    /// Asks with `epoll_pwait(2)`, whose time-out is cut down to whole milliseconds.
    fn look_coarsely(&self, rest: Option<Duration>) -> Result<Look> {
        let rest = rest.map(|rest| {
            let millis = rest.min(LONGEST).as_millis();
            timespec(Duration::from_millis(millis as u64))
        });
        let mut space = [const { MaybeUninit::<Event>::uninit() }; 2];
        let events = match epoll::wait(&self.epoll, &mut space, rest.as_ref()) {
            Ok((events, _)) => events,
            Err(Errno::INTR) => return Ok(Look::Nothing),
            Err(error) => return Err(Error::os("epoll_wait", error)),
        };
        if events.is_empty() {
            return Ok(Look::Nothing);
        }
        let about = |which| events.iter().any(|event| event.data.u64() == which);
        Ok(Look::Found {
            tty: about(TTY),
            call: about(CALL),
        })
    }

    /// Waits with `ppoll(2)`, to the nanosecond, for whatever epoll would report.
    fn look_finely(&self, rest: Duration) -> Result<bool> {
        let mut interest = [PollFd::new(&self.epoll, PollFlags::IN)];
        match poll(&mut interest, Some(&timespec(rest))) {
            Ok(found) => Ok(found > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(Error::os("ppoll", error)),
        }
    }

    /// Finds out who called, once the eventfd has fired.
    fn answer(&self, ready: &mut Ready) -> Result<()> {
        let mut count = [0; 8];
        match rustix::io::read(&self.call, &mut count) {
            Ok(_) | Err(Errno::AGAIN | Errno::INTR) => {}
            Err(error) => return Err(Error::os("read", error)),
        }
        // After the read: what is set from now on makes the eventfd fire again.
        self.calls.take(ready);
        Ok(())
    }
}

impl crate::Poller for Poller {
    type Waker = Waker;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        let deadline = timeout.map(|timeout| now() + timeout);
        let mut rest = timeout;
        loop {
            if let Look::Found { tty, call } = self.look(rest)? {
                let mut ready = Ready {
                    tty,
                    ..Ready::default()
                };
                if call {
                    self.answer(&mut ready)?;
                }
                // A call that has been answered already finds nothing: the wait goes on.
                if !ready.is_empty() {
                    return Ok(ready);
                }
            }
            rest = deadline.map(|deadline: Time| deadline.since(now()));
            if rest == Some(Duration::ZERO) {
                return Ok(Ready::default());
            }
        }
    }

    fn waker(&self) -> Waker {
        self.calls.waker()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.epoll.as_fd())
    }
}

fn add(epoll: &OwnedFd, source: BorrowedFd<'_>, which: u64) -> Result<()> {
    epoll::add(epoll, source, EventData::new_u64(which), EventFlags::IN)
        .map_err(|error| Error::os("epoll_ctl", error))
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        // Time-outs are cut to `LONGEST` before they come here.
        tv_sec: duration.as_secs() as i64,
        tv_nsec: duration.subsec_nanos().into(),
    }
}
