//! A kernel of macOS, emulated over the Linux one, as far as a terminal notices.
//!
//! It stands behind the seam of the Darwin driver. Terminals are real pseudo-terminals and their
//! bytes are real; what Darwin does otherwise than Linux is put right here, rule by rule, from the
//! sources of xnu-11417.101.15. `tests/kernel_rules` has one test for each rule.
//!
//! Not emulated: job control, and the size of the input queue.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test binary uses its own part"
)]

mod attributes;
mod filters;
mod knotes;
mod script;
mod select;
mod signals;
mod terminal;

use std::collections::{HashMap, HashSet};
use std::ffi::CStr;
use std::fs::File;
use std::io::IoSliceMut;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ttyring_platform::darwin::Sys;
use ttyring_platform::darwin::abi::{
    Attributes, Device, Errno, FdSet, Kevent, Request, Timespec, Timeval, clock,
};
use ttyring_platform::darwin::sys::{Answer, PATH};

use knotes::Queue;
pub use script::{Call, Fault};
use select::steal;

/// A descriptor that no process has.
const CLOSED: RawFd = 1_000_000;

/// The emulated kernel, with one process in it.
#[derive(Clone, Debug)]
pub struct Emulated(Arc<Machine>);

#[derive(Debug)]
struct Machine {
    streams: [Option<OwnedFd>; 3],
    /// The number of the pseudo-terminal that is the controlling one.
    controlling: Option<u32>,
    /// Whether slaves cannot be opened by name, as after `su`.
    denied: bool,
    queues: Mutex<HashMap<RawFd, Arc<Queue>>>,
    revoked: Mutex<HashSet<u32>>,
    /// Terminals whose input waits to be looked at again (PENDIN).
    pending: Mutex<HashSet<u32>>,
    /// The settings of each terminal as last seen, which it keeps after its hangup.
    settings: Mutex<HashMap<u32, Attributes>>,
    script: Mutex<script::Script>,
}

impl Default for Emulated {
    fn default() -> Self {
        Emulated::new()
    }
}

impl Emulated {
    /// A process whose streams are no terminals and that has no controlling terminal.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// A process whose standard input is the given terminal.
    pub fn on(stdin: impl AsFd) -> Self {
        let stdin = stdin.as_fd().try_clone_to_owned().expect("a descriptor");
        Self::with(|process| process.streams[0] = Some(stdin))
    }

    /// A process as described.
    pub fn with(describe: impl FnOnce(&mut Process)) -> Self {
        let null = || Some(OwnedFd::from(File::open("/dev/null").expect("/dev/null")));
        let mut process = Process {
            streams: [null(), null(), null()],
            controlling: None,
            denied: false,
        };
        describe(&mut process);
        Emulated(Arc::new(Machine {
            streams: process.streams,
            controlling: process.controlling,
            denied: process.denied,
            queues: Mutex::default(),
            revoked: Mutex::default(),
            pending: Mutex::default(),
            settings: Mutex::default(),
            script: Mutex::default(),
        }))
    }

    /// Answers the next call of this kind with `fault` instead of making it. Faults queue up; one
    /// for another kind of call waits for that.
    pub fn expect(&self, call: Call, fault: Fault) {
        lock(&self.0.script).expect(call, fault);
    }

    /// Returns how many scripted faults have not happened.
    pub fn unmet(&self) -> usize {
        lock(&self.0.script).unmet()
    }

    /// Returns every change that was made to a kqueue, in order.
    pub fn changes(&self) -> Vec<Kevent> {
        lock(&self.0.script).changes.clone()
    }

    /// Returns how often this kind of call was made.
    pub fn count(&self, call: Call) -> usize {
        lock(&self.0.script).count(call)
    }

    /// Takes the terminal away from everybody, as the exit of its session leader does.
    pub fn revoke(&self, terminal: impl AsFd) {
        let number = terminal::number(terminal.as_fd()).expect("a pseudo-terminal");
        lock(&self.0.revoked).insert(number);
        for queue in lock(&self.0.queues).values() {
            queue.revoke(number);
        }
    }

    /// Sends the process a signal by its Darwin number, as far as `EVFILT_SIGNAL` sees it.
    pub fn post(&self, signal: i32) {
        signals::post(signal);
    }

