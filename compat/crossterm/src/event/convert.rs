//! ttyring's events as crossterm's.
//!
//! Where crossterm has one way to write a key, ttyring reports what was sent: `A` is `A` with Shift
//! here, Shift+Tab is `BackTab`, and a control character that is no letter is a digit.

use ttyring::event::upper;
use ttyring::{Key, KeyCode as Code, KeyKind, Modifiers, Mouse, MouseButton as Button, MouseKind};

use super::{
    KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers, MediaKeyCode as Media,
    ModifierKeyCode as Held, MouseButton, MouseEvent, MouseEventKind,
};

/// Converts a key that came as the bytes `raw`.
pub(super) fn key(key: &Key, raw: &[u8], raw_mode: bool) -> Option<KeyEvent> {
    let (mut code, keypad) = code(key.code)?;
    let mut modifiers = modifiers(key.modifiers);
    match code {
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => code = KeyCode::BackTab,
        KeyCode::Char(character) if character.is_uppercase() => modifiers |= KeyModifiers::SHIFT,
        KeyCode::Char(character) if modifiers.contains(KeyModifiers::SHIFT) => {
            code = KeyCode::Char(key.shifted.unwrap_or_else(|| upper(character)));
        }
        _ => {}
    }
    match *raw {
        // Outside of raw mode the terminal makes this of the Enter key.
        [b'\n'] if !raw_mode => (code, modifiers) = (KeyCode::Enter, KeyModifiers::NONE),
        [control @ 0x1c..=0x1f] => code = KeyCode::Char(char::from(control - 0x1c + b'4')),
        _ => {}
    }
    let mut state = KeyEventState::NONE;
    state.set(KeyEventState::KEYPAD, keypad);
    state.set(
        KeyEventState::CAPS_LOCK,
        key.modifiers.contains(Modifiers::CAPS_LOCK),
    );
    state.set(
        KeyEventState::NUM_LOCK,
        key.modifiers.contains(Modifiers::NUM_LOCK),
    );
    let kind = match key.kind {
        KeyKind::Press => KeyEventKind::Press,
        KeyKind::Repeat => KeyEventKind::Repeat,
        KeyKind::Release => KeyEventKind::Release,
    };
    Some(KeyEvent::new_with_kind_and_state(
        code, modifiers, kind, state,
    ))
}

/// Converts a key that gives several characters, as an input method does, to a key for each:
/// crossterm's keys have one. Other keys give nothing here.
pub(super) fn text(key: &Key) -> impl Iterator<Item = KeyEvent> + '_ {
    let is_text = matches!(key.code, Code::Char(_) | Code::Unidentified)
        && key.kind != KeyKind::Release
        && key.text().chars().nth(1).is_some();
    let text = if is_text { key.text() } else { "" };
    text.chars().map(|character| {
        let mut modifiers = KeyModifiers::NONE;
        modifiers.set(KeyModifiers::SHIFT, character.is_uppercase());
        KeyEvent::new(KeyCode::Char(character), modifiers)
    })
}

/// Converts what the mouse does; nothing where it has no name, or no place in cells.
pub(super) fn mouse(mouse: &Mouse) -> Option<MouseEvent> {
    let kind = match mouse.kind {
        _ if mouse.pixels => return None,
        MouseKind::Press => MouseEventKind::Down(button(mouse.button)?),
        // Old encodings do not say which button was released.
        MouseKind::Release if mouse.button == Button::None => MouseEventKind::Up(MouseButton::Left),
        MouseKind::Release => MouseEventKind::Up(button(mouse.button)?),
        MouseKind::Drag => MouseEventKind::Drag(button(mouse.button)?),
        MouseKind::Move => MouseEventKind::Moved,
        MouseKind::ScrollUp => MouseEventKind::ScrollUp,
        MouseKind::ScrollDown => MouseEventKind::ScrollDown,
        MouseKind::ScrollLeft => MouseEventKind::ScrollLeft,
        MouseKind::ScrollRight => MouseEventKind::ScrollRight,
    };
    Some(MouseEvent {
        kind,
        column: mouse.x,
        row: mouse.y,
        modifiers: modifiers(mouse.modifiers),
    })
}

fn button(button: Button) -> Option<MouseButton> {
    match button {
        Button::Left => Some(MouseButton::Left),
        Button::Middle => Some(MouseButton::Middle),
        Button::Right => Some(MouseButton::Right),
        _ => None,
    }
}

fn modifiers(held: Modifiers) -> KeyModifiers {
    let names = [
        (Modifiers::SHIFT, KeyModifiers::SHIFT),
        (Modifiers::ALT, KeyModifiers::ALT),
        (Modifiers::CTRL, KeyModifiers::CONTROL),
        (Modifiers::SUPER, KeyModifiers::SUPER),
        (Modifiers::HYPER, KeyModifiers::HYPER),
        (Modifiers::META, KeyModifiers::META),
    ];
    let held = names.iter().filter(|(ours, _)| held.contains(*ours));
    held.map(|(_, theirs)| *theirs).collect()
}

