//! One character of UTF-8 off the front of bytes, invalid ones by maximal subparts (Unicode,
//! section 3.9): as much as could have started a character is one piece, and the byte that proved
//! it wrong is not part of it.

/// What bytes start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A character of this many bytes.
    Char(char, usize),
    /// So many bytes that are none.
    Invalid(usize),
    /// The start of one, and the bytes end.
    Incomplete,
}

/// The character of two to four bytes at the front, if there is a whole one that is text.
///
/// Nothing but the frequent case: [`start`] tells what else there can be.
#[inline(always)]
pub(super) fn whole(bytes: &[u8]) -> Option<(char, usize)> {
    let low = |byte: u8| u32::from(byte & 0x3f);
    let continues = |byte: u8| byte & 0xc0 == 0x80;
    let (scalar, len, least) = match *bytes {
        [lead @ 0xc0..=0xdf, b, ..] if continues(b) => {
            (u32::from(lead & 0x1f) << 6 | low(b), 2, 0xa0)
        }
        [lead @ 0xe0..=0xef, b, c, ..] if continues(b) && continues(c) => (
            u32::from(lead & 0x0f) << 12 | low(b) << 6 | low(c),
            3,
            0x800,
        ),
        [lead @ 0xf0..=0xf7, b, c, d, ..] if continues(b) && continues(c) && continues(d) => {
            let high = u32::from(lead & 0x07) << 18 | low(b) << 12;
            (high | low(c) << 6 | low(d), 4, 0x1_0000)
        }
        _ => return None,
    };
    // Overlong forms are too small, surrogates and numbers past the last are no `char`.
    match char::from_u32(scalar) {
        Some(character) if scalar >= least => Some((character, len)),
        _ => None,
    }
}

/// Looks at the front of `bytes`, which starts with a byte of 0x80 or more.
#[inline]
pub(super) fn start(bytes: &[u8]) -> Start {
    let continues = |index: usize| match bytes.get(index) {
        Some(byte) if byte & 0xc0 == 0x80 => Ok(u32::from(byte & 0x3f)),
        Some(_) => Err(Start::Invalid(index)),
        None => Err(Start::Incomplete),
    };
    let whole = || match bytes[0] {
        lead @ 0xc2..=0xdf => Ok(((u32::from(lead) & 0x1f) << 6 | continues(1)?, 2)),
        lead @ 0xe0..=0xef => {
            second_fits(bytes)?;
            let high = (u32::from(lead) & 0x0f) << 12 | continues(1)? << 6;
            Ok((high | continues(2)?, 3))
        }
        lead @ 0xf0..=0xf4 => {
            second_fits(bytes)?;
            let high = (u32::from(lead) & 0x07) << 18 | continues(1)? << 12;
            Ok((high | continues(2)? << 6 | continues(3)?, 4))
        }
        _ => Err(Start::Invalid(1)),
    };
    match whole() {
        Ok((scalar, len)) => match char::from_u32(scalar) {
            Some(character) => Start::Char(character, len),
            None => Start::Invalid(1),
        },
        Err(other) => other,
    }
}

/// Refuses second bytes that would make a surrogate, an overlong form or a number past U+10FFFF.
#[inline]
fn second_fits(bytes: &[u8]) -> Result<(), Start> {
    let allowed = match bytes[0] {
        0xe0 => 0xa0..=0xbf,
        0xed => 0x80..=0x9f,
        0xf0 => 0x90..=0xbf,
        0xf4 => 0x80..=0x8f,
        _ => 0x80..=0xbf,
    };
    match bytes.get(1) {
        Some(second) if allowed.contains(second) => Ok(()),
        Some(_) => Err(Start::Invalid(1)),
        None => Err(Start::Incomplete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_std_on_every_start_of_four_bytes() {
        // Every first byte, and for the others one of each class of bytes that the tables tell apart.
        let classes = [
            0x00, 0x1b, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xff,
        ];
        for first in 0x80..=0xff {
            for second in classes {
                for third in classes {
                    for fourth in classes {
                        let bytes = [first, second, third, fourth];
                        (1..=4).for_each(|len| same_as_std(&bytes[..len]));
                    }
                }
            }
        }
    }

    fn same_as_std(bytes: &[u8]) {
        let chunk = bytes.utf8_chunks().next().expect("bytes are not empty");
        let expected = match (chunk.valid().chars().next(), std::str::from_utf8(bytes)) {
            (Some(character), _) => Start::Char(character, character.len_utf8()),
            (None, Err(error)) if error.error_len().is_none() => Start::Incomplete,
            (None, _) => Start::Invalid(chunk.invalid().len()),
        };
        assert_eq!(start(bytes), expected, "{bytes:02x?}");
        let text = match expected {
            Start::Char(character, len) if character >= '\u{a0}' => Some((character, len)),
            _ => None,
        };
        assert_eq!(whole(bytes), text, "{bytes:02x?}");
    }
}
