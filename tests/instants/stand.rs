//! A shell and its terminal in one process: it leads the session, plays the terminal behind the
//! pseudo-terminal, starts jobs in groups of their own, and is told what becomes of them.
//!
//! One thread does all of it, since each job is a fork of this process. What a job must leave
//! behind is not known here.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, getpgrp};
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcsetattr, tcsetpgrp,
};
use ttyring_test_support::model::{Model, Modes};

use crate::line::Line;
use crate::wires::{Ends, Wires};

/// The longest wait for anything; far above what a loaded machine needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// What a shell ignores.
const IGNORED: [i32; 3] = [libc::SIGTTOU, libc::SIGTTIN, libc::SIGHUP];

/// What its jobs do not ignore, whoever has started this process. They do not have the handler of
/// the Rust runtime, which swallows a fault that was sent; tests/deaths has programs with it.
const BY_DEFAULT: [i32; 9] = [
    libc::SIGTTOU,
    libc::SIGTTIN,
    libc::SIGTSTP,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGSEGV,
    libc::SIGBUS,
];

/// A shell with its terminal.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) line: Line,
    pub(crate) model: Model,
    /// The settings that each job finds.
    pub(crate) found: Termios,
    /// The modes that each job finds: a level of the keyboard's stack on each screen is the
    /// shell's.
    pub(crate) usual: Modes,
    /// Readable when a child has changed.
    children: OwnedFd,
    marks: usize,
    /// What is typed each time this text is shown: a program that was continued asks again.
    pub(crate) types: Option<(&'static str, &'static [u8])>,
    /// How often it was typed.
    typed: usize,
}

/// A job of the shell.
#[derive(Debug)]
pub(crate) struct Job {
    /// The process that the shell has started; its number is that of the group.
    pub(crate) leader: i32,
    pub(crate) ends: Ends,
}

/// What a wait has brought.
#[derive(Debug)]
pub(crate) enum News {
    /// A child, or a thread that is traced, has this status (waitpid(2)).
    Child(i32, i32),
    /// The program has said this.
    Said(String),
    /// Nothing in time.
    Nothing,
}

impl Stand {
    /// Makes this process the leader of a session on a new terminal.
    pub(crate) fn new() -> Self {
        let line = Line::open();
        let _ = rustix::process::setsid();
        rustix::process::ioctl_tiocsctty(line.slave()).expect("TIOCSCTTY");
        for signal in IGNORED {
            // SAFETY: ignores a signal.
            unsafe { libc::signal(signal, libc::SIG_IGN) };
        }
        // SAFETY: a call without memory: what jobs leave behind becomes a child of this process.
        unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
        let found = line.termios();
        let mut stand = Stand {
            line,
            model: Model::default(),
            found,
            usual: Modes::default(),
            children: children(),
            marks: 0,
            types: None,
            typed: 0,
        };
        stand.reset();
        stand
    }

    /// Makes the terminal what it was before the last job.
    pub(crate) fn reset(&mut self) {
        let _ = tcsetpgrp(self.line.slave(), getpgrp());
        tcsetattr(self.line.slave(), OptionalActions::Now, &self.found).expect("tcsetattr");
        self.settle();
        tcflush(self.line.slave(), QueueSelector::IOFlush).expect("tcflush");
        self.model = Model::default();
        self.model.feed(b"\x1b[?1049h\x1b[>1u\x1b[?1049l\x1b[>1u");
        self.usual = self.model.modes().clone();
        self.types = None;
        self.typed = 0;
    }

    /// Starts a job in the foreground: a fork that runs `program` and exits.
    pub(crate) fn start(&mut self, program: impl FnOnce(&Wires) -> i32) -> Job {
        let threads = std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
        assert_eq!(
            threads, 1,
            "a fork of this process must be able to do anything"
        );
        let (wires, ends) = Wires::pair(&self.found);
        // SAFETY: this process has one thread, so that the child may do anything.
        let leader = match unsafe { libc::fork() } {
            -1 => panic!("fork: {}", std::io::Error::last_os_error()),
            0 => {
                drop(ends);
                self.become_job();
                std::process::exit(program(&wires));
            }
            leader => leader,
        };
        // Both sides do it, so that neither has to wait for the other.
        // SAFETY: a call without memory.
        unsafe { libc::setpgid(leader, leader) };
        self.to_foreground(leader);
        Job { leader, ends }
    }

