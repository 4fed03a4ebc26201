//! Pages of memory that stay out of the page file, for a secret.
//!
//! Locking is a wish: the working set of the process may be too small for it.

use std::io;
use std::ptr::{self, NonNull};

use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_READWRITE, VirtualAlloc, VirtualFree, VirtualLock,
};

use crate::{Error, Result};

/// What the smallest page is on every processor; the system rounds up.
const PAGE: usize = 4096;

/// Takes whole pages for at least `capacity` bytes, all zero; returns their size, too.
///
/// # Errors
///
/// When the system is out of memory.
pub(crate) fn allocate(capacity: usize) -> Result<(NonNull<u8>, usize)> {
    let size = capacity.max(1).next_multiple_of(PAGE);
    // SAFETY: the system chooses a place where nothing is.
    let pages =
        unsafe { VirtualAlloc(ptr::null(), size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE) };
    let Some(start) = NonNull::new(pages.cast::<u8>()) else {
        return Err(Error::os("VirtualAlloc", io::Error::last_os_error()));
    };
    // SAFETY: the pages made above; locking changes no contents.
    unsafe { VirtualLock(pages, size) };
    Ok((start, size))
}

/// Gives pages back.
///
/// # Safety
///
/// They are those of [`allocate`], and nobody uses them any more.
pub(crate) unsafe fn release(pages: NonNull<u8>, _size: usize) {
    // SAFETY: the caller says so; all of them are given back.
    unsafe { VirtualFree(pages.as_ptr().cast(), 0, MEM_RELEASE) };
}

/// Where a program could forbid core dumps of itself: a dump of Windows Error Reporting cannot be.
#[derive(Debug, Default)]
pub struct NoCore(());

impl NoCore {
    /// Does nothing.
    pub fn new() -> Self {
        NoCore(())
    }

    /// Returns false.
    pub fn is_in_force(&self) -> bool {
        false
    }

    /// Does nothing.
    pub fn keep(self) {}
}
