//! The requests of ptrace(2) that stepping from system call to system call takes.
//!
//! `PTRACE_GET_SYSCALL_INFO` says what is called without a look at registers, so this is the same
//! on every processor. The numbers are those of `linux/ptrace.h`: musl has no names for some.

use std::io;

const DETACH: usize = 17;
const SYSCALL: usize = 24;
const SEIZE: usize = 0x4206;
const INTERRUPT: usize = 0x4207;
const LISTEN: usize = 0x4208;
const GET_SYSCALL_INFO: usize = 0x420e;

/// System calls stop with this bit in the signal.
const TRACESYSGOOD: usize = 1;
const TRACECLONE: usize = 1 << 3;
/// A tracer that dies takes the program with it.
const EXITKILL: usize = 1 << 20;

/// The event of a stop that no signal caused, and of a stop of the whole process.
pub(crate) const EVENT_STOP: i32 = 128;

/// One system call, at its entry or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// The number of the call, and its first argument.
    Entry { number: i64, first: u64 },
    /// It has returned.
    Exit,
}

fn request(what: usize, thread: i32, address: usize, data: usize) -> io::Result<i64> {
    // SAFETY: the requests of this module write to memory in `GET_SYSCALL_INFO` alone, where
    // `address` is the size of the place that `data` points to.
    let result = unsafe { libc::syscall(libc::SYS_ptrace, what, thread, address, data) };
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    #[allow(clippy::useless_conversion, reason = "c_long has 32 bits elsewhere")]
    Ok(i64::from(result))
}

/// Traces a process with the threads that it starts from now on; does not stop it.
pub(crate) fn seize(process: i32) -> io::Result<()> {
    let options = TRACESYSGOOD | TRACECLONE | EXITKILL;
    request(SEIZE, process, 0, options).map(drop)
}

/// Stops a thread, sooner or later.
pub(crate) fn interrupt(thread: i32) -> io::Result<()> {
    request(INTERRUPT, thread, 0, 0).map(drop)
}

/// Lets a thread go to the next entry or end of a system call, and hands it a signal before.
pub(crate) fn go_to_call(thread: i32, signal: i32) -> io::Result<()> {
    request(SYSCALL, thread, 0, signal as usize).map(drop)
}

/// Leaves a thread of a stopped process stopped, until the process is continued.
pub(crate) fn listen(thread: i32) -> io::Result<()> {
    request(LISTEN, thread, 0, 0).map(drop)
}

/// Gives a thread up, and hands it a signal before.
pub(crate) fn detach(thread: i32, signal: i32) -> io::Result<()> {
    request(DETACH, thread, 0, signal as usize).map(drop)
}

/// Says which call a thread stands at.
pub(crate) fn call(thread: i32) -> io::Result<Call> {
    // `struct ptrace_syscall_info`: kind, architecture, two pointers, number, arguments.
    let mut info = [0_u64; 11];
    let place = info.as_mut_ptr().expose_provenance();
    request(GET_SYSCALL_INFO, thread, size_of_val(&info), place)?;
    match info[0].to_ne_bytes()[0] {
        1 => Ok(Call::Entry {
            number: info[3] as i64,
            first: info[4],
        }),
        2 => Ok(Call::Exit),
        _ => Err(io::Error::other("the thread stands at no system call")),
    }
}
