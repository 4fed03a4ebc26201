//! The backend layer of ttyring: what Linux, macOS and other Unix systems do differently, behind
//! one set of traits.
//!
//! [`Backend`], [`Tty`], [`Poller`] and [`Wake`] say what a backend must do; [`Os`] is the one of
//! the system at hand. Programs use the `ttyring` crate; this one is for those who port it.

mod backend;
#[cfg(any(target_vendor = "apple", feature = "emulation"))]
pub mod darwin;
mod error;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod sim;
mod types;
pub mod unix;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use backend::{Backend, Poller, Termios, Tty, Wake};
pub use error::{Error, Result};
pub use types::{LineMode, Outcome, Reading, Ready, Signals, Size, Time, When};

cfg_if::cfg_if! {
    if #[cfg(any(target_os = "linux", target_os = "android"))] {
        pub mod linux;
        #[cfg(feature = "portable")]
        pub mod portable;

        /// The backend of this system.
        pub use linux::Linux as Os;
        /// IUTF8 among the input flags; 0 where the system has none.
        pub(crate) const IUTF8: u64 = libc::IUTF8 as u64;
        pub(crate) use linux::{defaults, device, dump};
        pub use linux::realtime;
        pub use linux::die_with_parent;
        pub(crate) use linux::is_from_kernel;
        #[cfg(feature = "sandbox")]
        pub use linux::sandbox::{harden, injection};
    } else if #[cfg(target_vendor = "apple")] {
        #[path = "darwin/defaults.rs"]
        mod defaults;
        #[path = "darwin/native.rs"]
        mod native;
        #[cfg(feature = "portable")]
        pub mod portable;
        #[path = "darwin/realtime.rs"]
        pub mod realtime;

        /// The backend of this system.
        pub use native::MacOs as Os;
        /// IUTF8 among the input flags; 0 where the system has none.
        pub(crate) const IUTF8: u64 = libc::IUTF8 as u64;
        pub(crate) use unix::named_device as device;
        pub(crate) use unix::no_dump as dump;
        pub use native::{Kernel, MacOs};
        pub(crate) use unix::child::has_no_sender as is_from_kernel;
        pub use unix::child::outlive_parent as die_with_parent;
        #[cfg(feature = "sandbox")]
        pub use unix::unsandboxed::{harden, injection};
    } else if #[cfg(unix)] {
        pub mod portable;

        /// The backend of this system.
        pub use portable::Portable as Os;
        /// IUTF8 among the input flags; 0 where the system has none.
        pub(crate) const IUTF8: u64 = 0;
        pub(crate) use unix::named_device as device;
        pub(crate) use unix::posix_signals as defaults;
        pub(crate) use unix::no_dump as dump;
        pub use unix::no_realtime as realtime;
        pub(crate) use unix::child::has_no_sender as is_from_kernel;
        pub use unix::child::outlive_parent as die_with_parent;
        #[cfg(feature = "sandbox")]
        pub use unix::unsandboxed::{harden, injection};
    } else {
        compile_error!("ttyring needs a Unix system");
    }
}
