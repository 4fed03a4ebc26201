//! Children in sessions of their own.
//!
//! The kernel takes `TIOCSTI` only from a process whose controlling terminal it is (or, on Linux,
//! from one with CAP_SYS_ADMIN); a new session has none.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Makes `command` start in a session of its own, without a controlling terminal (`setsid(2)`).
///
/// The child keeps the descriptors that it inherits, including a terminal: it can read and write
/// the terminal, but not put input into it, and `/dev/tty` does not open. It gets no signals from
/// the keyboard and no job control: wait for it, and forward the signals that it should get.
///
/// # Examples
///
/// ```
/// use std::process::Command;
/// use ttyring_platform::unix::fresh_session;
///
/// let status = fresh_session(&mut Command::new("true")).status()?;
/// assert!(status.success());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn fresh_session(command: &mut Command) -> &mut Command {
    let enter = || {
        rustix::process::setsid()?;
        Ok(())
    };
    // SAFETY: between fork and exec `enter` makes one system call, which is async-signal-safe, and
    // touches no memory of the parent; a new child leads no process group, so it succeeds.
    unsafe { command.pre_exec(enter) }
}
