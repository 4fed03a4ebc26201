//! The example on a pseudo-terminal, as a user would run it.

use std::process::Command;

use ttyring_test_support::{Pty, same};

#[test]
fn ratatui_app_moves_edits_and_leaves_the_terminal_as_it_was() {
    let mut pty = Pty::open();
    let found = pty.termios();
    let test = std::env::current_exe().expect("the test");
    let folder = test.ancestors().nth(2).expect("the target folder");
    let mut command = Command::new(folder.join("examples/ratatui_app"));
    command.env("EDITOR", "true");
    let program = pty.spawn(pty.on_terminal(&mut command));
    let mut program = program.expect("start the example");
    pty.expect("last");
    pty.type_bytes(b"\x1b[B");
    pty.expect("Key(");
    pty.type_bytes(b"\x1b[<65;3;3M");
    pty.expect("Mouse(");
    pty.forget();
    pty.type_bytes(b"e");
    // The main screen for the editor, and everything from scratch after it.
    pty.expect("\x1b[?1049l");
    pty.expect("decoder");
    pty.type_bytes(b"q");
    assert!(program.wait().success());
    assert!(same(&found, &pty.termios()));
    assert!(pty.model().modes().are_off());
}
