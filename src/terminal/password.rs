//! Reading a secret: it is not shown, and no buffer has it but a page of its own.
//!
//! The bytes go from the kernel into that page with one read. They never pass through the ring or
//! the decoder, and Linux wipes its own buffer behind a canonical read while nothing is echoed.

use std::io;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ttyring_platform::system::secret::{NoCore, Secret};
use ttyring_platform::{Backend, Error, LineMode, Result, Time, Transfer, Tty};

use super::Terminal;
use super::hooks::{self, Heard};
use super::world::{now, pause, wait_readable};

/// The longest line that a terminal in canonical mode gives, on any system. A line as long as that
/// may be the start of a longer one, of which the kernel has dropped the rest.
const LONGEST_LINE: usize = 4095;

/// How long a wait is at once, so that signals and other threads are heard.
const TICK: Duration = Duration::from_millis(100);

/// How to ask for a password. A plain `&str` is a prompt, too.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use ttyring::terminal::{Prompt, Terminal};
///
/// let mut terminal = Terminal::open()?;
/// let prompt = Prompt::new("Password: ").timeout(Duration::from_secs(60));
/// let password = terminal.read_password(prompt)?;
/// # Ok::<(), ttyring::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Prompt<'a> {
    text: &'a str,
    timeout: Option<Duration>,
    cancel: Option<&'a AtomicBool>,
    refuses_typed_ahead: bool,
}

impl<'a> Prompt<'a> {
    /// Makes a prompt that waits without a limit.
    pub fn new(text: &'a str) -> Self {
        Prompt {
            text,
            timeout: None,
            cancel: None,
            refuses_typed_ahead: false,
        }
    }

    /// Gives up with the error `TimedOut` when no line has come within `timeout`.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Gives up with the error `Interrupted`, within 100 ms, when another thread or a signal handler
    /// has set `cancel`.
    #[must_use]
    pub fn cancelled_by(mut self, cancel: &'a AtomicBool) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// Throws away what was typed before the prompt: it may have been shown on the screen.
    #[must_use]
    pub fn refuse_typed_ahead(mut self) -> Self {
        self.refuses_typed_ahead = true;
        self
    }
}

impl<'a> From<&'a str> for Prompt<'a> {
    fn from(text: &'a str) -> Self {
        Prompt::new(text)
    }
}

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
    /// interrupts the program. Returns the line without its end; `None` when there is no line:
    /// Ctrl-D at its start, or a terminal that is gone.
    ///
    /// After the process was stopped and continued, the prompt is shown again, and the line starts
    /// anew. Call this before an [`Input`](crate::Input) is opened on the device: bytes that it has
    /// read are not part of the line.
    ///
    /// # Errors
    ///
    /// As [`enter`](Terminal::enter), and what `read(2)` and `write(2)` answer. Of these kinds, with
    /// what was typed thrown away:
    ///
    /// - `Interrupted` after a signal that would end the process, but the program handles: by a
    ///   handler that was installed before the terminal was opened, or by
    ///   [`Builder::signals`](crate::Builder::signals).
    /// - `Interrupted` and `TimedOut` as [`Prompt`] says.
    /// - `InvalidData` when the line has 4095 bytes or more: the kernel drops the rest of such a
    ///   line.
    ///
    /// # Platform notes
    ///
    /// No core file is written while the line is read, unless a filter of system calls keeps the
    /// process from forbidding it; the one of `platform::sandbox` does not. Linux leaves the
    /// page out of later ones (`MADV_DONTDUMP`); elsewhere set `RLIMIT_CORE` to 0. macOS drops what
    /// exceeds about 1000 bytes of a line, and this does not notice.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use ttyring::terminal::Terminal;
    ///
    /// let mut terminal = Terminal::open()?;
    /// if let Some(password) = terminal.read_password("Password: ")? {
    ///     println!("{} bytes", password.len());
    /// }
    /// # Ok::<(), ttyring::Error>(())
    /// ```
    pub fn read_password<'p>(&mut self, prompt: impl Into<Prompt<'p>>) -> Result<Option<Password>> {
        let prompt = prompt.into();
        let before = hooks::heard();
        // From before the prompt: the user waits for it.
        let no_core = NoCore::new();
        let line = self.prompt_and_read(&prompt, before);
        if self.custody().is_ended() {
            // A signal is ending the process meanwhile, in another thread: the core would follow.
            no_core.keep();
        }
        line
    }

    fn prompt_and_read(&mut self, prompt: &Prompt<'_>, before: Heard) -> Result<Option<Password>> {
        self.enter(LineMode::PASSWORD)?;
        if prompt.refuses_typed_ahead {
            self.forget_typed();
        }
        // The line begins here: a continuation before it takes nothing from it.
        let before = Heard {
            handled: before.handled,
            ..hooks::heard()
        };
        let shown = self.write(prompt.text.as_bytes());
        let line = shown.and_then(|()| self.line(prompt, before));
        if line.is_err() {
            // Nobody else is to read the start of a password.
            self.forget_typed();
        }
        // The newline that ended the line was not shown either.
        let shown = self.write(b"\n");
        self.leave()?;
        line.and_then(|line| shown.map(|()| line))
    }

    fn line(&self, prompt: &Prompt<'_>, mut heard: Heard) -> Result<Option<Password>> {
        let mut secret = Secret::new(LONGEST_LINE + 1)?;
        let end = prompt.timeout.map(|timeout| now() + timeout);
        while !secret.room().is_empty() && !secret.as_bytes().ends_with(b"\n") {
            match self.tty().read(secret.room())? {
                Transfer::Bytes(count) => secret.grow(count),
                Transfer::End if secret.as_bytes().is_empty() => return Ok(None),
                Transfer::End => break,
                Transfer::NotReady => {
                    if self.wait_for_more(prompt, end, &mut heard)? {
                        secret.truncate(0);
                        self.write(prompt.text.as_bytes())?;
                    }
                }
            }
        }
        let line = secret.as_bytes();
        let length = line.strip_suffix(b"\n").unwrap_or(line).len();
        if length >= LONGEST_LINE {
            return Err(gave_up(io::ErrorKind::InvalidData));
        }
        secret.truncate(length);
        Ok(Some(Password(secret)))
    }

    /// Waits a while; returns whether the process was continued, so that the line starts anew.
    ///
    /// # Errors
    ///
    /// That there is a reason to give up.
    fn wait_for_more(
        &self,
        prompt: &Prompt<'_>,
        end: Option<Time>,
        heard: &mut Heard,
    ) -> Result<bool> {
        let before = std::mem::replace(heard, hooks::heard());
        // Acquire: whoever has set it may have more to say.
        let cancelled = prompt.cancel.is_some_and(|it| it.load(Ordering::Acquire));
        if cancelled || heard.handled != before.handled {
            return Err(gave_up(io::ErrorKind::Interrupted));
        }
        if heard.continued != before.continued {
            self.forget_typed();
            return Ok(true);
        }
        let left = end.map_or(TICK, |end| end.since(now()).min(TICK));
        if left.is_zero() {
            return Err(gave_up(io::ErrorKind::TimedOut));
        }
        if !wait_readable(self.tty(), left) {
            // A signal has come, or it is a device that cannot be polled.
            pause(Duration::from_millis(1));
        }
        Ok(false)
    }

    /// Throws away what was typed and not read; an error means that the terminal is gone.
    fn forget_typed(&self) {
        let _ = self.tty().discard_input();
    }
}

fn gave_up(why: io::ErrorKind) -> Error {
    Error::os("password", io::Error::from(why))
}

#[cfg(test)]
#[path = "password_tests.rs"]
mod tests;
