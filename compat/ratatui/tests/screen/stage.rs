//! An application on a terminal of its own, whose screen a model draws.

use std::num::NonZero;
use std::process::{Command, ExitStatus};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::termios::Termios;
pub(crate) use ttyring_test_support::runner::{Run, Test};
use ttyring_test_support::{Program, Pty, contains, same, wait_until, within};

pub(crate) struct Stage {
    pub(crate) pty: Pty,
    program: Program,
    found: Termios,
    screen: vt100::Parser,
    fed: usize,
}

impl Stage {
    /// Starts a program on a screen of 40 × 8 cells, which shows `before`.
    pub(crate) fn start(name: &str, before: &str) -> Self {
        Self::launch(name, before, |_| {})
    }

    /// As [`start`](Self::start), with a change to the command.
    pub(crate) fn launch(name: &str, before: &str, change: impl FnOnce(&mut Command)) -> Self {
        let pty = Pty::open();
        pty.resize(40, 8);
        let found = pty.termios();
        rustix::io::write(pty.slave(), before.as_bytes()).expect("write");
        let mut command = Command::new(std::env::current_exe().expect("the test"));
        command.args(["--program", name]).env_remove("NO_COLOR");
        change(&mut command);
        let program = pty.spawn(pty.on_terminal(&mut command));
        Stage {
            program: program.expect("start the program"),
            pty,
            found,
            screen: vt100::Parser::new(cells(8), cells(40), 0),
            fed: 0,
        }
    }

    /// Changes the size of the screen and of the terminal.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.screen
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        self.pty.resize(columns, rows);
    }

    /// Waits until the screen is as `shown` demands, and answers where the cursor is meanwhile.
    #[track_caller]
    pub(crate) fn shows(&mut self, what: &str, shown: impl Fn(&vt100::Screen) -> bool) {
        let come = wait_until(|| {
            self.draw();
            if shown(self.screen.screen()) {
                return true;
            }
            let seen = self.pty.seen().len();
            self.pty.read_until(|bytes| bytes.len() > seen);
            false
        });
        assert!(come, "{what} did not come:\n{}", self.text());
    }

    /// Waits until the rows of the screen are these, without blanks at their ends.
    #[track_caller]
    pub(crate) fn shows_rows(&mut self, rows: &[&str]) {
        let wanted = rows.join("\n");
        self.shows(&wanted, |screen| {
            without_blanks(&screen.contents()) == wanted
        });
    }

    /// The rows of the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    pub(crate) fn process(&self) -> Pid {
        Pid::from_raw(self.program.id() as i32).expect("not zero")
    }

    pub(crate) fn send(&self, signal: Signal) {
        kill_process(self.process(), signal).expect("kill");
    }

    /// As a leader of its session the program cannot be stopped by SIGTSTP, so it is SIGSTOP.
    pub(crate) fn stop(&self) {
        let process = self.process();
        self.send(Signal::STOP);
        let stopped = within("the program to stop", || {
            waitpid(Some(process), WaitOptions::UNTRACED)
        });
        stopped.expect("waitpid");
    }

    fn draw(&mut self) {
        const QUESTION: &[u8] = b"\x1b[6n";
        let new = self.pty.seen()[self.fed..].to_vec();
        // A question that is not all there yet is looked at next time.
        let halves = (1..QUESTION.len()).filter(|&len| new.ends_with(&QUESTION[..len]));
        let new = &new[..new.len() - halves.max().unwrap_or(0)];
        self.fed += new.len();
        let mut rest = new;
        while let Some(at) = rest.windows(4).position(|bytes| bytes == QUESTION) {
            self.screen.process(&rest[..at]);
            let (row, column) = self.screen.screen().cursor_position();
            let answer = format!("\x1b[{};{}R\x1b[?62c", row + 1, column + 1);
            self.pty.type_bytes(answer.as_bytes());
            rest = &rest[at + 4..];
        }
        self.screen.process(rest);
    }

    /// Waits for the end of the program, and demands that it has left nothing switched on; returns
    /// the last screen, too.
    #[track_caller]
    pub(crate) fn ends_clean(mut self) -> (ExitStatus, String) {
        let gone = wait_until(|| {
            self.draw();
            let status = self.program.child().try_wait().expect("wait");
            if status.is_some() {
                return true;
            }
            // What is written while it ends is answered, too.
            self.read_what_is_there();
            false
        });
        assert!(gone, "the program did not end:\n{}", self.text());
        let status = self.program.wait();
        let left = self.pty.termios();
        assert!(same(&self.found, &left), "settings are left: {left:?}");
        self.read_what_is_there();
        self.draw();
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is left hidden");
        let mouse = screen.mouse_protocol_mode();
        assert_eq!(mouse, vt100::MouseProtocolMode::None, "the mouse is left");
        let (on, off) = (self.last(b"\x1b[?2026h"), self.last(b"\x1b[?2026l"));
        assert!(on <= off, "synchronized output is left");
        (status, without_blanks(&self.text()))
    }

    fn read_what_is_there(&mut self) {
        // A byte from this side is there at once, behind everything from before.
        rustix::io::write(self.pty.slave(), b"\x07").expect("write");
        let seen = self.pty.seen().len();
        let come = self
            .pty
            .read_until(|bytes| contains(&bytes[seen..], b"\x07"));
        assert!(come, "what this side has written did not come");
    }

    fn last(&self, bytes: &[u8]) -> Option<usize> {
        let seen = self.pty.seen();
        seen.windows(bytes.len()).rposition(|found| found == bytes)
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("not zero")
}

/// Takes away the blanks at the ends of rows, and empty rows at the end.
fn without_blanks(text: &str) -> String {
    let rows: Vec<_> = text.lines().map(str::trim_end).collect();
    rows.join("\n").trim_end().to_owned()
}
