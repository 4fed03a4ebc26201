//! What macOS offers to a thread that must react at once: a time-constraint policy, a class of
//! service, locked memory.
//!
//! The same functions as Linux's, of which those that macOS has no setting for refuse. Policy and
//! class are the calling thread's own, so the guard is to be dropped on the same thread.

use std::io;
use std::num::NonZeroU64;

use libc::{THREAD_TIME_CONSTRAINT_POLICY, THREAD_TIME_CONSTRAINT_POLICY_COUNT, qos_class_t};

use crate::unix::{Undo, unsupported};
use crate::{Error, Result};

/// Computation that is promised to fit into [`WITHIN`], in nanoseconds: ten times a key's way
/// through the decoder.
const COMPUTATION: u64 = 100_000;
/// How soon after it is woken the thread is to be done, in nanoseconds.
const WITHIN: u64 = 500_000;

type Constraint = libc::thread_time_constraint_policy;

/// macOS has no request against idle states.
///
/// # Errors
///
/// Always.
pub fn stay_awake() -> Result<Undo> {
    unsupported("idle states")
}

/// Runs the calling thread under a time-constraint policy, which is before all others; the
/// priority is macOS's choice.
///
/// # Errors
///
/// When the kernel refuses the policy.
pub fn run_first(_priority: u8) -> Result<Undo> {
    let failed = |error| Error::os("thread_policy_set", error);
    let before = constraint().map_err(failed)?;
    let wanted = Constraint {
        period: 0,
        computation: ticks(COMPUTATION).map_err(failed)?,
        constraint: ticks(WITHIN).map_err(failed)?,
        preemptible: 1,
    };
    set_constraint(wanted).map_err(failed)?;
    Ok(Undo::new(move || {
        let _ = before.map_or_else(set_standard, set_constraint);
    }))
}

/// The calling thread, as Mach calls it.
fn thread() -> libc::mach_port_t {
    // SAFETY: takes nothing and always succeeds.
    let thread = unsafe { libc::pthread_self() };
    // SAFETY: the calling thread is alive.
    unsafe { libc::pthread_mach_thread_np(thread) }
}

/// The constraint that the calling thread is under, if it is under one.
fn constraint() -> io::Result<Option<Constraint>> {
    let mut found = Constraint {
        period: 0,
        computation: 0,
        constraint: 0,
        preemptible: 0,
    };
    let mut count = THREAD_TIME_CONSTRAINT_POLICY_COUNT;
    // In: 0, the thread's own policy; out: 1 if it has none and these are the defaults.
    let mut default = 0;
    let at = (&raw mut found).cast();
    let flavor = THREAD_TIME_CONSTRAINT_POLICY as _;
    // SAFETY: the pointers are to locals that outlive the call, of the size that `count` says.
    let answer =
        unsafe { libc::thread_policy_get(thread(), flavor, at, &raw mut count, &raw mut default) };
    checked(answer)?;
    Ok((default == 0).then_some(found))
}

fn set_constraint(mut wanted: Constraint) -> io::Result<()> {
    let at = (&raw mut wanted).cast();
    let flavor = THREAD_TIME_CONSTRAINT_POLICY as _;
    let count = THREAD_TIME_CONSTRAINT_POLICY_COUNT;
    // SAFETY: the pointer is to a local of the size that `count` says.
    let answer = unsafe { libc::thread_policy_set(thread(), flavor, at, count) };
    checked(answer)
}

/// Takes the thread out of the time-constraint class.
fn set_standard() -> io::Result<()> {
    const STANDARD: libc::thread_policy_flavor_t = 1;
    let mut nothing: libc::integer_t = 0;
    // SAFETY: the standard policy has no fields; the count says so.
    let answer = unsafe { libc::thread_policy_set(thread(), STANDARD, &raw mut nothing, 0) };
    checked(answer)
}

/// Nanoseconds in the units of the Mach clock.
#[expect(
    deprecated,
    reason = "two fields of the Mach clock are no reason for another crate"
)]
fn ticks(nanos: u64) -> io::Result<u32> {
    let mut base = libc::mach_timebase_info { numer: 0, denom: 0 };
    // SAFETY: the pointer is to a local that outlives the call.
    let answer = unsafe { libc::mach_timebase_info(&raw mut base) };
    checked(answer)?;
    let ticks = nanos * u64::from(base.denom) / u64::from(base.numer.max(1));
    u32::try_from(ticks).map_err(io::Error::other)
}

/// Raises the calling thread's class of service to "user interactive".
///
/// # Errors
///
/// `EPERM` when the thread's class was given up for a scheduling policy.
pub fn interactive() -> Result<Undo> {
    let (class, relative) = class_of_service()?;
    set_class_of_service(qos_class_t::QOS_CLASS_USER_INTERACTIVE, 0)?;
    Ok(Undo::new(move || {
        let _ = set_class_of_service(class, relative);
    }))
}

fn class_of_service() -> Result<(qos_class_t, i32)> {
    let (mut class, mut relative) = (qos_class_t::QOS_CLASS_UNSPECIFIED, 0);
    // SAFETY: takes nothing and always succeeds.
    let thread = unsafe { libc::pthread_self() };
    let (class_at, relative_at) = (&raw mut class, &raw mut relative);
    // SAFETY: the thread is alive, the pointers are to locals that outlive the call.
    let answer = unsafe { libc::pthread_get_qos_class_np(thread, class_at, relative_at) };
    match answer {
        0 => Ok((class, relative)),
        error => Err(Error::os(
            "pthread_get_qos_class_np",
            io::Error::from_raw_os_error(error),
        )),
    }
}

fn set_class_of_service(class: qos_class_t, relative: i32) -> Result<()> {
    // SAFETY: takes no pointer.
    let answer = unsafe { libc::pthread_set_qos_class_self_np(class, relative) };
    match answer {
        0 => Ok(()),
        error => Err(Error::os(
            "pthread_set_qos_class_self_np",
            io::Error::from_raw_os_error(error),
        )),
    }
}

/// macOS says ENOSYS to `mlockall(2)`.
///
/// # Errors
///
/// Always.
pub fn lock_memory() -> Result<Undo> {
    unsupported("mlockall")
}

/// macOS coalesces timers by class of service; there is no figure to set.
///
/// # Errors
///
/// Always.
pub fn timer_slack(_nanos: NonZeroU64) -> Result<Undo> {
    unsupported("timer slack")
}

/// macOS runs threads where it likes.
///
/// # Errors
///
/// Always.
pub fn pin(_processor: usize) -> Result<Undo> {
    unsupported("processor affinity")
}

/// macOS has no memory nodes.
///
/// # Errors
///
/// Always.
pub fn bind(_node: usize) -> Result<Undo> {
    unsupported("memory node")
}

fn checked(answer: libc::kern_return_t) -> io::Result<()> {
    if answer != libc::KERN_SUCCESS {
        return Err(io::Error::other(format!("Mach answered {answer}")));
    }
    Ok(())
}
