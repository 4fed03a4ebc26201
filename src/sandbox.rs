//! Confining a program that reads a terminal (feature `sandbox`).
//!
//! A program that decodes hostile bytes is one bug away from running hostile code. [`harden`]
//! takes away what such code would want, and what a reader never needs: typing into the terminal
//! (`TIOCSTI`), sockets, files, other programs. [`Policy`] says what stays; [`Report`] says what
//! is in force, and never claims more.
//!
//! A refused call fails with `EPERM` and nothing is killed: a program that dies in raw mode leaves
//! a terminal behind that cannot be used.
//!
//! # What it cannot do
//!
//! - Descriptors that are open stay usable, with every right that they were opened with. A writable
//!   log file stays writable, and Landlock says nothing about ioctls on an inherited terminal: it
//!   is the filter that refuses `TIOCSTI` there.
//! - What the program may still write to its terminal, the terminal obeys.
//! - It cannot be undone, and what the process starts later inherits it.
//!
//! # Platform notes
//!
//! Linux: seccomp and Landlock, on 64-bit processors (x86_64, aarch64, riscv64), with glibc or
//! musl. Elsewhere, macOS included, nothing is enforced, and the report says so; what is left there
//! is [`fresh_session`] for children that are not trusted.
//!
//! # Examples
//!
//! ```no_run
//! use ttyring::sandbox::{Enforcement, Policy, harden};
//!
//! // After the terminal has been opened, before its first byte is read:
//! let report = harden(&Policy::reader())?;
//! if report.injection == Enforcement::NotEnforced {
//!     eprintln!("this system cannot keep programs from typing into the terminal");
//! }
//! # Ok::<(), ttyring_platform::Error>(())
//! ```

pub use ttyring_platform::sandbox::{Enforcement, Policy, Report, Threads};
pub use ttyring_platform::unix::fresh_session;
pub use ttyring_platform::{harden, injection};
