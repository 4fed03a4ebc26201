//! The settings of a terminal, said in the words of the other system.
//!
//! What one of the two does not have reads as unset and is ignored when set; VDSUSP and VSTATUS,
//! which Linux does not have, read as Darwin's defaults.

use std::os::fd::BorrowedFd;

use rustix::termios::{ControlModes, InputModes, LocalModes, OutputModes};
use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios};
use ttyring_platform::darwin::abi::{Attributes, cc, cflag, iflag, lflag, oflag};
use ttyring_platform::darwin::sys::Answer;

use super::errno;

const INPUT: [(u64, u32); 14] = [
    (iflag::IGNBRK, libc::IGNBRK),
    (iflag::BRKINT, libc::BRKINT),
    (iflag::IGNPAR, libc::IGNPAR),
    (iflag::PARMRK, libc::PARMRK),
    (iflag::INPCK, libc::INPCK),
    (iflag::ISTRIP, libc::ISTRIP),
    (iflag::INLCR, libc::INLCR),
    (iflag::IGNCR, libc::IGNCR),
    (iflag::ICRNL, libc::ICRNL),
    (iflag::IXON, libc::IXON),
    (iflag::IXOFF, libc::IXOFF),
    (iflag::IXANY, libc::IXANY),
    (iflag::IMAXBEL, libc::IMAXBEL),
    (iflag::IUTF8, libc::IUTF8),
];

const OUTPUT: [(u64, u32); 5] = [
    (oflag::OPOST, libc::OPOST),
    (oflag::ONLCR, libc::ONLCR),
    (oflag::OCRNL, libc::OCRNL),
    (oflag::ONOCR, libc::ONOCR),
    (oflag::ONLRET, libc::ONLRET),
];

/// CSIZE has two bits, and each of them is one of Linux's.
const CONTROL: [(u64, u32); 9] = [
    (0x0100, libc::CS6),
    (0x0200, libc::CS7),
    (cflag::CSTOPB, libc::CSTOPB),
    (cflag::CREAD, libc::CREAD),
    (cflag::PARENB, libc::PARENB),
    (cflag::PARODD, libc::PARODD),
    (cflag::HUPCL, libc::HUPCL),
    (cflag::CLOCAL, libc::CLOCAL),
    (cflag::CRTSCTS, libc::CRTSCTS),
];

const LOCAL: [(u64, u32); 12] = [
    (lflag::ECHOKE, libc::ECHOKE),
    (lflag::ECHOE, libc::ECHOE),
    (lflag::ECHOK, libc::ECHOK),
    (lflag::ECHO, libc::ECHO),
    (lflag::ECHONL, libc::ECHONL),
    (lflag::ECHOPRT, libc::ECHOPRT),
    (lflag::ECHOCTL, libc::ECHOCTL),
    (lflag::ISIG, libc::ISIG),
    (lflag::ICANON, libc::ICANON),
    (lflag::IEXTEN, libc::IEXTEN),
    (lflag::TOSTOP, libc::TOSTOP),
    (lflag::NOFLSH, libc::NOFLSH),
];

const CHARACTERS: [(usize, SpecialCodeIndex); 15] = [
    (cc::VEOF, SpecialCodeIndex::VEOF),
    (cc::VEOL, SpecialCodeIndex::VEOL),
    (cc::VEOL2, SpecialCodeIndex::VEOL2),
    (cc::VERASE, SpecialCodeIndex::VERASE),
    (cc::VWERASE, SpecialCodeIndex::VWERASE),
    (cc::VKILL, SpecialCodeIndex::VKILL),
    (cc::VREPRINT, SpecialCodeIndex::VREPRINT),
    (cc::VINTR, SpecialCodeIndex::VINTR),
    (cc::VQUIT, SpecialCodeIndex::VQUIT),
    (cc::VSUSP, SpecialCodeIndex::VSUSP),
    (cc::VSTART, SpecialCodeIndex::VSTART),
    (cc::VSTOP, SpecialCodeIndex::VSTOP),
    (cc::VLNEXT, SpecialCodeIndex::VLNEXT),
    (cc::VDISCARD, SpecialCodeIndex::VDISCARD),
    (cc::COUNT - 1, SpecialCodeIndex::VSWTC),
];

const TIMERS: [(usize, SpecialCodeIndex); 2] = [
    (cc::VMIN, SpecialCodeIndex::VMIN),
    (cc::VTIME, SpecialCodeIndex::VTIME),
];

/// A control character that is switched off: Darwin's `_POSIX_VDISABLE`, and Linux's.
const OFF: u8 = 0xff;
const LINUX_OFF: u8 = 0;

pub(super) fn read(fd: BorrowedFd<'_>) -> Answer<Attributes> {
    let linux = rustix::termios::tcgetattr(fd).map_err(errno)?;
    let mut darwin = Attributes {
        iflag: to_darwin(&INPUT, linux.input_modes.bits()),
        oflag: to_darwin(&OUTPUT, linux.output_modes.bits()),
        cflag: to_darwin(&CONTROL, linux.control_modes.bits()),
        lflag: to_darwin(&LOCAL, linux.local_modes.bits()),
        ispeed: linux.input_speed().into(),
        ospeed: linux.output_speed().into(),
        cc: [OFF; cc::COUNT],
    };
    for (index, linux_index) in CHARACTERS {
        let code = linux.special_codes[linux_index];
        darwin.cc[index] = if code == LINUX_OFF { OFF } else { code };
    }
    for (index, linux_index) in TIMERS {
        darwin.cc[index] = linux.special_codes[linux_index];
    }
    darwin.cc[cc::VDSUSP] = b'Y' & 0x1f;
    darwin.cc[cc::VSTATUS] = b'T' & 0x1f;
    Ok(darwin)
}

pub(super) fn write(fd: BorrowedFd<'_>, when: OptionalActions, darwin: &Attributes) -> Answer<()> {
    let mut linux: Termios = rustix::termios::tcgetattr(fd).map_err(errno)?;
    let input = to_linux(&INPUT, darwin.iflag, linux.input_modes.bits());
    let output = to_linux(&OUTPUT, darwin.oflag, linux.output_modes.bits());
    let control = to_linux(&CONTROL, darwin.cflag, linux.control_modes.bits());
    let local = to_linux(&LOCAL, darwin.lflag, linux.local_modes.bits());
    linux.input_modes = InputModes::from_bits_retain(input);
    linux.output_modes = OutputModes::from_bits_retain(output);
    linux.control_modes = ControlModes::from_bits_retain(control);
    linux.local_modes = LocalModes::from_bits_retain(local);
    for (index, linux_index) in CHARACTERS {
        let code = darwin.cc[index];
        linux.special_codes[linux_index] = if code == OFF { LINUX_OFF } else { code };
    }
    for (index, linux_index) in TIMERS {
        linux.special_codes[linux_index] = darwin.cc[index];
    }
    rustix::termios::tcsetattr(fd, when, &linux).map_err(errno)
}

fn to_darwin(table: &[(u64, u32)], bits: u32) -> u64 {
    let set = table.iter().filter(|(_, linux)| bits & linux == *linux);
    set.fold(0, |flags, (darwin, _)| flags | darwin)
}

fn to_linux(table: &[(u64, u32)], flags: u64, kept: u32) -> u32 {
    table.iter().fold(kept, |bits, (darwin, linux)| {
        if flags & darwin == *darwin {
            bits | linux
        } else {
            bits & !linux
        }
    })
}
