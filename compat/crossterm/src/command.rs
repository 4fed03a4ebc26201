//! What a command is, and writing commands.

use std::fmt;
use std::io::{self, Write};

use crate::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};

/// Something that a terminal does when it is sent a control sequence.
///
/// A program may have commands of its own:
///
/// ```
/// use std::fmt;
/// use ttyring_crossterm::{Command, QueueableCommand};
///
/// struct Bell;
///
/// impl Command for Bell {
///     fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
///         f.write_char('\x07')
///     }
/// }
///
/// let mut output = Vec::new();
/// output.queue(Bell)?;
/// assert_eq!(output, b"\x07");
/// # std::io::Result::Ok(())
/// ```
pub trait Command {
    /// Writes the control sequence to `f`.
    ///
    /// # Errors
    ///
    /// What `f` answers.
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result;
}

impl<C: Command + ?Sized> Command for &C {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        C::write_ansi(self, f)
    }
}

/// Writes commands without flushing: every [`Write`] does.
pub trait QueueableCommand {
    /// Writes `command` into the buffer of this writer, and returns the writer for the next one.
    ///
    /// # Errors
    ///
    /// What the writer answers.
    fn queue(&mut self, command: impl Command) -> io::Result<&mut Self>;
}

/// Writes commands and flushes: every [`Write`] does.
pub trait ExecutableCommand {
    /// Writes `command`, flushes, and returns the writer for the next one.
    ///
    /// # Errors
    ///
    /// What the writer answers.
    fn execute(&mut self, command: impl Command) -> io::Result<&mut Self>;
}

/// Shows what several operations write all at once: every [`Write`] does.
pub trait SynchronizedUpdate {
    /// Runs `operations` between [`BeginSynchronizedUpdate`] and [`EndSynchronizedUpdate`], and
    /// returns what they return.
    ///
    /// # Errors
    ///
    /// What the writer answers to one of the two commands.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::io::{Write, stdout};
    /// use ttyring_crossterm::SynchronizedUpdate;
    ///
    /// stdout().sync_update(|output| writeln!(output, "in one piece"))??;
    /// # std::io::Result::Ok(())
    /// ```
    fn sync_update<T>(&mut self, operations: impl FnOnce(&mut Self) -> T) -> io::Result<T>;
}

impl<W: Write + ?Sized> QueueableCommand for W {
    fn queue(&mut self, command: impl Command) -> io::Result<&mut Self> {
        let mut text = Text {
            writer: &mut *self,
            error: None,
            gathered: [0; GATHERED],
            len: 0,
        };
        let written = command.write_ansi(&mut text);
        text.finish(written)?;
        Ok(self)
    }
}

impl<W: Write + ?Sized> ExecutableCommand for W {
    fn execute(&mut self, command: impl Command) -> io::Result<&mut Self> {
        self.queue(command)?;
        self.flush()?;
        Ok(self)
    }
}

impl<W: Write + ?Sized> SynchronizedUpdate for W {
    fn sync_update<T>(&mut self, operations: impl FnOnce(&mut Self) -> T) -> io::Result<T> {
        self.queue(BeginSynchronizedUpdate)?;
        let result = operations(self);
        self.execute(EndSynchronizedUpdate)?;
        Ok(result)
    }
}

/// How many bytes of a command are written at once: every command of this crate but long texts.
const GATHERED: usize = 64;

/// A writer of bytes as one of text, which keeps the error that [`fmt::Error`] has no room for.
///
/// A command that is formatted comes in pieces. They are gathered, since each would be a system call
/// where nothing else gathers them, as on standard error.
struct Text<'a, W: ?Sized> {
    writer: &'a mut W,
    error: Option<io::Error>,
    gathered: [u8; GATHERED],
    len: usize,
}

impl<W: Write + ?Sized> Text<'_, W> {
    /// Writes the rest of a command that was `written` without an error so far.
    #[inline(never)]
    fn finish(&mut self, written: fmt::Result) -> io::Result<()> {
        let written = written.and_then(|()| self.pass_on());
        match (self.error.take(), written) {
            (Some(error), _) => Err(error),
            (None, Ok(())) => Ok(()),
            (None, Err(fmt::Error)) => Err(io::Error::other("a command could not be formatted")),
        }
    }

    /// Writes what was gathered.
    fn pass_on(&mut self) -> fmt::Result {
        let len = std::mem::take(&mut self.len);
        match len {
            0 => Ok(()),
            len => note(
                self.writer.write_all(&self.gathered[..len]),
                &mut self.error,
            ),
        }
    }
}

impl<W: Write + ?Sized> fmt::Write for Text<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let bytes = text.as_bytes();
        if self.len + bytes.len() > GATHERED {
            self.pass_on()?;
        }
        match self.gathered.get_mut(self.len..self.len + bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.len += bytes.len();
                Ok(())
            }
            None => note(self.writer.write_all(bytes), &mut self.error),
        }
    }
}

fn note(written: io::Result<()>, error: &mut Option<io::Error>) -> fmt::Result {
    written.map_err(|found| {
        *error = Some(found);
        fmt::Error
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cursor::MoveTo;

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Broken;

    impl Command for Broken {
        fn write_ansi(&self, _: &mut impl fmt::Write) -> fmt::Result {
            Err(fmt::Error)
        }
    }

    #[test]
    fn error_of_the_writer_is_the_one_returned() {
        let error = Full.queue(MoveTo(1, 1)).map(drop).expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn command_that_cannot_be_formatted_is_an_error_and_no_panic() {
        let error = Vec::new().queue(Broken).map(drop).expect_err("it fails");
        assert_eq!(error.kind(), io::ErrorKind::Other);
    }

    /// Counts its writes.
    #[derive(Default)]
    struct Counted(Vec<Vec<u8>>);

    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn command_is_one_write() {
        let mut output = Counted::default();
        output.queue(MoveTo(12, 34)).expect("it takes everything");
        assert_eq!(output.0, [b"\x1b[35;13H"]);
    }

    #[test]
    fn text_that_is_longer_than_what_is_gathered_is_whole() {
        for len in [GATHERED - 1, GATHERED, GATHERED + 1, 5 * GATHERED] {
            let text = "x".repeat(len);
            let mut output = Counted::default();
            let print = crate::style::Print(format_args!("<{text}>").to_string());
            output.queue(print).expect("it takes everything");
            assert_eq!(output.0.concat(), format!("<{text}>").as_bytes());
        }
    }

    #[test]
    fn updates_are_synchronized_around_what_is_written() {
        let mut output = Vec::new();
        let result = output.sync_update(|output| output.write_all(b"x").map(|()| 7));
        assert_eq!(result.expect("a vector").expect("a vector"), 7);
        assert_eq!(output, b"\x1b[?2026hx\x1b[?2026l");
    }
}
