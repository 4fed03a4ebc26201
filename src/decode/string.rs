//! Control strings: OSC, DCS, APC, PM and SOS, up to their terminators; and what they say.
//!
//! ECMA-48 and xterm: ST ends any of them, BEL an OSC, CAN and SUB abort any, and so does an ESC
//! that is not the start of ST. Everything else is part of the string, 8-bit controls included,
//! since in UTF-8 they are parts of characters.

use std::borrow::Cow;

use super::Decoder;
use super::machine::{State, Step};
use super::token::What;
use crate::event::{Clipboard, ColorSlot, Graphics, Reply, Termcap};

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
        let st = if self.options.c1 { C1_ST } else { ESC };
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
    let (number, rest) = split(body, b';')?;
    match number {
        b"4" => {
            let (index, spec) = split(rest, b';')?;
            let index = decimal(index)?;
            color(ColorSlot::Palette(index), spec)
        }
        b"10" => color(ColorSlot::Foreground, rest),
        b"11" => color(ColorSlot::Background, rest),
        b"12" => color(ColorSlot::Cursor, rest),
        b"52" => {
            let (selection, base64) = split(rest, b';')?;
            Some(Reply::Clipboard(Clipboard::new(selection, base64)))
        }
        _ => None,
    }
}

fn dcs(body: &[u8]) -> Option<Reply<'_>> {
    let reply = match body {
        [b'!', b'|', unit @ ..] => Reply::TertiaryAttributes(Cow::Borrowed(unit)),
        [b'>', b'|', text @ ..] => Reply::Version(Cow::Borrowed(text)),
        [ok @ (b'0' | b'1'), b'+', b'r', pairs @ ..] => {
            Reply::Termcap(Termcap::new(*ok == b'1', pairs))
        }
        [ok @ (b'0' | b'1'), b'$', b'r', value @ ..] => Reply::StatusString {
            ok: *ok == b'1',
            value: Cow::Borrowed(value),
        },
        _ => return None,
    };
    Some(reply)
}

fn graphics(body: &[u8]) -> Option<Reply<'_>> {
    let (control, message) = split(body.strip_prefix(b"G")?, b';')?;
    Some(Reply::Graphics(Graphics::new(control, message)))
}

/// A color as X11 writes it: `rgb:` or `rgba:` and one to four hexadecimal digits each, or `#`
/// and as many digits for each.
fn color(slot: ColorSlot, spec: &[u8]) -> Option<Reply<'static>> {
    let rgb = if let Some(parts) = spec.strip_prefix(b"rgb:") {
        let [red, green, blue] = exactly(parts.split(|&byte| byte == b'/'))?;
        [scaled(red)?, scaled(green)?, scaled(blue)?]
    } else if let Some(parts) = spec.strip_prefix(b"rgba:") {
        let [red, green, blue, _alpha] = exactly(parts.split(|&byte| byte == b'/'))?;
        [scaled(red)?, scaled(green)?, scaled(blue)?]
    } else {
        let digits = spec.strip_prefix(b"#")?;
        if digits.is_empty() || digits.len() % 3 != 0 {
            return None;
        }
        let [red, green, blue] = exactly(digits.chunks_exact(digits.len() / 3))?;
        [scaled(red)?, scaled(green)?, scaled(blue)?]
    };
    Some(Reply::Color { slot, rgb })
}

/// Returns all parts if there are exactly so many.
fn exactly<'a, const N: usize>(mut parts: impl Iterator<Item = &'a [u8]>) -> Option<[&'a [u8]; N]> {
    let mut all = [&[][..]; N];
    for part in &mut all {
        *part = parts.next()?;
    }
    parts.next().is_none().then_some(all)
}

/// A number of one to four hexadecimal digits as a share of 65535.
fn scaled(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let mut value = 0;
    for &digit in digits {
        value = value << 4 | char::from(digit).to_digit(16)?;
    }
    let most = (1 << (4 * digits.len())) - 1;
    Some((value * 0xffff / most) as u16)
}

fn decimal(digits: &[u8]) -> Option<u16> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let index = bytes.iter().position(|&byte| byte == at)?;
    Some((&bytes[..index], &bytes[index + 1..]))
}
