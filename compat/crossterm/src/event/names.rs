//! What keys are called in front of a user; Apple's keyboards have names of their own.

use std::fmt::{self, Display};

use super::{KeyCode, KeyModifiers, MediaKeyCode, ModifierKeyCode};

/// Chooses between the name on Apple's keyboards and that on others.
const fn name(apple: &'static str, other: &'static str) -> &'static str {
    if cfg!(target_vendor = "apple") {
        apple
    } else {
        other
    }
}

const ALT: &str = name("Option", "Alt");
const SUPER: &str = name("Command", "Super");

/// The names, joined by `+`.
impl Display for KeyModifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (KeyModifiers::SHIFT, "Shift"),
            (KeyModifiers::CONTROL, "Control"),
            (KeyModifiers::ALT, ALT),
            (KeyModifiers::SUPER, SUPER),
            (KeyModifiers::HYPER, "Hyper"),
            (KeyModifiers::META, "Meta"),
        ];
        let held = names.iter().filter(|(held, _)| self.contains(*held));
        for (number, (_, name)) in held.enumerate() {
            if number > 0 {
                f.write_str("+")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl Display for KeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyCode::F(number) => return write!(f, "F{number}"),
            KeyCode::Char(' ') => "Space",
            KeyCode::Char(character) => return write!(f, "{character}"),
            KeyCode::Media(key) => return key.fmt(f),
            KeyCode::Modifier(key) => return key.fmt(f),
            KeyCode::Backspace => name("Delete", "Backspace"),
            KeyCode::Delete => name("Fwd Del", "Del"),
            KeyCode::Enter => name("Return", "Enter"),
            KeyCode::Left => "Left",
            KeyCode::Right => "Right",
            KeyCode::Up => "Up",
            KeyCode::Down => "Down",
            KeyCode::Home => "Home",
            KeyCode::End => "End",
            KeyCode::PageUp => "Page Up",
            KeyCode::PageDown => "Page Down",
            KeyCode::Tab => "Tab",
            KeyCode::BackTab => "Back Tab",
            KeyCode::Insert => "Insert",
            KeyCode::Null => "Null",
            KeyCode::Esc => "Esc",
            KeyCode::CapsLock => "Caps Lock",
            KeyCode::ScrollLock => "Scroll Lock",
            KeyCode::NumLock => "Num Lock",
            KeyCode::PrintScreen => "Print Screen",
            KeyCode::Pause => "Pause",
            KeyCode::Menu => "Menu",
            KeyCode::KeypadBegin => "Begin",
        })
    }
}

impl Display for MediaKeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MediaKeyCode::Play => "Play",
            MediaKeyCode::Pause => "Pause",
            MediaKeyCode::PlayPause => "Play/Pause",
            MediaKeyCode::Reverse => "Reverse",
            MediaKeyCode::Stop => "Stop",
            MediaKeyCode::FastForward => "Fast Forward",
            MediaKeyCode::Rewind => "Rewind",
            MediaKeyCode::TrackNext => "Next Track",
            MediaKeyCode::TrackPrevious => "Previous Track",
            MediaKeyCode::Record => "Record",
            MediaKeyCode::LowerVolume => "Lower Volume",
            MediaKeyCode::RaiseVolume => "Raise Volume",
            MediaKeyCode::MuteVolume => "Mute Volume",
        })
    }
}

impl Display for ModifierKeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ModifierKeyCode as Key;

        let (side, name) = match self {
            Key::LeftShift => ("Left", "Shift"),
            Key::LeftControl => ("Left", name("Control", "Ctrl")),
            Key::LeftAlt => ("Left", ALT),
            Key::LeftSuper => ("Left", SUPER),
            Key::LeftHyper => ("Left", "Hyper"),
            Key::LeftMeta => ("Left", "Meta"),
            Key::RightShift => ("Right", "Shift"),
            Key::RightControl => ("Right", name("Control", "Ctrl")),
            Key::RightAlt => ("Right", ALT),
            Key::RightSuper => ("Right", SUPER),
            Key::RightHyper => ("Right", "Hyper"),
            Key::RightMeta => ("Right", "Meta"),
            Key::IsoLevel3Shift => ("Iso Level 3", "Shift"),
            Key::IsoLevel5Shift => ("Iso Level 5", "Shift"),
        };
        write!(f, "{side} {name}")
    }
}
