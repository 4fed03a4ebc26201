//! Replies that are control sequences, and the one that looks like a key.

use std::borrow::Cow;

use super::Decoder;
use super::machine::Step;
use super::token::{Report, What};
use crate::event::{KeyCode, KeyKind, Modifiers, Reply, Size};

/// The modifiers that xterm sends with F3, each plus one: Shift, Alt, Ctrl and Meta in any mix.
const F3_MODIFIERS: std::ops::RangeInclusive<u32> = 2..=16;

impl Decoder {
    /// A control sequence that is no key and no mouse report.
    pub(super) fn report(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        let csi = &self.csi;
        let what = match (csi.marker, csi.intermediate, last, csi.params()) {
            (b'?', 0, b'c', _) => Report::PrimaryAttributes,
            // SyncTERM spells its name: CTerm.
            (b'=', 0, b'c', [67, 84, 101, 114, 109, ..]) => Report::PrimaryAttributes,
            (b'>', 0, b'c', _) => Report::SecondaryAttributes,
            (b'?', 0, b'n', [997, 1 | 2]) => Report::ColorScheme,
            (0 | b'?', 0, b'n', _) => Report::Status,
            (b'?', 0, b'R', [_, _] | [_, _, _]) => Report::CursorPosition,
            (0 | b'?', b'$', b'y', [_, _]) => Report::Mode,
            (b'?', 0, b'u', &[flags]) => {
                self.kitty_seen |= flags & 1 != 0;
                Report::KeyboardFlags
            }
            (0, 0, b't', [48, ..]) if (3..=5).contains(&csi.groups().count()) => {
                return self.end_other(bytes, end, What::Resize);
            }
            (0, 0, b't', &[kind, ..]) if kind != 0 => Report::Window,
            (b'>', 0, b'm', [_, _]) => Report::KeyModifiers,
            (b'>', 0, b'f', [_, _]) => Report::KeyFormat,
            (b'>', b' ', b'q', _) => Report::Cursors,
            (b'?', 0, b'S', [_, _, ..]) => Report::GraphicsAttribute,
            (0, 0, b'x', [2 | 3, ..]) if csi.count == 7 => Report::TerminalParameters,
            (0, b'"', b'w', [_, _, ..]) => Report::DisplayedExtent,
            (0, b'&', b'w', _) => Report::Locator,
            (b'?', b'#', b'Q', _) => Report::ColorStack,
            (0, b'#', b'S', [_, _]) => Report::TitleStack,
            (0, b'*', b'{', [_]) => Report::MacroSpace,
            (0, b'#', b'd', [_]) => Report::ScrollbarPlace,
            (0, b'#', b'e', [_] | [_, _]) => Report::ScrollbarStep,
            (0, 0, b'W', [0..=2]) => Report::AmbiguousWidth,
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

    /// The size in an in-band report: `48 ; rows ; columns ; height ; width`. A later version of the
    /// protocol may add to each with colons.
    pub(super) fn size(&self) -> Size {
        let param = |index: usize| {
            let number = self.csi.groups().nth(index).unwrap_or(0);
            number.min(u32::from(u16::MAX)) as u16
        };
        Size {
            columns: param(2),
            rows: param(1),
            width: param(4),
            height: param(3),
        }
    }

    /// The reply that the parameters hold; `raw` is the whole sequence.
    pub(super) fn report_reply<'a>(&'a self, report: Report, raw: &'a [u8]) -> Reply<'a> {
        let params = self.csi.params();
        let all = || Cow::Borrowed(params);
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
            Report::KeyModifiers => Reply::KeyModifiers {
                resource: param(0),
                value: param(1),
            },
            Report::KeyFormat => Reply::KeyFormat {
                resource: param(0),
                value: param(1),
            },
            Report::Cursors => {
                let marker = raw.iter().position(|&byte| byte == b'>');
                let start = marker.map_or(0, |marker| marker + 1);
                let text = raw.get(start..raw.len() - 2);
                Reply::Cursors(Cow::Borrowed(text.unwrap_or_default()))
            }
            Report::GraphicsAttribute => Reply::GraphicsAttribute(all()),
            Report::TerminalParameters => Reply::TerminalParameters(all()),
            Report::DisplayedExtent => Reply::DisplayedExtent(all()),
            Report::Locator => Reply::Locator(all()),
            Report::ColorStack => Reply::ColorStack(all()),
            Report::TitleStack => Reply::TitleStack(all()),
            Report::MacroSpace => Reply::MacroSpace(param(0)),
            Report::ScrollbarPlace | Report::ScrollbarStep => Reply::Scrollbar {
                absolute: report == Report::ScrollbarPlace,
                params: all(),
            },
            Report::AmbiguousWidth => Reply::AmbiguousWidth(param(0)),
            Report::Window => Reply::Window(all()),
        }
    }
}
