//! When a supervisor can be started, and what becomes of a program whose supervisor was killed.

use std::os::unix::process::CommandExt;
use std::process::Command;

use ttyring_test_support::wait_until;

use crate::run::{Run, send};
use crate::stage::Stage;
use crate::supervisor::{Outcome, ensure, ensure_end, ensure_restored, this};
use crate::ways::End;

/// A second start neither fails nor makes another process.
pub(crate) fn twice() -> Outcome {
    let mut stage = Stage::new();
    let mut program = stage.start(Command::new(this()).args(["--act", "starts-twice"]));
    let same = stage.number_after::<i32>("SAME ");
    ensure(same == 1, || "it was started again".to_owned())?;
    ensure_end(program.wait(), End::Exit(0))
}

/// Threads would be lost in the child.
pub(crate) fn late() -> Outcome {
    let stage = Stage::new();
    let mut program = stage.start(Command::new(this()).args(["--act", "starts-late"]));
    ensure_end(program.wait(), End::Exit(3))
}

/// A program that ignores SIGHUP hears of the end of its supervisor by SIGTERM.
pub(crate) fn ignoring_hangups() -> Outcome {
    let mut run = Run::start(&[&this(), "--die-supervised", "TERM"], |command| {
        // SAFETY: between fork and exec one disposition is changed.
        unsafe {
            command.pre_exec(|| {
                libc::signal(libc::SIGHUP, libc::SIG_IGN);
                Ok(())
            });
        }
    });
    kill_supervisor(&mut run)?;
    ensure_restored(&mut run.stage)
}

/// A program that does not know of its supervisor does not outlive it.
pub(crate) fn any_program() -> Outcome {
    let this = this();
    let script = "echo \"READY $$.\"; exec sleep 600";
    let words = [&this, "--supervise", "failed", "sh", "-c", script];
    kill_supervisor(&mut Run::start(&words, |_| ()))
}

/// Kills the supervisor and waits for the end of the program.
fn kill_supervisor(run: &mut Run) -> Outcome {
    send(run.started, libc::SIGKILL);
    ensure_end(run.status(), End::Signal(libc::SIGKILL))?;
    let program = format!("/proc/{}", run.program);
    let gone = wait_until(|| !std::path::Path::new(&program).exists());
    ensure(gone, || "the program goes on".to_owned())
}