    fn fault(&self, call: Call) -> Option<Fault> {
        lock(&self.0.script).next(call)
    }

    fn is_revoked(&self, number: u32) -> bool {
        lock(&self.0.revoked).contains(&number)
    }

    /// What a descriptor is to this kernel.
    fn node(&self, fd: BorrowedFd<'_>) -> Node {
        let Some(number) = terminal::number(fd) else {
            return Node::Other;
        };
        Node::Terminal {
            number,
            gone: self.is_revoked(number) || terminal::is_hung_up(fd),
        }
    }

    /// ttypend: a read looks at the input again.
    fn look_again(&self, fd: BorrowedFd<'_>) {
        if let Some(number) = terminal::number(fd) {
            lock(&self.0.pending).remove(&number);
        }
    }

    fn queue(&self, fd: BorrowedFd<'_>) -> Answer<Arc<Queue>> {
        let queues = lock(&self.0.queues);
        queues.get(&fd.as_raw_fd()).cloned().ok_or(Errno::BADF)
    }
}

/// What a process starts with.
#[derive(Debug)]
pub struct Process {
    /// Standard input, output and error; `None` is closed.
    pub streams: [Option<OwnedFd>; 3],
    /// The number of the pseudo-terminal that is the controlling one.
    pub controlling: Option<u32>,
    /// Whether slaves cannot be opened by name.
    pub denied: bool,
}

enum Node {
    Terminal { number: u32, gone: bool },
    Other,
}

impl Node {
    fn is_gone(&self) -> bool {
        matches!(self, Node::Terminal { gone: true, .. })
    }
}

