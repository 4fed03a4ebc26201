//! One contract, run over every backend that this system can run.
//!
//! [`suite`] says what a backend must do, generic over [`Stage`](stage::Stage); each line at the
//! end runs all of it over one backend.

mod stage;
mod suite;

mod descriptors;
mod pty;
mod sim;

use pty::{OnDescriptor, PtyStage};
use std::os::fd::OwnedFd;
use ttyring_platform::portable::Portable;
use ttyring_platform::unix::Tty;
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
