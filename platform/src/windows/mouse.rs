//! Mouse records as SGR 1006 sequences (`ctlseqs` of xterm, "SGR (1006)").
//!
//! A record names all buttons that are down; a sequence names the one that changed. So the buttons
//! of the last record are kept.

use std::collections::VecDeque;
use std::io::Write;

use super::abi::{mouse, state};
use super::record::{MouseRecord, Window};
use crate::Reports;

/// Buttons of a record, and their numbers in a sequence.
const BUTTONS: [(u32, u32); 5] = [
    (mouse::LEFT, 0),
    (mouse::SECOND_FROM_LEFT, 1),
    (mouse::RIGHT, 2),
    (mouse::THIRD_FROM_LEFT, 128),
    (mouse::FOURTH_FROM_LEFT, 129),
];
/// All of them in a record.
const ALL: u32 = 0x1f;
/// The number of no button.
const NONE: u32 = 3;
/// Added to a number for a move.
const MOTION: u32 = 32;

/// What was reported of the mouse.
#[derive(Debug, Default)]
pub(super) struct Mouse {
    buttons: u32,
    place: Option<(i32, i32)>,
    /// What the wheels have turned short of a notch: up and down, left and right.
    turned: [i32; 2],
}

impl Mouse {
    pub(super) fn encode(
        &mut self,
        record: &MouseRecord,
        window: Window,
        reports: Reports,
        bytes: &mut VecDeque<u8>,
    ) {
        if !reports.intersects(Reports::MOUSE) {
            return self.forget();
        }
        let place = place(record, window);
        let send = |number: u32, end: char, bytes: &mut VecDeque<u8>| {
            let number = number | modifiers(record.state);
            write!(bytes, "\x1b[<{number};{};{}{end}", place.0, place.1)
                .expect("a write to memory succeeds");
        };
        if record.flags & mouse::WHEELED != 0 {
            self.wheel(0, record, |up| send(if up { 64 } else { 65 }, 'M', bytes));
        } else if record.flags & mouse::HWHEELED != 0 {
            self.wheel(1, record, |right| {
                send(if right { 67 } else { 66 }, 'M', bytes)
            });
        } else {
            let changed = (record.buttons ^ self.buttons) & ALL;
            self.buttons = record.buttons & ALL;
            for (bit, number) in BUTTONS.into_iter().filter(|(bit, _)| changed & bit != 0) {
                let end = if record.buttons & bit != 0 { 'M' } else { 'm' };
                send(number, end, bytes);
            }
            let moved = record.flags & mouse::MOVED != 0 && self.place != Some(place);
            if moved && changed == 0 && self.wants_move(reports) {
                send(self.held() | MOTION, 'M', bytes);
            }
            self.place = Some(place);
        }
    }

    /// Forgets what is down while nobody wants to know.
    fn forget(&mut self) {
        *self = Mouse::default();
    }

    /// Counts whole notches, and calls `send` for each with its direction.
    fn wheel(&mut self, which: usize, record: &MouseRecord, mut send: impl FnMut(bool)) {
        // The upper half is signed.
        let turn = i32::from((record.buttons >> 16) as u16 as i16);
        let before = self.turned[which];
        let total = if before.signum() * turn.signum() < 0 {
            turn
        } else {
            before + turn
        };
        for _ in 0..(total / mouse::NOTCH).abs() {
            send(total > 0);
        }
        self.turned[which] = total % mouse::NOTCH;
    }

    fn wants_move(&self, reports: Reports) -> bool {
        reports.contains(Reports::MOTION) || (reports.contains(Reports::DRAGS) && self.buttons != 0)
    }

    fn held(&self) -> u32 {
        BUTTONS
            .into_iter()
            .find(|(bit, _)| self.buttons & bit != 0)
            .map_or(NONE, |(_, number)| number)
    }
}

/// The cell within the window, counted from 1. A captured mouse may be beyond its edges.
fn place(record: &MouseRecord, window: Window) -> (i32, i32) {
    let cell = |at: i16, start: i16, end: i16| {
        let at = i32::from(at) - i32::from(start);
        at.clamp(0, (i32::from(end) - i32::from(start)).max(0)) + 1
    };
    (
        cell(record.column, window.left, window.right),
        cell(record.row, window.top, window.bottom),
    )
}

fn modifiers(held: u32) -> u32 {
    let any = |bits: u32, value| if held & bits != 0 { value } else { 0 };
    any(state::SHIFT, 4)
        | any(state::LEFT_ALT | state::RIGHT_ALT, 8)
        | any(state::LEFT_CTRL | state::RIGHT_CTRL, 16)
}
