//! The flags of the kitty keyboard protocol: what a program asks for, a terminal reports, and keys
//! are encoded by.

bitflags::bitflags! {
    /// Flags of the kitty keyboard protocol ("progressive enhancement").
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Keyboard: u8 {
        /// Keys that would be ambiguous, Esc among them, come as escape codes.
        const DISAMBIGUATE = 1;
        /// Repeats and releases are reported.
        const EVENT_TYPES = 2;
        /// The shifted key and the key of the base layout are reported.
        const ALTERNATE_KEYS = 4;
        /// Keys that make text come as escape codes, too.
        const ALL_KEYS = 8;
        /// The text that a key makes comes with it.
        const TEXT = 16;
    }
}