    /// What a shell does between fork and exec, in the child.
    fn become_job(&self) {
        let own = rustix::process::getpid();
        rustix::process::setpgid(None, None).expect("setpgid");
        tcsetpgrp(self.line.slave(), own).expect("tcsetpgrp");
        for stream in 0..3 {
            // SAFETY: the standard streams become the terminal; nobody owns them as a value.
            unsafe { libc::dup2(self.line.slave().as_raw_fd(), stream) };
        }
        for held in [
            self.line.master().as_raw_fd(),
            self.line.slave().as_raw_fd(),
            self.children.as_raw_fd(),
        ] {
            // SAFETY: the child never uses these again, and leaves by `exit` without dropping them.
            unsafe { libc::close(held) };
        }
        for signal in BY_DEFAULT {
            // SAFETY: the default disposition.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        let none = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: a complete limit: cores would take longer than everything else.
        unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
        mask(libc::SIG_UNBLOCK);
    }

    /// Gives the terminal to a group.
    pub(crate) fn to_foreground(&self, group: i32) {
        // An error means that the group is gone.
        let _ = tcsetpgrp(self.line.slave(), Pid::from_raw(group).expect("not zero"));
    }

    /// Takes the terminal back.
    pub(crate) fn take_terminal(&self) {
        let _ = tcsetpgrp(self.line.slave(), getpgrp());
    }

    /// Waits for news until `end`; plays the terminal meanwhile.
    pub(crate) fn news(&mut self, job: &mut Job, end: Instant) -> News {
        loop {
            let mut status = 0;
            let flags = libc::WNOHANG | libc::WUNTRACED | libc::__WALL;
            // SAFETY: the status has a place.
            let child = unsafe { libc::waitpid(-1, &mut status, flags) };
            if child > 0 {
                return News::Child(child, status);
            }
            if let Some(line) = job.ends.line() {
                return News::Said(line);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return News::Nothing;
            }
            self.wait(Some(job), left);
        }
    }

    /// Waits for anything to happen, and takes what is there.
    fn wait(&mut self, job: Option<&mut Job>, left: Duration) {
        let timeout = Timespec::try_from(left).ok();
        let master = self.line.master();
        let mut interest = vec![
            PollFd::new(&master, PollFlags::IN),
            PollFd::new(&self.children, PollFlags::IN),
        ];
        let open = job.as_ref().and_then(|job| job.ends.open());
        interest.extend(open.as_ref().map(|said| PollFd::new(said, PollFlags::IN)));
        let _ = poll(&mut interest, timeout.as_ref());
        let ready: Vec<bool> = interest.iter().map(|fd| !fd.revents().is_empty()).collect();
        drop(interest);
        if ready[0] {
            self.pump();
        }
        if ready[1] {
            let mut info = [0; 1024];
            let _ = rustix::io::read(&self.children, &mut info);
        }
        if ready.get(2) == Some(&true) {
            job.expect("it was polled").ends.take();
        }
    }

    /// Takes what was written to the terminal, and answers as a terminal does.
    fn pump(&mut self) {
        let mut buffer = [0; 4096];
        let count = rustix::io::read(self.line.master(), &mut buffer).unwrap_or(0);
        self.model.feed(&buffer[..count]);
        let answers = self.model.answers();
        if !answers.is_empty() {
            self.line.type_bytes(&answers);
        }
        if let Some((shown, typed)) = self.types {
            let asked = self.model.text().matches(shown).count();
            if asked > self.typed {
                self.line.type_bytes(typed);
                self.typed = asked;
            }
        }
    }

    /// Takes everything that was written before this call: what this process writes comes last.
    /// Says whether it came in time.
    pub(crate) fn settle(&mut self) -> bool {
        self.marks += 1;
        let mark = format!("<settled {}>", self.marks);
        // An operating system command that nobody knows ends whatever a program left unfinished.
        let text = format!("\x1b]mark\x07{mark}");
        let _ = rustix::io::write(self.line.slave(), text.as_bytes());
        let end = Instant::now() + PATIENCE;
        while !self.model.text().contains(&mark) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.wait(None, left);
        }
        true
    }

    /// Returns how many bytes were typed or answered and not read; leaves the settings changed.
    pub(crate) fn unread(&self) -> u64 {
        let mut settings = self.found.clone();
        // Of an unfinished line nothing is counted.
        settings.local_modes.remove(LocalModes::ICANON);
        let _ = tcsetattr(self.line.slave(), OptionalActions::Now, &settings);
        rustix::io::ioctl_fionread(self.line.slave()).unwrap_or(0)
    }

    /// Returns how many of these bytes the program need not have read: it has asked twice, and the
    /// first answer may have come after the second question.
    pub(crate) fn typed_again(&self) -> u64 {
        let length = self.types.map_or(0, |(_, typed)| typed.len());
        (self.typed.saturating_sub(1) * length) as u64
    }

    /// Ends what is left of a job; says whether it ended in time.
    pub(crate) fn clear(&mut self, job: &mut Job) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            // SAFETY: sends a signal to the group of a job, which this process has started.
            unsafe { libc::kill(-job.leader, libc::SIGKILL) };
            let mut status = 0;
            // SAFETY: the status has a place.
            let child = unsafe { libc::waitpid(-1, &mut status, libc::WNOHANG | libc::__WALL) };
            if child == -1 {
                return true;
            }
            if child == 0 && Instant::now() > end {
                return false;
            }
            if child == 0 {
                self.wait(None, Duration::from_millis(1));
            }
        }
    }
}

/// Blocks SIGCHLD, and opens what is readable when it comes.
fn children() -> OwnedFd {
    let set = mask(libc::SIG_BLOCK);
    // SAFETY: an initialised set.
    let descriptor = unsafe { libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) };
    assert!(
        descriptor >= 0,
        "signalfd: {}",
        std::io::Error::last_os_error()
    );
    // SAFETY: opened by the call above, and owned by nobody else.
    unsafe { OwnedFd::from_raw_fd(descriptor) }
}

/// Blocks or unblocks SIGCHLD; returns the set with it alone.
fn mask(how: i32) -> libc::sigset_t {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: fills the set in.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: the set is initialised.
    unsafe { libc::sigaddset(set.as_mut_ptr(), libc::SIGCHLD) };
    // SAFETY: as above.
    let set = unsafe { set.assume_init() };
    // SAFETY: an initialised set; the mask before is not asked for.
    unsafe { libc::pthread_sigmask(how, &set, std::ptr::null_mut()) };
    set
}
