//! Which terminal is traced, in the numbers that the kernel knows it by.

use std::fs;
use std::io;
use std::os::fd::AsFd;

use rustix::fs::{Stat, fstat, major, minor, stat};

/// A terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terminal {
    pub(super) major: u32,
    pub(super) minor: u32,
    /// The device number of the file system that a pseudo-terminal is on: each mount of devpts counts
    /// its terminals from 0. Otherwise 0.
    pub(super) fs: u32,
}

/// The device numbers of pseudo-terminals.
const PTS: std::ops::RangeInclusive<u32> = 136..=143;

impl Terminal {
    /// The terminal that `fd` is.
    pub(super) fn of(fd: impl AsFd) -> io::Result<Self> {
        Ok(Self::from(&fstat(fd)?))
    }

    /// The terminal that controls a process.
    pub(super) fn of_process(id: u32) -> io::Result<Self> {
        let path = format!("/proc/{id}/stat");
        let text = fs::read_to_string(&path)
            .map_err(|error| io::Error::new(error.kind(), format!("no process {id}: {error}")))?;
        let number = controlling(&text)
            .ok_or_else(|| io::Error::other(format!("process {id} has no terminal")))?;
        // Of the same number there may be several; the one that the process has open is its own.
        let open = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten();
        let open = open.flatten().map(|entry| entry.path());
        let named = number
            .path()
            .map(|path| format!("/proc/{id}/root{path}").into());
        open.chain(named)
            .filter_map(|path| stat(&path).ok())
            .map(|stat| Self::from(&stat))
            .find(|terminal| (terminal.major, terminal.minor) == (number.major, number.minor))
            .ok_or_else(|| {
                io::Error::other(format!("the terminal of process {id} has no name here"))
            })
    }

    /// The name that it has by custom.
    pub(super) fn path(&self) -> Option<String> {
        match self.major {
            _ if self.is_pseudo() => Some(format!("/dev/pts/{}", self.index())),
            4 if self.minor < 64 => Some(format!("/dev/tty{}", self.minor)),
            4 => Some(format!("/dev/ttyS{}", self.minor - 64)),
            _ => None,
        }
    }

    /// The number of a pseudo-terminal.
    pub(super) fn index(&self) -> u32 {
        self.major.saturating_sub(*PTS.start()) * 256 + self.minor
    }

    /// Whether a program writes what is read here.
    pub(super) fn is_pseudo(&self) -> bool {
        PTS.contains(&self.major)
    }
}

impl From<&Stat> for Terminal {
    fn from(stat: &Stat) -> Self {
        let (major_number, minor_number) = (major(stat.st_rdev), minor(stat.st_rdev));
        let fs = match PTS.contains(&major_number) {
            // As the kernel keeps it, not as stat(2) encodes it.
            true => major(stat.st_dev) << 20 | minor(stat.st_dev),
            false => 0,
        };
        Terminal {
            major: major_number,
            minor: minor_number,
            fs,
        }
    }
}

/// The terminal in a line of `/proc/PID/stat`: the fifth field after the name in brackets, which
/// may hold anything.
fn controlling(stat: &str) -> Option<Terminal> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let number: u32 = fields.split(' ').nth(4)?.parse().ok()?;
    (number != 0).then_some(Terminal {
        major: number >> 8 & 0xfff,
        minor: number & 0xff | number >> 12 & 0xfff00,
        fs: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::{Terminal, controlling};
    use crate::bench::pty::Pty;

    #[test]
    fn controlling_terminal_is_found_behind_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 34817 7 4194304 0";
        let terminal = controlling(stat).expect("it has one");
        assert_eq!((terminal.major, terminal.minor), (136, 1));
        assert_eq!(terminal.path().as_deref(), Some("/dev/pts/1"));
        assert_eq!(controlling("7 (a) S 1 7 7 0 -1 0"), None);
    }

    #[test]
    fn pseudo_terminal_has_its_file_system() {
        let pty = Pty::open().expect("a pseudo-terminal");
        let terminal = Terminal::of(&pty.slave).expect("fstat");
        assert!(terminal.is_pseudo() && terminal.fs != 0, "{terminal:?}");
        assert!(
            terminal
                .path()
                .is_some_and(|path| path.starts_with("/dev/pts/"))
        );
    }
}
