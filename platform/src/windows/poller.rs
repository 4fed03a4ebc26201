//! Waits with `WaitForMultipleObjects` for the console, an event and a timer.

use std::sync::Arc;
use std::time::Duration;

use super::console::Console;
use super::notify::{Notify, WindowsWaker};
use super::sys::{Sys, refused};
use super::tty::WindowsTty;
use super::watch::WindowsWatch;
use crate::{BorrowedDescriptor, Poller, Ready, Result, Signals, Time, Watch};

/// Below this a wait is timed by a timer that does not wait for the tick of the system clock
/// (15.6 ms); above, a tick does not matter.
const PRECISE: Duration = Duration::from_secs(1);
/// The longest wait that is handed to the system at once; a longer one is made of several.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(1_000_000);
/// What a timer counts, in nanoseconds.
const TICK: u128 = 100;

/// Waits for a console, wake-ups and control events.
///
/// # Platform notes
///
/// There is no handle for another event loop: a console is waited for as a whole, and records that
/// carry no input end such a wait, too. A [`watch`](Poller::watch) waits on another thread.
#[derive(Debug)]
pub struct WindowsPoller<S: Sys> {
    console: Arc<Console<S>>,
    notify: Arc<Notify<S>>,
    /// None where the system refuses one: waits are then as exact as its clock.
    timer: Option<S::Handle>,
    watch: Option<Arc<WindowsWatch<S>>>,
}

impl<S: Sys> WindowsPoller<S> {
    pub(super) fn new(tty: &WindowsTty<S>, signals: Signals) -> Result<Self> {
        let console = Arc::clone(tty.console());
        let notify = Notify::new(&console, signals).map_err(refused("CreateEventW"))?;
        let timer = console.sys.timer().ok();
        Ok(WindowsPoller {
            console,
            notify,
            timer,
            watch: None,
        })
    }

    fn now(&self) -> Time {
        Time::from_nanos(self.console.sys.clock())
    }

    /// Waits once, for at most `rest`; an empty answer may come early.
    fn poll_once(&self, rest: Option<Duration>) -> Result<Ready> {
        let (canonical, mut ready) = (self.console.is_canonical(), Ready::default());
        // What has been turned into bytes is no record of the console any more.
        ready.tty = !canonical && self.is_readable();
        let rest = if ready.tty {
            Some(Duration::ZERO)
        } else {
            rest
        };
        let signalled = self.wait(rest)?;
        if signalled && !ready.tty {
            ready.tty = canonical || self.is_readable();
        }
        self.notify.take(&mut ready);
        Ok(ready)
    }

    /// Whether there are bytes, or none will come any more.
    fn is_readable(&self) -> bool {
        self.console.fill() != Ok(0)
    }

    /// Waits for any of the handles; returns whether the console is signalled.
    fn wait(&self, rest: Option<Duration>) -> Result<bool> {
        let sys = &self.console.sys;
        let rest = rest.map(|rest| rest.min(LONGEST_TIMEOUT));
        // The event first: the answer names the first handle that is signalled, and resets no
        // other.
        let mut handles = vec![&self.notify.event, &self.console.input];
        if let (Some(timer), Some(rest)) = (&self.timer, rest) {
            let ticks = rest.as_nanos().div_ceil(TICK) as u64;
            if !rest.is_zero() && rest < PRECISE && sys.set_timer(timer, ticks).is_ok() {
                handles.push(timer);
            }
        }
        // Rounded up: a timer that the system refuses makes a wait late, never endless.
        let limit = rest.map(|rest| rest.as_nanos().div_ceil(1_000_000) as u32);
        match sys.wait(&handles, limit) {
            Ok(Some(1)) => Ok(true),
            Ok(Some(0)) => Ok(sys.wait(&[&self.console.input], Some(0)) == Ok(Some(0))),
            Ok(_) => Ok(false),
            // The handle of a console that is gone: reads say so.
            Err(code) if code.is_gone() => Ok(true),
            Err(code) => Err(refused("WaitForMultipleObjects")(code)),
        }
    }
}

impl<S: Sys> Poller for WindowsPoller<S> {
    type Waker = WindowsWaker<S>;

    fn wait(&mut self, timeout: Option<Duration>) -> Result<Ready> {
        let deadline = match timeout {
            Some(Duration::ZERO) => Some(Time::default()),
            Some(timeout) => Some(self.now() + timeout),
            None => None,
        };
        let mut rest = timeout;
        loop {
            let ready = self.poll_once(rest)?;
            if !ready.is_empty() {
                return Ok(ready);
            }
            if rest == Some(Duration::ZERO) {
                self.watch.iter().for_each(|watch| watch.arm());
                return Ok(ready);
            }
            rest = deadline.map(|deadline| deadline.since(self.now()));
        }
    }

    fn waker(&self) -> WindowsWaker<S> {
        WindowsWaker(Arc::clone(&self.notify))
    }

    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        None
    }

    fn watch(&mut self) -> Result<Option<Arc<dyn Watch>>> {
        let watch = WindowsWatch::new(&self.console, &self.notify);
        let watch = watch.map_err(refused("CreateEventW"))?;
        self.watch = Some(Arc::clone(&watch));
        Ok(Some(watch))
    }
}
