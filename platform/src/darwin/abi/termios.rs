//! The settings of a terminal as Darwin lays them out: `struct termios`, its flags and characters.

/// `struct termios` of a 64-bit Darwin: 72 bytes, aligned to 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Attributes {
    /// Input flags, of [`iflag`].
    pub iflag: u64,
    /// Output flags, of [`oflag`].
    pub oflag: u64,
    /// Control flags, of [`cflag`].
    pub cflag: u64,
    /// Local flags, of [`lflag`].
    pub lflag: u64,
    /// Control characters, by the indices of [`cc`].
    pub cc: [u8; cc::COUNT],
    /// Input speed in bits a second.
    pub ispeed: u64,
    /// Output speed in bits a second.
    pub ospeed: u64,
}

/// `struct winsize`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Winsize {
    /// Height in cells.
    pub rows: u16,
    /// Width in cells.
    pub columns: u16,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
}

/// Input flags.
#[allow(missing_docs, reason = "the names of termios(4)")]
pub mod iflag {
    pub const IGNBRK: u64 = 0x0001;
    pub const BRKINT: u64 = 0x0002;
    pub const IGNPAR: u64 = 0x0004;
    pub const PARMRK: u64 = 0x0008;
    pub const INPCK: u64 = 0x0010;
    pub const ISTRIP: u64 = 0x0020;
    pub const INLCR: u64 = 0x0040;
    pub const IGNCR: u64 = 0x0080;
    pub const ICRNL: u64 = 0x0100;
    pub const IXON: u64 = 0x0200;
    pub const IXOFF: u64 = 0x0400;
    pub const IXANY: u64 = 0x0800;
    pub const IMAXBEL: u64 = 0x2000;
    pub const IUTF8: u64 = 0x4000;
}

/// Output flags.
#[allow(missing_docs, reason = "the names of termios(4)")]
pub mod oflag {
    pub const OPOST: u64 = 0x0001;
    pub const ONLCR: u64 = 0x0002;
    pub const OCRNL: u64 = 0x0010;
    pub const ONOCR: u64 = 0x0020;
    pub const ONLRET: u64 = 0x0040;
}

/// Control flags.
#[allow(missing_docs, reason = "the names of termios(4)")]
pub mod cflag {
    pub const CSIZE: u64 = 0x0300;
    pub const CS8: u64 = 0x0300;
    pub const CSTOPB: u64 = 0x0400;
    pub const CREAD: u64 = 0x0800;
    pub const PARENB: u64 = 0x1000;
    pub const PARODD: u64 = 0x2000;
    pub const HUPCL: u64 = 0x4000;
    pub const CLOCAL: u64 = 0x8000;
    pub const CRTSCTS: u64 = 0x3_0000;
}

/// Local flags.
#[allow(missing_docs, reason = "the names of termios(4)")]
pub mod lflag {
    pub const ECHOKE: u64 = 0x0001;
    pub const ECHOE: u64 = 0x0002;
    pub const ECHOK: u64 = 0x0004;
    pub const ECHO: u64 = 0x0008;
    pub const ECHONL: u64 = 0x0010;
    pub const ECHOPRT: u64 = 0x0020;
    pub const ECHOCTL: u64 = 0x0040;
    pub const ISIG: u64 = 0x0080;
    pub const ICANON: u64 = 0x0100;
    pub const IEXTEN: u64 = 0x0400;
    pub const TOSTOP: u64 = 0x0040_0000;
    /// Not a setting: the kernel's note that input waits to be looked at again.
    pub const PENDIN: u64 = 0x2000_0000;
    pub const NOFLSH: u64 = 0x8000_0000;
}

/// Indices into the control characters.
#[allow(missing_docs, reason = "the names of termios(4)")]
pub mod cc {
    pub const VEOF: usize = 0;
    pub const VEOL: usize = 1;
    pub const VEOL2: usize = 2;
    pub const VERASE: usize = 3;
    pub const VWERASE: usize = 4;
    pub const VKILL: usize = 5;
    pub const VREPRINT: usize = 6;
    pub const VINTR: usize = 8;
    pub const VQUIT: usize = 9;
    pub const VSUSP: usize = 10;
    pub const VDSUSP: usize = 11;
    pub const VSTART: usize = 12;
    pub const VSTOP: usize = 13;
    pub const VLNEXT: usize = 14;
    pub const VDISCARD: usize = 15;
    pub const VMIN: usize = 16;
    pub const VTIME: usize = 17;
    pub const VSTATUS: usize = 18;
    /// How many there are (`NCCS`).
    pub const COUNT: usize = 20;
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    #[test]
    fn settings_are_laid_out_as_on_darwin() {
        assert_eq!(size_of::<Attributes>(), 72);
        assert_eq!(align_of::<Attributes>(), 8);
        assert_eq!(offset_of!(Attributes, lflag), 24);
        assert_eq!(offset_of!(Attributes, cc), 32);
        assert_eq!(offset_of!(Attributes, ispeed), 56);
        assert_eq!(offset_of!(Attributes, ospeed), 64);
    }
}
