//! kqueue over epoll, with the life of a knote as `bsd/kern/kern_event.c` has it.
//!
//! A knote is active or not. Registering, touching and the outside world make it active;
//! processing an active one asks its filter again, and what the filter then says decides: nothing
//! (the knote is left inactive), or an event, after which a one-shot knote is dropped, an EV_CLEAR
//! one left inactive, and any other stays active (`knote_process`).
//!
//! epoll only sleeps and tells what moved: descriptors are in it level-triggered, or edge-triggered
//! for EV_CLEAR, and an eventfd stands for the active knotes that have no descriptor. So the queue
//! itself polls readable when a kqueue would.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd};
use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
use ttyring_platform::darwin::abi::{Errno, Kevent, Timespec, ev, filter, note};
use ttyring_platform::darwin::sys::Answer;

use super::filters::{Knote, arm, open_descriptor, readable, report};
use super::{Emulated, errno, lock, signals, terminal};

/// What epoll tells of that is no knote.
const POKE: u64 = u64::MAX;
const SIGNALS: u64 = u64::MAX - 1;

/// The most that a timeout of `kevent(2)` may come late (`tcoal_prio_params_init`: min(Δ/8, 1 ms)); here it
/// always does.
const SLOP: Duration = Duration::from_millis(1);

#[derive(Debug)]
pub(super) struct Queue {
    epoll: OwnedFd,
    poke: OwnedFd,
    knotes: Mutex<Vec<Knote>>,
}

impl Queue {
    pub(super) fn new() -> Answer<(OwnedFd, Queue)> {
        let fd = epoll::create(CreateFlags::CLOEXEC).map_err(errno)?;
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let queue = Queue {
            epoll: rustix::io::fcntl_dupfd_cloexec(&fd, 3).map_err(errno)?,
            poke: eventfd(0, flags).map_err(errno)?,
            knotes: Mutex::default(),
        };
        queue.watch(queue.poke.as_fd(), POKE, EventFlags::IN)?;
        queue.watch(signals::sent(), SIGNALS, EventFlags::IN | EventFlags::ET)?;
        Ok((fd, queue))
    }

    fn watch(&self, fd: BorrowedFd<'_>, which: u64, flags: EventFlags) -> Answer<()> {
        epoll::add(&self.epoll, fd, EventData::new_u64(which), flags).map_err(errno)
    }

    /// `kevent(2)`, as `kevent_internal` does it: every change, then a scan unless there are
    /// answers or no room for events.
    pub(super) fn kevent(
        &self,
        kernel: &Emulated,
        fd: BorrowedFd<'_>,
        changes: &[Kevent],
        events: &mut [Kevent],
        timeout: Option<Timespec>,
    ) -> Answer<usize> {
        let mut answers = 0;
        for change in changes {
            let registered = self.register(kernel, change);
            let code = registered.err().map_or(0, |errno| errno.0);
            if answers < events.len() && (code != 0 || change.flags & ev::RECEIPT != 0) {
                events[answers] = Kevent {
                    flags: change.flags | ev::ERROR,
                    data: code as isize,
                    ..*change
                };
                answers += 1;
            } else {
                registered?;
            }
        }
        if answers > 0 || events.is_empty() {
            self.poke();
            return Ok(answers);
        }
        self.scan(kernel, fd, events, timeout)
    }

    fn scan(
        &self,
        kernel: &Emulated,
        fd: BorrowedFd<'_>,
        events: &mut [Kevent],
        timeout: Option<Timespec>,
    ) -> Answer<usize> {
        let deadline = timeout.map(deadline);
        loop {
            self.activate();
            let count = self.process(kernel, events);
            self.poke();
            let rest = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if count > 0 || rest == Some(Duration::ZERO) {
                return Ok(count);
            }
            let rest = rest.map(|rest| rustix::time::Timespec {
                tv_sec: rest.as_secs() as i64,
                tv_nsec: rest.subsec_nanos().into(),
            });
            let mut interest = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
            rustix::event::poll(&mut interest, rest.as_ref()).map_err(errno)?;
        }
    }

    /// `kevent_register`.
    fn register(&self, kernel: &Emulated, change: &Kevent) -> Answer<()> {
        let mut knotes = lock(&self.knotes);
        let same = |knote: &Knote| {
            (knote.change.ident, knote.change.filter) == (change.ident, change.filter)
        };
        let found = knotes.iter().position(same);
        match found {
            _ if ![filter::READ, filter::SIGNAL, filter::TIMER, filter::USER]
                .contains(&{ change.filter }) =>
            {
                Err(Errno::INVAL)
            }
            Some(at) if change.flags & ev::DELETE != 0 => {
                self.drop_knote(&knotes.remove(at));
                Ok(())
            }
            Some(at) => self.touch(kernel, &mut knotes[at], change),
            None if change.flags & ev::ADD == 0 || change.flags & ev::DELETE != 0 => {
                Err(Errno::NOENT)
            }
            None => {
                knotes.push(self.attach(kernel, change)?);
                Ok(())
            }
        }
    }

