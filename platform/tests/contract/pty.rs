//! The contract on a real pseudo-terminal, for every backend that can take a descriptor.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{grantpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize};
use ttyring_platform::unix::signal;
use ttyring_platform::{Backend, Result, Signals, Size};
use ttyring_test_support::{Deadline, LONG_PATIENCE, join, within};

use crate::fixture::{Fixture, Raising};

/// A backend that takes a terminal by its descriptor.
pub(crate) trait OnDescriptor: Backend + Default {
    fn adopt(&self, descriptor: OwnedFd) -> Result<Self::Tty>;
    fn share(&self, descriptor: OwnedFd) -> Result<Self::Tty>;
}

/// A pseudo-terminal under a backend; what is typed comes from threads of its own.
pub(crate) struct PtyFixture<B> {
    backend: B,
    /// Gone after a hangup.
    master: Option<Arc<File>>,
    slave: OwnedFd,
    typists: Vec<JoinHandle<()>>,
    /// Many of the waits below are without a limit, which is what is tested.
    _deadline: Deadline,
}

impl<B: OnDescriptor> PtyFixture<B> {
    fn master(&self) -> &Arc<File> {
        self.master.as_ref().expect("the terminal has not hung up")
    }

    /// Returns the description that others share.
    pub(crate) fn slave(&self) -> BorrowedFd<'_> {
        self.slave.as_fd()
    }
}

impl<B: OnDescriptor> Fixture for PtyFixture<B> {
    type Backend = B;

    fn new() -> Self {
        // What posix_openpt(3) opens, which cannot be asked for close-on-exec everywhere.
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let master = rustix::fs::open("/dev/ptmx", flags, Mode::empty()).expect("open /dev/ptmx");
        grantpt(&master).expect("grantpt");
        unlockpt(&master).expect("unlockpt");
        let name = ptsname(&master, Vec::new()).expect("ptsname");
        let slave = rustix::fs::open(name, flags, Mode::empty()).expect("open the slave");
        let mut raw = tcgetattr(&slave).expect("tcgetattr");
        raw.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &raw).expect("tcsetattr");
        PtyFixture {
            backend: B::default(),
            master: Some(Arc::new(File::from(master))),
            slave,
            typists: Vec::new(),
            _deadline: Deadline::new("the end of the test", LONG_PATIENCE),
        }
    }

    fn backend(&self) -> &B {
        &self.backend
    }

    fn private(&self) -> B::Tty {
        let slave = self.slave.try_clone().expect("dup");
        self.backend.adopt(slave).expect("adopt the slave")
    }

    fn shared(&self) -> Option<B::Tty> {
        let slave = self.slave.try_clone().expect("dup");
        Some(self.backend.share(slave).expect("share the slave"))
    }

    fn type_bytes(&mut self, bytes: &[u8]) {
        if bytes.len() <= 1024 {
            return self.master().as_ref().write_all(bytes).expect("type");
        }
        let (master, bytes) = (Arc::clone(self.master()), bytes.to_vec());
        self.typists.push(thread::spawn(move || {
            master.as_ref().write_all(&bytes).expect("type");
        }));
    }

    fn type_soon(&mut self, bytes: &[u8]) {
        let (master, bytes) = (Arc::clone(self.master()), bytes.to_vec());
        self.typists.push(thread::spawn(move || {
            master.as_ref().write_all(&bytes).expect("type");
        }));
    }

    fn raise(&mut self, signals: Signals) {
        for number in signal::numbers(signals) {
            // SAFETY: the test has subscribed to the signal.
            assert_eq!(unsafe { libc::raise(number) }, 0);
        }
    }

    fn raise_soon(&mut self, signals: Signals) -> Raising {
        let stop = Arc::new(AtomicBool::new(false));
        // SAFETY: always succeeds.
        let reader = unsafe { libc::pthread_self() };
        let raiser = thread::spawn({
            let stop = Arc::clone(&stop);
            move || {
                while !stop.load(Ordering::Relaxed) {
                    for number in signal::numbers(signals) {
                        // SAFETY: the thread waits for this one before it ends.
                        unsafe { libc::pthread_kill(reader, number) };
                    }
                    // Not a wait for anything: the reader is to get into its call in between.
                    thread::sleep(Duration::from_millis(1));
                }
            }
        });
        Raising(Some(Box::new(move || {
            stop.store(true, Ordering::Relaxed);
            join("the thread that raises signals", raiser);
        })))
    }

    fn resize(&mut self, size: Size) {
        let size = Winsize {
            ws_col: size.columns,
            ws_row: size.rows,
            ws_xpixel: size.width,
            ws_ypixel: size.height,
        };
        tcsetwinsize(self.master(), size).expect("tcsetwinsize");
    }

    fn shown(&mut self, count: usize) -> Vec<u8> {
        let mut shown = vec![0; count];
        let mut master = self.master().as_ref();
        within("what was written", || master.read_exact(&mut shown)).expect("read");
        shown
    }

    fn hang_up(&mut self) {
        for typist in self.typists.drain(..) {
            join("the thread that types", typist);
        }
        self.master = None;
    }
}

impl<B> Drop for PtyFixture<B> {
    fn drop(&mut self) {
        // A typist that a failed test leaves behind would wait for ever for a reader.
        if !thread::panicking() {
            for typist in self.typists.drain(..) {
                join("the thread that types", typist);
            }
        }
    }
}
