//! Asserts every entry of the tables against the `libc` crate; a wrong one does not compile.
//!
//! There is no code here. What `libc` does not declare is asserted against the value that
//! xnu-11417.101.15 gives it, with the file named.

use std::mem::{align_of, offset_of, size_of};

use crate::darwin::abi;
use crate::darwin::abi::{Attributes, FdSet, Kevent, Timespec, Timeval, Winsize};

/// Two constants are equal, whatever integer types the two sides have chosen.
macro_rules! same {
    ($($ours:expr => $theirs:expr),* $(,)?) => {
        $(const _: () = assert!($ours as i128 == $theirs as i128, stringify!($ours));)*
    };
}

/// Names that are the same in one of our modules and in `libc`.
macro_rules! named {
    ($module:ident: $($name:ident),* $(,)?) => {
        same!($(abi::$module::$name => libc::$name),*);
    };
}

/// Names of ours and the `libc` name behind a prefix.
macro_rules! renamed {
    ($module:ident: $($ours:ident = $theirs:ident),* $(,)?) => {
        same!($(abi::$module::$ours => libc::$theirs),*);
    };
}

/// Two structures have the same size and alignment and their fields at the same places.
macro_rules! laid_out {
    ($ours:ty => $theirs:ty { $($field:ident = $other:ident),* $(,)? }) => {
        same!(size_of::<$ours>() => size_of::<$theirs>());
        same!(align_of::<$ours>() => align_of::<$theirs>());
        same!($(offset_of!($ours, $field) => offset_of!($theirs, $other)),*);
    };
}

laid_out!(Attributes => libc::termios {
    iflag = c_iflag, oflag = c_oflag, cflag = c_cflag, lflag = c_lflag,
    cc = c_cc, ispeed = c_ispeed, ospeed = c_ospeed,
});
laid_out!(Winsize => libc::winsize {
    rows = ws_row, columns = ws_col, width = ws_xpixel, height = ws_ypixel,
});
laid_out!(Kevent => libc::kevent {
    ident = ident, filter = filter, flags = flags, fflags = fflags, data = data, udata = udata,
});
laid_out!(Timespec => libc::timespec { seconds = tv_sec, nanoseconds = tv_nsec });
laid_out!(Timeval => libc::timeval { seconds = tv_sec, microseconds = tv_usec });
laid_out!(FdSet => libc::fd_set {});
same!(FdSet::LIMIT => libc::FD_SETSIZE);

same!(
    abi::request::TIOCGETA.number() => libc::TIOCGETA,
    abi::request::TIOCSETA.number() => libc::TIOCSETA,
    abi::request::TIOCSETAW.number() => libc::TIOCSETAW,
    abi::request::TIOCSETAF.number() => libc::TIOCSETAF,
    abi::request::TIOCFLUSH.number() => libc::TIOCFLUSH,
    abi::request::TIOCGWINSZ.number() => libc::TIOCGWINSZ,
    abi::request::TIOCSWINSZ.number() => libc::TIOCSWINSZ,
    abi::request::TIOCGPGRP.number() => libc::TIOCGPGRP,
    abi::request::TIOCSPGRP.number() => libc::TIOCSPGRP,
    abi::request::TIOCOUTQ.number() => libc::TIOCOUTQ,
    abi::request::TIOCSCTTY.number() => libc::TIOCSCTTY,
    abi::request::TIOCNOTTY.number() => libc::TIOCNOTTY,
    abi::request::TIOCDRAIN.number() => libc::TIOCDRAIN,
    abi::request::FIONREAD.number() => libc::FIONREAD,
);

named!(iflag: IGNBRK, BRKINT, IGNPAR, PARMRK, INPCK, ISTRIP, INLCR, IGNCR, ICRNL, IXON, IXOFF,
    IXANY, IMAXBEL, IUTF8);
named!(oflag: OPOST, ONLCR, OCRNL, ONOCR, ONLRET);
named!(cflag: CSIZE, CS8, CSTOPB, CREAD, PARENB, PARODD, HUPCL, CLOCAL, CRTSCTS);
named!(lflag: ECHOKE, ECHOE, ECHOK, ECHO, ECHONL, ECHOPRT, ECHOCTL, ISIG, ICANON, IEXTEN, TOSTOP,
    PENDIN, NOFLSH);
named!(cc: VEOF, VEOL, VEOL2, VERASE, VWERASE, VKILL, VREPRINT, VINTR, VQUIT, VSUSP, VDSUSP, VSTART,
    VSTOP, VLNEXT, VDISCARD, VMIN, VTIME, VSTATUS);
renamed!(cc: COUNT = NCCS);

renamed!(filter: READ = EVFILT_READ, PROC = EVFILT_PROC, SIGNAL = EVFILT_SIGNAL,
    TIMER = EVFILT_TIMER, USER = EVFILT_USER);
renamed!(ev: ADD = EV_ADD, DELETE = EV_DELETE, ONESHOT = EV_ONESHOT, CLEAR = EV_CLEAR,
    RECEIPT = EV_RECEIPT, ERROR = EV_ERROR, EOF = EV_EOF);
renamed!(note: TRIGGER = NOTE_TRIGGER, LOWAT = NOTE_LOWAT, NSECONDS = NOTE_NSECONDS,
    CRITICAL = NOTE_CRITICAL, EXIT = NOTE_EXIT);

renamed!(open: RDWR = O_RDWR, NONBLOCK = O_NONBLOCK, NOCTTY = O_NOCTTY, CLOEXEC = O_CLOEXEC);
renamed!(clock: MONOTONIC = CLOCK_MONOTONIC);
renamed!(signal: HUP = SIGHUP, INT = SIGINT, QUIT = SIGQUIT, TERM = SIGTERM, TSTP = SIGTSTP,
    CONT = SIGCONT, TTOU = SIGTTOU, WINCH = SIGWINCH, USR1 = SIGUSR1, USR2 = SIGUSR2);

same!(
    abi::Errno::NOENT.0 => libc::ENOENT,
    abi::Errno::INTR.0 => libc::EINTR,
    abi::Errno::IO.0 => libc::EIO,
    abi::Errno::NXIO.0 => libc::ENXIO,
    abi::Errno::BADF.0 => libc::EBADF,
    abi::Errno::ACCES.0 => libc::EACCES,
    abi::Errno::NODEV.0 => libc::ENODEV,
    abi::Errno::INVAL.0 => libc::EINVAL,
    abi::Errno::MFILE.0 => libc::EMFILE,
    abi::Errno::NOTTY.0 => libc::ENOTTY,
    abi::Errno::RANGE.0 => libc::ERANGE,
    abi::Errno::AGAIN.0 => libc::EAGAIN,
);

// `libc` makes major(3) and minor(3) functions that are const.
same!(
    abi::Device::new(16, 3).0 => libc::makedev(16, 3),
    abi::Device::new(16, 3).major() => libc::major(libc::makedev(16, 3)),
    abi::Device::new(16, 3).minor() => libc::minor(libc::makedev(16, 3)),
);

// bsd/dev/i386/conf.c and bsd/dev/arm/conf.c: cdevsw[2] is `cttyopen` and its siblings.
same!(abi::MAJOR_DEV_TTY => 2);
