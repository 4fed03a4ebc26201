//! The backend layer of ttyring: what Linux, macOS and other Unix systems do differently, behind
//! one set of traits.
//!
//! [`Backend`], [`Tty`], [`Poller`] and [`Wake`] say what a backend must do; [`Os`] is the one of
//! the system at hand. Programs use the `ttyring` crate; this one is for those who port it.

mod backend;
mod error;
pub mod sim;
mod types;
pub mod unix;

pub use backend::{Backend, Poller, Termios, Tty, Wake};
pub use error::{Error, Result};
pub use types::{LineMode, Outcome, Reading, Ready, Signals, Size, Time, When};

cfg_if::cfg_if! {
    if #[cfg(any(target_os = "linux", target_os = "android"))] {
        pub mod linux;

        /// The backend of this system.
        pub use linux::Linux as Os;
    } else {
        compile_error!("ttyring needs a Unix system");
    }
}
