//! One run: a process with one or two inputs does two operations while a schedule happens to it.

use std::sync::Arc;
use std::time::Duration;

use ttyring_platform::{LineMode, Termios as _};

use super::alone::one_process;
use super::backend::Staged;
use super::handlers;
use super::schedule::Schedule;
use super::screen::Screen;
use super::stage::{self, MAIN, OTHER, Stage};
use crate::query::CURSOR_POSITION;
use crate::terminal::{Keyboard, Modes};
use crate::{Input, Unread};

/// What a thread does with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    Open,
    Enable,
    Disable,
    Push,
    Pop,
    SetLineMode,
    Lend,
    Suspend,
    Query,
    Drop,
    Exit,
}

pub(super) const OPERATIONS: [Operation; 11] = [
    Operation::Open,
    Operation::Enable,
    Operation::Disable,
    Operation::Push,
    Operation::Pop,
    Operation::SetLineMode,
    Operation::Lend,
    Operation::Suspend,
    Operation::Query,
    Operation::Drop,
    Operation::Exit,
];

/// A run: its number of inputs, whether each has a thread of its own, what they do, and what
/// happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) operations: [Operation; 2],
    pub(super) two_inputs: bool,
    pub(super) two_threads: bool,
    pub(super) schedule: Schedule,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) steps: usize,
    pub(super) trace: Vec<&'static str>,
    pub(super) violations: Vec<String>,
}

/// An input and what it has pushed.
#[derive(Debug, Default)]
struct Player {
    input: Option<Input<Staged>>,
    pushed: usize,
}

impl Run {
    /// Executes it.
    pub(super) fn execute(&self) -> Report {
        let _process = one_process();
        let stage = Stage::new(self.schedule.clone());
        stage::enter(Some((&stage, MAIN)));
        let mut players = [Player::default(), Player::default()];
        players[1].prepare(&stage, self.two_inputs);
        players[0].prepare(&stage, self.operations[0] != Operation::Open);
        std::thread::scope(|scope| {
            if self.schedule.threads {
                scope.spawn(|| self.handle(&stage));
                stage.await_actor(OTHER);
            }
            self.play(&stage, &mut players);
        });
        stage::enter(Some((&stage, MAIN)));
        stage.arm(false);
        if !stage.is_over() {
            settle(&stage, &mut players);
            drop(players);
            stage.expect_as_found("dropped");
        }
        stage::enter(None);
        Report {
            steps: stage.steps(),
            trace: stage.trace(),
            violations: stage.violations(),
        }
    }

    /// The thread that runs handlers.
    fn handle(&self, stage: &Arc<Stage>) {
        stage::enter(Some((stage, OTHER)));
        stage.join(OTHER);
        stage.handle_mail();
        stage::enter(None);
    }

    fn play(&self, stage: &Arc<Stage>, players: &mut [Player; 2]) {
        let [first, second] = players;
        let [one, two] = self.operations;
        let begin = || {
            stage.join(MAIN);
            stage.arm(true);
        };
        if self.two_threads {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    stage::enter(Some((stage, 1)));
                    stage.join(1);
                    second.act(stage, two);
                    stage.leave(1);
                    stage::enter(None);
                });
                stage.await_actor(1);
                begin();
                first.act(stage, one);
                stage.leave(MAIN);
            });
        } else {
            begin();
            first.act(stage, one);
            let next = if self.two_inputs { second } else { first };
            next.act(stage, two);
            stage.leave(MAIN);
        }
    }
}

impl Player {
    fn prepare(&mut self, stage: &Arc<Stage>, opens: bool) {
        if opens {
            self.act(stage, Operation::Open);
            self.act(stage, Operation::Push);
            let input = self.input.as_mut().expect("just opened");
            input.enable(Modes::MOUSE).expect("a scripted terminal");
        }
    }

