//! `queue!` and `execute!`, and what the commands of this crate are written with.

/// Writes commands to a writer, without flushing it.
///
/// The result is an [`io::Result<()>`](std::io::Result): the first error ends it. The writer is an
/// expression of a type that implements [`Write`](std::io::Write), or a `&mut` of one.
///
/// # Examples
///
/// ```
/// use std::io::Write;
/// use ttyring_crossterm::{cursor::MoveTo, queue, style::Print};
///
/// let mut screen = Vec::new();
/// queue!(screen, MoveTo(0, 0), Print("hello"))?;
/// assert_eq!(screen, b"\x1b[1;1Hhello");
/// # std::io::Result::Ok(())
/// ```
#[macro_export]
macro_rules! queue {
    ($writer:expr $(, $command:expr)* $(,)?) => {{
        use ::std::io::Write as _;

        // A match keeps what `$writer` borrows from alive, as with `stdout().lock()`.
        match $writer.by_ref() {
            #[allow(unused_variables)]
            // Not `move`: a command borrows what it uses, so that the program has it afterwards.
            writer => (|| -> ::std::io::Result<()> {
                $($crate::QueueableCommand::queue(&mut *writer, $command)?;)*
                ::std::result::Result::Ok(())
            })(),
        }
    }};
}

/// Writes commands to a writer and flushes it: [`queue!`](crate::queue), and the flush.
///
/// # Examples
///
/// ```no_run
/// use std::io::stdout;
/// use ttyring_crossterm::{execute, terminal::EnterAlternateScreen};
///
/// execute!(stdout(), EnterAlternateScreen)?;
/// # std::io::Result::Ok(())
/// ```
#[macro_export]
macro_rules! execute {
    ($writer:expr $(, $command:expr)* $(,)?) => {{
        use ::std::io::Write as _;

        match $writer.by_ref() {
            writer => match $crate::queue!(&mut *writer $(, $command)*) {
                ::std::result::Result::Ok(()) => ::std::io::Write::flush(writer),
                ::std::result::Result::Err(error) => ::std::result::Result::Err(error),
            },
        }
    }};
}

/// Makes commands displayable: as the bytes that they write.
macro_rules! display {
    ($($command:ty),* $(,)?) => {$(
        impl ::std::fmt::Display for $command {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::Command::write_ansi(self, f)
            }
        }
    )*};
}

/// Declares commands that write the same text each time.
macro_rules! constant_commands {
    ($($(#[$attribute:meta])* $name:ident => $text:literal;)*) => {$(
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;

        impl $crate::Command for $name {
            fn write_ansi(&self, f: &mut impl ::std::fmt::Write) -> ::std::fmt::Result {
                f.write_str($text)
            }
        }
    )*};
}

/// Declares commands with a number.
macro_rules! counted_commands {
    ($($(#[$attribute:meta])* $name:ident($count:ident) => $text:literal, $value:expr;)*) => {$(
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(
            /// How many, or which one.
            pub u16,
        );

        impl $crate::Command for $name {
            fn write_ansi(&self, f: &mut impl ::std::fmt::Write) -> ::std::fmt::Result {
                let $count = self.0;
                write!(f, $text, $value)
            }
        }
    )*};
}

/// Writes `is_…` for variants.
#[cfg(feature = "events")]
macro_rules! is_variant {
    ($name:ident: $($method:ident $variant:ident),* $(,)?) => {
        impl $name {$(
            #[doc = concat!("Returns whether this is `", stringify!($variant), "`.")]
            #[inline]
            pub const fn $method(&self) -> bool {
                matches!(self, $name::$variant { .. })
            }
        )*}
    };
}

#[cfg(feature = "events")]
pub(crate) use is_variant;
pub(crate) use {constant_commands, counted_commands, display};
