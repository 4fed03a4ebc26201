//! Control strings: OSC, DCS, APC, PM and SOS, up to their terminators; and what they say.
//!
//! ECMA-48 and xterm: ST ends any of them, BEL an OSC, CAN and SUB abort any, and so does an ESC
//! that is not the start of ST. Everything else is part of the string, 8-bit controls included,
//! since in UTF-8 they are parts of characters.

use std::borrow::Cow;

use super::Decoder;
use super::machine::{State, Step};
use super::token::What;
use crate::event::Reply;
use crate::event::color::entries;

const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const ESC: u8 = 0x1b;
const C1_ST: u8 = 0x9c;

impl Decoder {
    /// After the introducer, whose second byte is given.
    pub(super) fn string_entry(&mut self, bytes: &[u8], pos: usize, introducer: u8) -> Step {
        self.introducer = introducer;
        self.empty = true;
        self.string(bytes, pos)
    }

    pub(super) fn string(&mut self, bytes: &[u8], mut pos: usize) -> Step {
        let bell = if self.introducer == b']' { BEL } else { ESC };
        let st = if self.settings.c1_controls {
            C1_ST
        } else {
            ESC
        };
        let stops =
            |&byte: &u8| byte == ESC || byte == bell || byte == CAN || byte == SUB || byte == st;
        let rest = &bytes[pos..];
        let body = rest.iter().position(stops).unwrap_or(rest.len());
        self.empty &= body == 0;
        pos += body;
        match bytes.get(pos) {
            None => self.hold(bytes, State::String),
            Some(&(CAN | SUB)) => self.abort(bytes, pos),
            Some(&ESC) => match bytes.get(pos + 1) {
                Some(b'\\') => self.end_string(bytes, pos + 2),
                Some(_) => self.abort(bytes, pos),
                None => {
                    self.hold(&bytes[..pos], State::StringEscape);
                    (pos + 1, None)
                }
            },
            Some(_) => self.end_string(bytes, pos + 1),
        }
    }

    /// After an ESC that the last chunk ended with.
    pub(super) fn string_escape(&mut self, bytes: &[u8]) -> Step {
        match bytes.first() {
            Some(b'\\') => {
                self.keep(&[ESC]);
                self.end_string(bytes, 1)
            }
            Some(_) => self.abort_string(),
            None => (0, None),
        }
    }

    /// Ends a string before the ESC that was taken already.
    pub(super) fn abort_string(&mut self) -> Step {
        let (_, token) = self.abort(&[], 0);
        self.state = State::SpentEscape;
        (0, token)
    }

    fn end_string(&mut self, bytes: &[u8], end: usize) -> Step {
        let truncated = self.is_truncated(end);
        self.end(bytes, end, What::String { truncated })
    }

    /// The reply that a whole string is, if it is one that is known.
    pub(super) fn string_reply<'a>(&self, raw: &'a [u8]) -> Option<Reply<'a>> {
        // An 8-bit introducer is one byte, an 8-bit terminator too.
        let start = if raw.first() == Some(&ESC) { 2 } else { 1 };
        let end = match raw {
            [.., ESC, b'\\'] => raw.len() - 2,
            _ => raw.len() - 1,
        };
        let body = raw.get(start..end)?;
        match self.introducer {
            b']' => osc(body),
            b'P' => dcs(body),
            b'_' => graphics(body),
            _ => None,
        }
    }
}

