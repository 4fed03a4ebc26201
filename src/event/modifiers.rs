//! The modifier keys and locks that go with a key or a mouse event.
//!
//! The bits are those of the kitty keyboard protocol, so that a report's parameter minus one is
//! the set itself.

bitflags::bitflags! {
    /// A set of modifier keys and locks.
    ///
    /// # Examples
    ///
    /// ```
    /// use ttyring::Modifiers;
    ///
    /// let held = Modifiers::CTRL | Modifiers::NUM_LOCK;
    /// assert_eq!(held.difference(Modifiers::LOCKS), Modifiers::CTRL);
    /// ```
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Modifiers: u8 {
        /// Either Shift key.
        const SHIFT = 1 << 0;
        /// Alt, or Option on a Mac.
        const ALT = 1 << 1;
        /// Control.
        const CTRL = 1 << 2;
        /// Super: the Windows or Command key.
        const SUPER = 1 << 3;
        /// Hyper.
        const HYPER = 1 << 4;
        /// Meta, where it is a key of its own.
        const META = 1 << 5;
        /// Caps Lock is on.
        const CAPS_LOCK = 1 << 6;
        /// Num Lock is on.
        const NUM_LOCK = 1 << 7;
    }
}

impl Modifiers {
    /// Nothing held and no lock on, for patterns.
    pub const NONE: Modifiers = Modifiers::empty();

    /// The two locks, which no key binding asks for.
    pub const LOCKS: Modifiers = Modifiers::CAPS_LOCK.union(Modifiers::NUM_LOCK);

    /// Returns the set without Caps Lock and Num Lock.
    pub(crate) const fn without_locks(self) -> Modifiers {
        self.difference(Modifiers::LOCKS)
    }
}
