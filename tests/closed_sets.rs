//! Sets that are closed can be matched without an arm for what is not there: this file compiles.

use ttyring::{Event, KeyKind, MouseButton, MouseKind, key};

fn kind(event: &Event<'_>) -> &'static str {
    match event {
        Event::Key(key) => match key.kind {
            KeyKind::Press => "press",
            KeyKind::Repeat => "repeat",
            KeyKind::Release => "release",
        },
        Event::Mouse(mouse) => match (mouse.kind, mouse.button) {
            (MouseKind::Press | MouseKind::Release | MouseKind::Drag, MouseButton::Left) => "left",
            (
                MouseKind::Press | MouseKind::Release | MouseKind::Drag,
                MouseButton::None
                | MouseButton::Middle
                | MouseButton::Right
                | MouseButton::Back
                | MouseButton::Forward
                | MouseButton::Button10
                | MouseButton::Button11,
            ) => "other button",
            (MouseKind::Move, _) => "move",
            (
                MouseKind::ScrollUp
                | MouseKind::ScrollDown
                | MouseKind::ScrollLeft
                | MouseKind::ScrollRight,
                _,
            ) => "wheel",
        },
        Event::Paste(_) => "paste",
        Event::Focus { .. } => "focus",
        Event::Resize(_) => "resize",
        Event::Reply(_) => "reply",
        Event::Unknown(_) => "unknown",
        Event::Resumed => "resumed",
        Event::Woken => "woken",
        Event::Signal(_) => "signal",
    }
}

#[test]
fn closed_sets_need_no_further_arm() {
    assert_eq!(kind(&Event::Key(key!(a))), "press");
    assert_eq!(kind(&Event::Resumed), "resumed");
    let mut decoder = ttyring::decode::Decoder::new();
    let events: Vec<_> = decoder.events(b"\x1b[<0;1;1M\x1b[<64;1;1M").collect();
    let kinds: Vec<_> = events.iter().map(kind).collect();
    assert_eq!(kinds, ["left", "wheel"]);
}
