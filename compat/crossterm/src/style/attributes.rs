//! Sets of attributes.

use std::ops::{BitAnd, BitOr, BitXor};

use super::Attribute;

/// A set of attributes.
///
/// # Examples
///
/// ```
/// use ttyring_crossterm::style::{Attribute, Attributes};
///
/// let attributes = Attributes::none().with(Attribute::Bold) | Attribute::Italic;
/// assert!(attributes.has(Attribute::Bold));
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Attributes(u32);

impl Attributes {
    /// Returns the empty set.
    #[inline]
    pub const fn none() -> Self {
        Attributes(0)
    }

    /// Returns this set with `attribute` in it.
    #[inline]
    pub const fn with(self, attribute: Attribute) -> Self {
        Attributes(self.0 | attribute.bytes())
    }

    /// Returns this set without `attribute`.
    #[inline]
    pub const fn without(self, attribute: Attribute) -> Self {
        Attributes(self.0 & !attribute.bytes())
    }

    /// Puts `attribute` into this set.
    #[inline]
    pub fn set(&mut self, attribute: Attribute) {
        *self = self.with(attribute);
    }

    /// Takes `attribute` out of this set.
    #[inline]
    pub fn unset(&mut self, attribute: Attribute) {
        *self = self.without(attribute);
    }

    /// Puts `attribute` in if it is not in, and takes it out if it is.
    #[inline]
    pub fn toggle(&mut self, attribute: Attribute) {
        *self = *self ^ attribute;
    }

    /// Returns whether `attribute` is in this set.
    #[inline]
    pub const fn has(self, attribute: Attribute) -> bool {
        self.0 & attribute.bytes() != 0
    }

    /// Puts all of another set into this one.
    #[inline]
    pub fn extend(&mut self, attributes: Attributes) {
        self.0 |= attributes.0;
    }

    /// Returns whether nothing is in this set.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<Attribute> for Attributes {
    fn from(attribute: Attribute) -> Self {
        Attributes::none().with(attribute)
    }
}

impl From<&[Attribute]> for Attributes {
    fn from(attributes: &[Attribute]) -> Self {
        let attributes = attributes.iter();
        attributes.fold(Attributes::none(), |set, one| set.with(*one))
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident $symbol:tt),*) => {$(
        impl $operator for Attributes {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                Attributes(self.0 $symbol other.0)
            }
        }

        impl $operator<Attribute> for Attributes {
            type Output = Self;

            fn $method(self, other: Attribute) -> Self {
                Attributes(self.0 $symbol other.bytes())
            }
        }
    )*};
}

operators!(BitAnd bitand &, BitOr bitor |, BitXor bitxor ^);
