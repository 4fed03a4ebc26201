//! A [ratatui] backend over [ttyring].
//!
//! [`run`] opens the terminal, hands it and the input to a closure, and restores everything
//! afterwards. The terminal is restored just the same after a panic, `exit`, a signal or an abort.
//!
//! - Each frame is written at once, between the sequences of synchronized output, so that no half
//!   of it is shown. Terminals that do not know these sequences ignore them.
//! - Output goes to the terminal, also when standard output is a file or a pipe.
//! - When the program was stopped and continued, or has lent the terminal to an editor, the next
//!   frame is drawn from scratch.
//! - [`run_relative`] draws rows that begin where the cursor is, asks the terminal nothing, and
//!   erases them at the end.
//!
//! # Examples
//!
//! ```no_run
//! use ratatui_core::text::Line;
//! use ttyring::key;
//!
//! fn main() -> std::io::Result<()> {
//!     ttyring_ratatui::run(|terminal, input| {
//!         loop {
//!             terminal.draw(|frame| frame.render_widget(Line::from("q ends"), frame.area()))?;
//!             match input.next_event()? {
//!                 None => return Ok(()),
//!                 Some(event) if event == key!(q) => return Ok(()),
//!                 Some(_) => {}
//!             }
//!         }
//!     })
//! }
//! ```
//!
//! # Features
//!
//! ratatui's features `underline-color` and `scrolling-regions` add to what a backend has to do. An
//! application that switches one of them on in ratatui also switches on the one of the same name
//! here.
//!
//! # Platform notes
//!
//! Linux, macOS and Windows. The tests of this crate run on the first two; on Windows, `ttyring keys`
//! draws with it.
//!
//! [ratatui]: https://docs.rs/ratatui
//! [ttyring]: https://docs.rs/ttyring

mod backend;
mod frame;
mod rows;
mod session;
mod style;

pub use backend::TtyBackend;
pub use session::{DefaultTerminal, redraw, run, run_relative, run_with};
