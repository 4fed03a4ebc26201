//! A child process and whoever waits for it: forking, what became of it, ending as it ended.
//!
//! Each function is one raw call or two; the supervisor of the library says in which order.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use libc::{c_int, c_void, siginfo_t};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::process::{Quiet, disposition, full_set, id, raise, set_mask};
use crate::{Error, Result};

/// What became of a child (`waitpid(2)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It exited with this status.
    Exited(c_int),
    /// This signal ended it.
    Killed(c_int),
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
/// # Errors
///
/// `ECHILD` when there is no such child.
pub fn change_of(child: c_int) -> Result<Option<Change>> {
    let mut status = 0;
    let flags = libc::WNOHANG | libc::WUNTRACED | libc::WCONTINUED;
    // SAFETY: the kernel writes to a place of the right size.
    match unsafe { libc::waitpid(child, &mut status, flags) } {
        -1 => Err(last_error("waitpid")),
        0 => Ok(None),
        _ if libc::WIFEXITED(status) => Ok(Some(Change::Exited(libc::WEXITSTATUS(status)))),
        _ if libc::WIFSIGNALED(status) => Ok(Some(Change::Killed(libc::WTERMSIG(status)))),
        _ if libc::WIFSTOPPED(status) => Ok(Some(Change::Stopped(libc::WSTOPSIG(status)))),
        _ => Ok(Some(Change::Continued)),
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
pub fn end_by(signal: c_int) -> ! {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a complete limit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
    let default = disposition(libc::SIG_DFL);
    // SAFETY: a complete disposition; SIGKILL, which has no other, is refused.
    unsafe { libc::sigaction(signal, &default, ptr::null_mut()) };
    let all = full_set();
    raise(signal);
    // SAFETY: an initialised set; the mask from before is of no interest any more.
    unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &all, ptr::null_mut()) };
    // Only a signal that ends nothing by default comes here.
    exit_now(128 + signal)
}

/// The signals that a supervisor hears, apart from that of a change of its child.
const HEARD: [c_int; 10] = [
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
    libc::SIGTSTP,
    libc::SIGCONT,
    libc::SIGCHLD,
];

/// Which of [`HEARD`] have come, in its order.
static CAME: [AtomicBool; HEARD.len()] = [const { AtomicBool::new(false) }; HEARD.len()];

/// Whether this process leads its session: the kernel then tells it alone of a hangup.
static LEADS: AtomicBool = AtomicBool::new(false);

/// Signals as something to wait for: blocked since [`Ears::open`], looked at in [`Ears::wait`].
#[derive(Debug)]
pub struct Ears {
    quiet: Quiet,
}

impl Ears {
    /// Blocks every signal. Those that come from now on are kept for [`wait`](Ears::wait).
    pub fn open() -> Self {
        Ears {
            quiet: Quiet::new(),
        }
    }

    /// Takes the dispositions of this process over, once it is certain that it only waits.
    pub fn listen(&self) {
        // Relaxed: read in handlers of this thread.
        LEADS.store(leads_session(), Ordering::Relaxed);
        let mut action = disposition(on_signal as *const () as libc::sighandler_t);
        action.sa_flags = libc::SA_SIGINFO;
        for signal in HEARD {
            // SAFETY: a complete disposition, whose handler stores to atomics alone.
            unsafe { libc::sigaction(signal, &action, ptr::null_mut()) };
        }
    }

    /// Waits for signals and hands each to `hear`.
    ///
    /// What the terminal or the kernel sends to the whole group is not handed on: the child has
    /// it, too. A hangup that is told to the leader of the session alone is. That a child changed
    /// is always told.
    pub fn wait(&self, mut hear: impl FnMut(c_int)) {
        let none = empty_set();
        // SAFETY: an initialised set; returns when a handler has run, with all blocked again.
        unsafe { libc::sigsuspend(&none) };
        for (came, signal) in CAME.iter().zip(HEARD) {
            // Relaxed: stored by a handler of this thread.
            if came.swap(false, Ordering::Relaxed) {
                hear(signal);
            }
        }
    }
}

extern "C" fn on_signal(signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
    // SAFETY: the kernel gives the handler a valid siginfo: it is installed with SA_SIGINFO, and
    // only for signals that have a sender or none, which is zero.
    let sender = unsafe { (*info).si_pid() };
    // Relaxed: stored by this thread, before it had this handler.
    let alone = signal == libc::SIGHUP && LEADS.load(Ordering::Relaxed);
    let sent = sender != 0 || signal == libc::SIGCHLD || signal == libc::SIGCONT || alone;
    if let Some(index) = HEARD.iter().position(|&heard| heard == signal) {
        // Relaxed: read on this thread.
        CAME[index].fetch_or(sent, Ordering::Relaxed);
    }
}

