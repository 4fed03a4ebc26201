//! Terminals of the emulated kernel: names, device numbers, ioctls.
//!
//! `/dev/ttys003` is `/dev/pts/3`. `/dev/tty` is a descriptor of the controlling terminal whose
//! description carries O_NOATIME, which means nothing on a terminal: so the mark goes where the
//! description goes, through `dup(2)` and inheritance.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags, fcntl_getfl, fstat, major, minor, openat};
use rustix::termios::{OptionalActions, QueueSelector};
use ttyring_platform::darwin::abi::{
    Attributes, Device, Errno, MAJOR_DEV_TTY, Winsize, lflag, open as flag,
};
use ttyring_platform::darwin::sys::{Answer, PATH};

use super::{attributes, errno};

/// Unix98 slaves on Linux (`Documentation/admin-guide/devices.txt`).
const LINUX_SLAVE: u32 = 136;
const MARK: OFlags = OFlags::NOATIME;

/// What `ptmx_init` of Darwin gets for its slaves.
pub(super) const MAJOR_SLAVE: u8 = 16;

/// The number of the pseudo-terminal that a descriptor is the slave of.
pub(super) fn number(fd: BorrowedFd<'_>) -> Option<u32> {
    let stat = fstat(fd).ok()?;
    (is_character(&stat) && major(stat.st_rdev) == LINUX_SLAVE).then(|| minor(stat.st_rdev))
}

/// Whether a descriptor was opened as `/dev/tty`.
pub(super) fn is_dev_tty(fd: BorrowedFd<'_>) -> bool {
    number(fd).is_some() && fcntl_getfl(fd).is_ok_and(|flags| flags.contains(MARK))
}

pub(super) fn is_hung_up(fd: BorrowedFd<'_>) -> bool {
    let mut interest = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    let at_once = rustix::time::Timespec::default();
    let found = rustix::io::retry_on_intr(|| poll(&mut interest, Some(&at_once)));
    found.is_ok() && interest[0].revents().contains(PollFlags::HUP)
}

pub(super) fn open(
    path: &CStr,
    flags: i32,
    controlling: Option<u32>,
    denied: bool,
) -> Answer<OwnedFd> {
    let path = path.to_str().map_err(|_| Errno::NOENT)?;
    match path.strip_prefix("/dev/ttys") {
        Some(_) if denied => Err(Errno::ACCES),
        Some(number) => open_slave(number.parse().map_err(|_| Errno::NOENT)?, flags),
        // cttyopen: ENXIO without a controlling terminal.
        None if path == "/dev/tty" => {
            open_marked(controlling.ok_or(Errno::NXIO)?, to_linux(flags) | MARK)
        }
        None => Err(Errno::NOENT),
    }
}

pub(super) fn open_slave(number: u32, flags: i32) -> Answer<OwnedFd> {
    open_marked(number, to_linux(flags))
}

fn open_marked(number: u32, flags: OFlags) -> Answer<OwnedFd> {
    let path = format!("/dev/pts/{number}");
    openat(rustix::fs::CWD, path, flags, Mode::empty()).map_err(errno)
}

fn to_linux(flags: i32) -> OFlags {
    let table = [
        (flag::RDWR, OFlags::RDWR),
        (flag::NONBLOCK, OFlags::NONBLOCK),
        (flag::NOCTTY, OFlags::NOCTTY),
        (flag::CLOEXEC, OFlags::CLOEXEC),
    ];
    let known = table.iter().fold(0, |known, (darwin, _)| known | darwin);
    assert_eq!(flags & !known, 0, "flags that this kernel does not know");
    let set = table.iter().filter(|(darwin, _)| flags & darwin != 0);
    set.fold(OFlags::empty(), |all, (_, linux)| all | *linux)
}

/// The path of a terminal (`ttyname_r(3)`: the device of the descriptor, looked up in `/dev`).
pub(super) fn name(fd: BorrowedFd<'_>) -> Answer<CString> {
    if !rustix::termios::isatty(fd) {
        return Err(Errno::NOTTY);
    }
    let device = device(fd)?.ok_or(Errno::NOTTY)?;
    let name = device_name(device)?;
    let path = [b"/dev/", name.to_bytes()].concat();
    Ok(CString::new(path).expect("no zero inside"))
}

pub(super) fn device_name(device: Device) -> Answer<CString> {
    let name = match device.major() {
        MAJOR_DEV_TTY => "tty".to_owned(),
        MAJOR_SLAVE => format!("ttys{:03}", device.minor()),
        _ => return Err(Errno::NOENT),
    };
    Ok(CString::new(name).expect("no zero inside"))
}

pub(super) fn write_name(name: &CStr, place: &mut [u8; PATH]) -> Answer<()> {
    let bytes = name.to_bytes_with_nul();
    let place = place.get_mut(..bytes.len()).ok_or(Errno::RANGE)?;
    place.copy_from_slice(bytes);
    Ok(())
}

