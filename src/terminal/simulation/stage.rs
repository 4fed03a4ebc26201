//! A process of two or three threads on one terminal, of which one runs at a time.
//!
//! Each call of the backend and of the [world](super::super::world) is a *step*, and at a step that
//! the schedule names something happens: a signal is delivered, another thread gets the turn, the
//! process forks. A schedule that is run again runs the same.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ttyring_platform::sim::{Sim, Step, Termios};
use ttyring_platform::{Backend, LineMode, Signals, Termios as _, Time};

use super::conditions::Conditions;
use super::handlers;
use super::schedule::{Incident, Schedule};
use super::screen::Screen;

/// A thread.
pub(in crate::terminal) const MAIN: usize = 0;
/// The thread that runs handlers while the others have signals blocked.
pub(in crate::terminal) const OTHER: usize = 2;

thread_local! {
    static STAGE: RefCell<Option<(Arc<Stage>, usize)>> = const { RefCell::new(None) };
    /// How many times signals are blocked on this actor.
    static BLOCKED: Cell<usize> = const { Cell::new(0) };
}

/// Returns the stage that this thread is an actor of.
pub(in crate::terminal) fn current() -> Option<Arc<Stage>> {
    STAGE.with_borrow(|stage| stage.as_ref().map(|(stage, _)| Arc::clone(stage)))
}

fn actor() -> usize {
    STAGE.with_borrow(|stage| stage.as_ref().map_or(MAIN, |(_, actor)| *actor))
}

/// Makes this thread an actor, or none.
pub(in crate::terminal) fn enter(stage: Option<(&Arc<Stage>, usize)>) {
    BLOCKED.set(0);
    STAGE.replace(stage.map(|(stage, actor)| (Arc::clone(stage), actor)));
}

pub(in crate::terminal) fn block() {
    BLOCKED.set(BLOCKED.get() + 1);
}

pub(in crate::terminal) fn unblock() {
    BLOCKED.set(BLOCKED.get() - 1);
    if let Some(stage) = current().filter(|_| BLOCKED.get() == 0) {
        stage.deliver_pending();
    }
}

#[derive(Debug, Default)]
struct Turns {
    turn: usize,
    present: [bool; 3],
    /// Whether steps count.
    armed: bool,
    steps: usize,
    pending: Vec<Incident>,
    /// How often a thread has waited for others.
    starved: usize,
    /// What the thread for handlers has to do.
    mail: Option<Incident>,
    violations: Vec<String>,
    /// The name of each step, for a report.
    trace: Vec<&'static str>,
}

/// The process and its terminal.
#[derive(Debug)]
pub(in crate::terminal) struct Stage {
    sim: Sim,
    pub(super) number: i32,
    pub(super) process: AtomicI32,
    over: AtomicBool,
    schedule: Schedule,
    turns: Mutex<Turns>,
    changed: Condvar,
    found: Mutex<Termios>,
    /// The terminal takes nothing at the next write.
    full: AtomicBool,
    /// How much of what was written has had its answers.
    pub(super) answered: Mutex<usize>,
    pub(in crate::terminal) conditions: Conditions,
}

impl Stage {
    /// The longest that a wait for input takes at once.
    pub(in crate::terminal) const TICK: Duration = Duration::from_millis(50);

    pub(in crate::terminal) fn new(schedule: Schedule) -> Arc<Self> {
        static NUMBER: AtomicI32 = AtomicI32::new(1_000_000_000);
        // Relaxed: a number.
        let number = NUMBER.fetch_add(2, Ordering::Relaxed);
        Arc::new(Stage {
            sim: Sim::new(),
            number,
            process: AtomicI32::new(number),
            over: AtomicBool::new(false),
            schedule,
            turns: Mutex::default(),
            changed: Condvar::new(),
            found: Mutex::new(Termios::COOKED),
            full: AtomicBool::new(false),
            answered: Mutex::default(),
            conditions: Conditions::default(),
        })
    }

    pub(in crate::terminal) fn sim(&self) -> &Sim {
        &self.sim
    }

    pub(in crate::terminal) fn process(&self) -> i32 {
        self.process.load(Ordering::Relaxed)
    }

