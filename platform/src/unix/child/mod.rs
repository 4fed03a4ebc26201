//! A child process and whoever waits for it: forking, what became of it, ending as it ended.
//!
//! Each function is one raw call or two; the supervisor of the library says in which order.

mod foreground;
mod keep;
mod listener;
mod witness;

use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;
use std::sync::atomic::AtomicU8;

use libc::{c_int, c_void};

use super::mask::{set_mask, unblock_all};
use super::process::{disposition, id, raise};
use crate::{Error, Result};

pub use foreground::{foreground, group_is_gone, is_in_own_group, take_foreground};
pub use keep::{let_go, lifeline, wait_for_end};
pub use listener::{Received, SignalListener, has_no_sender};
pub use witness::{Seen, Witness};

/// What became of a child (`waitpid(2)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It exited with this status.
    Exited(c_int),
    /// This signal ended it.
    Killed(c_int),
    /// It ended, and somebody else was told how.
    Lost,
    /// This signal stopped it.
    Stopped(c_int),
    /// It was continued.
    Continued,
}

/// The two sides of a fork.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fork {
    /// This is the child.
    Child,
    /// This is the parent of the child with this number.
    Parent(c_int),
}

/// Forks the process (`fork(2)`).
///
/// # Errors
///
/// `EAGAIN`, `ENOMEM`.
///
/// # Safety
///
/// The process must have one thread: locks that others hold stay locked in the child for ever.
pub unsafe fn fork() -> Result<Fork> {
    // SAFETY: the caller has one thread.
    match unsafe { libc::fork() } {
        -1 => Err(last_error("fork")),
        0 => Ok(Fork::Child),
        child => Ok(Fork::Parent(child)),
    }
}

/// Asks what became of a child, without waiting; `None` if nothing new.
///
/// Every other child that has ended is reaped on the way: process 1 of a container and a
/// subreaper become the parent of processes that they never started.
pub fn change_of(child: c_int) -> Option<Change> {
    let flags = libc::WNOHANG | libc::WUNTRACED | libc::WCONTINUED;
    loop {
        let mut status = 0;
        // SAFETY: the kernel writes to a place of the right size.
        match unsafe { libc::waitpid(-1, &mut status, flags) } {
            0 => return is_lost(child).then_some(Change::Lost),
            changed if changed == child => return Some(change(status)),
            -1 if is_last_error(libc::EINTR) => {}
            // ECHILD: there is no child any more.
            -1 => return Some(Change::Lost),
            _ => {}
        }
    }
}

/// Whether somebody else in this process has waited for the child.
fn is_lost(child: c_int) -> bool {
    // SAFETY: asks about a child; the status is not asked for, and is told once it has changed.
    let answer = unsafe { libc::waitid(libc::P_PID, child as libc::id_t, &mut no_info(), LOOK) };
    answer == -1 && is_last_error(libc::ECHILD)
}

/// Asks, and leaves the answer for whoever asks next.
const LOOK: c_int = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;

fn no_info() -> libc::siginfo_t {
    let info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: integers and addresses, all valid when zero.
    unsafe { info.assume_init() }
}

fn is_last_error(number: c_int) -> bool {
    io::Error::last_os_error().raw_os_error() == Some(number)
}

fn change(status: c_int) -> Change {
    if libc::WIFEXITED(status) {
        Change::Exited(libc::WEXITSTATUS(status))
    } else if libc::WIFSIGNALED(status) {
        Change::Killed(libc::WTERMSIG(status))
    } else if libc::WIFSTOPPED(status) {
        Change::Stopped(libc::WSTOPSIG(status))
    } else {
        Change::Continued
    }
}

/// Sends a signal to one process; that it is gone already is no error.
pub fn send(process: c_int, signal: c_int) {
    // SAFETY: sends a signal.
    unsafe { libc::kill(process, signal) };
}

/// Returns the number of the parent process. Async-signal-safe.
pub fn parent() -> c_int {
    // SAFETY: asks for a number.
    unsafe { libc::getppid() }
}

/// Ends the process at once: nothing that was registered for the end runs (`_exit(2)`).
pub fn exit_now(status: c_int) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}

