//! Keys as values: which are equal, and which text they give.

use std::collections::HashSet;

use ttyring::decode::Decoder;
use ttyring::{Color, Event, Key, KeyKind, Modifiers, Reply, key};

#[test]
fn key_that_repeats_is_the_key_and_its_release_is_not() {
    let pressed = key!(ctrl - a);
    let repeated = pressed.with_kind(KeyKind::Repeat);
    let released = pressed.with_kind(KeyKind::Release);
    assert_eq!(pressed, repeated);
    assert_ne!(pressed, released);
    let seen: HashSet<Key> = [pressed, repeated, released].into();
    assert_eq!(seen.len(), 2);
    assert!(seen.contains(&repeated));
}

#[test]
fn capital_is_its_letter_with_shift_unless_caps_lock_has_made_it() {
    let caps = Modifiers::CAPS_LOCK;
    assert_eq!(Key::char('A'), key!(shift - a));
    assert_eq!(Key::char('A').with(caps), key!(a));
    // Both together, as some terminals report it: Shift was held.
    assert_eq!(
        Key::char('A').with(caps | Modifiers::SHIFT),
        key!(shift - a)
    );
    assert_eq!(Key::char('a').with(caps), key!(a));
}

#[test]
fn command_is_where_its_key_is_on_the_base_layout_if_it_is_no_ascii_key() {
    let on = |character, base, held| {
        let mut key = Key::char(character).with(held);
        key.base = Some(base);
        key
    };
    assert_eq!(on('\u{444}', 'a', Modifiers::CTRL), key!(ctrl - a));
    assert_ne!(on('\u{444}', 'a', Modifiers::empty()), key!(a));
    // Dvorak: what the user sees on the key counts.
    assert_eq!(on('x', 'q', Modifiers::CTRL), key!(ctrl - x));
}

#[test]
fn text_is_what_the_key_gives() {
    let shift = Modifiers::SHIFT;
    assert_eq!(Key::char('a').text(), "a");
    assert_eq!(Key::char('a').with(shift).text(), "A");
    assert_eq!(Key::char('a').with(Modifiers::CAPS_LOCK).text(), "A");
    assert_eq!(Key::char(' ').with(shift).text(), " ");
    assert_eq!(
        Key::char('1').with(shift).text(),
        "",
        "that depends on the layout"
    );
    let mut one = Key::char('1').with(shift);
    one.shifted = Some('!');
    assert_eq!(one.text(), "!");
    assert_eq!(Key::char('a').with(Modifiers::CTRL).text(), "");
    assert_eq!(Key::char('a').with_kind(KeyKind::Release).text(), "");
    assert_eq!(Key::char('a').with_text("xy").with_text("z").text(), "z");
}

#[test]
fn name_has_each_modifier_once() {
    let all = Modifiers::CTRL | Modifiers::ALT | Modifiers::SHIFT | Modifiers::SUPER;
    assert_eq!(
        Key::char('a').with(all).to_string(),
        "ctrl-alt-shift-super-a"
    );
}

#[test]
fn color_has_three_parts() {
    let color = |spec: &str| {
        let sent = format!("\x1b]11;{spec}\x07");
        let mut decoder = Decoder::new();
        let event = decoder.events(sent.as_bytes()).next();
        match event {
            Some(Event::Reply(Reply::Color { color, rgb })) => {
                assert_eq!(color, Color::Background);
                Some(rgb)
            }
            _ => None,
        }
    };
    assert_eq!(color("rgb:f/0/0"), Some([0xffff, 0, 0]));
    assert_eq!(color("rgba:f/0/0/7"), Some([0xffff, 0, 0]));
    for none in [
        "rgb:f/0",
        "rgb:f/0/0/7",
        "rgba:f/0/0",
        "rgba:f/0/0/7/7",
        "rgb:fffff/0/0",
    ] {
        assert_eq!(color(none), None, "{none}");
    }
}
