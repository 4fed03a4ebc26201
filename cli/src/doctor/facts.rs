//! What no file tells: the terminal that this process has, its user, Darwin's limits and sysctls.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::Command;

use rustix::fs::{FileType, OFlags};
use rustix::process::Resource;
use rustix::termios::LocalModes;

/// The names of Darwin that the checks read; all at once, since the tool is asked once.
const SYSCTL_NAMES: &[&str] = &[
    "kern.osproductversion",
    "kern.osrelease",
    "hw.ncpu",
    "hw.perflevel0.physicalcpu",
    "hw.perflevel1.physicalcpu",
    "sysctl.proc_translated",
    "kern.timer.coalescing_enabled",
    "kern.coredump",
    "kern.corefile",
];

/// Gathers them for this process.
pub(super) fn gather() -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let mut set = |name: &str, value: String| facts.insert(name.to_owned(), value);
    set("user", rustix::process::geteuid().as_raw().to_string());
    let core = rustix::process::getrlimit(Resource::Core).current;
    set(
        "limit.core",
        core.map_or("unlimited".to_owned(), |bytes| bytes.to_string()),
    );
    let stdin = io::stdin();
    let stdout = io::stdout();
    let stderr = io::stderr();
    let standard = [
        ("standard input", stdin.as_fd()),
        ("standard output", stdout.as_fd()),
        ("standard error", stderr.as_fd()),
    ];
    if let Some((name, fd)) = standard
        .into_iter()
        .find(|(_, fd)| is_character_device(*fd) && rustix::termios::isatty(fd))
    {
        set("tty.from", name.to_owned());
        terminal(fd, &mut set);
    } else if let Ok(file) = File::open("/dev/tty") {
        set("tty.from", "/dev/tty".to_owned());
        terminal(file.as_fd(), &mut set);
    }
    facts
}

/// Describes one terminal; a call that fails leaves its fact out.
fn terminal(fd: BorrowedFd<'_>, set: &mut impl FnMut(&str, String) -> Option<String>) {
    if let Ok(name) = rustix::termios::ttyname(fd, Vec::new()) {
        set("tty.path", name.to_string_lossy().into_owned());
    }
    if let Ok(stat) = rustix::fs::fstat(fd) {
        set("tty.character", yes(is_character_device(fd)));
        set("tty.owner", stat.st_uid.to_string());
        set("tty.mode", format!("{:04o}", stat.st_mode & 0o7777));
    }
    if let Ok(group) = rustix::termios::tcgetpgrp(fd) {
        set("tty.foreground", yes(group == rustix::process::getpgrp()));
    }
    if let Ok(flags) = rustix::fs::fcntl_getfl(fd) {
        set("tty.nonblock", yes(flags.contains(OFlags::NONBLOCK)));
    }
    if let Ok(termios) = rustix::termios::tcgetattr(fd) {
        set(
            "tty.canonical",
            yes(termios.local_modes.contains(LocalModes::ICANON)),
        );
        set(
            "tty.echo",
            yes(termios.local_modes.contains(LocalModes::ECHO)),
        );
    }
}

/// An ioctl on anything else is not ours to make, isatty(3) included.
fn is_character_device(fd: BorrowedFd<'_>) -> bool {
    rustix::fs::fstat(fd)
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice)
}

fn yes(is: bool) -> String {
    (if is { "yes" } else { "no" }).to_owned()
}

/// Asks Darwin's `sysctl` tool; a name that it does not know is left out of its answer.
pub(super) fn sysctl() -> io::Result<String> {
    let output = Command::new("/usr/sbin/sysctl")
        .args(SYSCTL_NAMES)
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
