//! Readiness of a descriptor, by the reactors of the runtimes.

use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll};

use super::Readiness;

/// tokio's reactor.
#[cfg(feature = "tokio")]
pub(super) mod tokio {
    use ::tokio::io::Interest;
    use ::tokio::io::unix::AsyncFd;

    use super::{Context, OwnedFd, Poll, Readiness, io};

    #[allow(
        deprecated,
        reason = "the successor is unsafe for types whose descriptor may change; that of an `OwnedFd` \
                  does not, and earlier versions have only this"
    )]
    pub(in super::super) fn register(descriptor: OwnedFd) -> io::Result<Box<dyn Readiness>> {
        let descriptor = AsyncFd::with_interest(descriptor, Interest::READABLE)?;
        Ok(Box::new(descriptor))
    }

    impl Readiness for AsyncFd<OwnedFd> {
        fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll_read_ready(cx)
                .map_ok(|mut ready| ready.clear_ready())
        }
    }
}

/// The reactor of smol and its relatives.
#[cfg(feature = "async-io")]
pub(super) mod async_io {
    use ::async_io::Async;

    use super::{Context, OwnedFd, Poll, Readiness, io};

    pub(in super::super) fn register(descriptor: OwnedFd) -> io::Result<Box<dyn Readiness>> {
        // Nobody reads or writes a poller: its flags do not matter.
        Ok(Box::new(Async::new_nonblocking(descriptor)?))
    }

    impl Readiness for Async<OwnedFd> {
        fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.poll_readable(cx)
        }
    }
}
