//! What the terminal is asked to send differently is told to the decoder, however it is asked.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use ttyring::decode::{Decoder, Settings};
use ttyring::query::CURSOR_POSITION;
use ttyring::terminal::Keyboard;
use ttyring::{Builder, Event, Input, Modes, Polled, key};
use ttyring_platform::sim::{Sim, Step};
use ttyring_test_support::PATIENCE;

const MS: Duration = Duration::from_millis(1);
const CLICK: &[u8] = b"\x1b[<0;300;200M";

fn open(sim: &Sim, capture: bool) -> Input<Sim> {
    let builder = Builder::new().capture(capture);
    builder.open_on(sim.clone()).unwrap()
}

/// Whether the next click is at a place in pixels.
fn click_is_in_pixels(sim: &Sim, input: &mut Input<Sim>) -> bool {
    sim.type_bytes(CLICK);
    match input.poll(PATIENCE).unwrap() {
        Polled::Event(Event::Mouse(mouse)) => mouse.pixels,
        other => panic!("{other:?}"),
    }
}

#[test]
fn clicks_are_in_pixels_from_when_that_was_asked_for_until_it_ends() {
    for capture in [false, true] {
        let sim = Sim::new();
        let mut input = open(&sim, capture);
        input.enable(Modes::MOUSE).unwrap();
        assert!(!click_is_in_pixels(&sim, &mut input));
        input.enable(Modes::MOUSE_PIXELS).unwrap();
        assert!(click_is_in_pixels(&sim, &mut input));
        input.enable(Modes::FOCUS).unwrap();
        assert!(click_is_in_pixels(&sim, &mut input), "it stays on");
        input.disable(Modes::MOUSE_PIXELS).unwrap();
        assert!(!click_is_in_pixels(&sim, &mut input));
    }
}

#[test]
fn mode_that_the_terminal_itself_was_asked_for_is_known_too() {
    let sim = Sim::new();
    let mut input = open(&sim, false);
    input.terminal().enable(Modes::MOUSE_PIXELS).unwrap();
    assert!(click_is_in_pixels(&sim, &mut input));
    input.terminal().push_keyboard(Keyboard::all()).unwrap();
    sim.type_bytes(b"\x1b");
    assert_eq!(input.poll(PATIENCE).unwrap(), Polled::Elapsed);
}

#[test]
fn pixels_that_the_program_has_announced_itself_stay() {
    let sim = Sim::new();
    let mut decoder = Decoder::new();
    decoder.settings.pixels = true;
    let builder = Builder::new().decoder(decoder);
    let mut input = builder.open_on(sim.clone()).unwrap();
    input.enable(Modes::MOUSE).unwrap();
    assert!(click_is_in_pixels(&sim, &mut input));
}

#[test]
fn click_that_was_kept_is_in_what_it_was_sent_in() {
    let sim = Sim::new();
    let mut input = open(&sim, false);
    input.enable(Modes::MOUSE | Modes::MOUSE_PIXELS).unwrap();
    sim.at(MS, Step::Bytes([CLICK, b"\x1b[5;6R\x1b[?62c"].concat()));
    input.query(CURSOR_POSITION, PATIENCE).unwrap();
    input.disable(Modes::MOUSE_PIXELS).unwrap();
    match input.poll(Duration::ZERO).unwrap() {
        Polled::Event(Event::Mouse(mouse)) => assert!(mouse.pixels),
        other => panic!("{other:?}"),
    }
    assert_eq!(input.raw(), CLICK);
}

/// Types an ESC and says after which time it is a key.
fn escape_takes(sim: &Sim, input: &mut Input<Sim>) -> Option<Duration> {
    sim.type_bytes(b"\x1b");
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
    let timeout = input.poll_timeout();
    if timeout.is_none() {
        // The rest comes late, and is not torn off.
        sim.at(500 * MS, Step::Bytes(b"[A".to_vec()));
        assert!(input.poll(PATIENCE).unwrap().event().unwrap() == key!(up));
    } else {
        assert!(input.poll(PATIENCE).unwrap().event().unwrap() == key!(escape));
    }
    timeout
}

#[test]
fn bare_escape_is_never_a_key_while_that_key_has_a_sequence() {
    let sim = Sim::new();
    let mut input = open(&sim, false);
    assert_eq!(escape_takes(&sim, &mut input), Some(25 * MS));
    input.push_keyboard(Keyboard::DISAMBIGUATE).unwrap();
    assert_eq!(escape_takes(&sim, &mut input), None);
    input.push_keyboard(Keyboard::EVENT_TYPES).unwrap();
    assert_eq!(escape_takes(&sim, &mut input), Some(25 * MS));
    assert!(input.pop_keyboard().unwrap());
    assert_eq!(escape_takes(&sim, &mut input), None);
    // The other screen has flags of its own.
    input.enable(Modes::ALTERNATE_SCREEN).unwrap();
    assert_eq!(escape_takes(&sim, &mut input), Some(25 * MS));
    input.disable(Modes::ALTERNATE_SCREEN).unwrap();
    assert_eq!(escape_takes(&sim, &mut input), None);
    assert!(input.pop_keyboard().unwrap());
    assert_eq!(escape_takes(&sim, &mut input), Some(25 * MS));
    assert!(!input.pop_keyboard().unwrap());
}

#[test]
fn timeouts_can_be_changed_while_the_input_runs_and_come_back_after_the_flags() {
    let sim = Sim::new();
    let mut input = open(&sim, false);
    input.set_timeouts(Some(100 * MS), Some(1000 * MS));
    assert_eq!(escape_takes(&sim, &mut input), Some(100 * MS));
    input.push_keyboard(Keyboard::DISAMBIGUATE).unwrap();
    assert_eq!(escape_takes(&sim, &mut input), None);
    input.set_timeouts(Some(25 * MS), Some(100 * MS));
    assert_eq!(escape_takes(&sim, &mut input), Some(25 * MS));
    assert!(input.pop_keyboard().unwrap());
    assert_eq!(escape_takes(&sim, &mut input), Some(25 * MS));
}

#[test]
fn timeouts_that_were_chosen_at_the_opening_come_back_after_the_flags() {
    let sim = Sim::new();
    let mut decoder = Decoder::new();
    decoder.settings = Settings::REMOTE;
    let builder = Builder::new().decoder(decoder);
    let mut input = builder.open_on(sim.clone()).unwrap();
    input.push_keyboard(Keyboard::ALL_KEYS).unwrap();
    assert_eq!(escape_takes(&sim, &mut input), None);
    assert!(input.pop_keyboard().unwrap());
    assert_eq!(escape_takes(&sim, &mut input), Some(100 * MS));
}
