//! Which key of ttyring is which key of crossterm, each pair in one table read both ways.

use ::crossterm::event::{KeyCode as Ct, MediaKeyCode as Media, ModifierKeyCode as Held};

use crate::event::KeyCode;

/// Keys that both name.
const NAMED: &[(KeyCode, Ct)] = &[
    (KeyCode::Enter, Ct::Enter),
    (KeyCode::Tab, Ct::Tab),
    (KeyCode::Backspace, Ct::Backspace),
    (KeyCode::Up, Ct::Up),
    (KeyCode::Down, Ct::Down),
    (KeyCode::Left, Ct::Left),
    (KeyCode::Right, Ct::Right),
    (KeyCode::Home, Ct::Home),
    (KeyCode::End, Ct::End),
    (KeyCode::PageUp, Ct::PageUp),
    (KeyCode::PageDown, Ct::PageDown),
    (KeyCode::Insert, Ct::Insert),
    (KeyCode::Delete, Ct::Delete),
    (KeyCode::CapsLock, Ct::CapsLock),
    (KeyCode::ScrollLock, Ct::ScrollLock),
    (KeyCode::NumLock, Ct::NumLock),
    (KeyCode::PrintScreen, Ct::PrintScreen),
    (KeyCode::Pause, Ct::Pause),
    (KeyCode::Menu, Ct::Menu),
    (KeyCode::Escape, Ct::Esc),
    (KeyCode::Begin, Ct::KeypadBegin),
    (KeyCode::MediaPlay, Ct::Media(Media::Play)),
    (KeyCode::MediaPause, Ct::Media(Media::Pause)),
    (KeyCode::MediaPlayPause, Ct::Media(Media::PlayPause)),
    (KeyCode::MediaReverse, Ct::Media(Media::Reverse)),
    (KeyCode::MediaStop, Ct::Media(Media::Stop)),
    (KeyCode::MediaFastForward, Ct::Media(Media::FastForward)),
    (KeyCode::MediaRewind, Ct::Media(Media::Rewind)),
    (KeyCode::MediaTrackNext, Ct::Media(Media::TrackNext)),
    (KeyCode::MediaTrackPrevious, Ct::Media(Media::TrackPrevious)),
    (KeyCode::MediaRecord, Ct::Media(Media::Record)),
    (KeyCode::LowerVolume, Ct::Media(Media::LowerVolume)),
    (KeyCode::RaiseVolume, Ct::Media(Media::RaiseVolume)),
    (KeyCode::MuteVolume, Ct::Media(Media::MuteVolume)),
    (KeyCode::LeftShift, Ct::Modifier(Held::LeftShift)),
    (KeyCode::LeftControl, Ct::Modifier(Held::LeftControl)),
    (KeyCode::LeftAlt, Ct::Modifier(Held::LeftAlt)),
    (KeyCode::LeftSuper, Ct::Modifier(Held::LeftSuper)),
    (KeyCode::LeftHyper, Ct::Modifier(Held::LeftHyper)),
    (KeyCode::LeftMeta, Ct::Modifier(Held::LeftMeta)),
    (KeyCode::RightShift, Ct::Modifier(Held::RightShift)),
    (KeyCode::RightControl, Ct::Modifier(Held::RightControl)),
    (KeyCode::RightAlt, Ct::Modifier(Held::RightAlt)),
    (KeyCode::RightSuper, Ct::Modifier(Held::RightSuper)),
    (KeyCode::RightHyper, Ct::Modifier(Held::RightHyper)),
    (KeyCode::RightMeta, Ct::Modifier(Held::RightMeta)),
    (KeyCode::IsoLevel3Shift, Ct::Modifier(Held::IsoLevel3Shift)),
    (KeyCode::IsoLevel5Shift, Ct::Modifier(Held::IsoLevel5Shift)),
];

/// Keys of the keypad, which crossterm tells from others by their state.
const KEYPAD: &[(KeyCode, Ct)] = &[
    (KeyCode::Kp0, Ct::Char('0')),
    (KeyCode::Kp1, Ct::Char('1')),
    (KeyCode::Kp2, Ct::Char('2')),
    (KeyCode::Kp3, Ct::Char('3')),
    (KeyCode::Kp4, Ct::Char('4')),
    (KeyCode::Kp5, Ct::Char('5')),
    (KeyCode::Kp6, Ct::Char('6')),
    (KeyCode::Kp7, Ct::Char('7')),
    (KeyCode::Kp8, Ct::Char('8')),
    (KeyCode::Kp9, Ct::Char('9')),
    (KeyCode::KpDecimal, Ct::Char('.')),
    (KeyCode::KpDivide, Ct::Char('/')),
    (KeyCode::KpMultiply, Ct::Char('*')),
    (KeyCode::KpSubtract, Ct::Char('-')),
    (KeyCode::KpAdd, Ct::Char('+')),
    (KeyCode::KpEqual, Ct::Char('=')),
    (KeyCode::KpSeparator, Ct::Char(',')),
    (KeyCode::KpEnter, Ct::Enter),
    (KeyCode::KpLeft, Ct::Left),
    (KeyCode::KpRight, Ct::Right),
    (KeyCode::KpUp, Ct::Up),
    (KeyCode::KpDown, Ct::Down),
    (KeyCode::KpPageUp, Ct::PageUp),
    (KeyCode::KpPageDown, Ct::PageDown),
    (KeyCode::KpHome, Ct::Home),
    (KeyCode::KpEnd, Ct::End),
    (KeyCode::KpInsert, Ct::Insert),
    (KeyCode::KpDelete, Ct::Delete),
    (KeyCode::KpBegin, Ct::KeypadBegin),
];

/// Returns crossterm's name of a key and whether it is of the keypad; `None` if it has no name.
pub(super) fn to_crossterm(code: KeyCode) -> Option<(Ct, bool)> {
    match code {
        KeyCode::Char(character) => Some((Ct::Char(character), false)),
        KeyCode::F(number) => Some((Ct::F(number), false)),
        code => match theirs(NAMED, code) {
            Some(found) => Some((found, false)),
            None => theirs(KEYPAD, code).map(|found| (found, true)),
        },
    }
}

/// Returns our name of crossterm's key; of `BackTab` and `Null` without their modifiers.
pub(super) fn from_crossterm(code: Ct, keypad: bool) -> KeyCode {
    let found = keypad.then(|| ours(KEYPAD, code)).flatten();
    if let Some(found) = found.or_else(|| ours(NAMED, code)) {
        return found;
    }
    match code {
        Ct::Char(character) => KeyCode::Char(character),
        Ct::F(number) => KeyCode::F(number),
        Ct::BackTab => KeyCode::Tab,
        Ct::Null => KeyCode::Char(' '),
        _ => KeyCode::Unidentified,
    }
}

fn theirs(table: &[(KeyCode, Ct)], code: KeyCode) -> Option<Ct> {
    let pair = table.iter().find(|(ours, _)| *ours == code)?;
    Some(pair.1)
}

fn ours(table: &[(KeyCode, Ct)], code: Ct) -> Option<KeyCode> {
    let pair = table.iter().find(|(_, theirs)| *theirs == code)?;
    Some(pair.0)
}
