//! A key event: which key, with which modifiers, and what it means across protocols.
//!
//! How keys are written and read as names is in [`name`](super::name).

use std::hash::{Hash, Hasher};

use super::case::{self, lower};
use super::{KeyCode, KeyText, Modifiers, text};

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
/// # Equality
///
/// `==` compares the keys that were meant, not the bytes that were sent, so that a binding works
/// with every protocol. Two keys are equal if their [chords](Key::chord) are and neither or both
/// are releases: Caps Lock and Num Lock, text and repeats make no difference, and `A` is Shift+a.
/// [`Event`](crate::Event) compares with a key by the same rule, and hashing agrees with it.
///
/// # Examples
///
/// Matching keys: compare where one key is wanted, and match the chord where there are many.
///
/// ```
/// use ttyring::{Event, Key, KeyCode, Modifiers, decode::Decoder, key};
///
/// fn action(event: &Event<'_>) -> &'static str {
///     if *event == key!(ctrl - c) {
///         return "quit";
///     }
///     let Event::Key(key) = event else { return "" };
///     match key.chord() {
///         (Modifiers::NONE, KeyCode::Char('j') | KeyCode::Down) => "down",
///         (Modifiers::SHIFT, KeyCode::Char('g')) => "to the end",
///         (Modifiers::NONE, KeyCode::Char('?')) => "help",
///         _ if *key == key!(ctrl - alt - delete) => "restart",
///         _ => "",
///     }
/// }
///
/// let mut decoder = Decoder::new();
/// // With Caps Lock on; in the kitty protocol; as xterm does it.
/// let events = decoder.events(b"\x1b[99;69u\x1b[106uG\x1b[103;2u?\x1b[3;7~");
/// let actions: Vec<_> = events.map(|event| action(&event)).collect();
/// assert_eq!(actions, ["quit", "down", "to the end", "to the end", "help", "restart"]);
///
/// let bound: Key = "ctrl-shift-q".parse()?;
/// assert_eq!(bound, key!(ctrl - shift - q));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
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
    /// The text that came with the key, or that only a table of Unicode gives; empty otherwise.
    pub(crate) text: KeyText,
}

impl Key {
    /// Makes a press of a key with nothing held.
    #[inline]
    pub const fn new(code: KeyCode) -> Key {
        Key::plain(code, Modifiers::empty(), KeyKind::Press)
    }

    /// A key of which nothing more is reported.
    pub(crate) const fn plain(code: KeyCode, modifiers: Modifiers, kind: KeyKind) -> Key {
        let mut key = Key::bare(code, modifiers, kind);
        if let KeyCode::Char(character) = code {
            if !character.is_ascii() {
                key.text = own_text(character, modifiers, kind);
            }
        }
        key
    }

    /// As [`plain`](Key::plain), of a key that is not a character beyond ASCII that gives text. In
    /// one piece, since building it in steps costs more than decoding it.
    #[inline(always)]
    pub(crate) const fn bare(code: KeyCode, modifiers: Modifiers, kind: KeyKind) -> Key {
        Key {
            code,
            modifiers,
            kind,
            shifted: None,
            base: None,
            text: KeyText::EMPTY,
        }
    }

    /// A press of a character beyond ASCII, which is its own text.
    #[inline(always)]
    pub(crate) const fn beyond_ascii(character: char) -> Key {
        let code = KeyCode::Char(character);
        let mut key = Key::bare(code, Modifiers::empty(), KeyKind::Press);
        key.text = KeyText::of(character);
        key
    }

    /// A press of a character of ASCII.
    #[inline(always)]
    pub(crate) const fn ascii(byte: u8) -> Key {
        let code = KeyCode::Char(byte as char);
        Key::bare(code, Modifiers::empty(), KeyKind::Press)
    }

    /// Makes a press of a character's key with nothing held.
    pub const fn char(character: char) -> Key {
        Key::new(KeyCode::Char(character))
    }

    /// Returns the key with these modifiers held as well.
    #[must_use]
    pub const fn with(mut self, modifiers: Modifiers) -> Key {
        self.modifiers = self.modifiers.union(modifiers);
        if let KeyCode::Char(character) = self.code {
            if self.text.len() == character.len_utf8() {
                self.text = Key::plain(self.code, self.modifiers, self.kind).text;
            }
        }
        self
    }