    /// `f_attach` of the filters.
    fn attach(&self, kernel: &Emulated, change: &Kevent) -> Answer<Knote> {
        let mut knote = Knote {
            change: *change,
            active: false,
            triggered: false,
            seen: 0,
            timer: None,
            revoked: false,
        };
        match change.filter {
            filter::READ => {
                let fd = open_descriptor(change.ident)?;
                // filt_specattach: `/dev/tty` is no CDEVSW_SELECT_KQUEUE device.
                let low = change.fflags & note::LOWAT != 0 && change.data == 1;
                if terminal::is_dev_tty(fd) && !low {
                    return Err(Errno::INVAL);
                }
                let edge = change.flags & ev::CLEAR != 0;
                let kind = if edge {
                    EventFlags::ET
                } else {
                    EventFlags::empty()
                };
                self.watch(fd, change.ident as u64, EventFlags::IN | kind)?;
                knote.active = readable(kernel, &knote).is_some();
            }
            filter::SIGNAL => {
                // filt_sigattach: EV_CLEAR always.
                let number = change.ident as i32;
                signals::watch(number).ok_or(Errno::INVAL)?;
                knote.change.flags |= ev::CLEAR;
                knote.seen = signals::count(number);
            }
            filter::TIMER => {
                // filt_timerattach: EV_CLEAR always.
                knote.change.flags |= ev::CLEAR;
                let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
                let timer = timerfd_create(TimerfdClockId::Monotonic, flags).map_err(errno)?;
                arm(&timer, change)?;
                let key = timer.as_raw_fd() as u64;
                self.watch(timer.as_fd(), key, EventFlags::IN)?;
                knote.timer = Some(timer);
            }
            _ => {
                knote.triggered = change.fflags & note::TRIGGER != 0;
                knote.active = knote.triggered;
            }
        }
        Ok(knote)
    }

    /// `f_touch` of the filters, and what every touch does: udata is overwritten.
    fn touch(&self, kernel: &Emulated, knote: &mut Knote, change: &Kevent) -> Answer<()> {
        if let Some(timer) = &knote.timer {
            arm(timer, change)?;
        }
        knote.change.udata = change.udata;
        knote.change.data = change.data;
        match change.filter {
            filter::READ => knote.active |= readable(kernel, knote).is_some(),
            filter::USER => {
                // filt_usertouch: the flags stay (NOTE_FFNOP), only the trigger counts.
                knote.triggered |= change.fflags & note::TRIGGER != 0;
                knote.active |= knote.triggered;
            }
            filter::TIMER => knote.active = false,
            _ => {}
        }
        Ok(())
    }

    /// Takes from epoll what moved.
    fn activate(&self) {
        let mut knotes = lock(&self.knotes);
        let mut space = [const { MaybeUninit::uninit() }; 16];
        let at_once = rustix::time::Timespec::default();
        let found = epoll::wait(&self.epoll, &mut space, Some(&at_once));
        let Ok((found, _)) = found else {
            return;
        };
        for moved in found.iter().map(|event| event.data.u64()) {
            for knote in &mut *knotes {
                let key = match (knote.change.filter, &knote.timer) {
                    (filter::SIGNAL, _) => SIGNALS,
                    (filter::READ, _) => knote.change.ident as u64,
                    (_, Some(timer)) => timer.as_raw_fd() as u64,
                    _ => continue,
                };
                knote.active |= key == moved;
            }
        }
    }

    /// `knote_process` of every active knote.
    fn process(&self, kernel: &Emulated, events: &mut [Kevent]) -> usize {
        let mut knotes = lock(&self.knotes);
        let mut count = 0;
        let mut at = 0;
        while at < knotes.len() && count < events.len() {
            let knote = &mut knotes[at];
            at += 1;
            if !knote.active {
                continue;
            }
            let Some(event) = report(kernel, knote) else {
                knote.active = false;
                continue;
            };
            events[count] = event;
            count += 1;
            if event.flags & ev::ONESHOT != 0 {
                at -= 1;
                self.drop_knote(&knotes.remove(at));
            } else if event.flags & ev::CLEAR != 0 {
                knote.active = false;
            }
        }
        count
    }

    fn drop_knote(&self, knote: &Knote) {
        if knote.change.filter == filter::READ {
            if let Ok(fd) = open_descriptor(knote.change.ident) {
                let _ = epoll::delete(&self.epoll, fd);
            }
        }
        if let Some(timer) = &knote.timer {
            let _ = epoll::delete(&self.epoll, timer);
        }
    }

    /// Makes the queue readable while a knote is active that epoll does not see by itself.
    fn poke(&self) {
        let knotes = lock(&self.knotes);
        let seen = |knote: &Knote| {
            let level = knote.change.filter == filter::READ
                && knote.change.flags & ev::CLEAR == 0
                && !knote.revoked;
            level || knote.timer.is_some()
        };
        if knotes.iter().any(|knote| knote.active && !seen(knote)) {
            let _ = rustix::io::write(&self.poke, &1u64.to_ne_bytes());
        } else {
            let _ = rustix::io::read(&self.poke, &mut [0; 8]);
        }
    }

    /// `knote(NOTE_REVOKE)` on the terminal with this number (`filt_ttyevent`).
    pub(super) fn revoke(&self, number: u32) {
        let mut knotes = lock(&self.knotes);
        for knote in &mut *knotes {
            let fd = open_descriptor(knote.change.ident);
            if knote.change.filter == filter::READ
                && fd.is_ok_and(|fd| terminal::number(fd) == Some(number))
            {
                knote.change.flags |= ev::EOF | ev::ONESHOT;
                knote.revoked = true;
                knote.active = true;
            }
        }
        drop(knotes);
        self.poke();
    }
}

fn deadline(timeout: Timespec) -> Instant {
    let asked = Duration::new(timeout.seconds as u64, timeout.nanoseconds as u32);
    Instant::now() + asked + (asked / 8).min(SLOP)
}
