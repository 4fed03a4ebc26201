//! What only Linux has: the layouts of the kernel, and terminals whose name cannot be opened.

use std::mem::{offset_of, size_of};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use rustix::fs::{Mode, OFlags, fcntl_getfl, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::Linux;
use crate::unix::terminal_device;
use crate::{Backend, Poller, Signals, Transfer, Tty};

/// The numbers and layouts that most architectures share; some keep their own.
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    target_arch = "riscv64"
))]
const _: () = {
    // The kernel's structure (asm-generic/termbits.h) with speeds; without them it ends at 36.
    assert!(size_of::<rustix::termios::Termios>() == 44);
    assert!(offset_of!(rustix::termios::Termios, line_discipline) == 16);
    assert!(offset_of!(rustix::termios::Termios, special_codes) == 17);
    assert!(size_of::<libc::termios2>() == 44);
    assert!(offset_of!(libc::termios2, c_ispeed) == 36);
    assert!(libc::TCGETS == 0x5401 && libc::TCSETS == 0x5402);
    assert!(libc::TCSETSW == 0x5403 && libc::TCSETSF == 0x5404);
    // The size of the structure is part of these numbers. Their type is another one in musl.
    assert!(libc::TCGETS2 as u32 == 0x802c_542a && libc::TCSETS2 as u32 == 0x402c_542b);
};

/// The C library's structure is another one: it has room for 32 control characters.
#[cfg(target_env = "gnu")]
const _: () = assert!(size_of::<libc::termios>() == 60 && libc::NCCS == 32);

const PLAYING: &str = "TTYRING_LOCKED_TERMINAL";

/// A terminal that is open and whose name cannot be opened again, by root neither: as in a
/// container that was handed a terminal of its host.
fn locked_terminal() -> (OwnedFd, OwnedFd) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).expect("posix_openpt");
    grantpt(&master).expect("grantpt");
    unlockpt(&master).expect("unlockpt");
    let name = ptsname(&master, Vec::new()).expect("ptsname");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = open(&name, flags, Mode::empty()).expect("open the slave");
    lock(&master, true);
    assert!(open(&name, flags, Mode::empty()).is_err(), "it is locked");
    (master, slave)
}

/// While a pseudo-terminal is locked, its name cannot be opened.
fn lock(master: &OwnedFd, on: bool) {
    let on = libc::c_int::from(on);
    // SAFETY: the kernel reads one integer.
    let done = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &raw const on) };
    assert_eq!(done, 0);
}

/// An opening that failed leaves the terminal in an error until one succeeds (`pty_open` of
/// drivers/tty/pty.c).
fn unlock(master: &OwnedFd) {
    lock(master, false);
    let name = ptsname(master, Vec::new()).expect("ptsname");
    drop(open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("open again"));
}

#[test]
fn terminal_without_a_name_is_shared_and_keeps_its_flags() {
    let (master, slave) = locked_terminal();
    let given = slave.try_clone().expect("dup");
    let before = fcntl_getfl(&given).expect("fcntl");
    let tty = Linux.adopt(slave).expect("adopt");
    unlock(&master);
    assert!(!tty.is_private());
    tty.set_blocking(false).expect("nothing to do");
    let mut poller = Linux.poller(&tty, Signals::empty()).expect("a poller");
    rustix::io::write(&master, b"line\n").expect("type");
    assert!(poller.wait(None).expect("wait").tty);
    assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::Bytes(5));
    assert_eq!(fcntl_getfl(&given).expect("fcntl"), before);
}

/// `/dev/ptmx` makes a new terminal at each opening.
#[test]
fn master_is_not_exchanged_for_another_terminal() {
    let (master, _slave) = locked_terminal();
    unlock(&master);
    let given = terminal_device(master.as_fd());
    let tty = Linux.adopt(master).expect("adopt");
    assert_eq!(tty.device(), given);
    assert!(!tty.is_private());
}

#[test]
fn open_takes_a_stream_as_it_is_when_nothing_can_be_opened() {
    if std::env::var_os(PLAYING).is_some() {
        let tty = Linux.open().expect("open");
        let flags = fcntl_getfl(rustix::stdio::stdin()).expect("fcntl");
        let shared = !tty.is_private() && !flags.contains(OFlags::NONBLOCK);
        std::process::exit(if shared { 42 } else { 43 });
    }
    ttyring_test_support::default_signals();
    let (_master, slave) = locked_terminal();
    let mut command = Command::new(std::env::current_exe().expect("the test binary has a path"));
    command
        .args([
            "linux::tests::open_takes_a_stream_as_it_is_when_nothing_can_be_opened",
            "--exact",
        ])
        .env(PLAYING, "1")
        .stdin(slave)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Without a controlling terminal /dev/tty cannot be opened either.
    // SAFETY: setsid(2) is async-signal-safe.
    unsafe { command.pre_exec(|| Ok(rustix::process::setsid().map(drop)?)) };
    let status = command.status().expect("the test binary runs again");
    assert_eq!(status.code(), Some(42));
}

#[test]
fn code_tells_who_sent_a_signal_and_the_sender_does_not() {
    const SI_KERNEL: i32 = 0x80;
    assert!(super::is_from_kernel(SI_KERNEL, 0));
    assert!(super::is_from_kernel(libc::CLD_EXITED, 4711));
    for code in [
        libc::SI_USER,
        libc::SI_QUEUE,
        libc::SI_TKILL,
        libc::SI_TIMER,
    ] {
        // 0 is a process outside this PID namespace.
        assert!(!super::is_from_kernel(code, 0), "{code}");
        assert!(!super::is_from_kernel(code, 4711), "{code}");
    }
}
