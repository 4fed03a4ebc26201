//! Giving the terminal away, for a while or for good, without losing what was typed.

use ttyring_platform::{Backend, Result, Size, Tty};

use super::Input;
use super::session::Session;
use crate::terminal::Terminal;

/// What happens to bytes that were typed but not used when the terminal is handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unread {
    /// What this program has read comes back to it afterwards, as its next events, and so does
    /// what came while late replies of the terminal were waited for. What nobody has read yet goes
    /// to whoever reads first.
    #[default]
    Keep,
    /// What this program has read is handed over as a slice of bytes.
    Give,
    /// It is thrown away, also what nobody has read yet.
    Discard,
}

impl<B: Backend> Input<B> {
    /// Gives the terminal back to the shell and stops the process, as Ctrl-Z does for a program
    /// that does not read it; returns when it is continued. The next events are then
    /// [`Resumed`](crate::Event::Resumed) and the size.
    ///
    /// Nothing that was typed is lost: what was read already comes afterwards.
    ///
    /// # Errors
    ///
    /// As [`Terminal::suspend`].
    pub fn suspend(&mut self) -> Result<()> {
        self.session.suspend(&mut self.source)
    }

    /// Gives the terminal back while `f` runs, for a child that uses it: settings as they were
    /// found, every mode off. Everything is on again afterwards, and a new size is an event.
    ///
    /// `f` gets the bytes that were read and not used, none unless `unread` is
    /// [`Unread::Give`].
    ///
    /// # Errors
    ///
    /// As [`Terminal::suspend_with`].
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
    /// let status = input.suspend_with(Unread::Keep, |_| Command::new("vi").status())??;
    /// println!("the editor ended with {status}\r");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn suspend_with<R: 'static>(
        &mut self,
        unread: Unread,
        f: impl FnOnce(&[u8]) -> R,
    ) -> Result<R> {
        self.session.hand_over(unread, f)
    }

    /// Ends the reading and returns the terminal, still as it is, with the bytes that were read
    /// and not used. What nobody has read is left to whoever reads the terminal next.
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
    pub fn into_parts(self) -> (Terminal<B>, Vec<u8>) {
        let Input { session, source } = self;
        drop(source);
        session.split_off()
    }
}

impl<B: Backend> Session<B> {
    pub(super) fn hand_over<R: 'static>(
        &mut self,
        unread: Unread,
        f: impl FnOnce(&[u8]) -> R,
    ) -> Result<R> {
        let mut given = match unread {
            Unread::Keep => Vec::new(),
            Unread::Give => self.take_unread(),
            Unread::Discard => {
                self.take_unread();
                self.terminal.tty().discard_input()?;
                Vec::new()
            }
        };
        let before = self.known_size();
        let result = self.terminal.lend(|late| {
            match unread {
                Unread::Keep => {}
                Unread::Give => given.append(late),
                Unread::Discard => late.clear(),
            }
            f(&given)
        })?;
        self.take_unread_of_terminal();
        if self.known_size() != before {
            self.expect_size();
        }
        Ok(result)
    }

    /// Parts with the terminal as it is.
    pub(super) fn split_off(mut self) -> (Terminal<B>, Vec<u8>) {
        let unread = self.take_unread();
        (self.terminal.split_off(), unread)
    }

    fn known_size(&self) -> Option<Size> {
        self.size().ok()
    }
}
