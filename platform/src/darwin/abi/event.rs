//! kqueue and select: `struct kevent`, its filters and flags, descriptor sets, timeouts.

/// One change to a kqueue, or one event from it (`struct kevent`, packed to four bytes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, packed(4))]
pub struct Kevent {
    /// What the filter watches: a descriptor, a signal number, a name of one's own.
    pub ident: usize,
    /// One of [`filter`].
    pub filter: i16,
    /// A set of [`ev`].
    pub flags: u16,
    /// A set of [`note`], of the filter in question.
    pub fflags: u32,
    /// Bytes to read, signals that arrived, an error number, a time.
    pub data: isize,
    /// Carried along; any later change of the same event overwrites it.
    pub udata: usize,
}

impl Kevent {
    /// Makes a change without filter flags or data.
    pub const fn change(ident: usize, filter: i16, flags: u16) -> Self {
        Kevent {
            ident,
            filter,
            flags,
            fflags: 0,
            data: 0,
            udata: 0,
        }
    }
}

/// Filters of kqueue.
pub mod filter {
    /// Bytes can be read, or the end is reached.
    pub const READ: i16 = -1;
    /// A process did something.
    pub const PROC: i16 = -5;
    /// A signal was sent to this process.
    pub const SIGNAL: i16 = -6;
    /// Time passed.
    pub const TIMER: i16 = -7;
    /// Triggered by the program itself.
    pub const USER: i16 = -10;
}

/// Flags of a kevent.
pub mod ev {
    /// Add the event, or change it.
    pub const ADD: u16 = 0x0001;
    /// Remove the event.
    pub const DELETE: u16 = 0x0002;
    /// Remove the event once it was reported.
    pub const ONESHOT: u16 = 0x0010;
    /// Reset the state once it was reported: edge-triggered.
    pub const CLEAR: u16 = 0x0020;
    /// Answer the change itself with an event, also if it worked; such a call never waits.
    pub const RECEIPT: u16 = 0x0040;
    /// `data` is an error number, or 0 in a receipt.
    pub const ERROR: u16 = 0x4000;
    /// The end: hung up or revoked.
    pub const EOF: u16 = 0x8000;
}

/// Filter flags of a kevent.
pub mod note {
    /// `USER`: report the event.
    pub const TRIGGER: u32 = 0x0100_0000;
    /// `READ`: `data` is the number of bytes that counts as readable.
    pub const LOWAT: u32 = 0x0000_0001;
    /// `TIMER`: `data` is in nanoseconds.
    pub const NSECONDS: u32 = 0x0000_0004;
    /// `TIMER`: not delayed to save power.
    pub const CRITICAL: u32 = 0x0000_0020;
    /// `PROC`: the process ended.
    pub const EXIT: u32 = 0x8000_0000;
}

/// A timeout of `kevent(2)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Timespec {
    /// Whole seconds.
    pub seconds: i64,
    /// Nanoseconds, below 1,000,000,000.
    pub nanoseconds: i64,
}

/// A timeout of `select(2)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Timeval {
    /// Whole seconds.
    pub seconds: i64,
    /// Microseconds, below 1,000,000.
    pub microseconds: i32,
}

/// A set of descriptors of `select(2)` (`fd_set`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct FdSet([u32; FdSet::LIMIT / 32]);

impl FdSet {
    /// One more than the highest descriptor that `select(2)` takes (`FD_SETSIZE`).
    pub const LIMIT: usize = 1024;

    /// Adds `descriptor`; returns whether it is within the limit.
    #[must_use]
    pub fn insert(&mut self, descriptor: i32) -> bool {
        let Some((word, bit)) = Self::place(descriptor) else {
            return false;
        };
        self.0[word] |= bit;
        true
    }

    /// Returns whether `descriptor` is in the set.
    pub fn contains(&self, descriptor: i32) -> bool {
        Self::place(descriptor).is_some_and(|(word, bit)| self.0[word] & bit != 0)
    }

    fn place(descriptor: i32) -> Option<(usize, u32)> {
        let descriptor = usize::try_from(descriptor).ok()?;
        (descriptor < Self::LIMIT).then_some((descriptor / 32, 1 << (descriptor % 32)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kevent_is_packed_to_four_bytes() {
        assert_eq!(size_of::<Kevent>(), 32);
        assert_eq!(align_of::<Kevent>(), 4);
    }

    #[test]
    fn descriptor_set_stops_at_its_limit() {
        let mut set = FdSet::default();
        assert!(set.insert(0));
        assert!(set.insert(1023));
        assert!(!set.insert(1024));
        assert!(!set.insert(-1));
        assert!(set.contains(0) && set.contains(1023));
        assert!(!set.contains(1) && !set.contains(1024) && !set.contains(-1));
    }
}
