//! One run of a program below a process that leads the session as a shell does.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use ttyring_test_support::Program;

use crate::program;
use crate::stage::Stage;
use crate::ways::End;

/// What the leader writes before the process id of the program.
const STARTED: &str = "STARTED ";
/// What the leader writes before the status of the program.
const ENDED: &str = "ENDED ";

/// A program that has switched everything on.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stage: Stage,
    /// The process that the leader has started and waits for.
    pub(crate) started: i32,
    /// The program: that process, or its child.
    pub(crate) program: i32,
    _leader: Program,
}

impl Run {
    /// Starts the program of these words; `prepare` may change the leader's command.
    pub(crate) fn start(words: &[&str], prepare: impl FnOnce(&mut Command)) -> Self {
        let mut stage = Stage::new();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg("--lead").args(words);
        prepare(&mut command);
        let leader = stage.start(&mut command);
        let started = stage.number_after(STARTED);
        let program = stage.number_after(program::READY);
        Run {
            stage,
            started,
            program,
            _leader: leader,
        }
    }

    /// Waits for the end of the process that the leader has started.
    pub(crate) fn status(&mut self) -> ExitStatus {
        ExitStatus::from_raw(self.stage.number_after(ENDED))
    }
}

/// Whether the leader has told of the end.
pub(crate) fn has_ended(stage: &mut Stage) -> bool {
    stage.model.text().contains(ENDED)
}

/// Leads a session as a shell without job control does: starts a program, waits for it, stays.
pub(crate) fn lead(command: &[&str]) -> ! {
    let mut command = Command::new(command[0]);
    command.args(std::env::args_os().skip(3));
    let mut program = command.spawn().expect("start the program");
    say(&format!("{STARTED}{}.", program.id()));
    let status = program.wait().expect("waitpid");
    say(&format!("{ENDED}{}.", status.into_raw()));
    loop {
        std::thread::park();
    }
}

fn say(text: &str) {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).expect("write");
    std::io::stdout().flush().expect("write");
}

pub(crate) fn send(process: i32, signal: i32) {
    // SAFETY: sends a signal to a process that this test started.
    unsafe { libc::kill(process, signal) };
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Exit(code),
            (None, Some(signal)) => End::Signal(signal),
            (None, None) => unreachable!("it has ended"),
        }
    }
}
