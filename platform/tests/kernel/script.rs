//! What a test wants the kernel to answer instead of the truth, and what it was asked.

use std::collections::VecDeque;

use ttyring_platform::darwin::abi::{Errno, Kevent};

/// A kind of system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Open,
    Ioctl,
    Read,
    Readv,
    Write,
    Kevent,
    Select,
}

/// An answer that is not the truth.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The call fails.
    Errno(Errno),
    /// `open(2)` opens the pseudo-terminal with this number, whatever the name says.
    Opens(u32),
    /// `read(2)` moves at most so many bytes.
    Short(usize),
    /// `select(2)` tells the truth, and another reader takes the bytes right after it.
    Stolen,
    /// `kevent(2)` returns these events, and changes nothing.
    Events(Vec<Kevent>),
}

impl Fault {
    pub(super) fn errno(self) -> Errno {
        match self {
            Fault::Errno(errno) => errno,
            other => panic!("{other:?} does not fit the call"),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Script {
    faults: VecDeque<(Call, Fault)>,
    calls: Vec<Call>,
    pub(super) changes: Vec<Kevent>,
}

impl Script {
    pub(super) fn expect(&mut self, call: Call, fault: Fault) {
        self.faults.push_back((call, fault));
    }

    pub(super) fn next(&mut self, call: Call) -> Option<Fault> {
        self.calls.push(call);
        let front = self.faults.front()?;
        (front.0 == call).then(|| self.faults.pop_front().map(|(_, fault)| fault))?
    }

    pub(super) fn unmet(&self) -> usize {
        self.faults.len()
    }

    pub(super) fn count(&self, call: Call) -> usize {
        self.calls.iter().filter(|made| **made == call).count()
    }
}
