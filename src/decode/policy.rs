//! How long the decoder wants to wait, and what else can be chosen.
//!
//! The decoder has no clock: these are the answers that it gives when asked for its deadline.

use std::time::Duration;

/// How long to wait for the rest of a sequence before taking what there is for keys.
///
/// A lone ESC byte is the Escape key or the start of a sequence, and only time can tell. Two
/// limits keep the Escape key quick without tearing sequences: a short one for a bare ESC, and a
/// longer one once more of a sequence has come, when a key is unlikely.
///
/// A paste never ends by time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use ttyring::decode::{Decoder, EscPolicy};
///
/// let mut decoder = Decoder::new();
/// decoder.decode(b"\x1b");
/// assert_eq!(decoder.deadline(), Some(Duration::from_millis(25)));
/// decoder.set_esc_policy(EscPolicy::KITTY);
/// assert_eq!(decoder.deadline(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EscPolicy {
    /// How long a bare ESC waits; `None` for ever.
    pub escape: Option<Duration>,
    /// How long a sequence that has begun waits; `None` for ever.
    pub sequence: Option<Duration>,
}

impl EscPolicy {
    /// A terminal on this machine: 25 ms for a bare ESC, 100 ms for a sequence that has begun.
    pub const LOCAL: EscPolicy = EscPolicy {
        escape: Some(Duration::from_millis(25)),
        sequence: Some(Duration::from_millis(100)),
    };

    /// A terminal behind a network: 100 ms for a bare ESC, 1 s for a sequence that has begun.
    pub const REMOTE: EscPolicy = EscPolicy {
        escape: Some(Duration::from_millis(100)),
        sequence: Some(Duration::from_secs(1)),
    };

    /// Flag 1 of the kitty keyboard protocol is on: the Escape key has a sequence of its own, so
    /// a bare ESC always starts something.
    pub const KITTY: EscPolicy = EscPolicy {
        escape: None,
        sequence: Some(Duration::from_secs(1)),
    };

    /// Makes a policy of two limits; `None` waits for ever.
    pub const fn new(escape: Option<Duration>, sequence: Option<Duration>) -> EscPolicy {
        EscPolicy { escape, sequence }
    }
}

impl Default for EscPolicy {
    fn default() -> EscPolicy {
        EscPolicy::LOCAL
    }
}

/// What a decoder can be told about the terminal and the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    pub(super) esc: EscPolicy,
    pub(super) paste_limit: u64,
    pub(super) pixels: bool,
    pub(super) c1: bool,
}

impl Options {
    /// The defaults: a local terminal, pastes up to 32 MiB, mouse in cells, no 8-bit controls.
    pub const fn new() -> Options {
        Options {
            esc: EscPolicy::LOCAL,
            paste_limit: 32 << 20,
            pixels: false,
            c1: false,
        }
    }

    /// Sets how long to wait for the rest of a sequence.
    #[must_use]
    pub const fn esc_policy(mut self, policy: EscPolicy) -> Options {
        self.esc = policy;
        self
    }

    /// Sets how many bytes of one paste are passed on; what follows is dropped up to the end of
    /// the paste.
    #[must_use]
    pub const fn paste_limit(mut self, bytes: u64) -> Options {
        self.paste_limit = bytes;
        self
    }

    /// Says that the terminal reports the mouse in pixels (mode 1016), which looks the same.
    #[must_use]
    pub const fn pixels(mut self, pixels: bool) -> Options {
        self.pixels = pixels;
        self
    }

    /// Takes the bytes 0x80 to 0x9f for 8-bit controls (S8C1T) where they are not part of UTF-8.
    ///
    /// Off by default: a terminal that speaks UTF-8 does not send them, so they are unknown bytes.
    #[must_use]
    pub const fn c1_controls(mut self, c1: bool) -> Options {
        self.c1 = c1;
        self
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::new()
    }
}

/// An answer that the program has asked for, where the bytes alone could be something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// `CSI row ; column R`, which for row 1 looks like F3 with modifiers.
    CursorPosition,
}