    fn act(&mut self, stage: &Arc<Stage>, operation: Operation) {
        if stage.is_over() {
            return;
        }
        let done = self.perform(stage, operation);
        // Another thread may have begun to end the process.
        let is_ending = |error: &ttyring_platform::Error| error.to_string().contains("ending");
        if let Some(error) = done.err().filter(|error| !is_ending(error)) {
            stage.violation(format!("{operation:?}: {error}"));
        }
    }

    fn perform(
        &mut self,
        stage: &Arc<Stage>,
        operation: Operation,
    ) -> ttyring_platform::Result<()> {
        if operation == Operation::Open {
            *self = Player::default();
            self.input = Some(Input::builder().open_on(Staged(Arc::clone(stage)))?);
            return Ok(());
        }
        if operation == Operation::Exit {
            handlers::exit();
            stage.end("exit");
            return Ok(());
        }
        let Some(input) = &mut self.input else {
            return Ok(());
        };
        match operation {
            Operation::Enable => input.enable(Modes::ALTERNATE_SCREEN | Modes::PASTE),
            Operation::Disable => input.disable(Modes::MOUSE),
            Operation::Push => {
                self.pushed += 1;
                input.terminal().push_keyboard(Keyboard::DISAMBIGUATE)
            }
            Operation::Pop => input.terminal().pop_keyboard().map(|popped| {
                self.pushed -= usize::from(popped);
            }),
            Operation::SetLineMode => input.terminal().set_line_mode(LineMode::RAW_WITH_SIGNALS),
            Operation::Lend => input.lend(Unread::Keep, |_| child(stage)),
            Operation::Suspend => input.suspend(),
            Operation::Query => {
                // Whether there is an answer is not this test's business.
                let _ = input.query(CURSOR_POSITION, Duration::from_millis(20));
                Ok(())
            }
            Operation::Drop => {
                *self = Player::default();
                Ok(())
            }
            Operation::Open | Operation::Exit => Ok(()),
        }
    }
}

/// Another program has the terminal for a while.
fn child(stage: &Arc<Stage>) {
    for _ in 0..3 {
        if !stage.is_over() {
            stage.expect_as_found("lent");
        }
        stage.step("wait4");
    }
    if !stage.is_over() {
        stage.expect_as_found("lent, at the end");
    }
}

/// Everything is over that the schedule has in store: what is on is what the inputs want.
fn settle(stage: &Arc<Stage>, players: &mut [Player; 2]) {
    let mut modes = Modes::empty();
    let mut pushed = 0;
    let mut lines = Vec::new();
    for player in players {
        let Some(input) = &mut player.input else {
            continue;
        };
        for _ in 0..4 {
            if let Err(error) = input.poll(Duration::ZERO) {
                stage.violation(format!("poll: {error}"));
            }
        }
        let custody = input.terminal().custody();
        let (line, (on, _)) = custody
            .look(|wants| (wants.line(), wants.in_force()))
            .expect("the process is alive");
        modes |= on;
        lines.extend(line);
        pushed += player.pushed;
    }
    let found = *stage.found();
    let now = stage.sim().termios();
    let settings = match lines.is_empty() {
        true => now == found,
        false => lines.iter().any(|line| now == found.with(line)),
    };
    if !settings {
        stage.violation(format!("alive: settings are not as wanted: {now:?}"));
    }
    let screen = Screen::of(&stage.sim().written());
    let mut wanted = Vec::new();
    crate::terminal::modes::set(&mut wanted, modes);
    let wanted = Screen::of(&wanted);
    // What was pushed on the main screen stays while the alternate one hides it.
    let hidden = usize::from(modes.contains(Modes::ALTERNATE_SCREEN));
    let depth: usize = screen.keyboard.iter().sum();
    if screen.dec != wanted.dec || !(pushed..=pushed + hidden).contains(&depth) {
        stage.violation(format!(
            "alive: modes are not as wanted: {screen:?}, not {wanted:?} and {pushed}"
        ));
    }
}
