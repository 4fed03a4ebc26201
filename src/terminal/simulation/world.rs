//! The process of a simulation in the place of the real one: the functions of `terminal/world.rs`,
//! each a step of the [`Stage`](super::simulation::stage::Stage) whose actor calls it.
//!
//! A thread that is no actor has the real process.

use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

pub(super) use ttyring_platform::system::process::thread;
use ttyring_platform::system::{child, process};
use ttyring_platform::{Backend, Os, Time, Tty};

use super::simulation::Incident;
use super::simulation::stage::{self, Stage};

/// Signals are blocked for this actor until it is dropped.
#[derive(Debug)]
pub(super) struct BlockedSignals(Option<process::BlockedSignals>);

impl BlockedSignals {
    pub(super) fn all_but_faults() -> Self {
        match stage::current() {
            Some(_) => {
                stage::block();
                BlockedSignals(None)
            }
            None => BlockedSignals(Some(process::BlockedSignals::all_but_faults())),
        }
    }
}

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        if self.0.is_none() {
            stage::unblock();
        }
    }
}

pub(super) fn id() -> i32 {
    stage::current().map_or_else(process::id, |stage| stage.process())
}

pub(super) fn parent() -> i32 {
    match stage::current() {
        Some(stage) if stage.conditions.is_orphan() => 1,
        _ => child::parent(),
    }
}

pub(super) fn pause(duration: Duration) {
    match stage::current() {
        Some(stage) => stage.pause(duration),
        None => process::pause(duration),
    }
}

pub(super) fn stop(signal: i32) {
    match stage::current() {
        Some(stage) => stage.stop(),
        None => process::stop(signal),
    }
}

pub(super) fn stop_group() {
    match stage::current() {
        Some(stage) => stage.stop(),
        None => process::stop_group(),
    }
}

pub(super) fn is_reachable<T: Tty>(tty: &T) -> bool {
    stage::current().is_some() || tty.descriptor().is_some()
}

pub(super) fn is_in_foreground<T: Tty>(tty: &T) -> bool {
    match stage::current() {
        Some(stage) => {
            stage.step("tcgetpgrp");
            stage.conditions.is_in_foreground()
        }
        None => tty.descriptor().is_none_or(process::is_in_foreground),
    }
}

pub(super) fn wait_readable<T: Tty>(tty: &T, timeout: Duration) -> bool {
    let Some(stage) = stage::current() else {
        return tty
            .descriptor()
            .is_some_and(|descriptor| process::wait_readable(descriptor, timeout));
    };
    let is_there = || tty.pending().is_ok_and(|count| count > 0);
    if !is_there() {
        stage.pause(timeout.min(Stage::TICK));
    }
    is_there()
}

pub(super) fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    loop {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            // Whoever has it may be an actor that waits for its turn.
            Err(TryLockError::WouldBlock) => pause(Duration::from_millis(1)),
        }
    }
}

pub(super) fn now() -> Time {
    stage::current().map_or_else(|| Os.now(), |stage| stage.now())
}

pub(super) fn raise_stop() {
    match stage::current() {
        Some(stage) => stage.happen(Incident::Stop),
        None => process::raise(process::STOP),
    }
}
