//! Where an input has no descriptor, no reactor takes one.

use std::io;

use ttyring_platform::OwnedDescriptor;

use super::Readiness;

pub(super) fn refuse(_descriptor: OwnedDescriptor) -> io::Result<Box<dyn Readiness>> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(feature = "tokio")]
pub(super) mod tokio {
    pub(in crate::adapter::stream) use super::refuse as register;
}

#[cfg(feature = "async-io")]
pub(super) mod async_io {
    pub(in crate::adapter::stream) use super::refuse as register;
}
