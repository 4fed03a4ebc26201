//! Which terminal a descriptor stands for.
//!
//! The kernel of Linux says which terminal is behind `/dev/tty`; `linux/device.rs` asks it. On the
//! other systems (`named_device.rs`) it is the number of the device that was opened.

use std::os::fd::BorrowedFd;

use rustix::fs::{FileType, fstat};

use crate::device;

/// Returns the number of the terminal that `tty` stands for; `None` if `tty` is no character
/// device. Async-signal-safe.
///
/// On Linux `/dev/tty` and the terminal's own name give the same number. Elsewhere `/dev/tty` has a
/// number of its own.
///
/// Two instances of devpts, as a container and its host have, number their terminals each for
/// itself: the same number from two instances does not mean the same terminal.
pub fn terminal_device(tty: BorrowedFd<'_>) -> Option<u64> {
    let stat = fstat(tty).ok()?;
    // No ioctl on anything else, see `open::is_character_device`.
    if !FileType::from_raw_mode(stat.st_mode).is_char_device() {
        return None;
    }
    #[allow(
        clippy::useless_conversion,
        clippy::unnecessary_cast,
        reason = "dev_t has another width on every system"
    )]
    device::behind(tty).or(Some(stat.st_rdev as u64))
}
