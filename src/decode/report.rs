//! Replies that are control sequences, and the one that looks like a key.

use super::Decoder;
use super::machine::Step;
use super::token::{Report, What};
use crate::event::{KeyCode, KeyKind, Modifiers, Params, Reply, Size};
/// The modifiers that xterm sends with F3, each plus one: Shift, Alt, Ctrl and Meta in any mix.
const F3_MODIFIERS: std::ops::RangeInclusive<u32> = 2..=16;

impl Decoder {
    /// A control sequence that is no key and no mouse report.
    pub(super) fn report(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        let csi = &self.csi;
        let what = match (csi.marker, csi.intermediate, last, csi.params()) {
            (b'?', 0, b'c', _) => Report::PrimaryAttributes,
            (b'>', 0, b'c', _) => Report::SecondaryAttributes,
            (b'?', 0, b'n', [997, 1 | 2]) => Report::ColorScheme,
            (0 | b'?', 0, b'n', _) => Report::Status,
            (b'?', 0, b'R', [_, _] | [_, _, _]) => Report::CursorPosition,
            (0 | b'?', b'$', b'y', [_, _]) => Report::Mode,
            (b'?', 0, b'u', [_]) => Report::KeyboardFlags,
            (0, 0, b't', [48, _, _, ..]) if csi.count <= 5 => {
                return self.end_other(bytes, end, What::Resize);
            }
            (0, 0, b't', &[kind, ..]) if kind != 0 => Report::Window,
            _ => return self.unknown(bytes, end),
        };
        self.end_other(bytes, end, What::Report(what))
    }

    /// `CSI 1 ; 2 R` is Shift+F3 or a cursor in the first row. An answer that is expected
    /// decides; without one it is the key where it can be.
    pub(super) fn cursor_or_f3(&mut self, bytes: &[u8], end: usize) -> Step {
        let key = match (self.csi.params(), self.csi.colons) {
            ([1, held], 0) => self.cursor_reports == 0 && F3_MODIFIERS.contains(held),
            ([_, _], 0) => false,
            _ => true,
        };
        if !key {
            self.cursor_reports = self.cursor_reports.saturating_sub(1);
            return self.end_other(bytes, end, What::Report(Report::CursorPosition));
        }
        match self.csi.letter_modifiers() {
            Some((modifiers, kind)) => self.end_f3(bytes, end, modifiers, kind),
            None => self.unknown(bytes, end),
        }
    }

    fn end_f3(&mut self, bytes: &[u8], end: usize, held: Modifiers, kind: KeyKind) -> Step {
        self.end_key(bytes, end, KeyCode::F(3), held, kind)
    }

    /// The size in an in-band report: `48 ; rows ; columns ; height ; width`.
    pub(super) fn size(&self) -> Size {
        let param = |index: usize| {
            let number = self.csi.params().get(index).copied().unwrap_or(0);
            number.min(u32::from(u16::MAX)) as u16
        };
        Size {
            columns: param(2),
            rows: param(1),
            width: param(4),
            height: param(3),
        }
    }

    /// The reply that the parameters hold.
    pub(super) fn report_reply(&self, report: Report) -> Reply<'_> {
        let params = self.csi.params();
        let all = || Params::new(params);
        let param = |index: usize| params.get(index).copied().unwrap_or(0);
        let private = self.csi.marker == b'?';
        match report {
            Report::PrimaryAttributes => Reply::PrimaryAttributes(all()),
            Report::SecondaryAttributes => Reply::SecondaryAttributes(all()),
            Report::Status => Reply::Status {
                private,
                params: all(),
            },
            Report::CursorPosition => Reply::CursorPosition {
                row: param(0),
                column: param(1),
                page: params.get(2).copied(),
                private,
            },
            Report::Mode => Reply::Mode {
                private,
                mode: param(0),
                value: param(1),
            },
            Report::KeyboardFlags => Reply::KeyboardFlags(param(0)),
            Report::ColorScheme => Reply::ColorScheme {
                dark: param(1) == 1,
            },
            Report::Window => Reply::Window(all()),
        }
    }
}
