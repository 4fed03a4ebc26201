//! A descriptor that polls readable once it is armed and there is something.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use ttyring_platform::BorrowedDescriptor;
use ttyring_platform::system::above_standard;

#[derive(Debug)]
pub(in crate::input) struct Bell {
    ours: UnixStream,
    theirs: Arc<UnixStream>,
}

impl Bell {
    pub(super) fn new() -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let above = |end: UnixStream| above_standard(end.into()).map(UnixStream::from);
        let (ours, theirs) = (above(ours)?, above(theirs)?);
        ours.set_nonblocking(true)?;
        theirs.set_nonblocking(true)?;
        Ok(Bell {
            ours,
            theirs: Arc::new(theirs),
        })
    }

    pub(super) fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        Some(self.ours.as_fd())
    }

    pub(super) fn ring(&self) {
        // A full socket is readable, which is all that is asked for.
        let _ = (&*self.theirs).write(&[0]);
    }

    /// Returns what rings it from any thread.
    pub(super) fn ringer(&self) -> impl Fn() + Send + Sync + 'static {
        let theirs = Arc::clone(&self.theirs);
        move || drop((&*theirs).write(&[0]))
    }

    pub(super) fn silence(&mut self) {
        // It holds a byte for each time that it was rung.
        while matches!(self.ours.read(&mut [0; 64]), Ok(1..)) {}
    }
}
