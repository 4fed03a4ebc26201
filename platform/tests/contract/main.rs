//! One contract, run over every backend that this system can run.
//!
//! [`suite`] says what a backend must do, generic over [`Fixture`](fixture::Fixture); each line at the
//! end runs all of it over one backend.

mod fixture;
mod suite;

mod descriptors;
mod pty;
mod sim;
mod writing;

use pty::{OnDescriptor, PtyFixture};
use std::os::fd::OwnedFd;
use ttyring_platform::portable::Portable;
use ttyring_platform::unix::{Opened, Tty};
use ttyring_platform::{Os, Result};

impl OnDescriptor for Os {
    fn adopt(&self, descriptor: OwnedFd) -> Result<Self::Tty> {
        Os::adopt(self, descriptor)
    }

    fn share(&self, descriptor: OwnedFd) -> Result<Self::Tty> {
        Os::share(self, descriptor)
    }
}

impl OnDescriptor for Portable {
    fn adopt(&self, descriptor: OwnedFd) -> Result<Tty> {
        Portable::adopt(self, descriptor)
    }

    fn share(&self, descriptor: OwnedFd) -> Result<Tty> {
        Portable::share(self, descriptor)
    }
}

contract!(os, PtyFixture<Os>);
contract!(portable, PtyFixture<Portable>);
contract!(scripted, sim::SimFixture);

writes!(os_private, Os: writing::private);
writes!(os_set_blocking, Os: writing::set_blocking);
writes!(os_shared, Os: writing::shared);
writes!(portable_private, Portable: writing::private);
writes!(portable_set_blocking, Portable: writing::set_blocking);
writes!(portable_shared, Portable: writing::shared);
// Where no description of our own can be opened.
writes!(portable_as_it_is, Portable: as_it_is);

fn as_it_is(fixture: &PtyFixture<Portable>) -> Tty {
    Tty::new(Opened::Shared(
        fixture.slave().try_clone_to_owned().expect("dup"),
    ))
}
