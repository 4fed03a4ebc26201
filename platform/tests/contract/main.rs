//! One contract, run over every backend that this system can run.
//!
//! [`suite`] says what a backend must do, generic over [`Stage`](stage::Stage); each line at the
//! end runs all of it over one backend.

mod stage;
mod suite;

mod descriptors;
mod pty;
mod sim;
mod writing;

use pty::{OnDescriptor, PtyStage};
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

contract!(os, PtyStage<Os>);
contract!(portable, PtyStage<Portable>);
contract!(scripted, sim::SimStage);

writes!(os_private, Os: writing::private);
writes!(os_set_blocking, Os: writing::set_blocking);
writes!(os_shared, Os: writing::shared);
writes!(portable_private, Portable: writing::private);
writes!(portable_set_blocking, Portable: writing::set_blocking);
writes!(portable_shared, Portable: writing::shared);
// Where no description of our own can be opened.
writes!(portable_as_it_is, Portable: as_it_is);

fn as_it_is(stage: &PtyStage<Portable>) -> Tty {
    Tty::new(Opened::Shared(
        stage.slave().try_clone_to_owned().expect("dup"),
    ))
}
