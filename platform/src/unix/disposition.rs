//! What happens when a signal arrives (`sigaction(2)`): asked, exchanged, compared.
//!
//! Everything here is async-signal-safe. Whose disposition it is, and for how long, is not decided
//! here.

use std::mem::MaybeUninit;
use std::{io, ptr};

use libc::{c_int, sigaction};

use crate::{Error, Result};

/// SIG_DFL without flags.
pub(super) fn default_disposition() -> sigaction {
    let action = MaybeUninit::<sigaction>::zeroed();
    // SAFETY: an integer, flags, a set and an optional function: all valid when zero.
    let mut action = unsafe { action.assume_init() };
    action.sa_sigaction = libc::SIG_DFL;
    action
}

/// Whether it is a function, neither SIG_DFL nor SIG_IGN.
pub(super) fn is_handler(action: &sigaction) -> bool {
    action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN
}

/// Whether two dispositions are the same action, or call the same function in the same way. The C
/// library adds flags of its own (`SA_RESTORER`), which say nothing without a function.
pub(super) fn same(a: &sigaction, b: &sigaction) -> bool {
    a.sa_sigaction == b.sa_sigaction
        && (!is_handler(a) || (a.sa_flags == b.sa_flags && same_mask(a, b)))
}

fn same_mask(a: &sigaction, b: &sigaction) -> bool {
    // Beyond the highest signal of a system the answer is -1 for both.
    (1..=128).all(|number| is_member(&a.sa_mask, number) == is_member(&b.sa_mask, number))
}

fn is_member(set: &libc::sigset_t, number: c_int) -> c_int {
    // SAFETY: an initialised set; an impossible number is refused.
    unsafe { libc::sigismember(set, number) }
}

/// Asks for the disposition.
///
/// # Errors
///
/// `EINVAL` for a number that is no signal, or one of the C library's own.
pub(super) fn query(number: c_int) -> Result<sigaction> {
    let mut action = default_disposition();
    // SAFETY: the kernel writes to a place of the right size, and reads nothing.
    checked(unsafe { libc::sigaction(number, ptr::null(), &mut action) })?;
    Ok(action)
}

/// Replaces the disposition and returns the one that was there.
///
/// # Errors
///
/// As [`query`], and `EINVAL` for SIGKILL and SIGSTOP.
pub(super) fn exchange(number: c_int, action: &sigaction) -> Result<sigaction> {
    let mut before = default_disposition();
    // SAFETY: a complete disposition: ours, whose handler is async-signal-safe, or one that was in
    // place; and a place of the right size for the one before.
    checked(unsafe { libc::sigaction(number, action, &mut before) })?;
    Ok(before)
}

fn checked(answer: c_int) -> Result<()> {
    if answer == -1 {
        return Err(Error::os("sigaction", io::Error::last_os_error()));
    }
    Ok(())
}
