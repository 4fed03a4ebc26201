//! Programs that were stopped by SIGSTOP, which nobody notices, and what a supervisor makes of those
//! that do not know of it.

use rustix::termios::tcgetpgrp;
use ttyring_test_support::wait_until;

use crate::cycles::{Job, send};
use crate::program;
use crate::stage::{Stage, same};

/// A program that was stopped by SIGSTOP has given nothing back; the shell cleans up.
pub(crate) fn alone(cycles: usize) {
    let mut job = Job::start("alone");
    for cycle in 0..cycles.div_ceil(4) {
        send(job.group, libc::SIGSTOP);
        assert_eq!(job.tell("wait"), format!("stopped {}", libc::SIGSTOP));
        rustix::termios::tcsetattr(
            job.stage.pty.master(),
            rustix::termios::OptionalActions::Now,
            &job.found,
        )
        .expect("tcsetattr");
        assert_eq!(job.tell("fg"), "done");
        // Cooked, the key comes with a newline; the program says that it has heard SIGCONT.
        job.stage.model.forget();
        job.stage.pty.type_bytes(b"c\n");
        job.stage.expect(program::BACK);
        job.assert_taken(&format!("cycle {cycle}"));
    }
    job.end();
}

/// A program that is stopped by SIGSTOP has no chance to restore anything: its supervisor does.
pub(crate) fn supervised(cycles: usize) {
    let mut job = Job::start("guessed");
    for cycle in 0..cycles.div_ceil(4) {
        send(job.program, libc::SIGSTOP);
        assert_eq!(job.tell("wait"), format!("stopped {}", libc::SIGTSTP));
        let when = format!("cycle {cycle}");
        job.assert_given_back(&when);
        assert_eq!(job.tell("fg"), "done");
        let raw = job.raw.clone();
        let taken = |stage: &mut Stage| same(&stage.pty.termios(), &raw);
        assert!(job.stage.wait(taken), "{when}");
    }
    job.kill();
    job.assert_given_back("at the end");
}

/// The settings that a user has made while the program was stopped are those that come back.
pub(crate) fn killed_after_stty() {
    let mut job = Job::start("guessed");
    send(job.program, libc::SIGSTOP);
    assert_eq!(job.tell("wait"), format!("stopped {}", libc::SIGTSTP));
    job.change_settings();
    assert_eq!(job.tell("fg"), "done");
    job.kill();
    job.assert_given_back("at the end");
}

/// A job in the background has no business with the terminal, even when nobody else is left there.
pub(crate) fn buried() {
    let mut job = Job::start("guessed");
    send(job.program, libc::SIGTSTP);
    assert_eq!(job.tell("wait"), format!("stopped {}", libc::SIGTSTP));
    assert_eq!(job.tell("bg"), "done");
    let runs = || !is_stopped(job.group) && !is_stopped(job.program);
    assert!(wait_until(runs), "both were continued");
    assert_eq!(job.tell("bury"), "done");
    let dead = tcgetpgrp(job.stage.pty.master()).expect("tcgetpgrp");
    send(job.program, libc::SIGKILL);
    assert_eq!(job.tell("reap"), format!("killed {}", libc::SIGKILL));
    let now = tcgetpgrp(job.stage.pty.master()).expect("tcgetpgrp");
    assert_eq!(now, dead, "it was taken");
}

/// Whether a process is stopped.
fn is_stopped(process: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().unwrap_or_default();
    state.trim_start().starts_with('T')
}
