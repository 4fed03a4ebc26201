//! What the decoder hands out: a small value that stands for an event until it is resolved.
//!
//! A token borrows nothing; text stays in the chunk or in the decoder.

use crate::event::{Key, KeyCode, KeyKind, Modifiers, Mouse};

/// Stands for one complete event, until the decoder is given further bytes.
///
/// [`Decoder::event`](super::Decoder::event) resolves it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(super) what: What,
    /// Where the event's bytes are: so many from the start of the chunk, or one of the marks below.
    pub(super) span: u32,
}

/// The event's bytes are in the decoder's buffer, since they came in more than one chunk.
pub(super) const BUFFERED: u32 = 1 << 31;
/// The event is an Escape key that something else followed at once.
pub(super) const ESCAPE: u32 = 1 << 30;
/// The event is a character of a long text, or of a paste in key records, in the decoder's `partial`.
pub(super) const TEXT: u32 = 1 << 28;
/// No more bytes than this are decoded at once, so that a length cannot look like a mark.
pub(super) const LONGEST_CHUNK: usize = TEXT as usize - 1;

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// A key of which nothing but this is reported, and that is no character beyond ASCII that
    /// gives text.
    Key(KeyCode, Modifiers, KeyKind),
    /// A press of a character beyond ASCII.
    Text(char),
    /// The key in `Decoder::key`.
    Rich,
    Mouse(Mouse),
    Focus(bool),
    /// The size in the parameters.
    Resize,
    /// A reply that is in the parameters.
    Report(Report),
    /// A string: what it says is looked at when it is asked for.
    String {
        truncated: bool,
    },
    Unknown {
        truncated: bool,
    },
    /// Pasted bytes: the chunk from here to the end of the span.
    Paste {
        start: u32,
        flags: PasteFlags,
    },
    /// Pasted bytes that were held back since they might have been the end marker.
    PasteHeld {
        len: u8,
        flags: PasteFlags,
    },
}

/// Replies that are control sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    PrimaryAttributes,
    SecondaryAttributes,
    Status,
    CursorPosition,
    Mode,
    KeyboardFlags,
    ColorScheme,
    KeyModifiers,
    KeyFormat,
    Cursors,
    GraphicsAttribute,
    TerminalParameters,
    DisplayedExtent,
    Locator,
    ColorStack,
    TitleStack,
    MacroSpace,
    ScrollbarPlace,
    ScrollbarStep,
    AmbiguousWidth,
    Window,
}

bitflags::bitflags! {
    /// What is to be said of a piece of a paste besides its bytes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(super) struct PasteFlags: u8 {
        const FIRST = 1 << 0;
        const LAST = 1 << 1;
        const TRUNCATED = 1 << 2;
        const UNTERMINATED = 1 << 3;
    }
}

impl Token {
    /// A key of one byte.
    #[inline(always)]
    pub(super) const fn ascii(byte: u8) -> Token {
        Token {
            what: What::Key(
                KeyCode::Char(byte as char),
                Modifiers::empty(),
                KeyKind::Press,
            ),
            span: 1,
        }
    }

    /// The token of a piece of a paste, from this many bytes further on.
    pub(super) fn moved(mut self, by: u32) -> Token {
        if let What::Paste { start, .. } = &mut self.what {
            *start += by;
            self.span += by;
        }
        self
    }

    /// The Escape key that was not the start of what follows it.
    pub(super) const fn escape() -> Token {
        Token {
            what: What::Key(KeyCode::Escape, Modifiers::empty(), KeyKind::Press),
            span: ESCAPE,
        }
    }
}

impl What {
    /// A press of a character.
    #[inline(always)]
    pub(super) const fn char(character: char) -> What {
        match character.is_ascii() {
            true => What::Key(KeyCode::Char(character), Modifiers::empty(), KeyKind::Press),
            false => What::Text(character),
        }
    }

    pub(super) const fn alt(character: u8) -> What {
        What::Key(
            KeyCode::Char(character as char),
            Modifiers::ALT,
            KeyKind::Press,
        )
    }
}

/// A key of which nothing more is reported.
#[inline(always)]
pub(super) fn plain_key(code: KeyCode, modifiers: Modifiers, kind: KeyKind) -> Key {
    Key::bare(code, modifiers, kind)
}