    pub(in crate::terminal) fn room(&self) -> usize {
        self.schedule.room.max(1)
    }

    /// Whether this write has to be tried again: every other one, on a slow terminal.
    pub(in crate::terminal) fn is_full(&self) -> bool {
        // Relaxed: one thread runs at a time.
        self.schedule.slow && self.full.fetch_xor(true, Ordering::Relaxed)
    }

    pub(in crate::terminal) fn now(&self) -> Time {
        Backend::now(&self.sim)
    }

    /// Returns whether the process is dead: nothing that its threads still do has an effect.
    pub(in crate::terminal) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Steps count from now on, or no more.
    pub(in crate::terminal) fn arm(&self, armed: bool) {
        self.turns().armed = armed;
    }

    pub(in crate::terminal) fn steps(&self) -> usize {
        self.turns().steps
    }

    pub(in crate::terminal) fn trace(&self) -> Vec<&'static str> {
        self.turns().trace.clone()
    }

    pub(in crate::terminal) fn violations(&self) -> Vec<String> {
        self.turns().violations.clone()
    }

    pub(in crate::terminal) fn violation(&self, what: String) {
        if !self.is_over() {
            self.turns().violations.push(what);
        }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call of the system begins.
    pub(in crate::terminal) fn step(self: &Arc<Self>, name: &'static str) {
        if self.is_over() {
            return;
        }
        let due: Vec<Incident> = {
            let mut turns = self.turns();
            if !turns.armed {
                return;
            }
            turns.steps += 1;
            turns.trace.push(name);
            let steps = turns.steps;
            if steps > 50_000 {
                stage_has_no_end(&self.schedule);
            }
            let incidents = self.schedule.incidents.iter();
            incidents
                .filter(|(at, _)| *at == steps)
                .map(|(_, incident)| *incident)
                .collect()
        };
        for incident in due {
            self.happen(incident);
        }
    }

    pub(in crate::terminal) fn happen(self: &Arc<Self>, incident: Incident) {
        match incident {
            Incident::Switch => self.give_turn(1),
            Incident::Fork => self.fork(),
            Incident::Fault => self.handle(incident),
            Incident::Resize => drop(self.sim.now_do(Step::Signal(Signals::WINCH))),
            Incident::Freeze => self.freeze(),
            _ if BLOCKED.get() == 0 => self.handle(incident),
            _ if self.schedule.threads && actor() != OTHER => {
                self.turns().mail = Some(incident);
                self.give_turn(OTHER);
            }
            _ => self.turns().pending.push(incident),
        }
    }

    /// Runs the handler of an incident, and what follows it by default, on this actor.
    fn handle(&self, incident: Incident) {
        if self.is_over() {
            return;
        }
        if incident == Incident::Continue {
            // The poller hears of it, too.
            self.sim.now_do(Step::Signal(Signals::CONT));
        }
        handlers::run(incident);
        if matches!(incident, Incident::Ending | Incident::Fault) {
            self.end("signal");
        }
    }

    fn deliver_pending(self: &Arc<Self>) {
        let pending = std::mem::take(&mut self.turns().pending);
        for incident in pending {
            self.handle(incident);
        }
    }

    /// Lets another actor run until it is done or waits; returns when the turn is back.
    fn give_turn(self: &Arc<Self>, to: usize) {
        let me = actor();
        let mut turns = self.turns();
        if to == me || !turns.present[to] {
            return;
        }
        turns.turn = to;
        self.changed.notify_all();
        drop(self.wait_for_turn(turns, me));
    }

    fn wait_for_turn<'a>(&self, turns: MutexGuard<'a, Turns>, me: usize) -> MutexGuard<'a, Turns> {
        self.changed
            .wait_while(turns, |turns| turns.turn != me)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// An actor that takes part from now on, once it has the turn.
    pub(in crate::terminal) fn join(self: &Arc<Self>, me: usize) {
        let mut turns = self.turns();
        turns.present[me] = true;
        self.changed.notify_all();
        drop(self.wait_for_turn(turns, me));
    }

    /// Waits until this actor is there, waiting for its turn.
    pub(in crate::terminal) fn await_actor(&self, who: usize) {
        let turns = self.turns();
        drop(
            self.changed
                .wait_while(turns, |turns| !turns.present[who])
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// The actor is done; the next one has the turn.
    pub(in crate::terminal) fn leave(&self, me: usize) {
        let mut turns = self.turns();
        turns.present[me] = false;
        turns.turn = (0..2).find(|&other| turns.present[other]).unwrap_or(OTHER);
        self.changed.notify_all();
    }

    /// The thread for handlers: does what comes until the stage is closed.
    pub(in crate::terminal) fn handle_mail(self: &Arc<Self>) {
        loop {
            let mail = self.turns().mail.take();
            match mail {
                Some(incident) => {
                    self.handle(incident);
                    let mut turns = self.turns();
                    turns.turn = (0..2).find(|&other| turns.present[other]).unwrap_or(OTHER);
                    let over = !turns.present[0] && !turns.present[1];
                    self.changed.notify_all();
                    if over {
                        return;
                    }
                    drop(self.wait_for_turn(turns, OTHER));
                }
                None => return,
            }
        }
    }

    /// Time passes; another thread may run.
    pub(in crate::terminal) fn pause(self: &Arc<Self>, duration: Duration) {
        self.step("poll");
        self.sim.advance(duration.max(Duration::from_millis(1)));
        if !self.is_over() {
            let me = actor();
            let next = {
                let mut turns = self.turns();
                // Longer than a handler waits, not for ever.
                turns.starved += 1;
                if self.schedule.starve && turns.starved % 450 != 0 {
                    return;
                }
                (1..3)
                    .map(|n| (me + n) % 3)
                    .find(|&other| other != OTHER && turns.present[other])
            };
            if let Some(next) = next {
                self.give_turn(next);
            }
        }
    }

    /// The process stops, the shell and its user have the terminal, and the process is continued.
    pub(in crate::terminal) fn stop(self: &Arc<Self>) {
        self.step("raise");
        if self.is_over() {
            return;
        }
        self.expect_as_found("stopped");
        self.conditions.stopped();
        if self.schedule.stty {
            let changed = Termios::COOKED.with(&LineMode {
                utf8: Some(false),
                ..Termios::COOKED.line_mode()
            });
            *self.found() = changed;
            self.sim.set_termios(changed);
        }
        self.happen(Incident::Continue);
        self.step("continued");
    }

    fn freeze(self: &Arc<Self>) {
        // The shell takes the terminal as it likes it.
        self.sim.set_termios(*self.found());
        self.happen(Incident::Continue);
    }

    fn fork(self: &Arc<Self>) {
        let (before, written) = (self.sim.changes().len(), self.sim.written().len());
        self.process.store(self.number + 1, Ordering::Relaxed);
        self.arm(false);
        handlers::exit();
        self.arm(true);
        self.process.store(self.number, Ordering::Relaxed);
        let touched = self.sim.changes().len() != before || self.sim.written().len() != written;
        if touched {
            self.violation("a forked child has touched its parent's terminal".to_owned());
        }
    }

    /// The process is dead.
    pub(in crate::terminal) fn end(&self, how: &str) {
        self.expect_as_found(how);
        self.over.store(true, Ordering::Relaxed);
    }

    pub(in crate::terminal) fn found(&self) -> MutexGuard<'_, Termios> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Demands that the terminal is as the process found it.
    pub(in crate::terminal) fn expect_as_found(&self, when: &str) {
        if self.sim.termios() != *self.found() {
            let mode = self.sim.termios().line_mode();
            self.violation(format!(
                "{when}: settings are not as found (canonical {}, echo {})",
                mode.canonical, mode.echo
            ));
        }
        let screen = Screen::of(&self.sim.written());
        if !screen.is_plain() {
            self.violation(format!("{when}: modes are on: {screen:?}"));
        }
        if !screen.text.is_empty() {
            self.violation(format!("{when}: torn sequence shown: {:?}", screen.text));
        }
    }
}

/// Not a panic, whose hook would use the terminal.
fn stage_has_no_end(schedule: &Schedule) -> ! {
    eprintln!("a run has no end: {schedule:?}");
    std::process::abort()
}
