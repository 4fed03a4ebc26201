//! Conversion of single events, in both directions.
//!
//! crossterm writes one key in one way where ttyring reports what was sent: `A` is `A` with Shift,
//! Shift+Tab is `BackTab`.

use ::crossterm::event as ct;
use ttyring_platform::Size;

use super::codes;
use crate::event::case::upper;
use crate::event::{Event, Key, KeyCode, KeyKind, Modifiers, Mouse, MouseButton, MouseKind, Paste};

const MODIFIERS: [(Modifiers, ct::KeyModifiers); 6] = [
    (Modifiers::SHIFT, ct::KeyModifiers::SHIFT),
    (Modifiers::ALT, ct::KeyModifiers::ALT),
    (Modifiers::CTRL, ct::KeyModifiers::CONTROL),
    (Modifiers::SUPER, ct::KeyModifiers::SUPER),
    (Modifiers::HYPER, ct::KeyModifiers::HYPER),
    (Modifiers::META, ct::KeyModifiers::META),
];

const LOCKS: [(Modifiers, ct::KeyEventState); 2] = [
    (Modifiers::CAPS_LOCK, ct::KeyEventState::CAPS_LOCK),
    (Modifiers::NUM_LOCK, ct::KeyEventState::NUM_LOCK),
];

/// What crossterm has no event for comes back: replies, signals, unknown sequences, keys and
/// buttons without a name there, places in pixels, text of several characters that came as one key,
/// and a piece of a paste that is not the whole ([`Events`](super::Events) has the last two).
impl<'a> TryFrom<Event<'a>> for ct::Event {
    type Error = Event<'a>;

    fn try_from(event: Event<'a>) -> Result<ct::Event, Event<'a>> {
        match &event {
            Event::Key(key) => key_event(key).map(ct::Event::Key),
            Event::Mouse(mouse) => mouse_event(mouse).map(ct::Event::Mouse),
            Event::Paste(paste) if paste.first && paste.last => {
                let text = String::from_utf8_lossy(&paste.bytes).into_owned();
                Some(ct::Event::Paste(text))
            }
            Event::Focus { gained: true } => Some(ct::Event::FocusGained),
            Event::Focus { gained: false } => Some(ct::Event::FocusLost),
            Event::Resize(size) => Some(ct::Event::Resize(size.columns, size.rows)),
            _ => None,
        }
        .ok_or(event)
    }
}

/// Every event of crossterm is one of ours.
impl From<ct::Event> for Event<'static> {
    fn from(event: ct::Event) -> Event<'static> {
        match event {
            ct::Event::Key(key) => Event::Key(key.into()),
            ct::Event::Mouse(mouse) => Event::Mouse(mouse.into()),
            ct::Event::Paste(text) => Event::Paste(Paste::whole(text.into_bytes())),
            ct::Event::FocusGained => Event::Focus { gained: true },
            ct::Event::FocusLost => Event::Focus { gained: false },
            ct::Event::Resize(columns, rows) => Event::Resize(Size {
                columns,
                rows,
                ..Size::default()
            }),
        }
    }
}

/// A key that gives several characters, as an input method does, as a key for each: those of crossterm
/// have one. Other keys give nothing here.
pub(super) fn text(key: &Key) -> impl Iterator<Item = ct::Event> + '_ {
    let is_text = matches!(key.code, KeyCode::Char(_) | KeyCode::Unidentified)
        && key.kind != KeyKind::Release
        && key.text().chars().nth(1).is_some();
    let text = if is_text { key.text() } else { "" };
    text.chars().map(|character| {
        let mut modifiers = ct::KeyModifiers::NONE;
        modifiers.set(ct::KeyModifiers::SHIFT, character.is_uppercase());
        ct::Event::Key(ct::KeyEvent::new(ct::KeyCode::Char(character), modifiers))
    })
}

fn key_event(key: &Key) -> Option<ct::KeyEvent> {
    let (mut code, keypad) = codes::to_crossterm(key.code)?;
    let mut modifiers = to_modifiers(key.modifiers);
    let shift = ct::KeyModifiers::SHIFT;
    match code {
        ct::KeyCode::Tab if modifiers.contains(shift) => code = ct::KeyCode::BackTab,
        ct::KeyCode::Char(character) if character.is_uppercase() => modifiers |= shift,
        ct::KeyCode::Char(character) if modifiers.contains(shift) => {
            code = ct::KeyCode::Char(key.shifted.unwrap_or_else(|| upper(character)));
        }
        _ => {}
    }
    let mut state = ct::KeyEventState::NONE;
    state.set(ct::KeyEventState::KEYPAD, keypad);
    for (ours, theirs) in LOCKS {
        state.set(theirs, key.modifiers.contains(ours));
    }
    let kind = match key.kind {
        KeyKind::Press => ct::KeyEventKind::Press,
        KeyKind::Repeat => ct::KeyEventKind::Repeat,
        KeyKind::Release => ct::KeyEventKind::Release,
    };
    Some(ct::KeyEvent::new_with_kind_and_state(
        code, modifiers, kind, state,
    ))
}

