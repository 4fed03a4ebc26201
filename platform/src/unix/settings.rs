//! Raw mode as one mask for all systems: which bits a [`LineMode`] sets and clears.
//!
//! The bits have other values, and VMIN and VTIME other places, on every system; [`Layout`] is
//! the table of them. This module does not talk to a terminal.

use crate::{LineMode, Reading};

/// Where a system keeps each setting: the values of the flags, the indices of VMIN and VTIME.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the fields have the names of termios(3)")]
pub struct Layout {
    pub ignbrk: u64,
    pub brkint: u64,
    pub parmrk: u64,
    pub istrip: u64,
    pub inlcr: u64,
    pub igncr: u64,
    pub icrnl: u64,
    pub ixon: u64,
    pub iutf8: u64,
    pub opost: u64,
    pub csize: u64,
    pub cs8: u64,
    pub parenb: u64,
    pub echo: u64,
    pub echonl: u64,
    pub icanon: u64,
    pub isig: u64,
    pub iexten: u64,
    pub vmin: usize,
    pub vtime: usize,
}

/// The part of the settings that a [`LineMode`] speaks of, widened to the same type everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `c_iflag`.
    pub input: u64,
    /// `c_oflag`.
    pub output: u64,
    /// `c_cflag`.
    pub control: u64,
    /// `c_lflag`.
    pub local: u64,
    /// `c_cc[VMIN]`.
    pub vmin: u8,
    /// `c_cc[VTIME]`.
    pub vtime: u8,
}

impl Layout {
    /// Returns the settings with everything that `mode` names as it says.
    #[must_use]
    pub fn with(&self, settings: Settings, mode: &LineMode) -> Settings {
        let mut new = settings;
        put(&mut new.local, self.icanon, mode.canonical);
        put(&mut new.local, self.echo, mode.echo);
        put(&mut new.local, self.isig, mode.signals);
        put(&mut new.local, self.iexten, mode.extended);
        put(&mut new.input, self.ixon, mode.flow_control);
        put(&mut new.input, self.icrnl, mode.newline);
        put(&mut new.input, self.ignbrk, mode.ignore_break);
        put(&mut new.output, self.opost, mode.output_processing);
        if let Some(utf8) = mode.utf8 {
            put(&mut new.input, self.iutf8, utf8);
        }
        if !mode.canonical {
            // The rest of cfmakeraw(3): eight bits a byte, none of them rewritten or marked.
            let rewriting = self.brkint | self.parmrk | self.istrip | self.inlcr | self.igncr;
            put(&mut new.input, rewriting, false);
            put(&mut new.local, self.echonl, false);
            put(&mut new.control, self.csize | self.parenb, false);
            put(&mut new.control, self.cs8, true);
            (new.vmin, new.vtime) = timers(mode.reading);
        }
        new
    }

    /// Reads the settings back into the vocabulary of [`LineMode`].
    #[must_use]
    pub fn line_mode(&self, settings: &Settings) -> LineMode {
        let input = |bit| settings.input & bit != 0;
        let local = |bit| settings.local & bit != 0;
        LineMode {
            canonical: local(self.icanon),
            echo: local(self.echo),
            signals: local(self.isig),
            extended: local(self.iexten),
            flow_control: input(self.ixon),
            newline: input(self.icrnl),
            output_processing: settings.output & self.opost != 0,
            ignore_break: input(self.ignbrk),
            utf8: (self.iutf8 != 0).then(|| input(self.iutf8)),
            reading: reading(settings.vmin, settings.vtime),
        }
    }
}

fn put(flags: &mut u64, bits: u64, on: bool) {
    *flags = if on { *flags | bits } else { *flags & !bits };
}

/// Returns VMIN and VTIME for a way of reading.
///
/// A zero where [`Reading`] asks for at least one would mean another of its four cases: it counts
/// as one.
fn timers(reading: Reading) -> (u8, u8) {
    match reading {
        Reading::Polling => (0, 0),
        Reading::Timed { deciseconds } => (0, deciseconds.max(1)),
        Reading::Counted { bytes } => (bytes.max(1), 0),
        Reading::Interbyte { bytes, deciseconds } => (bytes.max(1), deciseconds.max(1)),
    }
}

