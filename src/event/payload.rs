//! The parts of replies that are more than a number: parameters, and strings in an encoding.
//!
//! They borrow what the terminal sent and decode it when asked, so that a reply costs nothing
//! until somebody reads it.

use std::borrow::Cow;
use std::ops::Deref;

use super::reply::own;

/// The numbers of a report.
///
/// It dereferences to `[u32]`. A number that was left out is 0; one too large is the largest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Params<'a>(Cow<'a, [u32]>);

impl<'a> Params<'a> {
    /// Makes the parameters of a report.
    pub fn new(numbers: impl Into<Cow<'a, [u32]>>) -> Params<'a> {
        Params(numbers.into())
    }

    /// Returns the parameters copied out of the decoder.
    pub fn into_owned(self) -> Params<'static> {
        Params(Cow::Owned(self.0.into_owned()))
    }
}

impl Deref for Params<'_> {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

/// What a selection holds (OSC 52).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Clipboard<'a> {
    /// Which selections: `c` clipboard, `p` primary, `q` secondary, `s` select, `0` to `7`.
    pub selection: Cow<'a, [u8]>,
    /// What it holds, in Base64 as sent.
    pub base64: Cow<'a, [u8]>,
}

impl<'a> Clipboard<'a> {
    /// Makes the report of a selection from its Base64 form.
    pub fn new(
        selection: impl Into<Cow<'a, [u8]>>,
        base64: impl Into<Cow<'a, [u8]>>,
    ) -> Clipboard<'a> {
        Clipboard {
            selection: selection.into(),
            base64: base64.into(),
        }
    }

    /// Returns the decoded bytes, or `None` if what was sent is not Base64.
    ///
    /// The bytes are whatever a program put there: they may hold control characters.
    pub fn decoded(&self) -> Option<Vec<u8>> {
        decode_base64(&self.base64)
    }

    /// Returns the report with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Clipboard<'static> {
        Clipboard {
            selection: own(self.selection),
            base64: own(self.base64),
        }
    }
}

/// Capabilities by their names (XTGETTCAP).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Termcap<'a> {
    /// The terminal knew the capability.
    pub ok: bool,
    /// `name=value` pairs in hexadecimal, parted by `;`, as sent.
    pub pairs: Cow<'a, [u8]>,
}

impl<'a> Termcap<'a> {
    /// Makes an answer from its hexadecimal pairs.
    pub fn new(ok: bool, pairs: impl Into<Cow<'a, [u8]>>) -> Termcap<'a> {
        Termcap {
            ok,
            pairs: pairs.into(),
        }
    }

    /// Returns the decoded names and values; a capability without a value has an empty one.
    pub fn entries(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + '_ {
        self.pairs.split(|&byte| byte == b';').filter_map(|pair| {
            let mut sides = pair.splitn(2, |&byte| byte == b'=');
            let name = decode_hex(sides.next()?)?;
            let value = decode_hex(sides.next().unwrap_or_default())?;
            Some((name, value))
        })
    }

    /// Returns the answer with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Termcap<'static> {
        Termcap {
            ok: self.ok,
            pairs: own(self.pairs),
        }
    }
}

/// An answer of the kitty graphics protocol.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Graphics<'a> {
    /// The control part, such as `i=31`.
    pub control: Cow<'a, [u8]>,
    /// The message: `OK`, or an error such as `ENOENT:…`.
    pub message: Cow<'a, [u8]>,
}

impl<'a> Graphics<'a> {
    /// Makes an answer from its two parts.
    pub fn new(
        control: impl Into<Cow<'a, [u8]>>,
        message: impl Into<Cow<'a, [u8]>>,
    ) -> Graphics<'a> {
        Graphics {
            control: control.into(),
            message: message.into(),
        }
    }

    /// Returns whether the message says that the command was carried out.
    pub fn is_ok(&self) -> bool {
        *self.message == *b"OK"
    }

    /// Returns the answer with its bytes copied out of the reader's buffer.
    pub fn into_owned(self) -> Graphics<'static> {
        Graphics {
            control: own(self.control),
            message: own(self.message),
        }
    }
}

fn decode_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if digits.len() % 2 != 0 {
        return None;
    }
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8))
        .collect()
}

fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let digits = &text[..text.len() - padding];
    if padding > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut decoded = Vec::with_capacity(digits.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0u32, 0);
    for &byte in digits {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push((bits >> held) as u8);
        }
    }
    Some(decoded)
}
