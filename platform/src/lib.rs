//! The backend layer of ttyring: Linux, macOS and other Unix systems behind one set of traits.
//!
//! [`Backend`], [`Tty`], [`Poller`] and [`Wake`] define what a backend must do; [`Os`] is the
//! backend of this system. Programs use the crate `ttyring`; this one is for porting it.

mod backend;
#[cfg(any(target_vendor = "apple", all(unix, feature = "emulation")))]
pub mod darwin;
mod error;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod secret;
pub mod sim;
mod types;
mod undo;
#[cfg(unix)]
pub mod unix;
#[cfg(all(
    feature = "sandbox",
    not(any(target_os = "linux", target_os = "android"))
))]
mod unsandboxed;
#[cfg(any(windows, feature = "emulation"))]
pub mod windows;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use backend::{Backend, Poller, Termios, Tty, Wake, Watch};
pub use error::{Error, Result};
pub use types::{LineMode, Reading, Ready, Reports, Signals, Size, Time, Transfer, When};

cfg_if::cfg_if! {
    if #[cfg(windows)] {
        /// A borrowed descriptor of this system: a handle on Windows.
        pub use std::os::windows::io::BorrowedHandle as BorrowedDescriptor;
        /// An owned descriptor of this system: a handle on Windows.
        pub use std::os::windows::io::OwnedHandle as OwnedDescriptor;
        /// What has a descriptor of this system: `AsFd` on Unix, `AsHandle` on Windows.
        pub use std::os::windows::io::AsHandle as AsDescriptor;
    } else {
        /// A borrowed descriptor of this system: a handle on Windows.
        pub use std::os::fd::BorrowedFd as BorrowedDescriptor;
        /// An owned descriptor of this system: a handle on Windows.
        pub use std::os::fd::OwnedFd as OwnedDescriptor;
        /// What has a descriptor of this system: `AsFd` on Unix, `AsHandle` on Windows.
        pub use std::os::fd::AsFd as AsDescriptor;
        /// What programs need of the system besides terminals.
        pub use unix as system;
        pub(crate) use unix::pages;
    }
}

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
        pub use unsandboxed::{harden, injection};
    } else if #[cfg(unix)] {
        pub mod portable;

        /// The backend of this system.
        pub use portable::Portable as Os;
        /// IUTF8 among the input flags; 0 where the system has none.
        pub(crate) const IUTF8: u64 = 0;
        pub(crate) use unix::named_device as device;
        pub(crate) use unix::posix_signals as defaults;
        pub(crate) use unix::no_dump as dump;
        #[path = "no_realtime.rs"]
        pub mod realtime;
        pub(crate) use unix::child::has_no_sender as is_from_kernel;
        pub use unix::child::outlive_parent as die_with_parent;
        #[cfg(feature = "sandbox")]
        pub use unsandboxed::{harden, injection};
    } else if #[cfg(windows)] {
        #[path = "windows/native.rs"]
        mod native;

        /// The backend of this system.
        pub use native::Console as Os;
        pub use native::Kernel;
        #[path = "no_realtime.rs"]
        pub mod realtime;
        #[path = "windows/system/mod.rs"]
        pub mod system;
        pub(crate) use system::pages;
        #[cfg(feature = "sandbox")]
        pub use unsandboxed::{harden, injection};
    } else {
        compile_error!("ttyring needs a Unix system or Windows");
    }
}