fn reading(vmin: u8, vtime: u8) -> Reading {
    match (vmin, vtime) {
        (0, 0) => Reading::Polling,
        (0, deciseconds) => Reading::Timed { deciseconds },
        (bytes, 0) => Reading::Counted { bytes },
        (bytes, deciseconds) => Reading::Interbyte { bytes, deciseconds },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every flag a bit of its own, whichever word it is in.
    const LAYOUT: Layout = Layout {
        ignbrk: 1 << 0,
        brkint: 1 << 1,
        parmrk: 1 << 2,
        istrip: 1 << 3,
        inlcr: 1 << 4,
        igncr: 1 << 5,
        icrnl: 1 << 6,
        ixon: 1 << 7,
        iutf8: 1 << 8,
        opost: 1 << 9,
        csize: 3 << 10,
        cs8: 3 << 10,
        parenb: 1 << 12,
        echo: 1 << 13,
        echonl: 1 << 14,
        icanon: 1 << 15,
        isig: 1 << 16,
        iexten: 1 << 17,
        vmin: 0,
        vtime: 1,
    };

    const FULL: Settings = Settings {
        input: u64::MAX,
        output: u64::MAX,
        control: u64::MAX,
        local: u64::MAX,
        vmin: 9,
        vtime: 9,
    };

    #[test]
    fn raw_clears_what_cfmakeraw_clears_and_nothing_else() {
        let raw = LAYOUT.with(FULL, &LineMode::RAW);
        let input = LAYOUT.ignbrk
            | LAYOUT.brkint
            | LAYOUT.parmrk
            | LAYOUT.istrip
            | LAYOUT.inlcr
            | LAYOUT.igncr
            | LAYOUT.icrnl
            | LAYOUT.ixon;
        assert_eq!(!raw.input, input);
        assert_eq!(!raw.output, LAYOUT.opost);
        assert_eq!(!raw.control, LAYOUT.parenb);
        let local = LAYOUT.echo | LAYOUT.echonl | LAYOUT.icanon | LAYOUT.isig | LAYOUT.iexten;
        assert_eq!(!raw.local, local);
        assert_eq!((raw.vmin, raw.vtime), (1, 0));
    }

    #[test]
    fn raw_sets_eight_bits_on_a_cleared_terminal() {
        let zero = Settings {
            input: 0,
            output: 0,
            control: 0,
            local: 0,
            ..FULL
        };
        let raw = LAYOUT.with(zero, &LineMode::RAW);
        assert_eq!(raw.control, LAYOUT.cs8);
        assert_eq!((raw.input, raw.output, raw.local), (0, 0, 0));
    }

    #[test]
    fn canonical_mode_keeps_timers_and_framing() {
        let password = LAYOUT.with(FULL, &LineMode::PASSWORD);
        assert_eq!(password.control, FULL.control);
        assert_eq!((password.vmin, password.vtime), (9, 9));
        assert_eq!(!password.local, LAYOUT.echo);
        assert_eq!(!password.input, LAYOUT.ignbrk);
    }

    #[test]
    fn every_preset_reads_back_as_itself() {
        for mode in [
            LineMode::RAW,
            LineMode::CBREAK,
            LineMode::RAW_WITH_SIGNALS,
            LineMode {
                reading: Reading::Interbyte {
                    bytes: 3,
                    deciseconds: 7,
                },
                ..LineMode::RAW
            },
        ] {
            let mode = LineMode {
                utf8: Some(true),
                ..mode
            };
            assert_eq!(LAYOUT.line_mode(&LAYOUT.with(FULL, &mode)), mode);
        }
    }

    #[test]
    fn zero_counts_as_one_where_the_case_asks_for_one() {
        assert_eq!(timers(Reading::Timed { deciseconds: 0 }), (0, 1));
        assert_eq!(timers(Reading::Counted { bytes: 0 }), (1, 0));
    }
}
