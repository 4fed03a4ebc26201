//! Where no descriptor stands for a poller.

use ttyring_platform::{Poller, Signals};

use super::set_up;
use crate::fixture::Fixture;

pub(crate) fn descriptor_polls_as_the_wait<S: Fixture>() {
    let (_fixture, _tty, poller) = set_up::<S>(Signals::empty());
    assert!(poller.descriptor().is_none());
}
