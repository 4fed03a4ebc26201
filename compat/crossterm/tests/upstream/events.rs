//! Keys and events.

use super::*;

/// Evaluates a macro's expression for each of several expressions.
macro_rules! each_value {
    ($($value:expr),* $(,)?) => {$(
        same_value!(debugged($value));
        same_value!(displayed($value));
        same_value!(hashed($value));
        same_value!(serde_json::to_string(&$value).expect("a value"));
    )*};
}

#[test]
fn keys_are_called_the_same() {
    each_value! {
        KeyCode::Backspace, KeyCode::Enter, KeyCode::Left, KeyCode::Right, KeyCode::Up,
        KeyCode::Down, KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown,
        KeyCode::Tab, KeyCode::BackTab, KeyCode::Delete, KeyCode::Insert, KeyCode::F(12),
        KeyCode::Char('x'), KeyCode::Char(' '), KeyCode::Null, KeyCode::Esc, KeyCode::CapsLock,
        KeyCode::ScrollLock, KeyCode::NumLock, KeyCode::PrintScreen, KeyCode::Pause,
        KeyCode::Menu, KeyCode::KeypadBegin, KeyCode::Media(MediaKeyCode::Play),
        MediaKeyCode::Pause, MediaKeyCode::PlayPause, MediaKeyCode::Reverse, MediaKeyCode::Stop,
        MediaKeyCode::FastForward, MediaKeyCode::Rewind, MediaKeyCode::TrackNext,
        MediaKeyCode::TrackPrevious, MediaKeyCode::Record, MediaKeyCode::LowerVolume,
        MediaKeyCode::RaiseVolume, MediaKeyCode::MuteVolume,
        KeyCode::Modifier(ModifierKeyCode::LeftShift), ModifierKeyCode::LeftControl,
        ModifierKeyCode::LeftAlt, ModifierKeyCode::LeftSuper, ModifierKeyCode::LeftHyper,
        ModifierKeyCode::LeftMeta, ModifierKeyCode::RightShift, ModifierKeyCode::RightControl,
        ModifierKeyCode::RightAlt, ModifierKeyCode::RightSuper, ModifierKeyCode::RightHyper,
        ModifierKeyCode::RightMeta, ModifierKeyCode::IsoLevel3Shift,
        ModifierKeyCode::IsoLevel5Shift,
    }
    for bits in 0..64 {
        each_value!(KeyModifiers::from_bits_truncate(bits));
    }
}

#[test]
fn events_have_the_same_forms() {
    macro_rules! each_event {
        ($($event:expr),* $(,)?) => {$(
            same_value!(debugged($event));
            same_value!(hashed($event));
            same_value!(serde_json::to_string(&$event).expect("an event"));
            same_value!((
                $event.is_key(), $event.is_mouse(), $event.is_paste(), $event.is_resize(),
                $event.is_focus_gained(), $event.is_focus_lost(), $event.is_key_press(),
                $event.is_key_release(), $event.is_key_repeat(), $event.as_resize_event(),
                debugged(($event.as_key_event(), $event.as_mouse_event())),
                debugged($event.as_paste_event()),
            ));
        )*};
    }
    each_event! {
        Event::FocusGained, Event::FocusLost, Event::Resize(80, 24), Event::Paste("text".into()),
        Event::Key(KeyCode::Esc.into()),
        Event::Key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::SHIFT)),
        Event::Key(KeyEvent::new(KeyCode::Char('A'), KeyModifiers::NONE)),
        Event::Key(KeyEvent::new_with_kind_and_state(
            KeyCode::Char('1'), KeyModifiers::ALT, KeyEventKind::Release, KeyEventState::KEYPAD,
        )),
        Event::Mouse(MouseEvent {
            kind: MouseEventKind::Drag(MouseButton::Middle),
            column: 3,
            row: 4,
            modifiers: KeyModifiers::CONTROL,
        }),
        Event::Mouse(MouseEvent {
            kind: MouseEventKind::ScrollLeft,
            column: 0,
            row: 0,
            modifiers: KeyModifiers::NONE,
        }),
    }
    same_value!(
        KeyEvent::new(KeyCode::Char('a'), KeyModifiers::SHIFT)
            == KeyEvent::new(KeyCode::Char('A'), KeyModifiers::NONE)
    );
    same_value!(MouseEventKind::Up(MouseButton::Left).is_up());
    same_value!((
        KeyCode::Null.is_null(),
        KeyCode::Char('x').is_char('x'),
        KeyCode::F(3).as_char()
    ));
}
