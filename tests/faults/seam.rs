//! A seam between a thread and the kernel: chosen system calls of the thread are decided by
//! another thread before the kernel sees them.
//!
//! This is seccomp's user notification (seccomp_unotify(2)): no tracer, no preloaded library, so
//! it also sees calls that are made without the C library, as those of rustix are.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::mpsc;

use rustix::event::{PollFd, PollFlags, poll};
use ttyring_test_support::within;

/// linux/seccomp.h: the kernel carries the call out after all.
const FLAG_CONTINUE: u32 = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;

/// One system call that waits for a decision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) number: i64,
    pub(crate) args: [u64; 6],
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// The kernel carries it out.
    Continue,
    /// It fails with this error number, and the kernel never sees it.
    Fail(i32),
    /// It returns this, and the kernel never sees it.
    Return(i64),
}

/// Runs `body` in a thread of its own, all of whose calls with one of `numbers` are decided by
/// `decide`.
///
/// # Errors
///
/// When the kernel has no such notification, or a filter in force does not allow another.
pub(crate) fn under<T: Send>(
    numbers: &[i64],
    mut decide: impl FnMut(&Call) -> Answer,
    body: impl FnOnce() -> T + Send,
) -> io::Result<T> {
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let worker = scope.spawn(move || {
            let listener = watch(numbers);
            let watching = listener.is_ok();
            // The other side waits for exactly this message.
            let _ = sender.send(listener);
            watching.then(body)
        });
        let listener = within("the listener", || receiver.recv()).map_err(io::Error::other)??;
        serve(&listener, &mut decide)?;
        match within("the watched thread", || worker.join()) {
            Ok(result) => result.ok_or_else(|| io::Error::other("not watched")),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Puts the calling thread's calls under notification.
fn watch(numbers: &[i64]) -> io::Result<OwnedFd> {
    let program = program(numbers);
    let filter = libc::sock_fprog {
        len: u16::try_from(program.len()).map_err(io::Error::other)?,
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the call has no pointer arguments; it changes a flag of the calling thread.
    let flag = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    if flag != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `filter` points to a program of `len` instructions, both alive during the call; the
    // kernel copies them.
    let listener = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER,
            &raw const filter,
        )
    };
    if listener < 0 {
        return Err(io::Error::last_os_error());
    }
    let listener = i32::try_from(listener).map_err(io::Error::other)?;
    // SAFETY: the kernel has just made this descriptor for the caller, who is the only owner.
    Ok(unsafe { OwnedFd::from_raw_fd(listener) })
}

/// Loads the number of the call and compares it with each; a match notifies, the rest go through.
fn program(numbers: &[i64]) -> Vec<libc::sock_filter> {
    let statement = |code: u32, k: u32| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    };
    let mut program = vec![statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0)];
    for number in numbers {
        let mut compare = statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, *number as u32);
        compare.jf = 1;
        program.push(compare);
        program.push(statement(
            libc::BPF_RET | libc::BPF_K,
            libc::SECCOMP_RET_USER_NOTIF,
        ));
    }
    program.push(statement(
        libc::BPF_RET | libc::BPF_K,
        libc::SECCOMP_RET_ALLOW,
    ));
    program
}

/// Answers until the thread has ended, which hangs the listener up.
fn serve(listener: &OwnedFd, decide: &mut impl FnMut(&Call) -> Answer) -> io::Result<()> {
    loop {
        let mut ready = [PollFd::new(listener, PollFlags::IN)];
        within("a system call of the watched thread", || {
            poll(&mut ready, None)
        })?;
        if !ready[0].revents().contains(PollFlags::IN) {
            return Ok(());
        }
        // SAFETY: all fields are integers, for which zeroes are a value; the kernel wants zeroes.
        let mut request: libc::seccomp_notif = unsafe { std::mem::zeroed() };
        if !ioctl(listener, libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut request)? {
            continue;
        }
        let answer = decide(&Call {
            number: request.data.nr.into(),
            args: request.data.args,
        });
        let (val, error, flags) = match answer {
            Answer::Continue => (0, 0, FLAG_CONTINUE),
            Answer::Fail(errno) => (0, -errno, 0),
            Answer::Return(value) => (value, 0, 0),
        };
        let mut response = libc::seccomp_notif_resp {
            id: request.id,
            val,
            error,
            flags,
        };
        ioctl(listener, libc::SECCOMP_IOCTL_NOTIF_SEND, &raw mut response)?;
    }
}

/// Returns false when the call that it is about is gone, interrupted by a signal.
fn ioctl<T>(listener: &OwnedFd, request: libc::Ioctl, argument: *mut T) -> io::Result<bool> {
    // SAFETY: each of the two requests takes a pointer to the structure that is given with it,
    // whose size is part of the request's number.
    let result = unsafe { libc::ioctl(listener.as_raw_fd(), request, argument) };
    if result == 0 {
        return Ok(true);
    }
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
        error if error.raw_os_error() == Some(libc::EINTR) => Ok(false),
        error => Err(error),
    }
}

#[test]
fn the_seam_answers_for_the_kernel_and_only_in_its_thread() {
    let file = std::fs::File::open("/dev/null").expect("open");
    let descriptor = file.as_raw_fd();
    let mut asked = Vec::new();
    let decide = |call: &Call| {
        asked.push(call.args[0]);
        match asked.len() {
            1 => Answer::Fail(libc::EIO),
            2 => Answer::Return(7),
            _ => Answer::Continue,
        }
    };
    let read = move || {
        let answers: Vec<_> = (0..3)
            .map(|_| rustix::io::read(&file, &mut [0; 9]).map_err(|error| error.raw_os_error()))
            .collect();
        answers
    };
    match under(&[libc::SYS_read], decide, read) {
        Err(error) => println!("SKIPPED: no notification here: {error}"),
        Ok(answers) => {
            assert_eq!(answers, [Err(libc::EIO), Ok(7), Ok(0)]);
            assert_eq!(asked, [descriptor as u64; 3]);
        }
    }
}
