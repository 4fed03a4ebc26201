//! Pages of memory that stay out of swap and core dumps.
//!
//! Both are wishes: where `RLIMIT_MEMLOCK` forbids to lock them, the pages can be swapped out.

use std::ptr::{self, NonNull};

use rustix::mm::{MapFlags, ProtFlags, mlock, mmap_anonymous, munmap};

use crate::{Error, Result, dump};

/// Takes whole pages for at least `capacity` bytes, all zero; returns their size, too.
///
/// # Errors
///
/// When the system is out of memory.
pub(crate) fn allocate(capacity: usize) -> Result<(NonNull<u8>, usize)> {
    let size = capacity.max(1).next_multiple_of(page_size());
    let (access, private) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE);
    // SAFETY: the kernel chooses a place where nothing is; the mapping aliases no memory.
    let pages = unsafe { mmap_anonymous(ptr::null_mut(), size, access, private) }
        .map_err(|error| Error::os("mmap", error))?;
    // SAFETY: the range is the mapping made above; locking changes no contents.
    let _ = unsafe { mlock(pages, size) };
    dump::leave_out(pages, size);
    let pages = NonNull::new(pages.cast::<u8>()).expect("mmap does not return null");
    Ok((pages, size))
}

/// Gives pages back.
///
/// # Safety
///
/// They are those of [`allocate`], and nobody uses them any more.
pub(crate) unsafe fn release(pages: NonNull<u8>, size: usize) {
    // SAFETY: the caller says so.
    let _ = unsafe { munmap(pages.as_ptr().cast(), size) };
}

// Not through rustix, which panics where a filter keeps it from reading the auxiliary vector.
fn page_size() -> usize {
    // SAFETY: asks for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).map_or(4096, |size| size.max(1))
}