/// The device of a character device; `/dev/tty` keeps its own (`bsd/dev/i386/conf.c`, entry 2).
pub(super) fn device(fd: BorrowedFd<'_>) -> Answer<Option<Device>> {
    let stat = fstat(fd).map_err(errno)?;
    Ok(match number(fd) {
        _ if !is_character(&stat) => None,
        Some(_) if is_dev_tty(fd) => Some(Device::new(MAJOR_DEV_TTY, 0)),
        Some(number) => Some(Device::new(MAJOR_SLAVE, number)),
        None => Some(Device::new(3, 2)),
    })
}

/// Dispatches on the encoded number, and copies as many bytes as the number says.
pub(super) fn ioctl<T>(fd: BorrowedFd<'_>, number: u32, argument: &mut T) -> Answer<()> {
    assert_eq!((number >> 16) & 0x1fff, size_of::<T>() as u32);
    match number {
        // _IOR('t', 19, struct termios): TIOCGETA.
        0x4048_7413 => {
            let place: &mut Attributes = place(argument);
            *place = attributes::read(fd)?;
            Ok(())
        }
        // _IOW('t', 20 to 22, struct termios): TIOCSETA, TIOCSETAW, TIOCSETAF.
        0x8048_7414 => attributes::write(fd, OptionalActions::Now, place(argument)),
        0x8048_7415 => attributes::write(fd, OptionalActions::Drain, place(argument)),
        0x8048_7416 => attributes::write(fd, OptionalActions::Flush, place(argument)),
        // _IOW('t', 16, int): TIOCFLUSH with FREAD.
        0x8004_7410 => {
            let which: &mut i32 = place(argument);
            assert_eq!(*which, 1);
            rustix::termios::tcflush(fd, QueueSelector::IFlush).map_err(errno)
        }
        // _IOR('t', 104, struct winsize): TIOCGWINSZ.
        0x4008_7468 => {
            let size = rustix::termios::tcgetwinsize(fd).map_err(errno)?;
            let place: &mut Winsize = place(argument);
            place.rows = size.ws_row;
            place.columns = size.ws_col;
            place.width = size.ws_xpixel;
            place.height = size.ws_ypixel;
            Ok(())
        }
        // _IOR('f', 127, int): FIONREAD, which is ttnread.
        0x4004_667f => {
            let place: &mut i32 = place(argument);
            *place = pending(fd)?;
            Ok(())
        }
        _ => Err(Errno::NOTTY),
    }
}

/// What `ttioctl` does with PENDIN besides: switching canonical mode on without throwing input
/// away sets it, and `TIOCGETA` shows it among the flags.
pub(super) fn pending_input<T>(
    pending: &mut HashSet<u32>,
    terminal: u32,
    number: u32,
    was_canonical: bool,
    argument: &mut T,
) {
    match number {
        0x4048_7413 if pending.contains(&terminal) => {
            let shown: &mut Attributes = place(argument);
            shown.lflag |= lflag::PENDIN;
        }
        0x8048_7414 | 0x8048_7415 => {
            let set: &mut Attributes = place(argument);
            match (was_canonical, set.lflag & lflag::ICANON != 0) {
                (false, true) => drop(pending.insert(terminal)),
                (true, false) => drop(pending.remove(&terminal)),
                _ => {}
            }
        }
        _ => {}
    }
}

/// What `ttioctl` answers while TS_ZOMBIE is set: the settings as they were, nothing to read.
pub(super) fn ioctl_after_hangup<T>(
    number: u32,
    argument: &mut T,
    kept: &mut Attributes,
) -> Answer<()> {
    match number {
        0x4048_7413 => *place(argument) = *kept,
        0x8048_7414..=0x8048_7416 => *kept = *place(argument),
        0x4008_7468 => *place(argument) = Winsize::default(),
        0x4004_667f => *place(argument) = 0i32,
        0x8004_7410 => {}
        _ => return Err(Errno::NOTTY),
    }
    Ok(())
}

pub(super) fn settings(fd: BorrowedFd<'_>) -> Attributes {
    attributes::read(fd).unwrap_or_default()
}

pub(super) fn is_canonical(fd: BorrowedFd<'_>) -> bool {
    attributes::read(fd).is_ok_and(|settings| settings.lflag & lflag::ICANON != 0)
}

/// How many bytes a read would find (`ttnread`).
pub(super) fn pending(fd: BorrowedFd<'_>) -> Answer<i32> {
    let count = rustix::io::ioctl_fionread(fd).map_err(errno)?;
    Ok(i32::try_from(count).expect("less than 2 GiB"))
}

fn place<T, U>(argument: &mut T) -> &mut U {
    assert_eq!(
        (size_of::<T>(), align_of::<T>()),
        (size_of::<U>(), align_of::<U>())
    );
    // SAFETY: the same size and alignment, and every argument is plain integers.
    unsafe { &mut *std::ptr::from_mut(argument).cast::<U>() }
}

fn is_character(stat: &rustix::fs::Stat) -> bool {
    stat.st_mode & libc::S_IFMT == libc::S_IFCHR
}
