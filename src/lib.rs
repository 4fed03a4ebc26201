//! Terminal input for command-line programs: raw mode that is always restored.
//!
//! [`Input`] puts the terminal into raw mode and gives you bytes or decoded events. One system call
//! brings a key from the kernel into a lock-free ring, and both are read out of that ring: in your
//! own thread, in your event loop, in your async runtime, or beside a capture thread. Linux and
//! macOS are supported; `docs/windows.md` says how far Windows is.
//!
//! # Five lines
//!
//! ```no_run
//! let mut input = ttyring::Input::open()?;
//! while let Some(event) = input.next_event()? {
//!     if event == ttyring::key!(ctrl - c) { break }
//!     print!("{event:?}\r\n");
//! }
//! # Ok::<(), ttyring::Error>(())
//! ```
//!
//! [`Input::open`] opens the terminal itself, so standard input may be a pipe. The terminal is
//! restored when the input is dropped, and when the program ends in any other way: see
//! [`terminal`].
//!
//! # Which way to choose
//!
//! Take the first row that fits. Each has a program in the [`guide`].
//!
//! | your program | use | program |
//! |---|---|---|
//! | waits for keys and does nothing else | [`Input::next_event`] | [wait for keys](guide#wait-for-keys) |
//! | has something to do now and then | [`Input::poll`] with a timeout | [wait with a timeout](guide#wait-with-a-timeout) |
//! | looks once per round and never waits | [`Input::poll`] with zero | [look once per round](guide#look-once-per-round) |
//! | wants the bytes as they are | [`Input::bytes`], [`Input::raw`] | [read bytes](guide#read-bytes) |
//! | has an event loop of its own | [the protocol](Input#in-an-event-loop): `descriptor`, `poll_timeout`, `poll` | [in an event loop](guide#in-an-event-loop-of-your-own) |
//! | has a `mio` loop | the feature `mio` | [in a mio loop](guide#in-a-mio-loop) |
//! | is async | [`adapter`]: the features `tokio` and `async-io` | [in an async program](guide#in-an-async-program) |
//! | is busy all the time, and wants to know when a key came | [`Builder::capture`] | [in a busy loop](guide#in-a-busy-loop) |
//! | is written for crossterm | [`adapter`]: the feature `crossterm` | [with crossterm's events](guide#with-crossterms-events) |
//! | asks for a password | [`Terminal::read_password`] | [ask for a password](guide#ask-for-a-password) |
//!
//! A capture thread is not faster. It adds a hop between two threads, which costs 16 to 22 % of the
//! time from the terminal to a handler that waits.
//!
//! The guide also says how to [match keys](guide#how-to-match-keys), how to take
//! [whole pastes](guide#how-to-take-whole-pastes), and how to
//! [draw in raw mode](guide#how-to-draw-in-raw-mode).
//!
//! # Mouse, pastes, focus, releases
//!
//! Terminals report the mouse, the ends of a paste, the focus and the release of a key only on
//! request. [`Input::enable`] switches [`Modes`] on, [`Input::push_keyboard`] the [`Keyboard`]
//! flags of the kitty protocol. Both end with the input.
//!
//! ```no_run
//! # let mut input = ttyring::Input::open()?;
//! use ttyring::{Event, Modes};
//!
//! input.enable(Modes::MOUSE | Modes::PASTE)?;
//! match input.next_event()? {
//!     Some(Event::Mouse(mouse)) => println!("{:?} at {}, {}", mouse.kind, mouse.x, mouse.y),
//!     Some(Event::Paste(piece)) => println!("{} bytes, more: {}", piece.bytes.len(), !piece.last),
//!     _ => {}
//! }
//! # Ok::<(), ttyring::Error>(())
//! ```
//!
//! # Lending the terminal
//!
//! [`Input::lend`] gives the terminal to a child process, in the state in which the shell would.
//! [`Input::suspend`] and [`Builder::suspend_on_ctrl_z`] give it back to the shell, and
//! [`Input::into_parts`] ends the reading. Nothing that was typed is lost: [`Unread`] says who gets
//! it.
//!
//! # Asking the terminal
//!
//! [`Input::query`] asks where the cursor is, which colors the terminal shows and what it can do,
//! while other input keeps coming: see [`query`].
//!
//! # Testing without a terminal
//!
//! An input runs over any [`Backend`](platform::Backend). One of them plays a script, which makes
//! the input of a program testable:
//!
//! ```
//! use std::time::Duration;
//! use ttyring::platform::sim::Sim;
//! use ttyring::{Builder, Polled, key};
//!
//! let sim = Sim::new();
//! let mut input = Builder::new().open_on(sim.clone())?;
//! sim.type_bytes(b"\x1b[A");
//! assert!(input.poll(Duration::ZERO)?.event().unwrap() == key!(up));
//! assert_eq!(input.poll(Duration::from_secs(5))?, Polled::Elapsed); // takes no time
//! # Ok::<(), ttyring::Error>(())
//! ```
//!
//! # Features
//!
//! No feature is on by default.
//!
//! | feature | what it adds |
//! |---|---|
//! | `mio` | [`Input`] is an event source of a `mio::Poll` |
//! | `tokio`, `async-io` | `adapter::EventStream`, the events as a `Stream` |
//! | `crossterm` | `adapter::crossterm`: crossterm's events out of an [`Input`] |
//! | `serde` | events and keys implement `Serialize` and `Deserialize` |
//! | `sandbox` | `platform::harden`: takes away what a program that reads a terminal never needs |
//! | `usdt` | probes for tracers: `ttyring:read`, `ttyring:decoded`, `ttyring:handled` |
//!
//! If you come from crossterm or termion, `docs/migrating.md` has a table.
#![deny(unsafe_code)]

pub mod adapter;
pub mod decode;
pub mod encode;
pub mod event;
pub mod guide;
mod input;
mod probe;
pub mod profile;
pub mod query;
pub mod ring;
pub mod sanitize;
pub mod terminal;

mod sync;

pub use event::*;
pub use input::{Builder, Input, Polled, Unread, Wait, Waker};
pub use terminal::{Modes, Terminal};
/// The backends, and what the system offers besides a terminal: the crate `ttyring-platform`.
pub use ttyring_platform as platform;
pub use ttyring_platform::{Error, LineMode, Signals, Size};
