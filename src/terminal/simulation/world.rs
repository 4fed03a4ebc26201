//! The process of a simulation in the place of the real one: the functions of `terminal/world.rs`,
//! each a step of the [`Stage`](super::simulation::stage::Stage) whose actor calls it.
//!
//! A thread that is no actor has the real process.

use std::time::Duration;

use ttyring_platform::unix::process;
pub(super) use ttyring_platform::unix::process::thread;
use ttyring_platform::{Backend, Os, Time, Tty};

use super::simulation::stage::{self, Stage};

/// Signals are blocked for this actor until it is dropped.
#[derive(Debug)]
pub(super) struct Quiet(Option<process::Quiet>);

impl Quiet {
    pub(super) fn new() -> Self {
        match stage::current() {
            Some(_) => {
                stage::block();
                Quiet(None)
            }
            None => Quiet(Some(process::Quiet::new())),
        }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if self.0.is_none() {
            stage::unblock();
        }
    }
}

pub(super) fn id() -> i32 {
    stage::current().map_or_else(process::id, |stage| stage.process())
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
            true
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

pub(super) fn now() -> Time {
    stage::current().map_or_else(|| Os.now(), |stage| stage.now())
}

pub(super) fn raise_stop() {
    match stage::current() {
        Some(stage) => stage.happen(stage::Incident::Stop),
        None => process::raise(process::STOP),
    }
}
