//! How Darwin encodes the number of an ioctl, and the numbers computed from it.
//!
//! The number carries the length of the argument, and the kernel copies that many bytes. A
//! [`Request`] is made from the type of its argument, so the two cannot disagree.

use std::marker::PhantomData;

use super::{Attributes, Winsize};

/// The direction bits and the length mask of `bsd/sys/ioccom.h`.
const VOID: u32 = 0x2000_0000;
const OUT: u32 = 0x4000_0000;
const IN: u32 = 0x8000_0000;
const LENGTH: usize = 0x1fff;

/// An ioctl that takes a pointer to `T`.
pub struct Request<T> {
    number: u32,
    argument: PhantomData<fn(&mut T)>,
}

impl<T> Request<T> {
    /// The kernel writes the argument (`_IOR`).
    pub const fn reads(group: u8, number: u8) -> Self {
        Self::encode(OUT, group, number)
    }

    /// The kernel reads the argument (`_IOW`).
    pub const fn writes(group: u8, number: u8) -> Self {
        Self::encode(IN, group, number)
    }

    const fn encode(direction: u32, group: u8, number: u8) -> Self {
        let length = size_of::<T>();
        assert!(length <= LENGTH, "the argument is too long for an ioctl");
        Request {
            number: direction
                | (length as u32 & LENGTH as u32) << 16
                | (group as u32) << 8
                | number as u32,
            argument: PhantomData,
        }
    }

    /// Returns the encoded number, which is what `ioctl(2)` takes.
    pub const fn number(&self) -> u32 {
        self.number
    }
}

impl Request<()> {
    /// There is no argument (`_IO`).
    pub const fn bare(group: u8, number: u8) -> Self {
        Self::encode(VOID, group, number)
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Request<T> {}

impl<T> std::fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Request({:#010x})", self.number)
    }
}

/// The ioctls of a terminal (`bsd/sys/ttycom.h`, `bsd/sys/filio.h`).
pub mod request {
    use super::{Attributes, Request, Winsize};

    /// Reads the settings.
    pub const TIOCGETA: Request<Attributes> = Request::reads(b't', 19);
    /// Replaces the settings at once.
    pub const TIOCSETA: Request<Attributes> = Request::writes(b't', 20);
    /// Replaces the settings once the output is sent.
    pub const TIOCSETAW: Request<Attributes> = Request::writes(b't', 21);
    /// Replaces the settings once the output is sent, and throws unread input away.
    pub const TIOCSETAF: Request<Attributes> = Request::writes(b't', 22);
    /// Throws input (1), output (2) or both (3) away.
    pub const TIOCFLUSH: Request<i32> = Request::writes(b't', 16);
    /// Reads the size of the window.
    pub const TIOCGWINSZ: Request<Winsize> = Request::reads(b't', 104);
    /// Sets the size of the window.
    pub const TIOCSWINSZ: Request<Winsize> = Request::writes(b't', 103);
    /// Reads the foreground process group.
    pub const TIOCGPGRP: Request<i32> = Request::reads(b't', 119);
    /// Sets the foreground process group.
    pub const TIOCSPGRP: Request<i32> = Request::writes(b't', 118);
    /// Counts the bytes of output that wait to be sent.
    pub const TIOCOUTQ: Request<i32> = Request::reads(b't', 115);
    /// Makes the terminal the controlling one.
    pub const TIOCSCTTY: Request<()> = Request::bare(b't', 97);
    /// Gives the controlling terminal up.
    pub const TIOCNOTTY: Request<()> = Request::bare(b't', 113);
    /// Waits until the output is sent.
    pub const TIOCDRAIN: Request<()> = Request::bare(b't', 94);
    /// Counts the bytes that a read would find.
    pub const FIONREAD: Request<i32> = Request::reads(b'f', 127);
}

#[cfg(test)]
mod tests {
    use super::request::*;

    /// The numbers as `bsd/sys/ttycom.h` and `bsd/sys/filio.h` come out on a 64-bit system.
    #[test]
    fn encoding_gives_the_numbers_of_darwin() {
        assert_eq!(TIOCGETA.number(), 0x4048_7413);
        assert_eq!(TIOCSETA.number(), 0x8048_7414);
        assert_eq!(TIOCSETAW.number(), 0x8048_7415);
        assert_eq!(TIOCSETAF.number(), 0x8048_7416);
        assert_eq!(TIOCFLUSH.number(), 0x8004_7410);
        assert_eq!(TIOCGWINSZ.number(), 0x4008_7468);
        assert_eq!(TIOCSWINSZ.number(), 0x8008_7467);
        assert_eq!(TIOCGPGRP.number(), 0x4004_7477);
        assert_eq!(TIOCSPGRP.number(), 0x8004_7476);
        assert_eq!(TIOCOUTQ.number(), 0x4004_7473);
        assert_eq!(TIOCSCTTY.number(), 0x2000_7461);
        assert_eq!(TIOCNOTTY.number(), 0x2000_7471);
        assert_eq!(TIOCDRAIN.number(), 0x2000_745e);
        assert_eq!(FIONREAD.number(), 0x4004_667f);
    }
}
