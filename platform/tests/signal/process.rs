//! A test in a process of its own, and what it looks at.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};

use libc::c_int;
use ttyring_test_support::within;

const CHILD: &str = "TTYRING_SIGNAL_CHILD";

/// Runs `body` in a process of its own and returns how that ended; `prepare` runs between fork
/// and exec.
pub(crate) fn in_child(test: &str, prepare: fn(), body: fn()) -> Option<ExitStatus> {
    play(test, body);
    let mut command = again(test);
    // SAFETY: `prepare` makes only async-signal-safe calls.
    unsafe {
        command.pre_exec(move || {
            prepare();
            Ok(())
        })
    };
    ttyring_test_support::default_signals();
    let ended = within("the end of the test binary", || command.status());
    Some(ended.expect("the test binary runs again"))
}

/// Runs `body` and ends, if this is the process of the test.
pub(crate) fn play(test: &str, body: fn()) {
    if std::env::var_os(CHILD).is_some_and(|name| name == test) {
        body();
        std::process::exit(0);
    }
}

/// This binary again, as the process of the test.
pub(crate) fn again(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the test binary has a path"));
    command
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, test)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// A session without a terminal: its only group is orphaned, so nothing stops it.
pub(crate) fn leave_session() {
    // SAFETY: async-signal-safe, and changes no memory.
    unsafe { libc::setsid() };
}

pub(crate) fn raise(number: c_int) {
    // SAFETY: sends a signal to this thread.
    assert_eq!(unsafe { libc::raise(number) }, 0);
}

pub(crate) fn ignore(number: c_int) {
    // SAFETY: no handler is involved.
    unsafe { libc::signal(number, libc::SIG_IGN) };
}

pub(crate) fn action(number: c_int) -> libc::sigaction {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: asks for the disposition and changes nothing.
    unsafe { libc::sigaction(number, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: zeroed and written by the call.
    unsafe { action.assume_init() }
}

pub(crate) fn disposition(number: c_int) -> libc::sighandler_t {
    action(number).sa_sigaction
}

/// Installs a handler that takes the number alone.
pub(crate) fn install(number: c_int, handler: extern "C" fn(c_int), flags: c_int) {
    let action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: an integer, flags, a set and an optional function: all valid when zero.
    let mut action = unsafe { action.assume_init() };
    action.sa_sigaction = handler as *const () as libc::sighandler_t;
    action.sa_flags = flags;
    // SAFETY: the handlers of these tests make only async-signal-safe calls.
    let installed = unsafe { libc::sigaction(number, &action, std::ptr::null_mut()) };
    assert_eq!(installed, 0);
}

/// The signal that ended a child, if one did.
pub(crate) fn killed_by(status: Option<ExitStatus>) -> Option<c_int> {
    status.and_then(|status| status.signal())
}
