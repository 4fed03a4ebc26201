//! What the kernel of macOS calls things: numbers, layouts and encodings, as plain data.
//!
//! Every table is compiled on every system, so that the driver and its tests can use it anywhere;
//! `native.rs` asserts each entry against the `libc` crate when Apple's systems are the target, so
//! a wrong one fails the build there. Nothing here makes a system call.

mod errno;
mod event;
mod ioctl;
mod termios;

pub use errno::Errno;
pub use event::{FdSet, Kevent, Timespec, Timeval, ev, filter, note};
pub use ioctl::{Request, request};
pub use termios::{Attributes, Winsize, cc, cflag, iflag, lflag, oflag};

/// Flags of `open(2)` (`bsd/sys/fcntl.h`).
pub mod open {
    /// Open for reading and writing.
    pub const RDWR: i32 = 0x0002;
    /// Reads and writes never block.
    pub const NONBLOCK: i32 = 0x0004;
    /// Do not make the terminal the controlling one.
    pub const NOCTTY: i32 = 0x0002_0000;
    /// Close on `execve(2)`.
    pub const CLOEXEC: i32 = 0x0100_0000;
}

/// Clocks of `clock_gettime(2)`.
pub mod clock {
    /// Monotonic, in microseconds.
    pub const MONOTONIC: u32 = 6;
}

/// Signal numbers (`bsd/sys/signal.h`).
pub mod signal {
    /// Hangup.
    pub const HUP: i32 = 1;
    /// Interrupt.
    pub const INT: i32 = 2;
    /// Quit.
    pub const QUIT: i32 = 3;
    /// Termination.
    pub const TERM: i32 = 15;
    /// Stop from the keyboard.
    pub const TSTP: i32 = 18;
    /// Continue.
    pub const CONT: i32 = 19;
    /// Background process group writes to its terminal, or changes it.
    pub const TTOU: i32 = 22;
    /// The window changed its size.
    pub const WINCH: i32 = 28;
    /// User-defined.
    pub const USR1: i32 = 30;
    /// User-defined.
    pub const USR2: i32 = 31;
}

/// A device number, `dev_t`: the major number in the top eight bits (`bsd/sys/types.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device(pub i32);

impl Device {
    /// Joins the two halves of a device number (`makedev(3)`).
    pub const fn new(major: u8, minor: u32) -> Self {
        Device(((major as i32) << 24) | (minor & 0x00ff_ffff) as i32)
    }

    /// Returns which driver it is (`major(3)`).
    pub const fn major(self) -> u8 {
        (self.0 as u32 >> 24) as u8
    }

    /// Returns which of the driver's devices it is (`minor(3)`).
    pub const fn minor(self) -> u32 {
        self.0 as u32 & 0x00ff_ffff
    }
}

/// The driver behind `/dev/tty`, which kqueue refuses (`bsd/dev/i386/conf.c`, entry 2).
pub const MAJOR_DEV_TTY: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_numbers_keep_their_halves() {
        let device = Device::new(16, 3);
        assert_eq!(device.0, 0x1000_0003);
        assert_eq!((device.major(), device.minor()), (16, 3));
    }

    #[test]
    fn device_numbers_reach_the_highest_major() {
        let device = Device::new(255, 0x00ff_ffff);
        assert_eq!(device.0, -1);
        assert_eq!((device.major(), device.minor()), (255, 0x00ff_ffff));
    }
}
