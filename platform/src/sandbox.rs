//! Confining a program that reads a terminal (feature `sandbox` of this crate and of `ttyring`).
//!
//! A program that decodes hostile bytes is one bug away from running hostile code. [`harden`](crate::harden)
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
//! is `system::fresh_session` for children that are not trusted.
//!
//! # Examples
//!
//! ```no_run
//! use ttyring_platform::harden;
//! use ttyring_platform::sandbox::{Enforcement, Policy};
//!
//! // After the terminal has been opened, before its first byte is read:
//! let report = harden(&Policy::reader())?;
//! if report.injection == Enforcement::NotEnforced {
//!     eprintln!("this system cannot keep programs from typing into the terminal");
//! }
//! # Ok::<(), ttyring_platform::Error>(())
//! ```
//!
//! This module has the words, the policy and the report; [`harden`](crate::harden) of the chosen system
//! carries them out.

use std::path::{Path, PathBuf};

/// How far something is prevented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Enforcement {
    /// This process can no longer do it: a filter or rule that it put on itself refuses.
    Blocked,
    /// The kernel refuses it to every process with these rights; nothing was added.
    KernelBlocked,
    /// Nothing prevents it.
    NotEnforced,
}

/// What is in force after `harden`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Putting bytes into the input of a terminal: `TIOCSTI`, and `TIOCLINUX` with its paste.
    pub injection: Enforcement,
    /// System calls that the policy does not name: sockets, new programs, tracing and so on.
    pub system_calls: Enforcement,
    /// Opening files that the policy does not name. Descriptors that are open stay usable, with
    /// every right that they were opened with.
    pub files: Enforcement,
}

impl Report {
    /// The report of a system that offers nothing.
    pub const NOTHING: Report = Report {
        injection: Enforcement::NotEnforced,
        system_calls: Enforcement::NotEnforced,
        files: Enforcement::NotEnforced,
    };

    /// Returns whether everything is blocked.
    pub fn is_complete(&self) -> bool {
        [self.injection, self.system_calls, self.files]
            .iter()
            .all(|enforcement| *enforcement == Enforcement::Blocked)
    }
}

/// Which threads a policy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Threads {
    /// The calling thread, and threads that it starts from then on.
    Calling,
    /// Every thread of the process.
    All,
}

/// What a program that reads a terminal still wants to do.
///
/// Starts from a preset and is widened from there; nothing can be taken away from a preset.
///
/// # Examples
///
/// ```
/// use ttyring_platform::sandbox::{Policy, Threads};
///
/// let policy = Policy::reader_with_files()
///     .read_below("/etc/example")
///     .for_threads(Threads::Calling);
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) threads: Threads,
    #[allow(dead_code, reason = "not read where the system has no sandbox")]
    pub(crate) opens_files: bool,
    pub(crate) starts_threads: bool,
    pub(crate) readable: Vec<PathBuf>,
    pub(crate) writable: Vec<PathBuf>,
    pub(crate) calls: Vec<i64>,
    pub(crate) ioctls: Vec<u32>,
}

impl Policy {
    /// Allows what reading a terminal takes once it is open: read, write, wait, change its
    /// settings, handle signals, allocate, end. No file, socket, thread or program is opened or
    /// started.
    pub fn reader() -> Self {
        Policy {
            threads: Threads::All,
            opens_files: false,
            starts_threads: false,
            readable: Vec::new(),
            writable: Vec::new(),
            calls: Vec::new(),
            ioctls: Vec::new(),
        }
    }

    /// Allows what [`reader`](Policy::reader) does, and opening files below the directories that
    /// [`read_below`](Policy::read_below) and [`write_below`](Policy::write_below) name.
    pub fn reader_with_files() -> Self {
        Policy {
            opens_files: true,
            ..Policy::reader()
        }
    }

    /// Allows reading files and listing directories at and below `path`.
    #[must_use]
    pub fn read_below(mut self, path: impl AsRef<Path>) -> Self {
        self.readable.push(path.as_ref().to_owned());
        self
    }

    /// Allows reading, writing, creating and removing files at and below `path`.
    #[must_use]
    pub fn write_below(mut self, path: impl AsRef<Path>) -> Self {
        self.writable.push(path.as_ref().to_owned());
        self
    }

    /// Allows starting threads. They get the same filter; so would a forked child, which this
    /// cannot tell from a thread, but it could not execute another program.
    #[must_use]
    pub fn start_threads(mut self) -> Self {
        self.starts_threads = true;
        self
    }

    /// Allows one more system call, by its number on this system (`libc::SYS_…`), with any
    /// arguments. `ioctl` is refused by `harden`: name its requests with
    /// [`allow_ioctl`](Policy::allow_ioctl).
    #[must_use]
    pub fn allow(mut self, number: i64) -> Self {
        self.calls.push(number);
        self
    }

    /// Allows one more request of `ioctl(2)`.
    #[must_use]
    pub fn allow_ioctl(mut self, request: u32) -> Self {
        self.ioctls.push(request);
        self
    }

    /// Chooses the threads; without this it is all of them.
    #[must_use]
    pub fn for_threads(mut self, threads: Threads) -> Self {
        self.threads = threads;
        self
    }
}