/// Returns a key's name, and whether it is of the keypad; nothing if it has no name.
fn code(code: Code) -> Option<(KeyCode, bool)> {
    match code {
        Code::Char(character) => Some((KeyCode::Char(character), false)),
        Code::F(number) => Some((KeyCode::F(number), false)),
        code => {
            let named = named(code).or_else(|| held(code)).or_else(|| media(code));
            named
                .map(|named| (named, false))
                .or_else(|| Some((keypad(code)?, true)))
        }
    }
}

fn named(code: Code) -> Option<KeyCode> {
    Some(match code {
        Code::Enter => KeyCode::Enter,
        Code::Tab => KeyCode::Tab,
        Code::Backspace => KeyCode::Backspace,
        Code::Escape => KeyCode::Esc,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::Insert => KeyCode::Insert,
        Code::Delete => KeyCode::Delete,
        Code::CapsLock => KeyCode::CapsLock,
        Code::ScrollLock => KeyCode::ScrollLock,
        Code::NumLock => KeyCode::NumLock,
        Code::PrintScreen => KeyCode::PrintScreen,
        Code::Pause => KeyCode::Pause,
        Code::Menu => KeyCode::Menu,
        Code::Begin => KeyCode::KeypadBegin,
        _ => return None,
    })
}

fn media(code: Code) -> Option<KeyCode> {
    Some(KeyCode::Media(match code {
        Code::MediaPlay => Media::Play,
        Code::MediaPause => Media::Pause,
        Code::MediaPlayPause => Media::PlayPause,
        Code::MediaReverse => Media::Reverse,
        Code::MediaStop => Media::Stop,
        Code::MediaFastForward => Media::FastForward,
        Code::MediaRewind => Media::Rewind,
        Code::MediaTrackNext => Media::TrackNext,
        Code::MediaTrackPrevious => Media::TrackPrevious,
        Code::MediaRecord => Media::Record,
        Code::LowerVolume => Media::LowerVolume,
        Code::RaiseVolume => Media::RaiseVolume,
        Code::MuteVolume => Media::MuteVolume,
        _ => return None,
    }))
}

fn held(code: Code) -> Option<KeyCode> {
    Some(KeyCode::Modifier(match code {
        Code::LeftShift => Held::LeftShift,
        Code::LeftControl => Held::LeftControl,
        Code::LeftAlt => Held::LeftAlt,
        Code::LeftSuper => Held::LeftSuper,
        Code::LeftHyper => Held::LeftHyper,
        Code::LeftMeta => Held::LeftMeta,
        Code::RightShift => Held::RightShift,
        Code::RightControl => Held::RightControl,
        Code::RightAlt => Held::RightAlt,
        Code::RightSuper => Held::RightSuper,
        Code::RightHyper => Held::RightHyper,
        Code::RightMeta => Held::RightMeta,
        Code::IsoLevel3Shift => Held::IsoLevel3Shift,
        Code::IsoLevel5Shift => Held::IsoLevel5Shift,
        _ => return None,
    }))
}

fn keypad(code: Code) -> Option<KeyCode> {
    let character = match code {
        Code::Kp0 => '0',
        Code::Kp1 => '1',
        Code::Kp2 => '2',
        Code::Kp3 => '3',
        Code::Kp4 => '4',
        Code::Kp5 => '5',
        Code::Kp6 => '6',
        Code::Kp7 => '7',
        Code::Kp8 => '8',
        Code::Kp9 => '9',
        Code::KpDecimal => '.',
        Code::KpDivide => '/',
        Code::KpMultiply => '*',
        Code::KpSubtract => '-',
        Code::KpAdd => '+',
        Code::KpEqual => '=',
        Code::KpSeparator => ',',
        other => return keypad_named(other),
    };
    Some(KeyCode::Char(character))
}

fn keypad_named(code: Code) -> Option<KeyCode> {
    Some(match code {
        Code::KpEnter => KeyCode::Enter,
        Code::KpLeft => KeyCode::Left,
        Code::KpRight => KeyCode::Right,
        Code::KpUp => KeyCode::Up,
        Code::KpDown => KeyCode::Down,
        Code::KpPageUp => KeyCode::PageUp,
        Code::KpPageDown => KeyCode::PageDown,
        Code::KpHome => KeyCode::Home,
        Code::KpEnd => KeyCode::End,
        Code::KpInsert => KeyCode::Insert,
        Code::KpDelete => KeyCode::Delete,
        Code::KpBegin => KeyCode::KeypadBegin,
        _ => return None,
    })
}
