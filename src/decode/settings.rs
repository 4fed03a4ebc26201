//! What a decoder is told about the terminal and the program.
//!
//! Nothing here is guessed from the bytes: whoever changes a mode of the terminal says so.

use std::time::Duration;

/// What a decoder is told about the terminal and the program: see
/// [`Decoder::settings`](super::Decoder::settings).
///
/// Two of the settings are timeouts. A lone ESC byte is the Escape key or the start of a sequence,
/// and only time can tell. A short timeout for a bare ESC keeps the Escape key quick. A longer one
/// for a sequence that has begun keeps sequences whole, since a key is unlikely there.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use ttyring::decode::{Decoder, Settings};
///
/// let mut decoder = Decoder::new();
/// let _ = decoder.decode(b"\x1b");
/// assert_eq!(decoder.timeout(), Some(Duration::from_millis(25)));
/// decoder.settings = Settings::REMOTE;
/// assert_eq!(decoder.timeout(), Some(Duration::from_millis(100)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// How long a bare ESC waits before it is the Escape key; `None` waits for ever. 25 ms by
    /// default.
    pub escape_timeout: Option<Duration>,
    /// How long a sequence that has begun waits for its rest; `None` waits for ever. 100 ms by
    /// default.
    pub sequence_timeout: Option<Duration>,
    /// How many bytes of one paste are passed on, 32 MiB by default. The rest of a longer paste is
    /// dropped.
    pub paste_limit: u64,
    /// How long a paste may send nothing before it ends as
    /// [`unterminated`](crate::Paste::unterminated), one second by default. Without this limit
    /// (`None`), a lost end marker would swallow the keyboard. What came is passed on.
    pub paste_timeout: Option<Duration>,
    /// The terminal reports the mouse in pixels (mode 1016), not in cells. The two look the same.
    pub pixels: bool,
    /// The terminal reports the mouse in UTF-8 (mode 1005), which looks the same as the oldest
    /// encoding up to column 95. That encoding is the default.
    pub utf8_mouse: bool,
    /// The bytes 0x80 to 0x9f are 8-bit controls (S8C1T) where they are not part of UTF-8. By
    /// default they are unknown bytes, since a terminal that speaks UTF-8 does not send them.
    pub c1_controls: bool,
    /// The terminal was asked for flag 1 of the kitty keyboard protocol.
    ///
    /// The Escape key then has a sequence of its own, and a bare ESC always starts something. Once
    /// the terminal has shown that it knows the protocol, by a key or a reply, a bare ESC waits as
    /// long as any sequence that has begun.
    pub kitty_keyboard: bool,
    /// The byte that the Backspace key sends. 0x7f is Backspace in any case. 0x08 is Ctrl+h unless it
    /// is set here. Other bytes change nothing. With `None`, the default, an
    /// [`Input`](crate::Input) sets what its terminal's settings say (`VERASE`).
    pub erase: Option<u8>,
    /// `None` until somebody says.
    pub(super) terminal: Option<Terminal>,
}

/// A terminal whose keys differ from what others send in the same form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terminal {
    Any,
    Linux,
    Konsole,
    Sco,
    At386,
}

/// How the names start of terminals that are not [`Terminal::Any`].
const NAMES: [(&str, Terminal); 9] = [
    ("linux", Terminal::Linux),
    ("konsole", Terminal::Konsole),
    ("scoansi", Terminal::Sco),
    ("cons25", Terminal::Sco),
    ("xterm-sco", Terminal::Sco),
    ("putty-sco", Terminal::Sco),
    ("at386", Terminal::At386),
    ("minix", Terminal::At386),
    ("mach", Terminal::At386),
];

impl Settings {
    /// For a terminal on this machine: the default.
    pub const LOCAL: Settings = Settings {
        escape_timeout: Some(Duration::from_millis(25)),
        sequence_timeout: Some(Duration::from_millis(100)),
        paste_limit: 32 << 20,
        paste_timeout: Some(Duration::from_secs(1)),
        pixels: false,
        utf8_mouse: false,
        c1_controls: false,
        kitty_keyboard: false,
        erase: None,
        terminal: None,
    };

    /// For a terminal behind a network: a bare ESC waits 100 ms, a sequence that has begun 1 s.
    pub const REMOTE: Settings = Settings {
        escape_timeout: Some(Duration::from_millis(100)),
        sequence_timeout: Some(Duration::from_secs(1)),
        ..Settings::LOCAL
    };

    /// Names the terminal, by `TERM` or by what it says of itself ([`Reply::Version`]), for keys
    /// whose bytes mean something else elsewhere:
    ///
    /// - on `linux` `ESC TAB` is Shift+Tab, and in `Konsole` `ESC O M` is Shift+Enter;
    /// - on `scoansi`, `cons25`, `xterm-sco` and `putty-sco` F1 to F35 and the pages are letters
    ///   after CSI;
    /// - on `at386`, `minix` and `mach` Insert, Delete, End and the pages are.
    ///
    /// An [`Input`](crate::Input) that opens the terminal of its process sets what the environment
    /// says, unless it is set already.
    ///
    /// [`Reply::Version`]: crate::Reply::Version
    pub fn set_terminal(&mut self, name: &str) {
        let starts = |with: &str| {
            let start = name.get(..with.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(with))
        };
        let known = NAMES.iter().find(|(with, _)| starts(with));
        self.terminal = Some(known.map_or(Terminal::Any, |&(_, terminal)| terminal));
    }

    /// Asks for what is not set: the byte of Backspace, and the terminal's name.
    pub(crate) fn learn(
        &mut self,
        erase: impl FnOnce() -> Option<u8>,
        name: impl FnOnce() -> Option<String>,
    ) {
        if self.erase.is_none() {
            self.erase = erase();
        }
        if self.terminal.is_none() {
            if let Some(name) = name() {
                self.set_terminal(&name);
            }
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::LOCAL
    }
}
