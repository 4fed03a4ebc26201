//! A program on a terminal of its own, and what is left when it is gone.

use std::process::{Command, ExitStatus};

use rustix::termios::{OptionalActions, Termios, tcsetattr};
use ttyring_test_support::model::Model;
pub(crate) use ttyring_test_support::runner::{Run, Test};
use ttyring_test_support::{Program, Pty, same, wait_until};

pub(crate) struct Stage {
    pub(crate) pty: Pty,
    pub(crate) program: Program,
    found: Termios,
    model: Model,
    fed: usize,
}

impl Stage {
    /// Starts a program and waits until it says that it is ready.
    pub(crate) fn start(name: &str) -> Self {
        let mut stage = Self::start_quietly(name, b"");
        stage.pty.expect("ready");
        stage
    }

    /// Types before a program starts, and starts it.
    pub(crate) fn start_quietly(name: &str, typed: &[u8]) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("the test"));
        command.args(["--program", name]);
        Self::launch(command, typed)
    }

    /// Types before a command starts, and starts it.
    pub(crate) fn launch(mut command: Command, typed: &[u8]) -> Self {
        let mut pty = Pty::open();
        let found = pty.termios();
        pty.type_bytes(typed);
        let program = pty.spawn(pty.on_terminal(&mut command));
        Stage {
            program: program.expect("start the program"),
            pty,
            found,
            model: Model::default(),
            fed: 0,
        }
    }

    /// Types something and waits for what it leads to.
    #[track_caller]
    pub(crate) fn type_for(&mut self, bytes: &[u8], text: &str) {
        self.pty.type_bytes(bytes);
        self.pty.expect(text);
    }

    /// Answers the questions that the program asks until it has written `text`.
    #[track_caller]
    pub(crate) fn answer_until(&mut self, text: &str) {
        let come = wait_until(|| {
            // Questions that came together with what was waited for before are answered first.
            self.answer();
            let seen = self.pty.seen().len();
            self.pty.read_until(|bytes| {
                bytes.len() > seen || ttyring_test_support::contains(bytes, text.as_bytes())
            });
            ttyring_test_support::contains(self.pty.seen(), text.as_bytes())
        });
        assert!(come, "{text:?} did not come: {}", self.seen());
    }

    /// Answers the questions among what was seen and not looked at yet.
    fn answer(&mut self) {
        self.model.feed(&self.pty.seen()[self.fed..]);
        self.fed = self.pty.seen().len();
        let answers = self.model.answers();
        if !answers.is_empty() {
            self.pty.type_bytes(&answers);
        }
    }

    pub(crate) fn seen(&self) -> String {
        String::from_utf8_lossy(self.pty.seen()).replace('\x1b', "ESC")
    }

    /// Puts the settings back that were found, as a shell does when its job has stopped.
    pub(crate) fn put_back(&self) {
        tcsetattr(self.pty.slave(), OptionalActions::Now, &self.found).expect("tcsetattr");
    }

    /// Waits for the end of the program; returns what it has written.
    pub(crate) fn rest(mut self) -> String {
        self.program.wait();
        rustix::io::write(self.pty.slave(), b"#gone#").expect("write");
        self.pty.expect("#gone#");
        self.seen()
    }

    /// Waits for the end of the program, and demands that it has left nothing switched on.
    #[track_caller]
    pub(crate) fn ends_clean(mut self) -> ExitStatus {
        let status = self.program.wait();
        let left = self.pty.termios();
        assert!(same(&self.found, &left), "settings are left: {left:?}");
        // What was written before the end is in the terminal when the program is gone.
        rustix::io::write(self.pty.slave(), b"#gone#").expect("write");
        self.pty.expect("#gone#");
        self.model.feed(&self.pty.seen()[self.fed..]);
        let modes = self.model.modes();
        assert!(modes.are_off(), "{modes:?} are left: {}", self.seen());
        status
    }
}
