//! Starting the inspector on a pseudo-terminal.

use std::process::Command;

use ttyring_test_support::{Program, Pty};

use crate::screen::Screen;

/// Makes the command of the tool.
pub(crate) fn tool(arguments: &[&str]) -> Command {
    ttyring_test_support::default_signals();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ttyring"));
    command.args(arguments).env("TERM", "xterm-256color");
    // Its keys differ; whoever runs the tests may be in it.
    command.env_remove("KONSOLE_VERSION");
    command
}

/// Starts the inspector and waits until it shows that it is ready.
pub(crate) fn start(pty: &mut Pty, arguments: &[&str]) -> (Program, Screen) {
    start_in(pty, 80, &mut tool(arguments))
}

pub(crate) fn start_in(pty: &mut Pty, columns: u16, command: &mut Command) -> (Program, Screen) {
    pty.resize(columns, 24);
    let program = pty.spawn(pty.on_terminal(command)).unwrap();
    let mut screen = Screen::new(columns);
    answer(pty, &mut screen, b"\x1b[?62c");
    (program, screen)
}

/// Answers the questions at the start, and waits for the first frame.
pub(crate) fn answer(pty: &mut Pty, screen: &mut Screen, answers: &[u8]) {
    // The last of the questions.
    pty.expect("\x1b[c");
    let seen = pty.seen();
    let asked = seen
        .windows(3)
        .position(|bytes| bytes == b"\x1b[c")
        .unwrap();
    // The questions show nothing; what comes after them may.
    screen.feed(&seen[asked + 3..]);
    pty.forget();
    pty.type_bytes(answers);
    screen.wait_for(pty, "the first frame", |rows| rows.len() >= 4);
}
