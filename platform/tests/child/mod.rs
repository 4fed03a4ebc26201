//! A test that runs itself again in a session whose controlling terminal is its own
//! pseudo-terminal, so that `/dev/tty` exists wherever the tests run.
#![allow(dead_code, reason = "each file of tests uses its own part")]

use std::env;
use std::process::{Command, Stdio};

use ttyring_platform::{
    Backend, LineMode, Os, Poller, Ready, Signals, Termios, Transfer, Tty, When,
};
use ttyring_test_support::{PATIENCE, Program, Pty};

const ROLE: &str = "TTYRING_TEST_ROLE";

/// Whether this process is the one on the terminal.
pub(crate) fn is_child() -> bool {
    env::var_os(ROLE).is_some()
}

/// Whether this process is the one on the terminal that plays `role`.
pub(crate) fn plays(role: &str) -> bool {
    env::var(ROLE).is_ok_and(|played| played == role)
}

/// This test binary again, running the named test only, in a role.
pub(crate) fn again(test: &str, role: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("a path of this binary"));
    command.args(["--exact", test, "--nocapture"]);
    command
        .env(ROLE, role)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// The same, started by a shell that redirects its streams.
pub(crate) fn redirected(test: &str, redirection: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(format!("exec \"$0\" \"$@\" {redirection}"));
    command.arg(env::current_exe().expect("a path of this binary"));
    command.args(["--exact", test, "--nocapture"]);
    command
        .env(ROLE, "child")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Starts the command on a terminal of its own, types what it waits for, and demands success.
#[track_caller]
pub(crate) fn run_with_key(command: &mut Command) {
    let (mut pty, mut program) = start(command);
    pty.type_bytes(b"k");
    assert!(program.wait().success());
}

/// Starts the command on a terminal of its own and waits until it is ready.
#[track_caller]
pub(crate) fn start(command: &mut Command) -> (Pty, Program) {
    let mut pty = Pty::open();
    let program = pty.spawn(command).expect("start the child");
    pty.expect("READY");
    (pty, program)
}

/// What the child does by default: opens its terminal, reads one key raw, and puts it back.
pub(crate) fn reads_a_key() {
    let tty = Os.open().expect("a terminal");
    assert!(tty.is_private());
    reads_a_key_from(&Os, &tty);
}

pub(crate) fn reads_a_key_from<B: Backend>(backend: &B, tty: &B::Tty) {
    let before = tty.termios().expect("tcgetattr");
    let raw = before.with(&LineMode::RAW);
    tty.set_termios(When::Now, &raw).expect("tcsetattr");
    assert_eq!(tty.termios().expect("tcgetattr"), raw);
    let mut poller = backend.poller(tty, Signals::empty()).expect("a poller");
    say_ready(tty);
    let ready = poller.wait(Some(PATIENCE)).expect("wait");
    assert_eq!(
        ready,
        Ready {
            tty: true,
            ..Ready::default()
        }
    );
    let mut buffer = [0; 8];
    assert_eq!(tty.read(&mut buffer).expect("read"), Transfer::Bytes(1));
    assert_eq!(buffer[0], b'k');
    tty.set_termios(When::Now, &before).expect("tcsetattr");
    assert_eq!(tty.termios().expect("tcgetattr"), before);
}

pub(crate) fn say_ready(tty: &impl Tty) {
    assert_eq!(tty.write(b"READY").expect("write"), Transfer::Bytes(5));
}
