//! Where no descriptor stands for the input: programs wait by `poll`.

use std::io;

use ttyring_platform::BorrowedDescriptor;

#[derive(Debug)]
pub(in crate::input) struct Bell(());

impl Bell {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Bell(()))
    }

    pub(super) fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        None
    }

    pub(super) fn ring(&self) {}

    /// Returns what does nothing.
    pub(super) fn ringer(&self) -> impl Fn() + Send + Sync + 'static {
        || {}
    }

    pub(super) fn silence(&mut self) {}
}