fn osc(body: &[u8]) -> Option<Reply<'_>> {
    if let [icon @ (b'l' | b'L'), text @ ..] = body {
        return Some(Reply::Title {
            icon: *icon == b'L',
            text: Cow::Borrowed(text),
        });
    }
    let (number, rest) = split(body, b';')?;
    let text = Cow::Borrowed(rest);
    Some(match number {
        b"4" | b"5" | b"10" | b"11" | b"12" | b"13" | b"14" | b"15" | b"16" | b"17" | b"18"
        | b"19" | b"21" => return colors(body),
        b"22" => Reply::PointerShape(text),
        b"50" => Reply::Font(text),
        b"60" | b"61" => Reply::Allowed(text),
        b"52" => {
            let (selection, base64) = split_borrowed(rest, b';')?;
            Reply::Clipboard { selection, base64 }
        }
        b"5522" => {
            let (metadata, base64) = split_borrowed(rest, b';').unwrap_or((text, EMPTY));
            Reply::KittyClipboard { metadata, base64 }
        }
        b"99" => {
            let (metadata, payload) = split_borrowed(rest, b';')?;
            Reply::Notification { metadata, payload }
        }
        b"1337" => {
            let (name, value) = split_borrowed(rest, b'=')?;
            Reply::Iterm { name, value }
        }
        _ => return None,
    })
}

const EMPTY: Cow<'static, [u8]> = Cow::Borrowed(&[]);

/// One color or several. What has none, as a question that was echoed, is no reply.
fn colors(body: &[u8]) -> Option<Reply<'_>> {
    let (mut count, mut last) = (0, None);
    entries(body, |entry| {
        count += 1;
        last = Some(entry);
    })?;
    match (count, last) {
        (0, _) => None,
        (1, Some((color, Some(rgb)))) => Some(Reply::Color { color, rgb }),
        _ => Some(Reply::Colors(Cow::Borrowed(body))),
    }
}

fn dcs(body: &[u8]) -> Option<Reply<'_>> {
    let reply = match body {
        [b'!', b'|', unit @ ..] => Reply::TertiaryAttributes(Cow::Borrowed(unit)),
        [b'>', b'|', text @ ..] => Reply::Version(Cow::Borrowed(text)),
        [ok @ (b'0' | b'1'), b'+', b'r', pairs @ ..] => Reply::Termcap {
            ok: *ok == b'1',
            pairs: Cow::Borrowed(pairs),
        },
        [ok @ (b'0' | b'1'), b'+', b'R', pairs @ ..] => Reply::Resource {
            ok: *ok == b'1',
            pairs: Cow::Borrowed(pairs),
        },
        [ok @ (b'0' | b'1'), b'$', b'r', value @ ..] => Reply::StatusString {
            ok: *ok == b'1',
            value: Cow::Borrowed(value),
        },
        _ => match body.strip_prefix(b"@kitty-cmd") {
            Some(json) => Reply::KittyCommand(Cow::Borrowed(json)),
            None => return numbered(body),
        },
    };
    Some(reply)
}

/// A device control string whose number says which report it is.
fn numbered(body: &[u8]) -> Option<Reply<'_>> {
    let digits = body.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = body.split_at(digits);
    let format = match number {
        [] => 0,
        _ => decimal(number)?,
    };
    Some(match rest {
        [b'$', b's', data @ ..] => Reply::TerminalState {
            format,
            data: Cow::Borrowed(data),
        },
        [b'$', b'u', data @ ..] => Reply::PresentationState {
            format,
            data: Cow::Borrowed(data),
        },
        [b'!', b'u', set @ ..] => Reply::SupplementalSet {
            size: format,
            set: Cow::Borrowed(set),
        },
        [b'!', b'~', digits @ ..] => Reply::Checksum {
            id: format,
            digits: Cow::Borrowed(digits),
        },
        _ => return None,
    })
}

fn graphics(body: &[u8]) -> Option<Reply<'_>> {
    let (control, message) = split_borrowed(body.strip_prefix(b"G")?, b';')?;
    Some(Reply::Graphics { control, message })
}

fn decimal(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Two parts of a reply.
type Parts<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

fn split_borrowed(bytes: &[u8], at: u8) -> Option<Parts<'_>> {
    let (first, second) = split(bytes, at)?;
    Some((Cow::Borrowed(first), Cow::Borrowed(second)))
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let index = bytes.iter().position(|&byte| byte == at)?;
    Some((&bytes[..index], &bytes[index + 1..]))
}
