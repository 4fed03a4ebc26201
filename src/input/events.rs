//! Events as an iterator.

use ttyring_platform::{Backend, Os, Result};

use super::Input;
use crate::event::Event;

/// An iterator over the events of an [`Input`]: see [`Input::events`].
///
/// Each event is owned, which costs an allocation for pasted text, replies and unknown sequences,
/// and none for keys and the mouse.
#[derive(Debug)]
pub struct Events<'i, B: Backend = Os> {
    input: &'i mut Input<B>,
}

impl<'i, B: Backend> Events<'i, B> {
    pub(super) fn new(input: &'i mut Input<B>) -> Self {
        Events { input }
    }
}

impl<B: Backend> Iterator for Events<'_, B> {
    type Item = Result<Event<'static>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.input.next_event() {
            Ok(event) => Some(Ok(event?.into_owned())),
            Err(error) => Some(Err(error)),
        }
    }
}
