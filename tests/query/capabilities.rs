//! All that a terminal can do, asked in one round trip.

use ttyring::query::Capabilities;
use ttyring::{Keyboard, Modes};
use ttyring_platform::sim::Step;

use crate::simulated::{SOON, TIMEOUT, open};

#[test]
fn capabilities_take_one_round_trip() {
    let (sim, mut input) = open();
    let reply = b"\x1b[?1u\x1bP>|kitty(0.40)\x1b\\\x1b[>1;4000;41c\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2048;0$y\
        \x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b]11;rgb:1000/1000/1000\x1b\\\x1b[?62;52c";
    sim.at(SOON, Step::Bytes(reply.to_vec()));
    let start = input.now();
    let found = input.capabilities(TIMEOUT).unwrap();
    assert_eq!(input.now().since(start), SOON);
    assert!(found.complete);
    assert_eq!(found.primary, [62, 52]);
    assert_eq!(found.version.as_deref(), Some("kitty(0.40)"));
    assert_eq!(found.keyboard, Some(Keyboard::DISAMBIGUATE));
    assert!(found.supports_kitty());
    assert_eq!(found.modes, Modes::PASTE | Modes::SYNCHRONIZED);
    assert_eq!(found.dark, Some(true));
}

#[test]
fn color_scheme_that_is_told_counts_more_than_the_background() {
    let (sim, mut input) = open();
    let reply = b"\x1b]11;rgb:1000/1000/1000\x1b\\\x1b[?997;2n\x1b[?62c";
    sim.at(SOON, Step::Bytes(reply.to_vec()));
    let found = input.capabilities(TIMEOUT).unwrap();
    assert_eq!(found.dark, Some(false));
    assert!(!found.supports_kitty());
}

#[test]
fn capabilities_of_a_slow_terminal_are_what_came_in_time() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"\x1b[?1u".to_vec()));
    let found = input.capabilities(TIMEOUT).unwrap();
    assert!(!found.complete);
    assert_eq!(found.keyboard, Some(Keyboard::DISAMBIGUATE));
    let (_sim, mut input) = open();
    assert_eq!(
        input.capabilities(TIMEOUT).unwrap(),
        Capabilities::default()
    );
}
