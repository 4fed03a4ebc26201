//! What the tests of the workspace share: a pseudo-terminal with a program on it, and waiting for
//! a condition until a deadline.
//!
//! A test that stands still ends: each wait says what it waits for ([`within`]), and a terminal on
//! which nothing happens for [`IDLE`] ends the test binary.
//!
//! No test needs a terminal of its own: each opens a pair, and each child becomes the leader of a
//! session whose controlling terminal is the slave.

#[cfg(windows)]
#[path = "windows.rs"]
mod system;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;

mod deadline;
pub mod model;
#[cfg(unix)]
mod pty;
pub mod runner;

use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

pub use deadline::{Deadline, LONG_PATIENCE, PATIENCE, join, output, receive, within, within_long};
#[cfg(unix)]
pub use pty::{Pty, cores_are_files, same};
pub use system::default_signals;

/// How long a test may do nothing with its terminal: several times [`PATIENCE`], after which the
/// waits on the terminal itself give up.
pub const IDLE: Duration = Duration::from_secs(120);

/// A program, mostly on a pseudo-terminal, killed when the test is over.
#[derive(Debug)]
pub struct Program {
    child: Child,
}

impl From<Child> for Program {
    fn from(child: Child) -> Self {
        deadline::add_program(child.id());
        Program { child }
    }
}

impl Program {
    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the child, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the end of the program.
    ///
    /// # Panics
    ///
    /// When it has not ended within [`PATIENCE`].
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        let ended = wait_until(|| {
            status = self.child.try_wait().expect("waitpid");
            status.is_some()
        });
        assert!(ended, "process {} has not ended in time", self.id());
        status.expect("the loop ended with a status")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        deadline::remove_program(self.id());
        let _ = self.child.kill();
        let _ = within("the end of a killed program", || self.child.wait());
    }
}

/// Asks `condition` every millisecond until it holds; returns whether it did within [`PATIENCE`].
pub fn wait_until(mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Returns whether `needle` stands somewhere in `bytes`.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
