//! A program for each way to use an [`Input`](crate::Input), and three how-tos.
//!
//! Each program here is compiled by the tests of the crate. The longer ones in `examples/` run on a
//! terminal.
//!
//! # Wait for keys
//!
//! The program does nothing but react to what is typed.
//!
//! ```no_run
//! use ttyring::{Input, key};
//!
//! fn main() -> Result<(), ttyring::Error> {
//!     let mut input = Input::open()?;
//!     while let Some(event) = input.next_event()? {
//!         if event == key!(ctrl - c) {
//!             break;
//!         }
//!         print!("{event:?}\r\n");
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Wait with a timeout
//!
//! The program has something to do now and then. Other threads wake it with a
//! [`Waker`](crate::Waker).
//!
//! ```no_run
//! use std::time::Duration;
//! use ttyring::{Event, Input, Polled, key};
//!
//! fn main() -> Result<(), ttyring::Error> {
//!     let mut input = Input::open()?;
//!     let waker = input.waker();
//!     std::thread::spawn(move || {
//!         // When there is something to show:
//!         waker.wake();
//!     });
//!     loop {
//!         match input.poll(Duration::from_secs(1))? {
//!             Polled::Event(event) if event == key!(q) => return Ok(()),
//!             Polled::Event(Event::Woken) => print!("a thread has called\r\n"),
//!             Polled::Event(Event::Resize(size)) => print!("{} columns\r\n", size.columns),
//!             Polled::Event(event) => print!("{event:?}\r\n"),
//!             Polled::Elapsed => print!("tick\r\n"),
//!             Polled::End => return Ok(()),
//!         }
//!     }
//! }
//! ```
//!
//! # Look once per round
//!
//! The program never waits for keys: its loop has a pace of its own. With a timeout of zero,
//! [`Input::poll`](crate::Input::poll) takes what is there.
//!
//! ```no_run
//! use std::time::Duration;
//! use ttyring::{Input, key};
//!
//! fn main() -> Result<(), ttyring::Error> {
//!     let mut input = Input::open()?;
//!     for round in 0..1000 {
//!         while let Some(event) = input.poll(Duration::ZERO)?.event() {
//!             if event == key!(q) {
//!                 return Ok(());
//!             }
//!             print!("{event:?} in round {round}\r\n");
//!         }
//!         // Compute, or sleep until the next round.
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Read bytes
//!
//! [`Input::bytes`](crate::Input::bytes) gives the bytes instead of the events. A program that
//! wants both takes the events and asks for the bytes of each with
//! [`Input::raw`](crate::Input::raw).
//!
//! ```no_run
//! use std::io::{self, Read};
//! use ttyring::Input;
//!
//! fn main() -> io::Result<()> {
//!     let mut input = Input::open()?;
//!     for byte in input.bytes().bytes() {
//!         match byte? {
//!             b'q' => break,
//!             byte => print!("{byte:02x}\r\n"),
//!         }
//!     }
//!     while let Some(event) = input.next_event()? {
//!         let event = event.into_owned();
//!         print!("{event:?} was {:02x?}\r\n", input.raw());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # In an event loop of your own
//!
//! Any loop that waits for descriptors can wait for the input, too:
//! [the protocol](crate::Input#in-an-event-loop) has three steps. This one uses `poll(2)`.
//!
//! ```no_run
//! # #[cfg(unix)]
//! # mod unix {
//! use std::io;
//! use std::time::Duration;
//! use rustix::event::{PollFd, PollFlags, Timespec, poll};
//! use ttyring::{Input, Polled};
//!
//! fn main() -> io::Result<()> {
//!     let mut input = Input::open()?;
//!     loop {
//!         // An unfinished sequence has a deadline.
//!         let timeout = input.poll_timeout().map(|timeout| Timespec {
//!             tv_sec: timeout.as_secs() as i64,
//!             tv_nsec: timeout.subsec_nanos().into(),
//!         });
//!         let descriptor = input.descriptor().ok_or(io::ErrorKind::Unsupported)?;
//!         // Add your own descriptors here.
//!         poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], timeout.as_ref())?;
//!         loop {
//!             match input.poll(Duration::ZERO)? {
//!                 Polled::Event(event) => print!("{event:?}\r\n"),
//!                 Polled::Elapsed => break,
//!                 Polled::End => return Ok(()),
//!             }
//!         }
//!     }
//! }
//! # }
//! ```
//!
//! # In a mio loop
//!
//! With the feature `mio`, an input is an event source. `mio` reports edges, so take events until
//! there are none.
//!
//! ```no_run
//! # #[cfg(unix)]
//! # mod unix {
//! use std::time::Duration;
//! use mio::{Events, Interest, Poll, Token};
//! use ttyring::{Input, Polled};
//!
//! fn main() -> std::io::Result<()> {
//!     let mut input = Input::open()?;
//!     let mut poll = Poll::new()?;
//!     poll.registry().register(&mut input, Token(0), Interest::READABLE)?;
//!     let mut events = Events::with_capacity(16);
//!     loop {
//!         poll.poll(&mut events, input.poll_timeout())?;
//!         loop {
//!             match input.poll(Duration::ZERO)? {
//!                 Polled::Event(event) => print!("{event:?}\r\n"),
//!                 Polled::Elapsed => break,
//!                 Polled::End => return Ok(()),
//!             }
//!         }
//!     }
//! }
//! # }
//! ```
//!
//! # In an async program
//!
//! With the feature `tokio` or `async-io`, the events are a `Stream`, and the runtime waits for
//! them without a thread.
//!
//! ```no_run
//! # #[cfg(unix)]
//! # mod unix {
//! use ttyring::adapter::EventStream;
//! use ttyring::{Input, key};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> std::io::Result<()> {
//!     let mut events = EventStream::tokio(Input::open()?)?;
//!     while let Some(event) = events.next_event().await? {
//!         if event == key!(ctrl - c) {
//!             break;
//!         }
//!         print!("{event:?}\r\n");
//!     }
//!     Ok(())
//! }
//! # }
//! ```
//!
//! # In a busy loop
//!
//! The program computes or draws all the time and wants to know *when* a key came. A capture thread
//! reads the terminal meanwhile and notes the time of each read.
//!
//! ```no_run
//! use std::time::Duration;
//! use ttyring::{Input, key};
//!
//! fn main() -> Result<(), ttyring::Error> {
//!     let mut input = Input::builder().capture(true).open()?;
//!     input.enable(ttyring::Modes::ALTERNATE_SCREEN)?;
//!     loop {
//!         let now = input.now();
//!         while let Some(event) = input.poll(Duration::ZERO)?.event() {
//!             if event == key!(q) {
//!                 return Ok(());
//!             }
//!             let event = event.into_owned();
//!             let age = input.read_at().map(|read| now.since(read));
//!             print!("{event:?}, {age:?} ago\r\n");
//!         }
//!         // Draw a frame.
//!         std::thread::sleep(Duration::from_millis(16));
//!     }
//! }
//! ```
//!
//! # With crossterm's events
//!
//! With the feature `crossterm`, a program written for crossterm changes where its events come
//! from, and nothing else.
//!
//! ```no_run
//! use std::time::Duration;
//! use crossterm::event::{Event, KeyCode};
//! use ttyring::Input;
//! use ttyring::adapter::crossterm::Events;
//!
//! fn main() -> std::io::Result<()> {
//!     let mut events = Events::new(Input::open()?);
//!     loop {
//!         // Draw.
//!         if events.poll(Duration::from_millis(250))? {
//!             match events.read()? {
//!                 Event::Key(key) if key.code == KeyCode::Char('q') => return Ok(()),
//!                 event => print!("{event:?}\r\n"),
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! # Ask for a password
//!
//! The password is not echoed, and no buffer but its own page holds it.
//!
//! ```no_run
//! use ttyring::Terminal;
//!
//! fn main() -> Result<(), ttyring::Error> {
//!     let mut terminal = Terminal::open()?;
//!     match terminal.read_password("Password: ")? {
//!         Some(password) => println!("{} bytes", password.len()),
//!         None => println!("no password"),
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # How to match keys
//!
//! Compare with [`key!`](crate::key) where you want one key, and match
//! [`Key::chord`](crate::Key::chord) where you want many. Both treat a key in the same way
//! whichever protocol the terminal speaks and whether or not Caps Lock is on.
//! (`match event { key!(…) => … }` does not compile, since a key is not a pattern.)
//!
//! ```
//! use std::time::Duration;
//! use ttyring::{Builder, Event, KeyCode, Modifiers, key};
//! use ttyring::platform::sim::Sim;
//!
//! fn action(event: &Event<'_>) -> Option<&'static str> {
//!     if *event == key!(ctrl - s) {
//!         return Some("save");
//!     }
//!     let Event::Key(key) = event else { return None };
//!     Some(match key.chord() {
//!         (Modifiers::NONE, KeyCode::Char('j') | KeyCode::Down) => "down",
//!         (Modifiers::NONE, KeyCode::Char('k') | KeyCode::Up) => "up",
//!         (Modifiers::SHIFT, KeyCode::Char('g')) => "to the end",
//!         (Modifiers::CTRL, KeyCode::Char(letter @ 'a'..='z')) => match letter {
//!             'q' => "quit",
//!             _ => return None,
//!         },
//!         (_, KeyCode::F(1)) => "help",
//!         _ => return None,
//!     })
//! }
//!
//! let sim = Sim::new();
//! let mut input = Builder::new().open_on(sim.clone())?;
//! sim.type_bytes(b"\x1b[BG\x11\x1b[1;2P\x13");
//! let mut actions = Vec::new();
//! while let Some(event) = input.poll(Duration::ZERO)?.event() {
//!     actions.extend(action(&event));
//! }
//! assert_eq!(actions, ["down", "to the end", "quit", "help", "save"]);
//! # Ok::<(), ttyring::Error>(())
//! ```
//!
//! # How to take whole pastes
//!
//! Pasted text comes as [`Event::Paste`](crate::Event::Paste), in pieces, once
//! [`Modes::PASTE`](crate::Modes::PASTE) is on. [`Paste::join`](crate::Paste::join) puts the pieces
//! together, so that no character is split; [`sanitize`](crate::sanitize) drops what nobody means
//! to paste.
//!
//! ```
//! use std::time::Duration;
//! use ttyring::platform::sim::Sim;
//! use ttyring::sanitize::sanitize;
//! use ttyring::{Builder, Event, Modes, Paste};
//!
//! let sim = Sim::new();
//! let mut input = Builder::new().open_on(sim.clone())?;
//! input.enable(Modes::PASTE)?;
//!
//! let mut paste = Paste::default();
//! let mut line = String::new();
//! // Two reads, and the first one ends inside the `ü`.
//! for read in [&b"\x1b[200~Gr\xc3"[..], b"\xbc\xc3\x9fe\x1b[2J\x1b[201~"] {
//!     sim.type_bytes(read);
//!     while let Some(event) = input.poll(Duration::ZERO)?.event() {
//!         match event {
//!             Event::Paste(piece) => {
//!                 if paste.join(piece) {
//!                     line += &sanitize(&paste.bytes);
//!                 }
//!             }
//!             Event::Key(key) => line += key.text(),
//!             _ => {}
//!         }
//!     }
//! }
//! assert_eq!(line, "Grüße");
//! # Ok::<(), ttyring::Error>(())
//! ```
//!
//! # How to draw in raw mode
//!
//! Raw mode leaves the output alone, so a newline is `\r\n`. Draw a frame into one string and write
//! it at once. Draw again when the size changes and when the program continues after a stop; the
//! input switches the modes on again by itself, but what was on the screen is gone.
//!
//! ```no_run
//! use std::fmt::Write as _;
//! use std::io::{self, Write as _};
//! use ttyring::{Event, Input, Modes, key};
//!
//! fn frame(lines: &[String], rows: u16) -> String {
//!     // Nothing is shown before the whole frame is there (mode 2026).
//!     let mut frame = String::from("\x1b[?2026h\x1b[H\x1b[2J");
//!     for line in lines.iter().rev().take(rows.into()).rev() {
//!         let _ = write!(frame, "{line}\r\n");
//!     }
//!     frame + "\x1b[?2026l"
//! }
//!
//! fn main() -> io::Result<()> {
//!     let mut input = Input::builder().suspend_on_ctrl_z(true).open()?;
//!     input.enable(Modes::ALTERNATE_SCREEN | Modes::HIDDEN_CURSOR)?;
//!     // A serial line, for example, does not know its size.
//!     let mut rows = input.size()?.map_or(24, |size| size.rows);
//!     let mut lines = vec![String::from("q ends")];
//!     loop {
//!         let mut screen = io::stdout().lock();
//!         screen.write_all(frame(&lines, rows.saturating_sub(1)).as_bytes())?;
//!         screen.flush()?;
//!         match input.next_event()? {
//!             None => return Ok(()),
//!             Some(event) if event == key!(q) => return Ok(()),
//!             Some(Event::Resize(size)) => rows = size.rows,
//!             // The screen is blank: draw again.
//!             Some(Event::Resumed) => {}
//!             Some(event) => lines.push(format!("{event:?}")),
//!         }
//!     }
//! }
//! ```
