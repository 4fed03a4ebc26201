//! What ends a wait besides the console: wake-ups and signals, through one event.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use super::console::Console;
use super::signal::{CONTROL, SUPPORTED, Subscriber};
use super::sys::{Answer, Sys};
use crate::{Ready, Signals, Wake};

/// An event, and what it was set for.
#[derive(Debug)]
pub(super) struct Notify<S: Sys> {
    sys: S,
    pub(super) event: S::Handle,
    wanted: Signals,
    woken: AtomicBool,
    arrived: AtomicU16,
    /// The console whose blocking reads the signals interrupt.
    interrupts: Weak<Console<S>>,
    /// The same event for a thread that waits beside the poller.
    beside: OnceLock<S::Handle>,
}

impl<S: Sys> Notify<S> {
    /// Makes the event, and subscribes to those of the signals that exist here.
    pub(super) fn new(console: &Arc<Console<S>>, signals: Signals) -> Answer<Arc<Self>> {
        let notify = Notify::make(console, signals & SUPPORTED, Arc::downgrade(console))?;
        // Coerced first: `Weak<dyn Subscriber>` is what the lists hold.
        let subscriber: Arc<dyn Subscriber> = notify.clone();
        if notify.wanted.contains(Signals::WINCH) {
            console.subscribe(Arc::downgrade(&subscriber));
        }
        if notify.wanted.intersects(SUPPORTED - Signals::WINCH) {
            console.sys.watch_control_events()?;
            CONTROL.add(Arc::downgrade(&subscriber));
        }
        Ok(notify)
    }

    /// Makes the event that interrupts a blocking read, when a signal arrives that a poller of the
    /// same console wants.
    pub(super) fn interrupt(console: &Arc<Console<S>>) -> Answer<Arc<Self>> {
        let notify = Notify::make(console, SUPPORTED, Weak::new())?;
        let subscriber: Arc<dyn Subscriber> = notify.clone();
        console.interrupts.add(Arc::downgrade(&subscriber));
        Ok(notify)
    }

    fn make(
        console: &Console<S>,
        wanted: Signals,
        interrupts: Weak<Console<S>>,
    ) -> Answer<Arc<Self>> {
        Ok(Arc::new(Notify {
            sys: console.sys.clone(),
            event: console.sys.event()?,
            wanted,
            woken: AtomicBool::new(false),
            arrived: AtomicU16::new(0),
            interrupts,
            beside: OnceLock::new(),
        }))
    }

    /// Has this event set, too; the first one that is given.
    pub(super) fn tell_beside(&self, event: S::Handle) {
        let _ = self.beside.set(event);
    }

    pub(super) fn beside(&self) -> Option<&S::Handle> {
        self.beside.get()
    }

    /// Adds what the event was set for, and forgets it. The wait has reset the event before: what
    /// arrives from then on sets it again.
    pub(super) fn take(&self, ready: &mut Ready) {
        // Acquire: pairs with the Release in `wake` and `tell`.
        ready.woken |= self.woken.swap(false, Ordering::Acquire);
        // Acquire: as above.
        let arrived = self.arrived.swap(0, Ordering::Acquire);
        ready.signals |= Signals::from_bits_truncate(arrived);
    }

    fn set(&self) {
        // An event that is open can be set; where the console is gone the wait ends anyway.
        let _ = self.sys.set_event(&self.event);
        if let Some(beside) = self.beside.get() {
            let _ = self.sys.set_event(beside);
        }
    }
}

impl<S: Sys> Subscriber for Notify<S> {
    fn wants(&self, signals: Signals) -> bool {
        self.wanted.intersects(signals)
    }

    fn tell(&self, signals: Signals) -> bool {
        let wanted = signals & self.wanted;
        if wanted.is_empty() {
            return false;
        }
        // Release: pairs with the Acquire in `take`.
        self.arrived.fetch_or(wanted.bits(), Ordering::Release);
        self.set();
        if let Some(console) = self.interrupts.upgrade() {
            console.interrupts.tell(wanted);
        }
        true
    }
}

/// Ends the wait of a poller from any thread.
#[derive(Clone, Debug)]
pub struct WindowsWaker<S: Sys>(pub(super) Arc<Notify<S>>);

impl<S: Sys> Wake for WindowsWaker<S> {
    fn wake(&self) {
        // Release: pairs with the Acquire in `take`. Only the first wake-up since then sets the
        // event.
        if !self.0.woken.swap(true, Ordering::Release) {
            self.0.set();
        }
    }
}
