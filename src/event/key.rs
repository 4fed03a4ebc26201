//! A key event: which key, with which modifiers, and what it means across protocols.
//!
//! How keys are written and read as names is in [`name`](super::name).

use super::{KeyCode, KeyText, Modifiers};

/// Whether a key went down, is held, or came up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum KeyKind {
    /// The key went down; the only kind that terminals send unless asked for more.
    #[default]
    Press,
    /// The key is held down and repeats.
    Repeat,
    /// The key came up.
    Release,
}

/// A key event.
///
/// `==` compares every field, as reported; [`matches`](Key::matches) compares what was meant.
///
/// # Examples
///
/// ```
/// use ttyring::{Key, KeyCode, Modifiers, key};
///
/// let quit: Key = "ctrl-shift-q".parse()?;
/// assert_eq!(quit, key!(ctrl - shift - q));
/// assert_eq!(quit.code, KeyCode::Char('q'));
/// assert!(quit.modifiers.contains(Modifiers::CTRL));
/// // A terminal without an extended protocol sends `A`, others `a` with Shift.
/// assert!(Key::char('A').matches(key!(shift - a)));
/// # Ok::<(), ttyring::ParseKeyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// The modifiers that were held and the locks that were on, as far as they are reported.
    pub modifiers: Modifiers,
    /// Whether the key went down, repeats, or came up.
    pub kind: KeyKind,
    /// The character of the key with Shift, where it is reported.
    pub shifted: Option<char>,
    /// The character at the key's place on a standard PC-101 keyboard, where it is reported.
    pub base: Option<char>,
    /// The text that came with the key; empty where none did. Under the kitty protocol a key of
    /// the keypad comes with its character.
    pub reported: KeyText,
}

impl Key {
    /// Makes a press of a key with nothing held.
    #[inline]
    pub const fn new(code: KeyCode) -> Key {
        Key::plain(code, Modifiers::empty(), KeyKind::Press)
    }

    /// A key of which nothing more is reported. In one piece, since building it in steps costs more
    /// than decoding it.
    #[inline(always)]
    pub(crate) const fn plain(code: KeyCode, modifiers: Modifiers, kind: KeyKind) -> Key {
        Key {
            code,
            modifiers,
            kind,
            shifted: None,
            base: None,
            reported: KeyText::EMPTY,
        }
    }

    /// Makes a press of a character's key with nothing held.
    pub const fn char(character: char) -> Key {
        Key::new(KeyCode::Char(character))
    }

    /// Returns the key with these modifiers held as well.
    #[must_use]
    pub const fn with(mut self, modifiers: Modifiers) -> Key {
        self.modifiers = self.modifiers.union(modifiers);
        self
    }

    /// Returns the key with another kind.
    #[must_use]
    pub const fn with_kind(mut self, kind: KeyKind) -> Key {
        self.kind = kind;
        self
    }

    /// Returns the text that the key produces: what the terminal reported, or else the character
    /// of the key where neither a release nor a modifier other than Shift makes it a command.
    pub fn text(&self) -> Option<KeyText> {
        if !self.reported.is_empty() {
            return Some(self.reported);
        }
        let commands = Modifiers::all().difference(Modifiers::SHIFT.union(Modifiers::LOCKS));
        if self.kind == KeyKind::Release || self.modifiers.intersects(commands) {
            return None;
        }
        let mut text = KeyText::EMPTY;
        let KeyCode::Char(character) = self.code else {
            return None;
        };
        text.push(self.produced(character)?);
        Some(text)
    }

    /// Returns the character that the key produces with Shift and Caps Lock as they are, if that
    /// can be known without the keyboard's layout.
    fn produced(&self, character: char) -> Option<char> {
        let shift = self.modifiers.contains(Modifiers::SHIFT);
        if shift && self.shifted.is_some() {
            return self.shifted;
        }
        let upper = shift || self.modifiers.contains(Modifiers::CAPS_LOCK);
        match single_uppercase(character) {
            Some(uppercase) if upper => Some(uppercase),
            // Shift+1 is `!` here and `"` there; a space is a space everywhere.
            None if shift && !character.is_alphabetic() && character != ' ' => None,
            _ => Some(character),
        }
    }

    /// Returns whether this key is what `wanted` names, whichever protocol reported it.
    ///
    /// Locks, text and kind do not count: a release matches too, so look at
    /// [`kind`](Key::kind) where releases are reported. `A` is Shift+a; a key with Shift matches
    /// the character that it gives (`!`); with Ctrl, Alt or Super a key of a non-Latin layout
    /// matches the character at its place on a PC-101 keyboard, where the terminal reports it.
    pub fn matches(&self, wanted: Key) -> bool {
        let wanted = wanted.normal();
        let held = self.normal();
        if held == wanted {
            return true;
        }
        let shift = Modifiers::SHIFT;
        if let Some(shifted) = self.shifted.filter(|_| held.1.contains(shift)) {
            let given = Key::new(KeyCode::Char(shifted)).with(held.1.difference(shift));
            if given.normal() == wanted {
                return true;
            }
        }
        let latin = matches!(held.0, KeyCode::Char(character) if character.is_ascii());
        match self.base {
            Some(base) if !latin && !held.1.difference(shift).is_empty() => {
                Key::char(base).with(held.1).normal() == wanted
            }
            _ => false,
        }
    }

    /// Returns code and modifiers in the form that all protocols share: no locks, and letters in
    /// lower case with Shift.
    fn normal(&self) -> (KeyCode, Modifiers) {
        let modifiers = self.modifiers.without_locks();
        if let KeyCode::Char(character) = self.code {
            let mut lower = character.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(first), None) if first != character => {
                    return (KeyCode::Char(first), modifiers.union(Modifiers::SHIFT));
                }
                _ => {}
            }
        }
        (self.code, modifiers)
    }
}

/// Returns the upper case of a character that has one of a single character.
fn single_uppercase(character: char) -> Option<char> {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(first), None) if first != character => Some(first),
        _ => None,
    }
}

impl From<KeyCode> for Key {
    fn from(code: KeyCode) -> Key {
        Key::new(code)
    }
}

impl From<char> for Key {
    fn from(character: char) -> Key {
        Key::char(character)
    }
}
