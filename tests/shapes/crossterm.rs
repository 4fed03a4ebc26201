//! crossterm's events: the same ones that crossterm would have made, and back again.

use std::io::ErrorKind;
use std::time::Duration;

use crossterm::event as ct;
use ttyring::adapter::crossterm::Events;
use ttyring::decode::Decoder;
use ttyring::{Builder, Event, Key, KeyCode, Modifiers, key};
use ttyring_platform::sim::{Sim, Step};

fn convert(bytes: &[u8]) -> ct::Event {
    let mut decoder = Decoder::new();
    let events: Vec<Event<'_>> = decoder.events(bytes).collect();
    let [event] = &events[..] else {
        panic!("{events:?} is not one event");
    };
    ct::Event::try_from(event.clone()).unwrap()
}

fn press(code: ct::KeyCode, modifiers: ct::KeyModifiers) -> ct::Event {
    ct::Event::Key(ct::KeyEvent::new(code, modifiers))
}

#[test]
fn keys_are_those_that_crossterm_makes_of_the_same_bytes() {
    use ct::KeyCode::{BackTab, Char, Down, Enter, F, KeypadBegin, Tab};
    use ct::KeyModifiers as Held;
    for (bytes, code, modifiers) in [
        (&b"a"[..], Char('a'), Held::NONE),
        (b"A", Char('A'), Held::SHIFT),
        ("é".as_bytes(), Char('é'), Held::NONE),
        (b"\x01", Char('a'), Held::CONTROL),
        (b"\x1bx", Char('x'), Held::ALT),
        (b"\r", Enter, Held::NONE),
        (b"\t", Tab, Held::NONE),
        (b"\x1b[Z", BackTab, Held::SHIFT),
        (b"\x1b[B", Down, Held::NONE),
        (b"\x1b[1;6B", Down, Held::SHIFT | Held::CONTROL),
        (b"\x1bOP", F(1), Held::NONE),
        (b"\x1b[15~", F(5), Held::NONE),
        (b"\x1b[E", KeypadBegin, Held::NONE),
        // One key has one form, whichever protocol it came in.
        (b"\x1b[97;2u", Char('A'), Held::SHIFT),
        (b"\x1b[97:65;2u", Char('A'), Held::SHIFT),
    ] {
        let ct::Event::Key(key) = convert(bytes) else {
            panic!("{} is no key", bytes.escape_ascii());
        };
        assert_eq!(
            (key.code, key.modifiers, key.kind),
            (code, modifiers, ct::KeyEventKind::Press),
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn repeats_releases_locks_and_the_keypad_are_kept() {
    let ct::Event::Key(key) = convert(b"\x1b[97;65:3u") else {
        panic!("no key");
    };
    assert_eq!(key.kind, ct::KeyEventKind::Release);
    assert_eq!(key.state, ct::KeyEventState::CAPS_LOCK);
    let ct::Event::Key(key) = convert(b"\x1b[57405u") else {
        panic!("no key");
    };
    assert_eq!(key.code, ct::KeyCode::Char('6'));
    assert_eq!(key.state, ct::KeyEventState::KEYPAD);
}

#[test]
fn mouse_focus_and_paste_are_converted() {
    let mouse = |kind, column, row| {
        ct::Event::Mouse(ct::MouseEvent {
            kind,
            column,
            row,
            modifiers: ct::KeyModifiers::NONE,
        })
    };
    let left = ct::MouseButton::Left;
    assert_eq!(
        convert(b"\x1b[<0;10;20M"),
        mouse(ct::MouseEventKind::Down(left), 9, 19)
    );
    assert_eq!(
        convert(b"\x1b[<0;10;20m"),
        mouse(ct::MouseEventKind::Up(left), 9, 19)
    );
    assert_eq!(
        convert(b"\x1b[<65;1;1M"),
        mouse(ct::MouseEventKind::ScrollDown, 0, 0)
    );
    assert_eq!(convert(b"\x1b[I"), ct::Event::FocusGained);
    assert_eq!(convert(b"\x1b[O"), ct::Event::FocusLost);
    assert_eq!(
        convert(b"\x1b[200~two\nlines\x1b[201~"),
        ct::Event::Paste("two\nlines".to_owned())
    );
}

#[test]
fn what_crossterm_does_not_know_comes_back() {
    for event in [
        Event::Woken,
        Event::Resumed,
        Event::Key(KeyCode::Unidentified.into()),
    ] {
        assert_eq!(ct::Event::try_from(event.clone()), Err(event));
    }
}

#[test]
fn every_key_survives_the_way_there_and_back() {
    let mut keys: Vec<Key> = [
        "enter",
        "tab",
        "backspace",
        "escape",
        "up",
        "page_down",
        "begin",
    ]
    .into_iter()
    .chain([
        "f1",
        "f35",
        "menu",
        "media_play",
        "left_shift",
        "kp_5",
        "kp_enter",
        "kp_left",
    ])
    .map(|name| name.parse().unwrap())
    .collect();
    keys.extend("azAZ09é€漢!~ ".chars().map(Key::char));
    for key in keys {
        for held in [
            Modifiers::empty(),
            Modifiers::CTRL,
            Modifiers::ALT | Modifiers::SUPER,
            Modifiers::HYPER | Modifiers::META | Modifiers::NUM_LOCK,
        ] {
            let key = key.with(held);
            let there = ct::Event::try_from(Event::Key(key)).unwrap();
            assert_eq!(Event::from(there), Event::Key(key), "{key}");
        }
    }
}

#[test]
fn poll_and_read_are_those_of_crossterm_with_pastes_joined() {
    let sim = Sim::new();
    let mut events = Events::new(Builder::new().open_on(sim.clone()).unwrap());
    assert!(!events.poll(Duration::from_millis(5)).unwrap());
    sim.type_bytes(b"q\x1b]11;rgb:0/0/0\x07\x1b[200~a\xe2\x82");
    sim.at(
        Duration::from_millis(1),
        Step::Bytes(b"\xac b\x1b[201~".to_vec()),
    );
    sim.at(Duration::from_millis(2), Step::Hangup);
    assert!(events.poll(Duration::ZERO).unwrap());
    let q = press(ct::KeyCode::Char('q'), ct::KeyModifiers::NONE);
    assert_eq!(events.read().unwrap(), q);
    // The reply is passed over, and the paste is one, though cut inside a character.
    assert_eq!(events.read().unwrap(), ct::Event::Paste("a€ b".to_owned()));
    assert!(events.poll(Duration::from_secs(1)).unwrap());
    assert_eq!(events.read().unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn text_of_an_input_method_is_a_key_for_each_character() {
    let sim = Sim::new();
    let mut events = Events::new(Builder::new().open_on(sim.clone()).unwrap());
    let text = "你好 É🙂".repeat(3);
    let numbers: Vec<_> = text.chars().map(|one| (one as u32).to_string()).collect();
    sim.type_bytes(format!("\x1b[0;;{}u", numbers.join(":")).as_bytes());
    sim.type_bytes(b"\x1b[65;30;97;1;0;3_\x1b[97;1:3ux");
    let mut seen = String::new();
    while !seen.ends_with('x') {
        assert!(events.poll(Duration::ZERO).unwrap(), "{seen:?}");
        let ct::Event::Key(key) = events.read().unwrap() else {
            panic!("no key behind {seen:?}");
        };
        if key.kind != ct::KeyEventKind::Release {
            seen.extend(key.code.as_char());
        }
    }
    assert_eq!(seen, format!("{text}aaax"));
}

#[test]
fn null_and_back_tab_are_ctrl_space_and_shift_tab() {
    let null = press(ct::KeyCode::Null, ct::KeyModifiers::NONE);
    assert!(Event::from(null) == key!(ctrl - space));
    let tab = press(ct::KeyCode::BackTab, ct::KeyModifiers::NONE);
    assert!(Event::from(tab) == key!(shift - tab));
}