impl Sys for Emulated {
    fn stream(&self, number: usize) -> BorrowedFd<'_> {
        match &self.0.streams[number] {
            Some(stream) => stream.as_fd(),
            // SAFETY: a number that is not open is what a closed stream is; calls answer EBADF.
            None => unsafe { BorrowedFd::borrow_raw(CLOSED) },
        }
    }

    fn open(&self, path: &CStr, flags: i32) -> Answer<OwnedFd> {
        match self.fault(Call::Open) {
            Some(Fault::Opens(number)) => terminal::open_slave(number, flags),
            Some(fault) => Err(fault.errno()),
            None => terminal::open(path, flags, self.0.controlling, self.0.denied),
        }
    }

    fn duplicate(&self, fd: BorrowedFd<'_>) -> Answer<OwnedFd> {
        rustix::io::fcntl_dupfd_cloexec(fd, 3).map_err(errno)
    }

    fn ttyname(&self, fd: BorrowedFd<'_>, path: &mut [u8; PATH]) -> Answer<()> {
        terminal::name(fd).and_then(|name| terminal::write_name(&name, path))
    }

    fn device_name(&self, device: Device, name: &mut [u8; PATH]) -> Answer<()> {
        terminal::write_name(&terminal::device_name(device)?, name)
    }

    fn device(&self, fd: BorrowedFd<'_>) -> Answer<Option<Device>> {
        terminal::device(fd)
    }

    fn controlling_device(&self) -> Answer<Option<Device>> {
        let device = |number| Device::new(terminal::MAJOR_SLAVE, number);
        Ok(self.0.controlling.map(device))
    }

    fn set_nonblocking(&self, fd: BorrowedFd<'_>, nonblocking: bool) -> Answer<()> {
        let mut flags = rustix::fs::fcntl_getfl(fd).map_err(errno)?;
        flags.set(rustix::fs::OFlags::NONBLOCK, nonblocking);
        rustix::fs::fcntl_setfl(fd, flags).map_err(errno)
    }

    fn ioctl<T>(&self, fd: BorrowedFd<'_>, request: Request<T>, argument: &mut T) -> Answer<()> {
        if let Some(fault) = self.fault(Call::Ioctl) {
            return Err(fault.errno());
        }
        let Node::Terminal { number, gone } = self.node(fd) else {
            return Err(Errno::NOTTY);
        };
        let request = request.number();
        let mut settings = lock(&self.0.settings);
        if gone {
            let kept = settings.entry(number).or_default();
            return terminal::ioctl_after_hangup(request, argument, kept);
        }
        let was_canonical = terminal::is_canonical(fd);
        terminal::ioctl(fd, request, argument)?;
        settings.insert(number, terminal::settings(fd));
        let mut pending = lock(&self.0.pending);
        terminal::pending_input(&mut pending, number, request, was_canonical, argument);
        Ok(())
    }

    fn read(&self, fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Answer<usize> {
        let mut most = buffer.len();
        match self.fault(Call::Read) {
            Some(Fault::Short(limit)) => most = most.min(limit),
            Some(fault) => return Err(fault.errno()),
            None => {}
        }
        self.look_again(fd);
        // ttread: TS_ZOMBIE is looked at before the queue, so unread input is lost.
        if self.node(fd).is_gone() {
            return Ok(0);
        }
        rustix::io::read(fd, &mut buffer[..most]).map_err(errno)
    }

    fn readv(&self, fd: BorrowedFd<'_>, buffers: &mut [IoSliceMut<'_>]) -> Answer<usize> {
        if let Some(fault) = self.fault(Call::Readv) {
            return Err(fault.errno());
        }
        self.look_again(fd);
        if self.node(fd).is_gone() {
            return Ok(0);
        }
        rustix::io::readv(fd, buffers).map_err(errno)
    }

    fn write(&self, fd: BorrowedFd<'_>, bytes: &[u8]) -> Answer<usize> {
        if let Some(fault) = self.fault(Call::Write) {
            return Err(fault.errno());
        }
        if self.node(fd).is_gone() {
            return Err(Errno::IO);
        }
        rustix::io::write(fd, bytes).map_err(errno)
    }

    fn pipe(&self) -> Answer<(OwnedFd, OwnedFd)> {
        use rustix::pipe::{PipeFlags, pipe_with};
        pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).map_err(errno)
    }

    fn kqueue(&self) -> Answer<OwnedFd> {
        let (fd, queue) = Queue::new()?;
        lock(&self.0.queues).insert(fd.as_raw_fd(), Arc::new(queue));
        Ok(fd)
    }

    fn kevent(
        &self,
        queue: BorrowedFd<'_>,
        changes: &[Kevent],
        events: &mut [Kevent],
        timeout: Option<Timespec>,
    ) -> Answer<usize> {
        lock(&self.0.script).changes.extend_from_slice(changes);
        match self.fault(Call::Kevent) {
            Some(Fault::Events(scripted)) => {
                events[..scripted.len()].copy_from_slice(&scripted);
                Ok(scripted.len())
            }
            Some(fault) => Err(fault.errno()),
            None => self
                .queue(queue)?
                .kevent(self, queue, changes, events, timeout),
        }
    }

    fn select(
        &self,
        limit: i32,
        reading: &mut FdSet,
        writing: &mut FdSet,
        timeout: Option<Timeval>,
    ) -> Answer<usize> {
        match self.fault(Call::Select) {
            None => self.select_ready(limit, reading, writing, timeout),
            Some(Fault::Stolen) => {
                let answer = self.select_ready(limit, reading, writing, timeout);
                steal(limit, reading);
                answer
            }
            Some(fault) => Err(fault.errno()),
        }
    }

    fn clock(&self, which: u32) -> u64 {
        assert_eq!(which, clock::MONOTONIC);
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        // Libc/gen/clock_gettime.c: microseconds since the boot.
        now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64 / 1000 * 1000
    }
}

/// Says an error of Linux in the numbers of Darwin.
fn errno(error: rustix::io::Errno) -> Errno {
    use rustix::io::Errno as Linux;
    match error {
        Linux::AGAIN => Errno::AGAIN,
        Linux::INTR => Errno::INTR,
        Linux::IO => Errno::IO,
        Linux::NXIO => Errno::NXIO,
        Linux::BADF => Errno::BADF,
        Linux::ACCESS => Errno::ACCES,
        Linux::INVAL => Errno::INVAL,
        Linux::NOTTY => Errno::NOTTY,
        Linux::NOENT => Errno::NOENT,
        Linux::RANGE => Errno::RANGE,
        other => panic!("no number of Darwin for {other}"),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