    /// Returns the key with another kind.
    #[must_use]
    pub const fn with_kind(mut self, kind: KeyKind) -> Key {
        self.kind = kind;
        self.with(Modifiers::empty())
    }

    /// Returns the key with this text, cut behind the last character that ends within 27 bytes.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Key {
        self.text = KeyText::EMPTY;
        let _ = text.chars().all(|character| self.text.push(character));
        self
    }

    /// Returns the text that the key produces: what the terminal reported, or else the character
    /// of the key where neither a release nor a modifier other than Shift makes it a command.
    /// The text is empty if there is none, or if it depends on a layout that is not reported.
    pub fn text(&self) -> &str {
        if self.text.len() > 0 {
            return self.text.as_str();
        }
        self.produced().and_then(text::ascii).unwrap_or_default()
    }

    /// Returns the character that the key produces with Shift and Caps Lock as they are, if that
    /// can be known without the keyboard's layout.
    pub(crate) fn produced(&self) -> Option<char> {
        let KeyCode::Char(character) = self.code else {
            return None;
        };
        if self.kind == KeyKind::Release || self.modifiers.intersects(COMMANDS) {
            return None;
        }
        let shift = self.modifiers.contains(Modifiers::SHIFT);
        if shift && self.shifted.is_some() {
            return self.shifted;
        }
        let upper = shift || self.modifiers.contains(Modifiers::CAPS_LOCK);
        match case::upper(character) {
            uppercase if upper && uppercase != character => Some(uppercase),
            // Shift+1 is `!` here and `"` there; a space is a space everywhere.
            _ if shift && !character.is_alphabetic() && character != ' ' => None,
            _ => Some(character),
        }
    }

    /// Returns what a binding compares: the modifiers and the key, in the form that all protocols
    /// share.
    ///
    /// - Locks are left out.
    /// - A letter is in lower case, with Shift if it was in upper case.
    /// - Any other character that Shift gives stands for itself, without Shift: `!`, not Shift+1.
    /// - With Ctrl, Alt or another such modifier, a key of a layout that is not Latin is the
    ///   character at its place on a PC-101 keyboard. The terminal has to report this character and
    ///   the one that Shift gives; in the kitty protocol
    ///   [`ALTERNATE_KEYS`](crate::Keyboard::ALTERNATE_KEYS) asks for both.
    pub fn chord(&self) -> (Modifiers, KeyCode) {
        let held = self.modifiers.without_locks();
        let KeyCode::Char(mut character) = self.code else {
            return (held, self.code);
        };
        let shift = held.contains(Modifiers::SHIFT);
        if let Some(base) = self.base.filter(|_| !character.is_ascii()) {
            if held.intersects(COMMANDS) {
                return Key::char(base).with(held).chord();
            }
        }
        let capitals = self.modifiers.contains(Modifiers::CAPS_LOCK);
        match lower(character) {
            letter if letter != character && capitals => (held, KeyCode::Char(letter)),
            letter if letter != character => (held.union(Modifiers::SHIFT), KeyCode::Char(letter)),
            _ => {
                let mut held = held;
                if let Some(shifted) = self.shifted.filter(|_| shift) {
                    let is_capital = shifted != character && lower(shifted) == character;
                    if !is_capital {
                        held = held.difference(Modifiers::SHIFT);
                        character = shifted;
                    }
                }
                (held, KeyCode::Char(character))
            }
        }
    }
}

/// The modifiers that make a key a command instead of text.
const COMMANDS: Modifiers = Modifiers::all().difference(Modifiers::SHIFT.union(Modifiers::LOCKS));

/// The text of a character that no modifier changes.
const fn own_text(character: char, modifiers: Modifiers, kind: KeyKind) -> KeyText {
    let changed = modifiers.difference(Modifiers::NUM_LOCK);
    match kind {
        KeyKind::Press | KeyKind::Repeat if changed.is_empty() => KeyText::of(character),
        _ => KeyText::EMPTY,
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        let is_release = |key: &Key| key.kind == KeyKind::Release;
        is_release(self) == is_release(other) && self.chord() == other.chord()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.chord(), self.kind == KeyKind::Release).hash(state);
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
