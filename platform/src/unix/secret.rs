//! Memory for a secret: pages of their own that stay out of swap and core dumps and are
//! overwritten before they are given back; and a stop to core dumps while a secret is read.
//!
//! It protects what is written into it and no copy made elsewhere. Locking is a wish: where
//! `RLIMIT_MEMLOCK` forbids it, the pages can be swapped out.

use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::atomic::{Ordering, compiler_fence};

use libc::rlimit;
use rustix::mm::{MapFlags, ProtFlags, mlock, mmap_anonymous, munmap};

use crate::{Error, Result, dump};

/// Bytes that leave no trace: zeroed when cleared or dropped.
pub struct Secret {
    pages: NonNull<u8>,
    size: usize,
    len: usize,
    left_out: bool,
}

// SAFETY: the pages belong to this value alone, and `&Secret` gives only shared reads of them.
unsafe impl Send for Secret {}
// SAFETY: as above; nothing is changed through `&Secret`.
unsafe impl Sync for Secret {}

impl Secret {
    /// Takes whole pages for at least `capacity` bytes.
    ///
    /// # Errors
    ///
    /// When the system is out of memory.
    pub fn new(capacity: usize) -> Result<Self> {
        let size = capacity.max(1).next_multiple_of(page_size());
        let (access, private) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE);
        // SAFETY: the kernel chooses a place where nothing is; the mapping aliases no memory.
        let pages = unsafe { mmap_anonymous(ptr::null_mut(), size, access, private) }
            .map_err(|error| Error::os("mmap", error))?;
        // SAFETY: the range is the mapping made above; locking changes no contents.
        let _ = unsafe { mlock(pages, size) };
        let left_out = dump::leave_out(pages, size);
        let pages = NonNull::new(pages.cast::<u8>()).expect("mmap does not return null");
        Ok(Secret {
            pages,
            size,
            len: 0,
            left_out,
        })
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the mapping has `size` bytes, `len` is at most that, and anonymous pages start
        // as zeroes; writes need `&mut self`.
        unsafe { std::slice::from_raw_parts(self.pages.as_ptr(), self.len) }
    }

    /// Returns the room behind the bytes, to read into; [`grow`](Secret::grow) takes what was
    /// written.
    pub fn room(&mut self) -> &mut [u8] {
        // SAFETY: `len <= size`, so the place is in the mapping or at its end.
        let start = unsafe { self.pages.as_ptr().add(self.len) };
        // SAFETY: the rest of the mapping is initialized (see `as_bytes`), and `&mut self` is the
        // only way to it.
        unsafe { std::slice::from_raw_parts_mut(start, self.size - self.len) }
    }

    /// Takes `count` more bytes as written, at most what there is room for.
    pub fn grow(&mut self, count: usize) {
        self.len = self.size.min(self.len + count);
    }

    /// Shortens the secret to `len` bytes and zeroes the rest.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        let (start, end) = (self.len, self.size);
        for offset in start..end {
            // SAFETY: `offset < size`, so the byte is in the mapping. Volatile: nobody reads it
            // again, and the write must not be left out for that.
            unsafe { self.pages.as_ptr().add(offset).write_volatile(0) };
        }
        compiler_fence(Ordering::SeqCst);
    }

    /// Returns whether the system leaves the pages out of core dumps.
    pub fn is_left_out_of_dumps(&self) -> bool {
        self.left_out
    }
}

/// Says how long it is and nothing else.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.len)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.truncate(0);
        // SAFETY: the mapping was made by `new` and no borrow of it outlives this value.
        let _ = unsafe { munmap(self.pages.as_ptr().cast(), self.size) };
    }
}

/// No core file of this process while it lives (`RLIMIT_CORE` 0), where the system lets a process
/// forbid it: the kernel's and the C library's copies of what is typed are not ours to keep out of
/// one.
///
/// A filter of system calls may refuse; the pages of a [`Secret`] are then still left out. A
/// `core_pattern` that is a pipe does not obey the limit. For the whole process: two at once are to
/// be dropped in reverse order.
pub struct NoCore {
    before: Option<rlimit>,
}

impl NoCore {
    /// Forbids core files; [`is_in_force`](NoCore::is_in_force) says whether that worked.
    pub fn new() -> Self {
        let before = core_limit().filter(|before| {
            set_core_limit(&rlimit {
                rlim_cur: 0,
                rlim_max: before.rlim_max,
            })
        });
        NoCore { before }
    }

    /// Returns whether no core file can be written.
    pub fn is_in_force(&self) -> bool {
        self.before.is_some()
    }
}

impl Default for NoCore {
    fn default() -> Self {
        NoCore::new()
    }
}

impl fmt::Debug for NoCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoCore")
            .field("is_in_force", &self.is_in_force())
            .finish()
    }
}

impl Drop for NoCore {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // A soft limit may always be raised to what it was under the same hard limit.
            set_core_limit(before);
        }
    }
}

// Not through rustix, which panics where a filter keeps it from reading the auxiliary vector.
fn page_size() -> usize {
    // SAFETY: asks for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).map_or(4096, |size| size.max(1))
}

// Not through rustix, which takes it for granted that the call succeeds.
fn core_limit() -> Option<rlimit> {
    let mut limit = rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: a place of the right size.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_CORE, &mut limit) };
    (answer == 0).then_some(limit)
}

fn set_core_limit(limit: &rlimit) -> bool {
    // SAFETY: a complete limit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, limit) == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kept_and_zeroed_when_shortened() {
        let mut secret = Secret::new(10).expect("a page");
        secret.room()[..6].copy_from_slice(b"abcdef");
        secret.grow(6);
        assert_eq!(secret.as_bytes(), b"abcdef");
        secret.truncate(2);
        assert_eq!(secret.as_bytes(), b"ab");
        assert!(secret.room().iter().all(|byte| *byte == 0));
        assert_eq!(format!("{secret:?}"), "Secret(2 bytes)");
        let all = secret.room().len();
        secret.grow(all + 1);
        assert!(secret.room().is_empty());
    }

    #[test]
    fn core_limit_comes_back() {
        let limit = || core_limit().map(|limit| (limit.rlim_cur, limit.rlim_max));
        let before = limit();
        let guard = NoCore::new();
        assert!(guard.is_in_force());
        assert_eq!(limit().map(|limit| limit.0), Some(0));
        drop(guard);
        assert_eq!(limit(), before);
    }
}
