//! The process: its number, its end, and what a signal is here.
//!
//! No process is in the background and none is stopped: the functions for that return at once.

use std::ffi::{c_int, c_void};
use std::io;
use std::os::windows::io::{AsRawHandle, BorrowedHandle};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::Duration;

use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::SystemServices::DLL_PROCESS_DETACH;
use windows_sys::Win32::System::Threading;

use super::signal::{BREAK, FAULT, HANGUP, INTERRUPT, TERMINATE};
use crate::{Error, Result};

/// Where signals can be blocked: a control event has a thread of its own, which waits by itself
/// while another one changes the terminal.
#[derive(Debug)]
pub struct BlockedSignals(());

impl BlockedSignals {
    /// Does nothing.
    pub fn one(_signal: c_int) -> Self {
        BlockedSignals(())
    }

    /// Does nothing.
    pub fn all_but_faults() -> Self {
        BlockedSignals(())
    }
}

/// Returns the number of this process.
pub fn id() -> c_int {
    std::process::id() as c_int
}

/// Returns the number of this thread, which is never zero.
pub fn thread() -> usize {
    // SAFETY: asks for a number.
    unsafe { Threading::GetCurrentThreadId() as usize }
}

/// Returns true: nothing is in the background.
pub fn is_in_foreground(_console: BorrowedHandle<'_>) -> bool {
    true
}

/// Waits for this many milliseconds.
pub fn pause(duration: Duration) {
    let milliseconds = u32::try_from(duration.as_millis()).unwrap_or(u32::MAX - 1);
    // SAFETY: takes a number.
    unsafe { Threading::Sleep(milliseconds) };
}

/// Does nothing: no signal can be sent.
pub fn raise(_signal: c_int) {}

/// Does nothing: no process can be stopped by itself.
pub fn stop(_signal: c_int) {}

/// Does nothing, as [`stop`].
pub fn stop_group() {}

/// Waits until there is a record in the console's input.
pub fn wait_readable(console: BorrowedHandle<'_>, timeout: Duration) -> bool {
    let milliseconds = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX - 1);
    let handle = console.as_raw_handle();
    // SAFETY: an open handle.
    unsafe { Threading::WaitForSingleObject(handle, milliseconds) == WAIT_OBJECT_0 }
}

/// What [`at_exit`] was given.
static AT_EXIT: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

/// Has `function` called once when the process ends by `std::process::exit` or by returning from
/// `main`. There is one function.
///
/// Two ways lead there: the C library's, when `main` returns, and the loader's, which Rust's `exit`
/// takes alone (`ExitProcess`).
///
/// # Errors
///
/// When the C library is out of memory.
pub fn at_exit(function: extern "C" fn()) -> Result<()> {
    // Release: pairs with the Acquire in `run_at_exit`.
    AT_EXIT.store(function as *mut (), Ordering::Release);
    // SAFETY: a static of its own; the read keeps the linker from leaving it out.
    unsafe { (&raw const ON_DETACH).read_volatile() };
    // SAFETY: the function is never unloaded: it belongs to this program.
    if unsafe { libc::atexit(run_at_exit) } == 0 {
        Ok(())
    } else {
        Err(Error::os(
            "atexit",
            io::Error::from(io::ErrorKind::OutOfMemory),
        ))
    }
}

/// Called by the loader when the process ends (`ExitProcess`), also without the C library, which
/// Rust's `exit` does not call.
#[used]
#[unsafe(link_section = ".CRT$XLY")]
static ON_DETACH: unsafe extern "system" fn(*mut c_void, u32, *mut c_void) = on_detach;

unsafe extern "system" fn on_detach(_module: *mut c_void, reason: u32, _reserved: *mut c_void) {
    if reason == DLL_PROCESS_DETACH {
        run_at_exit();
    }
}

extern "C" fn run_at_exit() {
    // Acquire: pairs with the Release in `at_exit`. Once.
    let function = AT_EXIT.swap(std::ptr::null_mut(), Ordering::AcqRel);
    if !function.is_null() {
        // SAFETY: `at_exit` stored a function of this type.
        let function = unsafe { std::mem::transmute::<*mut (), extern "C" fn()>(function) };
        function();
    }
}

/// Returns the signals that end the process: the control events.
pub fn endings() -> impl Iterator<Item = c_int> {
    [INTERRUPT, BREAK, HANGUP, TERMINATE].into_iter()
}

/// Unhandled exceptions, as one signal.
pub const FAULTS: [c_int; 1] = [FAULT];

/// The signal of an abort: no handler can be called for it (`__fastfail`).
pub const ABORT: c_int = 22;

/// The signal that would stop the process.
pub const STOP: c_int = 20;

/// The signal that would stop a process in the background.
pub const BACKGROUND: c_int = 22;

/// Returns the error of a process that nobody could continue.
pub fn background_error() -> Error {
    Error::os("suspend", io::Error::from(io::ErrorKind::Unsupported))
}
