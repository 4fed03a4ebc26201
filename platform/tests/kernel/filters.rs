//! The filters of kqueue: what each says of its knote when it is asked (`f_process`).
//!
//! When they are asked, and what becomes of the knote then, is for `knotes` to say.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::time::{Itimerspec, TimerfdTimerFlags, timerfd_settime};
use ttyring_platform::darwin::abi::{Errno, Kevent, ev, filter, note};
use ttyring_platform::darwin::sys::Answer;

use super::{Emulated, Node, errno, signals, terminal};

/// One registration.
#[derive(Debug)]
pub(super) struct Knote {
    /// As it was added; `data` and `fflags` are kn_sdata and kn_sfflags.
    pub(super) change: Kevent,
    pub(super) active: bool,
    pub(super) triggered: bool,
    /// EVFILT_SIGNAL: how many had been sent when the last event was returned.
    pub(super) seen: u32,
    pub(super) timer: Option<OwnedFd>,
    pub(super) revoked: bool,
}

/// `f_process` of the filters: the event, if there is one.
pub(super) fn report(kernel: &Emulated, knote: &mut Knote) -> Option<Kevent> {
    let mut event = knote.change;
    event.fflags = 0;
    match event.filter {
        filter::READ => {
            let (data, end) = readable(kernel, knote)?;
            if end {
                // Sticky: the flag is in the knote from now on.
                knote.change.flags |= ev::EOF;
            }
            event.flags = knote.change.flags;
            event.data = data;
        }
        filter::SIGNAL => {
            let sent = signals::count(event.ident as i32);
            event.data = sent.wrapping_sub(knote.seen) as isize;
            knote.seen = sent;
            if event.data == 0 {
                return None;
            }
        }
        filter::TIMER => {
            let mut fired = [0; 8];
            rustix::io::read(knote.timer.as_ref()?, &mut fired).ok()?;
            event.data = u64::from_ne_bytes(fired) as isize;
        }
        _ => {
            if !knote.triggered {
                return None;
            }
            if event.flags & ev::CLEAR != 0 {
                knote.triggered = false;
            }
        }
    }
    Some(event)
}

/// `filt_tty_common`: how many bytes there are and whether it is the end, if either.
pub(super) fn readable(kernel: &Emulated, knote: &Knote) -> Option<(isize, bool)> {
    let Ok(fd) = open_descriptor(knote.change.ident) else {
        return None;
    };
    let gone = match kernel.node(fd) {
        Node::Terminal { gone, .. } => gone,
        Node::Other => terminal::is_hung_up(fd),
    };
    let end = gone || knote.revoked || knote.change.flags & ev::EOF != 0;
    let data = if end { 0 } else { terminal::pending(fd).ok()? };
    (data > 0 || end).then_some((data as isize, end))
}

/// `filt_timervalidate`: one unit, milliseconds if there is none; a negative time is up at once.
pub(super) fn arm(timer: &OwnedFd, change: &Kevent) -> Answer<()> {
    const SECONDS: u32 = 1;
    const USECONDS: u32 = 2;
    let unit = match change.fflags & (SECONDS | USECONDS | note::NSECONDS) {
        0 => 1_000_000,
        SECONDS => 1_000_000_000,
        USECONDS => 1_000,
        note::NSECONDS => 1,
        _ => return Err(Errno::INVAL),
    };
    let nanos = (change.data.max(0) as i64).saturating_mul(unit).max(1);
    let time = rustix::time::Timespec {
        tv_sec: nanos / 1_000_000_000,
        tv_nsec: nanos % 1_000_000_000,
    };
    let repeated = change.flags & ev::ONESHOT == 0 && change.data > 0;
    let setting = Itimerspec {
        it_value: time,
        it_interval: if repeated { time } else { Default::default() },
    };
    timerfd_settime(timer, TimerfdTimerFlags::empty(), &setting).map_err(errno)?;
    Ok(())
}

/// The file behind a number, as `fp_lookup` finds it.
pub(super) fn open_descriptor(ident: usize) -> Answer<BorrowedFd<'static>> {
    let number = i32::try_from(ident).map_err(|_| Errno::BADF)?;
    // SAFETY: used for calls that a closed descriptor answers with EBADF; never kept.
    let fd = unsafe { BorrowedFd::borrow_raw(number) };
    rustix::io::fcntl_getfd(fd).map_err(|_| Errno::BADF)?;
    Ok(fd)
}
