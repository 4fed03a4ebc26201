//! Which terminal is traced, in the numbers that the kernel knows it by.

use std::fs;
use std::io;
use std::os::fd::AsFd;

use procfs::process::Process;
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
        let status = Process::new(id as i32).and_then(|process| process.stat());
        let status =
            status.map_err(|error| io::Error::other(format!("no process {id}: {error}")))?;
        let (major, minor) = match status.tty_nr() {
            (0, 0) => return Err(io::Error::other(format!("process {id} has no terminal"))),
            (major, minor) => (major as u32, minor as u32),
        };
        // Of the same number there may be several; the one that the process has open is its own.
        let open = fs::read_dir(format!("/proc/{id}/fd")).into_iter().flatten();
        let open = open.flatten().map(|entry| entry.path());
        let number = Terminal {
            major,
            minor,
            fs: 0,
        };
        let named = number
            .path()
            .map(|path| format!("/proc/{id}/root{path}").into());
        open.chain(named)
            .filter_map(|path| stat(&path).ok())
            .map(|stat| Self::from(&stat))
            .find(|terminal| (terminal.major, terminal.minor) == (major, minor))
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

#[cfg(test)]
mod tests {
    use super::Terminal;
    use crate::contender::pty::Pty;

    #[test]
    fn first_pseudo_terminals_have_names_of_their_numbers() {
        let numbered = |major, minor| Terminal {
            major,
            minor,
            fs: 0,
        };
        assert_eq!(numbered(136, 1).path().as_deref(), Some("/dev/pts/1"));
        assert_eq!(numbered(137, 1).path().as_deref(), Some("/dev/pts/257"));
        assert_eq!(numbered(4, 1).path().as_deref(), Some("/dev/tty1"));
        assert_eq!(numbered(0, 0).path(), None);
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
