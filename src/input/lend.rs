//! Giving the terminal away, for a while or for good, without losing what was typed.

use ttyring_platform::{Backend, Result, Tty};

use super::{Due, Input};
use crate::decode::Token;
#[cfg(any(feature = "tokio", feature = "async-io"))]
use crate::event::Paste;
use crate::key;
use crate::terminal::Terminal;

/// Who gets the bytes that were read but not used when the terminal is lent: see [`Input::lend`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unread {
    /// This program gets what it has read as its next events, after the loan. That includes what
    /// arrived while the loan waited for late replies. Bytes that nobody has read yet go to whoever
    /// reads first.
    #[default]
    Keep,
    /// The closure gets what this program has read as a slice of bytes.
    Give,
    /// Nobody: all of it is discarded, and so is what nobody has read yet. This happens before the
    /// closure runs and again when it has ended, so that nothing meant for a child reaches this
    /// program.
    Discard,
}

impl<B: Backend> Input<B> {
    /// Gives the terminal back to the shell and stops the process, as Ctrl-Z does in a program that
    /// does not read keys. Returns when the process is continued. The next events are then
    /// [`Resumed`](crate::Event::Resumed) and the size.
    ///
    /// Nothing that was typed is lost: events that were already read follow these two.
    ///
    /// # Errors
    ///
    /// As [`Terminal::suspend`].
    #[inline(never)]
    pub fn suspend(&mut self) -> Result<()> {
        self.forget_found();
        self.origin.pause();
        let suspended = self.terminal.suspend();
        self.take_unread_of_terminal();
        self.origin.resume()?;
        suspended?;
        self.origin.look()
    }

    /// Suspends if `token` is Ctrl-Z; returns whether it is.
    pub(super) fn suspend_for(&mut self, token: Token) -> Result<bool> {
        let is_ctrl_z = self.reader.event(token) == key!(ctrl - z);
        if is_ctrl_z {
            self.suspend()?;
        }
        Ok(is_ctrl_z)
    }

    /// Gives the terminal back while `f` runs, so that a child process can use it: with the
    /// settings that were found and with every mode off. Afterwards everything is switched on
    /// again, and a new size is an event. This program does not read meanwhile.
    ///
    /// With [`Unread::Give`], `f` gets the bytes that were read and not used; otherwise it gets
    /// none.
    ///
    /// # Errors
    ///
    /// As [`Terminal::suspend`]; with a capture thread also when it cannot be started again.
    ///
    /// # Panics
    ///
    /// When `f` does; the terminal is then left as it was found.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::process::Command;
    /// use ttyring::{Input, Unread};
    ///
    /// let mut input = Input::open()?;
    /// let status = input.lend(Unread::Keep, |_| Command::new("vi").status())??;
    /// println!("the editor ended with {status}\r");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn lend<R: 'static>(&mut self, unread: Unread, f: impl FnOnce(&[u8]) -> R) -> Result<R> {
        self.origin.pause();
        let lent = self.lend_paused(unread, f);
        self.origin.resume()?;
        lent
    }

    fn lend_paused<R: 'static>(&mut self, unread: Unread, f: impl FnOnce(&[u8]) -> R) -> Result<R> {
        let mut given = match unread {
            Unread::Keep => Vec::new(),
            Unread::Give => self.take_unread(),
            Unread::Discard => {
                // What was read already is dropped below, with what comes meanwhile.
                self.terminal.tty().discard_input()?;
                Vec::new()
            }
        };
        let before = self.size().ok();
        let result = self.terminal.lend_with_unread(|late| {
            match unread {
                Unread::Keep => {}
                Unread::Give => given.append(late),
                Unread::Discard => late.clear(),
            }
            f(&given)
        })?;
        self.take_unread_of_terminal();
        if unread == Unread::Discard {
            self.take_unread();
            self.terminal.tty().discard_input()?;
        }
        if self.size().ok() != before {
            self.due |= Due::SIZE;
        }
        Ok(result)
    }

    /// Stops reading, and returns the terminal in its present state with the bytes that were read
    /// and not used. Bytes that nobody has read are left to whoever reads the terminal next.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// let mut input = ttyring::Input::open()?;
    /// input.next_event()?;
    /// let (terminal, unread) = input.into_parts();
    /// drop(terminal); // from here on the terminal is as it was found
    /// eprintln!("typed ahead: {:?}", String::from_utf8_lossy(&unread));
    /// # Ok::<(), ttyring::Error>(())
    /// ```
    pub fn into_parts(mut self) -> (Terminal<B>, Vec<u8>) {
        self.origin.pause();
        let unread = self.take_unread();
        (self.terminal.split_off(), unread)
    }

    /// Takes over what the terminal has read while it was lent.
    #[cold]
    pub(super) fn take_unread_of_terminal(&mut self) {
        self.forget_found();
        self.reader.append(self.terminal.custody().take_unread());
    }

    /// Takes back a piece of a paste that was found and not used, as the next event.
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    pub(crate) fn put_back(&mut self, paste: &Paste<'_>) {
        self.forget_found();
        self.kept.keep_first(paste);
        self.due |= Due::KEPT;
    }

    /// Takes everything that no event was made of yet.
    fn take_unread(&mut self) -> Vec<u8> {
        let earlier = self.take_kept();
        self.reader.take_all(earlier)
    }

    /// Takes the bytes of the events that were kept.
    pub(super) fn take_kept(&mut self) -> Vec<u8> {
        self.forget_found();
        let bytes = self.kept.take_bytes();
        self.due.set(Due::KEPT, !self.kept.is_empty());
        bytes
    }
}

/// What was read and not used is for whoever reads next in this process.
impl<B: Backend> Drop for Input<B> {
    fn drop(&mut self) {
        // Before the terminal is restored: nobody reads it any more.
        self.origin.pause();
        let unread = self.take_unread();
        self.terminal.custody().give_unread(unread);
    }
}