/// Ends the process by a signal, so that its parent sees what it would have seen of the child;
/// no second core file is written.
///
/// Process 1 of a PID namespace is not ended by a default action (`pid_namespaces(7)`): it exits
/// with 128 and the number of the signal, as a shell would say it.
pub fn end_by(signal: c_int) -> ! {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a complete limit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
    // SIGKILL, which has no other disposition, refuses this one.
    change_disposition(signal, &disposition(libc::SIG_DFL));
    raise(signal);
    unblock_all();
    // Only process 1, and a signal that ends nothing by default, come here.
    exit_now(128 + signal)
}

/// Where the system cannot send a signal to the child when its parent dies: does nothing and
/// returns false.
pub fn outlive_parent(_signal: c_int) -> bool {
    false
}

/// Returns how many threads the process has, where the system tells.
pub fn threads() -> Option<usize> {
    std::fs::read_dir("/proc/self/task")
        .ok()
        .map(Iterator::count)
}

/// Starts a program, with the signals blocked that were so before [`SignalListener::block`], and SIGCHLD
/// ignored if it was. It gets `signal` when this process dies, where the system can do that.
///
/// # Errors
///
/// That it cannot be started.
pub fn spawn_dependent(
    command: &mut Command,
    listener: &SignalListener,
    signal: c_int,
) -> io::Result<c_int> {
    let original = id();
    let (mask, child) = listener.before();
    let ignored = child.sa_sigaction == libc::SIG_IGN;
    let depend = move || {
        if ignored {
            // A new program inherits what is ignored, and the mask of the process that starts it.
            change_disposition(libc::SIGCHLD, &disposition(libc::SIG_IGN));
        }
        set_mask(&mask);
        crate::die_with_parent(signal);
        // This process may have died before that was arranged.
        if parent() == original {
            Ok(())
        } else {
            Err(io::Error::from_raw_os_error(libc::ESRCH))
        }
    };
    // SAFETY: between fork and exec four system calls are made, each async-signal-safe; an error
    // made from a number allocates nothing.
    unsafe { command.pre_exec(depend) };
    let program = command.spawn()?;
    Ok(c_int::try_from(program.id()).expect("a process id is a positive int"))
}

/// Bytes that a process and the children that it forks share.
///
/// # Errors
///
/// `ENOMEM`.
pub fn shared_page() -> Result<&'static [AtomicU8]> {
    const SIZE: usize = 4096;
    let page = shared_memory(SIZE)?;
    // SAFETY: SIZE zeroed bytes that live until the end of the process; an AtomicU8 is a byte.
    Ok(unsafe { std::slice::from_raw_parts(page.cast::<AtomicU8>(), SIZE) })
}

/// Zeroed memory, shared across forks, that is never unmapped.
fn shared_memory(size: usize) -> Result<*mut c_void> {
    // SAFETY: a new mapping wherever the kernel likes.
    let memory = unsafe {
        libc::mmap(
            ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANON,
            -1,
            0,
        )
    };
    if memory == libc::MAP_FAILED {
        return Err(last_error("mmap"));
    }
    Ok(memory)
}

/// The signal that tells a program that its terminal, or here its supervisor, is gone.
pub const HANGUP: c_int = libc::SIGHUP;

/// The signal that asks a program to end.
pub const TERMINATE: c_int = libc::SIGTERM;

/// The signal that tells of a change of a child.
pub const CHILD: c_int = libc::SIGCHLD;

/// The signal that continues a process.
pub const CONTINUE: c_int = libc::SIGCONT;

/// Returns whether the process ignores a signal.
pub fn ignores(signal: c_int) -> bool {
    query_disposition(signal).sa_sigaction == libc::SIG_IGN
}

/// Replaces a disposition; returns the one before.
fn change_disposition(signal: c_int, new: &libc::sigaction) -> libc::sigaction {
    let mut before = disposition(libc::SIG_DFL);
    // SAFETY: a complete disposition, whose handler, if it has one, stores to atomics alone or was
    // this process's before; and a place of the right size.
    unsafe { libc::sigaction(signal, new, &mut before) };
    before
}

fn query_disposition(signal: c_int) -> libc::sigaction {
    let mut now = disposition(libc::SIG_DFL);
    // SAFETY: the kernel writes to a place of the right size, and reads nothing.
    unsafe { libc::sigaction(signal, ptr::null(), &mut now) };
    now
}

fn last_error(operation: &'static str) -> Error {
    Error::os(operation, io::Error::last_os_error())
}
