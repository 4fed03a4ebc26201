//! A terminal and a queue of the kernel in question: what each rule begins with.

use std::ffi::CStr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::Duration;

use ttyring_platform::darwin::abi::{Attributes, Errno, Kevent, Timespec, ev, lflag, request};
use ttyring_platform::darwin::sys::{PATH, Sys};
use ttyring_test_support::{Pty, wait_until};

use super::{FLAGS, Kernel, subject};

/// A kernel with one terminal that the process has open without blocking, and a queue.
pub(super) struct Setting {
    pub(super) kernel: Kernel,
    pub(super) pty: Pty,
    pub(super) tty: OwnedFd,
    pub(super) queue: OwnedFd,
}

impl Setting {
    pub(super) fn new() -> Self {
        let pty = Pty::open();
        let kernel = subject(&pty);
        let mut name = [0; PATH];
        kernel.ttyname(pty.slave(), &mut name).unwrap();
        let name = CStr::from_bytes_until_nul(&name).unwrap();
        let tty = kernel.open(name, FLAGS).unwrap();
        let setting = Setting {
            queue: kernel.kqueue().unwrap(),
            kernel,
            pty,
            tty,
        };
        setting.raw();
        setting
    }

    fn raw(&self) {
        let mut settings = self.settings();
        settings.lflag &= !(lflag::ICANON | lflag::ECHO);
        self.set(settings);
    }

    pub(super) fn settings(&self) -> Attributes {
        let mut settings = Attributes::default();
        let tty = self.tty.as_fd();
        self.kernel
            .ioctl(tty, request::TIOCGETA, &mut settings)
            .unwrap();
        settings
    }

    pub(super) fn set(&self, mut settings: Attributes) {
        let tty = self.tty.as_fd();
        self.kernel
            .ioctl(tty, request::TIOCSETA, &mut settings)
            .unwrap();
    }

    pub(super) fn ident(&self) -> usize {
        self.tty.as_raw_fd() as usize
    }

    /// Types, and waits until the line discipline has it.
    pub(super) fn type_bytes(&mut self, bytes: &[u8]) {
        let before = self.pending();
        self.pty.type_bytes(bytes);
        assert!(wait_until(|| self.pending() == before + bytes.len() as i32));
    }

    pub(super) fn pending(&self) -> i32 {
        let mut count = 0;
        let tty = self.tty.as_fd();
        self.kernel
            .ioctl(tty, request::FIONREAD, &mut count)
            .unwrap();
        count
    }

    pub(super) fn change(&self, change: Kevent) -> Result<usize, Errno> {
        self.kernel
            .kevent(self.queue.as_fd(), &[change], &mut [], None)
    }

    pub(super) fn add(&self, ident: usize, filter: i16, flags: u16) {
        self.change(Kevent::change(ident, filter, ev::ADD | flags))
            .unwrap();
    }

    /// What there is now.
    pub(super) fn events(&self) -> Vec<Kevent> {
        self.wait(Duration::ZERO)
    }

    pub(super) fn wait(&self, timeout: Duration) -> Vec<Kevent> {
        let mut events = [Kevent::default(); 8];
        let timeout = Timespec {
            seconds: timeout.as_secs() as i64,
            nanoseconds: timeout.subsec_nanos().into(),
        };
        let queue = self.queue.as_fd();
        let count = self
            .kernel
            .kevent(queue, &[], &mut events, Some(timeout))
            .unwrap();
        events[..count].to_vec()
    }

    pub(super) fn is_readable(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, poll};
        let mut interest = [PollFd::new(&self.queue, PollFlags::IN)];
        poll(&mut interest, Some(&rustix::time::Timespec::default())).unwrap() == 1
    }
}
