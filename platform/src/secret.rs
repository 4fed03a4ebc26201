//! Memory for a secret: pages of their own that stay out of swap and core dumps and are
//! overwritten before they are given back.
//!
//! It protects what is written into it and no copy made elsewhere.

use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::{Ordering, compiler_fence};

use crate::{Result, pages};

/// Bytes that leave no trace: zeroed when cleared or dropped.
pub struct Secret {
    pages: NonNull<u8>,
    size: usize,
    len: usize,
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
        let (pages, size) = pages::allocate(capacity)?;
        Ok(Secret {
            pages,
            size,
            len: 0,
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
        // SAFETY: the pages were made by `new` and no borrow of them outlives this value.
        unsafe { pages::release(self.pages, self.size) };
    }
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
}