fn leads_session() -> bool {
    // SAFETY: asks for a number.
    unsafe { libc::getsid(0) == libc::getpid() }
}

fn empty_set() -> libc::sigset_t {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: initialised by the call above.
    unsafe { set.assume_init() }
}

/// Lets go of every descriptor but `kept`: a pipe whose other end waits for the last writer must
/// not wait for this process.
///
/// # Errors
///
/// When there is no `/dev/null`, or the system is out of descriptors.
///
/// # Safety
///
/// Nothing in this process may use or close a descriptor afterwards, except `kept`.
pub unsafe fn let_go(kept: &[BorrowedFd<'_>]) -> Result<()> {
    let nothing = rustix::fs::open("/dev/null", OFlags::RDWR, Mode::empty())
        .map_err(|error| Error::os("open", error))?;
    for standard in 0..3 {
        // SAFETY: replaces a standard stream; nobody uses it any more.
        unsafe { libc::dup2(nothing.as_raw_fd(), standard) };
    }
    let kept: Vec<c_int> = kept.iter().map(AsRawFd::as_raw_fd).collect();
    for descriptor in open_descriptors() {
        if descriptor > 2 && !kept.contains(&descriptor) {
            // SAFETY: the caller lets go of it.
            unsafe { libc::close(descriptor) };
        }
    }
    std::mem::forget(nothing);
    Ok(())
}

fn open_descriptors() -> Vec<c_int> {
    let Ok(entries) = std::fs::read_dir("/dev/fd") else {
        return (3..256).collect();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect()
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

/// Starts a program, with the signals blocked that were so before [`Ears::open`]. It gets `signal`
/// when this process dies, where the system can do that.
///
/// # Errors
///
/// That it cannot be started.
pub fn spawn_dependent(command: &mut Command, ears: &Ears, signal: c_int) -> io::Result<c_int> {
    let original = id();
    let mask = ears.quiet.mask_before();
    let depend = move || {
        // A new program has the mask of the process that starts it.
        set_mask(&mask);
        crate::die_with_parent(signal);
        // This process may have died before that was arranged.
        if parent() == original {
            Ok(())
        } else {
            Err(io::Error::from_raw_os_error(libc::ESRCH))
        }
    };
    // SAFETY: between fork and exec three system calls are made, each async-signal-safe; an error
    // made from a number allocates nothing.
    unsafe { command.pre_exec(depend) };
    let program = command.spawn()?;
    Ok(c_int::try_from(program.id()).expect("a process id is a positive int"))
}

/// Makes a pair whose first end can be read to its end only once the second is closed: by the
/// death of the process that holds it, for example.
///
/// # Errors
///
/// `EMFILE`, `ENFILE`.
pub fn lifeline() -> Result<(OwnedFd, OwnedFd)> {
    // Not a pipe: Darwin has no pipe2(2), and a pair of sockets closes on exec from the start
    // wherever the system can do that.
    let (reader, holder) = UnixStream::pair().map_err(|error| Error::os("socketpair", error))?;
    Ok((reader.into(), holder.into()))
}

/// Waits until the other end of a [`lifeline`] is closed.
pub fn wait_for_end(reader: &OwnedFd) {
    let mut byte = [0];
    while rustix::io::read(reader, &mut byte) == Err(Errno::INTR) {}
}

/// Bytes that a process and the children that it forks share.
///
/// # Errors
///
/// `ENOMEM`.
pub fn shared_page() -> Result<&'static [AtomicU8]> {
    const SIZE: usize = 4096;
    // SAFETY: a new mapping wherever the kernel likes; it is never unmapped.
    let page = unsafe {
        libc::mmap(
            ptr::null_mut(),
            SIZE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANON,
            -1,
            0,
        )
    };
    if page == libc::MAP_FAILED {
        return Err(last_error("mmap"));
    }
    // SAFETY: SIZE zeroed bytes that live until the end of the process; an AtomicU8 is a byte.
    Ok(unsafe { std::slice::from_raw_parts(page.cast::<AtomicU8>(), SIZE) })
}

/// The signal that tells a program that its terminal, or here its supervisor, is gone.
pub const HANGUP: c_int = libc::SIGHUP;

/// The signal that asks a program to end.
pub const TERMINATE: c_int = libc::SIGTERM;

/// The signal that tells of a change of a child.
pub const CHILD: c_int = libc::SIGCHLD;

/// Returns whether the process ignores a signal.
pub fn ignores(signal: c_int) -> bool {
    let mut now = disposition(libc::SIG_DFL);
    // SAFETY: the kernel writes to a place of the right size, and reads nothing.
    unsafe { libc::sigaction(signal, ptr::null(), &mut now) };
    now.sa_sigaction == libc::SIG_IGN
}

fn last_error(operation: &'static str) -> Error {
    Error::os(operation, std::io::Error::last_os_error())
}
