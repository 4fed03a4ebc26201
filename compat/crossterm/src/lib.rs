//! crossterm's public interface, written anew over [ttyring].
//!
//! A program that is written for crossterm 0.29 compiles with this crate in its place and behaves
//! the same, with these differences:
//!
//! - Whatever the commands and [`terminal::enable_raw_mode`] switch on is switched off again on
//!   every death of the process: a panic, `exit`, a signal, an abort. SIGKILL needs the supervisor
//!   of `ttyring`.
//! - One thread may ask for the cursor's position or switch raw mode while another one reads.
//! - A program that was stopped and continued gets its modes back, and a `Resize` event that makes
//!   it draw everything anew.
//!
//! There are two ways in. A program replaces the dependency in its own manifest:
//!
//! ```toml
//! [dependencies]
//! crossterm = { package = "ttyring-crossterm", version = "0.1" }
//! ```
//!
//! A program whose dependencies use crossterm, too, patches the whole tree, so that all of them
//! share one terminal; `README.md` has the lines for 0.29 and for 0.28.
//!
//! The features have upstream's names: `events`, `bracketed-paste`, `event-stream`, `serde`,
//! `osc52`. `use-dev-tty`, `derive-more`, `windows` and `libc` are accepted and change nothing.
//!
//! # Platform notes
//!
//! Linux and macOS. A program that also runs on Windows keeps crossterm there.
//!
//! [ttyring]: https://docs.rs/ttyring

mod command;
mod macros;
mod restore;

#[cfg(feature = "osc52")]
pub mod clipboard;
pub mod cursor;
#[cfg(feature = "events")]
pub mod event;
pub mod style;
pub mod terminal;
pub mod tty;

pub use command::{Command, ExecutableCommand, QueueableCommand, SynchronizedUpdate};
