//! The contract of every backend, run over the Darwin driver and the emulated kernel: once with a
//! terminal that kqueue takes, once with `/dev/tty`, which it refuses.
#![cfg(not(target_vendor = "apple"))]

#[path = "../contract/fixture.rs"]
mod fixture;
#[path = "../kernel/mod.rs"]
mod kernel;
#[path = "../contract/pty.rs"]
mod pty;
#[path = "../contract/suite/mod.rs"]
mod suite;

#[path = "../contract/writing.rs"]
mod writing;

use std::os::fd::OwnedFd;

use fixture::Fixture;
use kernel::Emulated;
use pty::{OnDescriptor, PtyFixture};
use rustix::fs::fcntl_getfl;
use ttyring_platform::darwin::abi::open;
use ttyring_platform::darwin::{Darwin, DarwinPoller, DarwinTty, Sys};
use ttyring_platform::{Backend, Result, Signals, Time, Tty};

impl OnDescriptor for Darwin<Emulated> {
    fn adopt(&self, descriptor: OwnedFd) -> Result<Self::Tty> {
        Darwin::adopt(self, descriptor)
    }

    fn share(&self, descriptor: OwnedFd) -> Result<Self::Tty> {
        Darwin::share(self, descriptor)
    }
}

/// Darwin where the terminal can be opened as `/dev/tty` only.
#[derive(Clone, Debug, Default)]
struct DevTty(Darwin<Emulated>);

/// A process with this controlling terminal, whose name cannot be opened.
fn kernel_of(descriptor: &OwnedFd) -> Emulated {
    let stat = rustix::fs::fstat(descriptor).expect("fstat");
    Emulated::with(|process| {
        process.controlling = Some(rustix::fs::minor(stat.st_rdev));
        process.denied = true;
    })
}

impl Backend for DevTty {
    type Tty = DarwinTty<Emulated>;
    type Poller = DarwinPoller<Emulated>;

    fn open(&self) -> Result<Self::Tty> {
        self.0.open()
    }

    fn poller(&self, tty: &Self::Tty, signals: Signals) -> Result<Self::Poller> {
        let poller = self.0.poller(tty, signals)?;
        assert!(poller.is_fallback(), "kqueue does not take /dev/tty");
        Ok(poller)
    }

    fn now(&self) -> Time {
        self.0.now()
    }
}

impl OnDescriptor for DevTty {
    fn adopt(&self, descriptor: OwnedFd) -> Result<Self::Tty> {
        Darwin::new(kernel_of(&descriptor)).open()
    }

    fn share(&self, descriptor: OwnedFd) -> Result<Self::Tty> {
        let flags = open::RDWR | open::NOCTTY | open::CLOEXEC;
        let kernel = kernel_of(&descriptor);
        let dev_tty = kernel.open(c"/dev/tty", flags).expect("/dev/tty");
        Darwin::new(kernel).share(dev_tty)
    }
}

fn flags_stay<B: OnDescriptor>() {
    let fixture = PtyFixture::<B>::new();
    let before = fcntl_getfl(fixture.slave()).expect("fcntl");
    for tty in [
        fixture.private(),
        fixture.shared().expect("descriptions are shared"),
    ] {
        for blocking in [false, true] {
            tty.set_blocking(blocking).expect("fcntl");
            assert_eq!(fcntl_getfl(fixture.slave()).expect("fcntl"), before);
        }
    }
}

#[test]
fn flags_of_the_given_description_stay() {
    flags_stay::<Darwin<Emulated>>();
    flags_stay::<DevTty>();
}

contract!(queue, PtyFixture<Darwin<Emulated>>);
contract!(fallback, PtyFixture<DevTty>);

writes!(queue_private, Darwin<Emulated>: writing::private);
writes!(queue_set_blocking, Darwin<Emulated>: writing::set_blocking);
writes!(queue_shared, Darwin<Emulated>: writing::shared);
writes!(fallback_set_blocking, DevTty: writing::set_blocking);
writes!(fallback_shared, DevTty: writing::shared);
// Where no description of our own can be opened.
writes!(as_it_is, Darwin<Emulated>: as_it_is);

fn as_it_is(fixture: &PtyFixture<Darwin<Emulated>>) -> DarwinTty<Emulated> {
    let slave = fixture.slave().try_clone_to_owned().expect("dup");
    let kernel = Emulated::with(|process| process.denied = true);
    Darwin::new(kernel).share(slave).expect("a terminal")
}
