//! Serialization (feature `serde`) of the values that are bits or come from the platform crate.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{KeyText, Modifiers};

impl Serialize for Modifiers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.bits().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Modifiers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Modifiers::from_bits_retain(u8::deserialize(deserializer)?))
    }
}

impl Serialize for KeyText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut kept = KeyText::EMPTY;
        match text.chars().all(|character| kept.push(character)) {
            true => Ok(kept),
            false => Err(D::Error::custom("the text of a key is too long")),
        }
    }
}

pub(super) mod size {
    //! A size as its four numbers.
    use super::*;
    use ttyring_platform::Size;

    pub(crate) fn serialize<S: Serializer>(size: &Size, serializer: S) -> Result<S::Ok, S::Error> {
        (size.columns, size.rows, size.width, size.height).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Size, D::Error> {
        let (columns, rows, width, height) = Deserialize::deserialize(from)?;
        Ok(Size {
            columns,
            rows,
            width,
            height,
        })
    }
}

pub(super) mod signals {
    //! A set of signals as its bits.
    use super::*;
    use ttyring_platform::Signals;

    pub(crate) fn serialize<S: Serializer>(
        set: &Signals,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        set.bits().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Signals, D::Error> {
        Ok(Signals::from_bits_truncate(u16::deserialize(from)?))
    }
}
