//! Mouse reports: X10, UTF-8 (1005), SGR (1006 and 1016) and urxvt (1015).

use super::Decoder;
use super::machine::{State, Step};
use super::token::What;
use crate::event::{Modifiers, Mouse, MouseButton, MouseKind};

const BUTTONS: [MouseButton; 4] = [
    MouseButton::Left,
    MouseButton::Middle,
    MouseButton::Right,
    MouseButton::None,
];
const EXTRA_BUTTONS: [MouseButton; 4] = [
    MouseButton::Back,
    MouseButton::Forward,
    MouseButton::Button10,
    MouseButton::Button11,
];
const SCROLLS: [MouseKind; 4] = [
    MouseKind::ScrollUp,
    MouseKind::ScrollDown,
    MouseKind::ScrollLeft,
    MouseKind::ScrollRight,
];

const MOTION: u32 = 32;
/// The largest column or row that an X10 report can hold; xterm sends 0 for those beyond.
const X10_LIMIT: u32 = 223;
/// The same for a report in UTF-8.
const X10_LIMIT_UTF8: u32 = 2015;

/// What a button number says; `released` is what the encoding says besides, where it does.
#[inline(always)]
fn button(code: u32, released: bool) -> Option<(MouseKind, MouseButton)> {
    use MouseKind::{Drag, Move, Press, Release};
    let low = (code & 3) as usize;
    let button = match code & 0xc0 {
        0 => BUTTONS[low],
        128 => EXTRA_BUTTONS[low],
        64 if code & MOTION != 0 => MouseButton::None,
        64 if !released => return Some((SCROLLS[low], MouseButton::None)),
        _ => return None,
    };
    let kind = match (code & MOTION != 0, released) {
        // Windows ends every motion as other terminals end a release, so the bit decides.
        (true, _) if button == MouseButton::None => Move,
        (true, _) => Drag,
        (false, true) => Release,
        // X10 and urxvt say with button 3 that some button came up.
        (false, false) if button == MouseButton::None => Release,
        (false, false) => Press,
    };
    Some((kind, button))
}

#[inline(always)]
fn modifiers(code: u32) -> Modifiers {
    // 4 Shift, 8 Alt, 16 Ctrl: the same order as ours, two bits up.
    Modifiers::from_bits_retain((code >> 2 & 7) as u8)
}

/// A place that counts from 1, as one that counts from 0.
#[inline(always)]
fn place(param: u32) -> u16 {
    param.saturating_sub(1).min(u32::from(u16::MAX)) as u16
}

impl Decoder {
    /// `CSI < code ; x ; y M`, with `m` for a release.
    #[inline(always)]
    pub(super) fn sgr_mouse(&mut self, bytes: &[u8], end: usize, last: u8) -> Step {
        let [code, mut x, mut y, rest, ..] = self.csi.params;
        if self.csi.negative != 0 {
            // Outside the window, to the left or above. The first parameter is no place.
            if self.csi.negative & !0b110 != 0 {
                return self.unknown(bytes, end);
            }
            x *= u32::from(self.csi.negative & 0b010 == 0);
            y *= u32::from(self.csi.negative & 0b100 == 0);
        }
        // Some terminals put another semicolon behind the last number.
        match (self.csi.count, self.csi.colons) {
            (3, 0) => self.end_mouse_inline(bytes, end, code, last == b'm', [x, y]),
            (4, 0) if rest == 0 => self.end_mouse(bytes, end, code, last == b'm', [x, y]),
            _ => self.unknown(bytes, end),
        }
    }

    /// `CSI code+32 ; x ; y M`; a code without 32 added cannot be mistaken.
    pub(super) fn urxvt_mouse(&mut self, bytes: &[u8], end: usize) -> Step {
        match (self.csi.params(), self.csi.colons) {
            (&[code, x, y] | &[code, x, y, 0], 0) => {
                let code = code.checked_sub(32).unwrap_or(code);
                self.end_mouse(bytes, end, code, false, [x, y])
            }
            _ => self.unknown(bytes, end),
        }
    }

    /// `CSI M` and three characters of UTF-8 (mode 1005): code, x and y, each with 32 added.
    fn x10_utf8(&mut self, bytes: &[u8], mut pos: usize) -> Step {
        while let Some(&byte) = bytes.get(pos) {
            let is_place = self.csi.count > 0;
            let number = match (byte, self.csi.value) {
                (0x20..=0x7f, 0) => u32::from(byte),
                (0, 0) if is_place => X10_LIMIT_UTF8 + 33,
                (0xc2..=0xdf, 0) => {
                    self.csi.value = u32::from(byte);
                    pos += 1;
                    continue;
                }
                (0x80..=0xbf, lead @ 1..) => (lead & 0x1f) << 6 | u32::from(byte & 0x3f),
                _ => return self.csi_abort(bytes, pos, false),
            };
            self.csi.value = 0;
            self.csi.params[self.csi.count] = number - 32;
            self.csi.count += 1;
            pos += 1;
            if let (3, [code, x, y, ..]) = (self.csi.count, self.csi.params) {
                return self.end_mouse(bytes, pos, code, false, [x, y]);
            }
        }
        self.hold(bytes, State::X10)
    }

    /// `CSI M` and three bytes: code, x and y, each with 32 added.
    pub(super) fn x10(&mut self, bytes: &[u8], mut pos: usize) -> Step {
        if self.settings.utf8_mouse {
            return self.x10_utf8(bytes, pos);
        }
        while let Some(&byte) = bytes.get(pos) {
            if byte < 32 && (self.partial_len == 0 || byte != 0) {
                return self.csi_abort(bytes, pos, false);
            }
            self.partial[usize::from(self.partial_len)] = byte;
            self.partial_len += 1;
            pos += 1;
            if self.partial_len == 3 {
                let [code, x, y, _] = self.partial.map(u32::from);
                let place = [x, y].map(|byte| byte.checked_sub(32).unwrap_or(X10_LIMIT + 1));
                return self.end_mouse(bytes, pos, code - 32, false, place);
            }
        }
        self.hold(bytes, State::X10)
    }

    #[inline(never)]
    fn end_mouse(
        &mut self,
        bytes: &[u8],
        end: usize,
        code: u32,
        released: bool,
        place: [u32; 2],
    ) -> Step {
        self.end_mouse_inline(bytes, end, code, released, place)
    }

    /// As [`end_mouse`](Decoder::end_mouse), for the reports that are frequent.
    #[inline(always)]
    fn end_mouse_inline(
        &mut self,
        bytes: &[u8],
        end: usize,
        code: u32,
        released: bool,
        [x, y]: [u32; 2],
    ) -> Step {
        let Some((kind, button)) = button(code, released).filter(|_| code < 256) else {
            return self.unknown(bytes, end);
        };
        let mut mouse = Mouse::new(kind, button, place(x), place(y));
        mouse.modifiers = modifiers(code);
        mouse.pixels = self.settings.pixels;
        self.end_other_inline(bytes, end, What::Mouse(mouse))
    }
}
