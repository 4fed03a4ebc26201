//! `EVFILT_SIGNAL` over signal handlers: how often each signal was sent, and a descriptor that says
//! when.
//!
//! The kernel of Darwin counts when a signal is sent (`psignal_internal`), whatever its disposition.
//! A handler is as near as Linux comes; it calls whoever was there before.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::event::{EventfdFlags, eventfd};
use ttyring_platform::darwin::abi::signal;

const COUNT: usize = 65;

static COUNTS: [AtomicU32; COUNT] = [const { AtomicU32::new(0) }; COUNT];
static PREVIOUS: [AtomicUsize; COUNT] = [const { AtomicUsize::new(libc::SIG_DFL) }; COUNT];
/// Written at every signal and never closed, so that a handler may write to it at any time.
static SENT: OnceLock<OwnedFd> = OnceLock::new();

/// The descriptor that is written at every signal; to be watched for edges.
pub(super) fn sent() -> BorrowedFd<'static> {
    let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
    SENT.get_or_init(|| eventfd(0, flags).expect("an eventfd"))
        .as_fd()
}

/// Starts to count a signal, by its Darwin number.
pub(super) fn watch(number: i32) -> Option<()> {
    static WATCHED: Mutex<[bool; COUNT]> = Mutex::new([false; COUNT]);
    let number = to_linux(number)?;
    sent();
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    if !watched[number as usize] {
        watched[number as usize] = true;
        install(number);
    }
    Some(())
}

/// How often the signal was sent since the process started, modulo 2³².
pub(super) fn count(number: i32) -> u32 {
    let number = to_linux(number).expect("a watched signal");
    // Relaxed: the descriptor orders it.
    COUNTS[number as usize].load(Ordering::Relaxed)
}

/// Counts a signal that was not sent.
pub(super) fn post(number: i32) {
    let number = to_linux(number).expect("a known signal");
    COUNTS[number as usize].fetch_add(1, Ordering::Relaxed);
    let _ = rustix::io::write(sent(), &1u64.to_ne_bytes());
}

fn to_linux(number: i32) -> Option<i32> {
    Some(match number {
        signal::HUP => libc::SIGHUP,
        signal::INT => libc::SIGINT,
        signal::QUIT => libc::SIGQUIT,
        signal::TERM => libc::SIGTERM,
        signal::TSTP => libc::SIGTSTP,
        signal::CONT => libc::SIGCONT,
        signal::WINCH => libc::SIGWINCH,
        signal::USR1 => libc::SIGUSR1,
        signal::USR2 => libc::SIGUSR2,
        _ => return None,
    })
}

fn install(number: i32) {
    // SAFETY: integers, a set and an optional function: all valid when zero.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    let mut before: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = on_signal as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
    // SAFETY: a place of the right size; the disposition does not change.
    unsafe { libc::sigaction(number, std::ptr::null(), &mut before) };
    PREVIOUS[number as usize].store(before.sa_sigaction, Ordering::Relaxed);
    // SAFETY: the handler is async-signal-safe.
    let answer = unsafe { libc::sigaction(number, &action, std::ptr::null_mut()) };
    assert_eq!(answer, 0, "signal {number} cannot be watched");
}

extern "C" fn on_signal(number: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel gives a handler with SA_SIGINFO a valid one.
    let to_thread = unsafe { (*info).si_code } == libc::SI_TKILL;
    // psignal_internal: no event for a signal to one thread (PSIG_THREAD).
    if !to_thread {
        COUNTS[number as usize].fetch_add(1, Ordering::Relaxed);
        if let Some(sent) = SENT.get() {
            let _ = rustix::io::write(sent, &1u64.to_ne_bytes());
        }
    }
    let previous = PREVIOUS[number as usize].load(Ordering::Relaxed);
    if previous != libc::SIG_DFL && previous != libc::SIG_IGN {
        type Handler = extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void);
        // SAFETY: a handler was there; one of a single argument ignores the others.
        let previous = unsafe { std::mem::transmute::<usize, Handler>(previous) };
        previous(number, info, context);
    }
}
