//! The parent of this process, as far as Windows has one, and a child that is not to outlive it.

use std::ffi::{c_int, c_void};
use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::process::Child;
use std::ptr;

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectExtendedLimitInformation, SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::{
    INFINITE, OpenProcess, PROCESS_SYNCHRONIZE, WaitForSingleObject,
};

use crate::{Error, Result};

/// The signal that continues a process: none is ever stopped.
pub const CONTINUE: c_int = 18;

/// Returns 0: a process is not told when its parent ends.
pub fn parent() -> c_int {
    0
}

/// What became of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It exited with this status; a status is also what `TerminateProcess` gives.
    Exited(c_int),
    /// This signal ended it: never here.
    Killed(c_int),
    /// It ended, and somebody else was told how: never here.
    Lost,
}

/// A child that the system ends when this is dropped, or when this process ends in any way.
#[derive(Debug)]
pub struct Tied(#[allow(dead_code, reason = "its drop is what counts")] OwnedHandle);

/// Ties a child to this process by a job object. Processes that the child starts are free.
///
/// # Errors
///
/// Whatever the system answers: before Windows 8 a process can be in one job only.
pub fn tie(child: &Child) -> Result<Tied> {
    let failed = |operation| Error::os(operation, io::Error::last_os_error());
    // SAFETY: no attributes and no name.
    let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
    if job.is_null() {
        return Err(failed("CreateJobObjectW"));
    }
    // SAFETY: made above, and owned by nobody else.
    let job = Tied(unsafe { OwnedHandle::from_raw_handle(job) });
    let handle = job.0.as_raw_handle();
    // SAFETY: a struct of numbers, for which zero means no limit.
    let mut limits: JOBOBJECT_EXTENDED_LIMIT_INFORMATION = unsafe { std::mem::zeroed() };
    limits.BasicLimitInformation.LimitFlags =
        JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
    let size = size_of_val(&limits) as u32;
    let limits = (&raw const limits).cast::<c_void>();
    // SAFETY: an open job, and the struct of its class with its size.
    if unsafe { SetInformationJobObject(handle, JobObjectExtendedLimitInformation, limits, size) }
        == 0
    {
        return Err(failed("SetInformationJobObject"));
    }
    // SAFETY: an open job and an open process.
    if unsafe { AssignProcessToJobObject(handle, child.as_raw_handle()) } == 0 {
        return Err(failed("AssignProcessToJobObject"));
    }
    Ok(job)
}

/// Waits until the process with this number has ended; false at once where it cannot be opened.
pub fn wait_for_end(process: u32) -> bool {
    // SAFETY: takes numbers.
    let process = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, process) };
    if process.is_null() {
        return false;
    }
    // SAFETY: made above, and owned by nobody else.
    let process = unsafe { OwnedHandle::from_raw_handle(process) };
    // SAFETY: an open process.
    unsafe { WaitForSingleObject(process.as_raw_handle(), INFINITE) == 0 }
}