impl From<ct::KeyEvent> for Key {
    fn from(key: ct::KeyEvent) -> Key {
        let keypad = key.state.contains(ct::KeyEventState::KEYPAD);
        let mut modifiers = from_modifiers(key.modifiers);
        let code = codes::from_crossterm(key.code, keypad);
        match (key.code, code) {
            (ct::KeyCode::BackTab, _) => modifiers |= Modifiers::SHIFT,
            (ct::KeyCode::Null, _) => modifiers |= Modifiers::CTRL,
            (_, KeyCode::Char(character)) if character.is_uppercase() => {
                modifiers -= Modifiers::SHIFT;
            }
            _ => {}
        }
        for (ours, theirs) in LOCKS {
            modifiers.set(ours, key.state.contains(theirs));
        }
        let kind = match key.kind {
            ct::KeyEventKind::Press => KeyKind::Press,
            ct::KeyEventKind::Repeat => KeyKind::Repeat,
            ct::KeyEventKind::Release => KeyKind::Release,
        };
        Key::new(code).with(modifiers).with_kind(kind)
    }
}

fn mouse_event(mouse: &Mouse) -> Option<ct::MouseEvent> {
    use ct::MouseEventKind as Kind;
    if mouse.pixels {
        return None;
    }
    let kind = match mouse.kind {
        MouseKind::Press => Kind::Down(button(mouse.button)?),
        // Old encodings do not say which button was released.
        MouseKind::Release if mouse.button == MouseButton::None => Kind::Up(ct::MouseButton::Left),
        MouseKind::Release => Kind::Up(button(mouse.button)?),
        MouseKind::Drag => Kind::Drag(button(mouse.button)?),
        MouseKind::Move => Kind::Moved,
        MouseKind::ScrollUp => Kind::ScrollUp,
        MouseKind::ScrollDown => Kind::ScrollDown,
        MouseKind::ScrollLeft => Kind::ScrollLeft,
        MouseKind::ScrollRight => Kind::ScrollRight,
    };
    Some(ct::MouseEvent {
        kind,
        column: mouse.x,
        row: mouse.y,
        modifiers: to_modifiers(mouse.modifiers),
    })
}

impl From<ct::MouseEvent> for Mouse {
    fn from(mouse: ct::MouseEvent) -> Mouse {
        use ct::MouseEventKind as Kind;
        let (kind, button) = match mouse.kind {
            Kind::Down(button) => (MouseKind::Press, button.into()),
            Kind::Up(button) => (MouseKind::Release, button.into()),
            Kind::Drag(button) => (MouseKind::Drag, button.into()),
            Kind::Moved => (MouseKind::Move, MouseButton::None),
            Kind::ScrollUp => (MouseKind::ScrollUp, MouseButton::None),
            Kind::ScrollDown => (MouseKind::ScrollDown, MouseButton::None),
            Kind::ScrollLeft => (MouseKind::ScrollLeft, MouseButton::None),
            Kind::ScrollRight => (MouseKind::ScrollRight, MouseButton::None),
        };
        let mut converted = Mouse::new(kind, button, mouse.column, mouse.row);
        converted.modifiers = from_modifiers(mouse.modifiers);
        converted
    }
}

impl From<ct::MouseButton> for MouseButton {
    fn from(button: ct::MouseButton) -> MouseButton {
        match button {
            ct::MouseButton::Left => MouseButton::Left,
            ct::MouseButton::Middle => MouseButton::Middle,
            ct::MouseButton::Right => MouseButton::Right,
        }
    }
}

fn button(button: MouseButton) -> Option<ct::MouseButton> {
    match button {
        MouseButton::Left => Some(ct::MouseButton::Left),
        MouseButton::Middle => Some(ct::MouseButton::Middle),
        MouseButton::Right => Some(ct::MouseButton::Right),
        _ => None,
    }
}

fn to_modifiers(modifiers: Modifiers) -> ct::KeyModifiers {
    let held = MODIFIERS
        .iter()
        .filter(|(ours, _)| modifiers.contains(*ours));
    held.map(|(_, theirs)| *theirs).collect()
}

fn from_modifiers(modifiers: ct::KeyModifiers) -> Modifiers {
    let held = MODIFIERS
        .iter()
        .filter(|(_, theirs)| modifiers.contains(*theirs));
    held.map(|(ours, _)| *ours).collect()
}
