//! The descriptor of a poller, for another event loop.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use ttyring_platform::{Backend, Poller, Signals, Wake};

use super::{TTY_ONLY, WOKEN_ONLY, read_exactly, set_up, wait_for_pending};
use crate::fixture::{Fixture, NOW};

pub(crate) fn descriptor_polls_as_the_wait<S: Fixture>() {
    let (mut fixture, tty, mut poller) = set_up::<S>(Signals::empty());
    if poller.descriptor().is_none() {
        return;
    }
    let readable = |poller: &<S::Backend as Backend>::Poller| {
        let descriptor = poller.descriptor().expect("as before");
        let mut interest = [PollFd::new(&descriptor, PollFlags::IN)];
        let at_once = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        poll(&mut interest, Some(&at_once)).expect("poll") == 1
    };
    assert!(!readable(&poller), "nothing typed");
    fixture.type_bytes(b"xy");
    wait_for_pending(&tty, 2);
    assert!(readable(&poller), "typed");
    assert_eq!(poller.wait(NOW).expect("wait"), TTY_ONLY);
    assert!(readable(&poller), "typed and not read");
    assert_eq!(read_exactly(&tty, &mut poller, 2), b"xy");
    assert!(!readable(&poller), "read");
    poller.waker().wake();
    assert!(readable(&poller), "woken");
    assert_eq!(poller.wait(NOW).expect("wait"), WOKEN_ONLY);
    assert!(!readable(&poller), "told so");
}
