//! Terminal input for command-line programs on Linux and macOS.
//!
//! Raw mode that is always restored, one system call between the kernel and a lock-free ring,
//! bytes or decoded events out of the same ring: in the caller's own thread, in its event loop, in
//! its async runtime, or in a capture thread.
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
//! [`Input::open`] opens the terminal itself, so standard input may be a pipe. When the input is
//! dropped, or the program ends in any other way, the terminal is as it was: see [`terminal`].
//!
//! # Which shape to choose
//!
//! | the program | takes | example |
//! |---|---|---|
//! | waits for keys and does nothing else | [`Input::next_event`] | `keys`, `repl` |
//! | has something to do now and then | [`Input::poll`] with a time-out | `ratatui_app` |
//! | looks once a round and never waits | [`Input::poll`] with zero | |
//! | wants the bytes as they are | [`Input::bytes`], [`Input::raw`] | `bytes` |
//! | has an event loop of its own | [the protocol](Input#in-an-event-loop): descriptor, patience, poll | |
//! | has a `mio` loop | the feature `mio` | `mio_loop` |
//! | is async | [`adapter`]: the features `tokio` and `async-io` | `tokio_chat` |
//! | has a loop that is busy, and wants to know when a key came | [`Input::spawn_capture`] | `game` |
//! | knows crossterm's events | [`adapter`]: the feature `crossterm` | `ratatui_app` |
//! | asks for a password | [`Terminal::read_password`] | `password` |
//!
//! In doubt, take the first that fits. A capture thread is not faster: it adds a hop between two
//! threads, 16 to 22 % of the time from the terminal to a handler that waits.
//!
//! # Modes, and what is sent only when asked for
//!
//! Terminals report the mouse, pastes as such, the focus and releases of keys only on request.
//! [`Input::enable`] asks for [`Modes`], [`Terminal::push_keyboard`] for the kitty protocol's
//! [`Keyboard`] flags; both end with the input.
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
//! # With a time-out, from another thread, beside other descriptors
//!
//! ```no_run
//! use std::time::Duration;
//! use ttyring::{Event, Input, Polled, Wake};
//!
//! let mut input = Input::open()?;
//! let waker = input.waker();
//! std::thread::spawn(move || {
//!     // when there is something to show:
//!     waker.wake();
//! });
//! loop {
//!     match input.poll(Duration::from_secs(1))? {
//!         Polled::Event(Event::Woken) => println!("look what there is\r"),
//!         Polled::Event(Event::Resize(size)) => println!("{} columns\r", size.columns),
//!         Polled::Event(event) => println!("{event:?}\r"),
//!         Polled::Elapsed => println!("tick\r"),
//!         Polled::End => break,
//!     }
//! }
//! # Ok::<(), ttyring::Error>(())
//! ```
//!
//! # A terminal that is lent out
//!
//! [`Input::suspend_with`] gives a child the terminal as the shell would, [`Input::suspend`] and
//! [`Builder::suspend_on_ctrl_z`] give it back to the shell, [`Input::into_parts`] ends the reading.
//! What was typed and not used is never lost: the caller says where it goes ([`Unread`]).
//!
//! # Questions to the terminal
//!
//! [`Input::query`] asks where the cursor is, which colors there are and what the terminal can do,
//! in the middle of everything else that is typed: see [`query`].
//!
//! # Without a terminal
//!
//! Everything here runs over any [`Backend`]. The one of the crate `ttyring-platform` that is a
//! script makes a program's input testable:
//!
//! ```
//! use std::time::Duration;
//! use ttyring::{Builder, Polled, key};
//! use ttyring_platform::sim::Sim;
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
//! None is on by default: `mio`, `tokio`, `async-io`, `crossterm`, `serde`, `sandbox`,
//! `usdt` (probes for tracers: `ttyring:read`, `ttyring:decoded`, `ttyring:handled`).
//!
//! Programs that come from crossterm or termion find a table in `docs/migrating.md`.
#![deny(unsafe_code)]

pub mod adapter;
pub mod decode;
pub mod encode;
pub mod event;
mod input;
mod probe;
pub mod profile;
pub mod query;
pub mod ring;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod sanitize;
pub mod terminal;

mod sync;

pub use event::*;
pub use input::{
    Builder, Bytes, Capture, CaptureWait, CaptureWaker, Events, Input, Polled, Unread, Wait,
};
pub use profile::Realtime;
pub use terminal::{Keyboard, Modes, Terminal};
pub use ttyring_platform::{
    Backend, Error, LineMode, Os, Outcome, Poller, Reading, Ready, Result, Signals, Size, Termios,
    Time, Tty, Wake, When,
};
