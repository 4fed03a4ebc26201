//! Reading a secret: not shown, not buffered anywhere but in a page of its own.
//!
//! The bytes go from the kernel into that page with one read. They never pass through the ring or
//! the decoder, and Linux wipes its own buffer behind a canonical read while nothing is echoed.

use std::ops::Deref;
use std::time::Duration;

use ttyring_platform::unix::process::{pause, wait_readable};
use ttyring_platform::unix::secret::{NoCore, Secret};
use ttyring_platform::{Backend, LineMode, Outcome, Result, Tty};

use super::Terminal;

/// The longest line that a terminal in canonical mode gives, on any system.
const LONGEST: usize = 4096;

/// A secret that was typed: kept out of core files where the system can do that, wiped when it is
/// dropped, never shown by `Debug`.
#[derive(Debug)]
pub struct Password(Secret);

impl Deref for Password {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<B: Backend> Terminal<B> {
    /// Shows `prompt` and reads a line that is not shown. Backspace and Ctrl-U edit it, Ctrl-C
    /// interrupts the program. The answer is without the end of the line; `None` when there is no
    /// line: Ctrl-D at its start, or a terminal that is gone.
    ///
    /// What an `Input` has read from the terminal already is not asked: call this before, or once
    /// its buffer is empty. At most 4095 bytes are taken.
    ///
    /// # Errors
    ///
    /// As [`enter`](Terminal::enter), and what `read(2)` and `write(2)` answer.
    ///
    /// # Platform notes
    ///
    /// No core file is written while the line is read, unless a filter of system calls keeps the
    /// process from forbidding it; the one of [`sandbox`](crate::sandbox) does not. Linux leaves the page out of later ones
    /// (`MADV_DONTDUMP`); elsewhere set `RLIMIT_CORE` to 0.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use ttyring::Os;
    /// use ttyring::terminal::{Options, Terminal};
    ///
    /// let mut terminal = Terminal::open(Os, Options::new())?;
    /// if let Some(password) = terminal.read_password("Password: ")? {
    ///     println!("{} bytes", password.len());
    /// }
    /// # Ok::<(), ttyring::Error>(())
    /// ```
    pub fn read_password(&mut self, prompt: &str) -> Result<Option<Password>> {
        // From before the prompt, which who types waits for.
        let _no_core = NoCore::new();
        self.enter(LineMode::PASSWORD)?;
        let line = self.write(prompt.as_bytes()).and_then(|()| self.line());
        // The newline that ended the line was not shown either.
        let shown = self.write(b"\n");
        self.leave()?;
        shown.and(line)
    }

    fn line(&self) -> Result<Option<Password>> {
        let mut secret = Secret::new(LONGEST)?;
        while !secret.room().is_empty() && !secret.as_bytes().ends_with(b"\n") {
            match self.tty().read(secret.room())? {
                Outcome::Bytes(count) => secret.grow(count),
                Outcome::NotReady => self.wait_for_more(),
                Outcome::End if secret.as_bytes().is_empty() => return Ok(None),
                Outcome::End => break,
            }
        }
        let line = secret.as_bytes();
        let length = line.strip_suffix(b"\n").unwrap_or(line).len();
        secret.truncate(length);
        Ok(Some(Password(secret)))
    }

    fn wait_for_more(&self) {
        let ready = self
            .tty()
            .descriptor()
            .is_some_and(|descriptor| wait_readable(descriptor, Duration::from_millis(100)));
        if !ready {
            pause(Duration::from_millis(1));
        }
    }
}
