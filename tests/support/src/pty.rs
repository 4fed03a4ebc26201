//! A pseudo-terminal with a program on it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{grantpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};

use crate::model::Model;
use crate::{Deadline, IDLE, PATIENCE, Program, contains, default_signals};

/// A pseudo-terminal: the master, and a descriptor of the slave that keeps it alive.
#[derive(Debug)]
pub struct Pty {
    master: File,
    slave: OwnedFd,
    seen: Vec<u8>,
    idle: Deadline,
}

impl Pty {
    /// Opens a pair of 80 × 24 cells, and sees to it that programs on it start with
    /// [default signals](default_signals).
    ///
    /// # Panics
    ///
    /// When the system has no pseudo-terminals left.
    #[track_caller]
    pub fn open() -> Self {
        default_signals();
        // What posix_openpt(3) opens, which cannot be asked for close-on-exec everywhere.
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let master = rustix::fs::open("/dev/ptmx", flags, Mode::empty()).expect("open /dev/ptmx");
        grantpt(&master).expect("grantpt");
        unlockpt(&master).expect("unlockpt");
        let name = ptsname(&master, Vec::new()).expect("ptsname");
        let slave = rustix::fs::open(name, flags, Mode::empty()).expect("open the slave");
        let pty = Pty {
            master: File::from(master),
            slave,
            seen: Vec::new(),
            idle: Deadline::new("something to happen on the terminal opened", IDLE),
        };
        pty.resize(80, 24);
        pty
    }

    /// Returns the slave's side.
    pub fn slave(&self) -> BorrowedFd<'_> {
        self.idle.renew();
        self.slave.as_fd()
    }

    /// Returns the master's side.
    pub fn master(&self) -> BorrowedFd<'_> {
        self.idle.renew();
        self.master.as_fd()
    }

    /// Returns the settings of the terminal.
    ///
    /// # Panics
    ///
    /// When the terminal is gone.
    pub fn termios(&self) -> Termios {
        self.idle.renew();
        tcgetattr(&self.slave).expect("tcgetattr")
    }

    /// Changes the size; the program on the terminal gets `SIGWINCH`.
    ///
    /// # Panics
    ///
    /// When the terminal is gone.
    pub fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize {
            ws_col: columns,
            ws_row: rows,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&self.master, size).expect("tcsetwinsize");
    }

    /// Starts `command` as the leader of a session on this terminal. Standard streams that the
    /// command does not redirect itself are to be set by [`on_terminal`](Pty::on_terminal).
    ///
    /// # Errors
    ///
    /// As [`Command::spawn`].
    pub fn spawn(&self, command: &mut Command) -> io::Result<Program> {
        let slave = self.slave.try_clone()?;
        // SAFETY: between fork and exec only setsid(2) and ioctl(2) are called; both are
        // async-signal-safe, and nothing is allocated.
        unsafe {
            command.pre_exec(move || {
                rustix::process::setsid()?;
                rustix::process::ioctl_tiocsctty(&slave)?;
                Ok(())
            });
        }
        command.spawn().map(Program::from)
    }

    /// Connects the three standard streams of `command` to this terminal.
    ///
    /// # Panics
    ///
    /// When the process is out of descriptors.
    pub fn on_terminal<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let side = || Stdio::from(self.slave.try_clone().expect("dup"));
        command.stdin(side()).stdout(side()).stderr(side())
    }

    /// Types `bytes`.
    ///
    /// # Panics
    ///
    /// When the terminal is gone.
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.idle.renew();
        self.master.write_all(bytes).expect("write to the master");
    }

    /// Returns everything that the program has written and the test has seen.
    pub fn seen(&self) -> &[u8] {
        &self.seen
    }

    /// Reads what the program writes until `enough` says so of all that was seen; returns whether
    /// it did before [`PATIENCE`] ran out or the terminal was gone.
    pub fn read_until(&mut self, mut enough: impl FnMut(&[u8]) -> bool) -> bool {
        let end = Instant::now() + PATIENCE;
        while !enough(&self.seen) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.read_some(left) {
                return enough(&self.seen);
            }
        }
        true
    }

    /// Reads until the program has written `text`.
    ///
    /// # Panics
    ///
    /// With what was seen, when the text does not come.
    #[track_caller]
    pub fn expect(&mut self, text: &str) {
        let found = self.read_until(|seen| contains(seen, text.as_bytes()));
        assert!(
            found,
            "{text:?} did not come; seen: {:?}",
            String::from_utf8_lossy(&self.seen)
        );
    }

    /// Reads everything that was written so far, and returns what it has switched on.
    ///
    /// # Panics
    ///
    /// When it does not come in time.
    pub fn model(&mut self) -> Model {
        let marks = |seen: &[u8]| seen.iter().filter(|&&byte| byte == b'#').count();
        let before = marks(&self.seen);
        rustix::io::write(&self.slave, b"#").expect("write");
        assert!(self.read_until(|seen| marks(seen) > before), "nothing came");
        let mut model = Model::default();
        model.feed(&self.seen);
        model
    }

    /// Forgets what was seen.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    /// Closes both sides: the program's terminal hangs up.
    pub fn hang_up(self) {}

    fn read_some(&mut self, timeout: Duration) -> bool {
        self.idle.renew();
        let timeout = Timespec::try_from(timeout).ok();
        let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
        if !matches!(poll(&mut fds, timeout.as_ref()), Ok(1)) {
            return false;
        }
        let mut buffer = [0; 4096];
        match self.master.read(&mut buffer) {
            Ok(count) => self.seen.extend_from_slice(&buffer[..count]),
            Err(_) => return false,
        }
        true
    }
}

/// Whether the kernel writes a core, of which the limits allow 64 MiB, into the directory of the
/// process that dies.
pub fn cores_are_files() -> bool {
    let pattern = std::fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    let plain = !pattern.starts_with('|') && !pattern.contains('/') && !pattern.trim().is_empty();
    let allowed = rustix::process::getrlimit(rustix::process::Resource::Core)
        .maximum
        .is_none_or(|most| most > 64 << 20);
    plain && allowed
}

/// Whether two settings are the same in every flag, speed and character.
pub fn same(a: &Termios, b: &Termios) -> bool {
    format!("{a:?}") == format!("{b:?}")
}
