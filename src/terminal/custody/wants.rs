//! What the holders of a terminal want of it, and what follows for the terminal.
//!
//! Each holder has its own line modes, modes, keyboard flags and notes. The terminal has the line
//! mode that was entered last, the union of the modes, and a stack of keyboard flags for each
//! screen. Nothing here writes.

use std::thread::{self, ThreadId};

use ttyring_platform::LineMode;

use super::super::modes::{Enabled, Keyboard, Modes};

/// Numbers the holders of one terminal.
pub(crate) type HolderId = u32;

#[derive(Debug)]
struct Holder {
    id: HolderId,
    /// The thread that used it last.
    thread: ThreadId,
    modes: Modes,
}

/// Flags that were pushed, by whom, and on which screen.
#[derive(Debug)]
struct Pushed {
    holder: HolderId,
    flags: Keyboard,
    alternate: bool,
}

/// Bytes that the program writes itself, and those that undo them.
#[derive(Debug)]
struct Note {
    holder: HolderId,
    set: Vec<u8>,
    reset: Vec<u8>,
}

/// What everybody wants, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    holders: Vec<Holder>,
    levels: Vec<(HolderId, LineMode)>,
    pushed: Vec<Pushed>,
    notes: Vec<Note>,
    opened: HolderId,
}

impl Wants {
    /// Adds a holder, which wants nothing yet.
    pub(crate) fn open(&mut self) -> HolderId {
        self.opened += 1;
        self.holders.push(Holder {
            id: self.opened,
            thread: thread::current().id(),
            modes: Modes::empty(),
        });
        self.opened
    }

    /// Removes a holder and everything that it wants.
    pub(crate) fn close(&mut self, holder: HolderId) {
        self.holders.retain(|other| other.id != holder);
        self.levels.retain(|(other, _)| *other != holder);
        self.notes.retain(|note| note.holder != holder);
        let heir = self.holders.first().map(|heir| heir.id);
        let shown = self.is_alternate();
        self.pushed.retain_mut(|pushed| {
            if pushed.holder == holder && !pushed.alternate && shown {
                // Out of reach while the other screen is shown: somebody has to keep it.
                pushed.holder = heir.unwrap_or(holder);
            }
            pushed.holder != holder && (shown || !pushed.alternate)
        });
    }

    /// Returns how many holders there are.
    pub(crate) fn holders(&self) -> usize {
        self.holders.len()
    }

    /// Notes that this thread uses the terminal.
    pub(crate) fn used(&mut self, holder: HolderId) {
        if let Some(holder) = self.holder(holder) {
            holder.thread = thread::current().id();
        }
    }

    /// Returns whether `thread` was the last to use any of the holders.
    pub(crate) fn are_used_by(&self, thread: ThreadId) -> bool {
        self.holders.iter().any(|holder| holder.thread == thread)
    }

    /// Returns the line mode that was entered last.
    pub(crate) fn line(&self) -> Option<LineMode> {
        self.levels.last().map(|(_, mode)| *mode)
    }

    /// Returns the line mode that this holder entered last.
    pub(crate) fn line_of(&self, holder: HolderId) -> Option<LineMode> {
        let mut levels = self.levels.iter().rev();
        let last = levels.find(|(other, _)| *other == holder);
        last.map(|(_, mode)| *mode)
    }

    /// Puts a line mode above all others.
    pub(crate) fn enter(&mut self, holder: HolderId, mode: LineMode) {
        self.levels.push((holder, mode));
    }

    /// Removes the last line mode of this holder.
    pub(crate) fn leave(&mut self, holder: HolderId) {
        let mut levels = self.levels.iter();
        if let Some(last) = levels.rposition(|(other, _)| *other == holder) {
            self.levels.remove(last);
        }
    }

    /// Replaces the last line mode of this holder; returns whether there was one.
    pub(crate) fn replace(&mut self, holder: HolderId, mode: LineMode) -> bool {
        let mut levels = self.levels.iter_mut().rev();
        let last = levels.find(|(other, _)| *other == holder);
        last.map(|(_, old)| *old = mode).is_some()
    }

    /// Changes the modes that this holder wants.
    pub(crate) fn change_modes(&mut self, holder: HolderId, change: impl FnOnce(Modes) -> Modes) {
        let was_alternate = self.is_alternate();
        if let Some(holder) = self.holder(holder) {
            holder.modes = change(holder.modes);
        }
        if was_alternate && !self.is_alternate() {
            self.pushed.retain(|pushed| !pushed.alternate);
        }
    }

    /// Pushes keyboard flags on the screen that is shown.
    pub(crate) fn push(&mut self, holder: HolderId, flags: Keyboard) {
        let alternate = self.is_alternate();
        self.pushed.push(Pushed {
            holder,
            flags,
            alternate,
        });
    }

    /// Removes the last flags of this holder on the screen that is shown; returns whether there
    /// were any.
    pub(crate) fn pop(&mut self, holder: HolderId) -> bool {
        let shown = self.is_alternate();
        let mut pushed = self.pushed.iter();
        let last = pushed.rposition(|pushed| pushed.holder == holder && pushed.alternate == shown);
        last.map(|last| self.pushed.remove(last)).is_some()
    }

    /// Notes what the program writes itself, in the place of an earlier note with the same `reset`;
    /// an empty `set` removes that.
    pub(crate) fn note(&mut self, holder: HolderId, set: &[u8], reset: &[u8]) {
        self.notes
            .retain(|note| note.holder != holder || note.reset != reset);
        if !set.is_empty() {
            self.notes.push(Note {
                holder,
                set: set.to_vec(),
                reset: reset.to_vec(),
            });
        }
    }

    /// Returns what the terminal is to have switched on.
    pub(crate) fn enabled(&self) -> Enabled {
        let (mut notes, mut unnotes) = (Vec::new(), Vec::new());
        for note in &self.notes {
            notes.extend_from_slice(&note.set);
        }
        for note in self.notes.iter().rev() {
            unnotes.extend_from_slice(&note.reset);
        }
        Enabled {
            modes: self.modes(),
            main: self.stack(false),
            alternate: self.stack(true),
            notes,
            unnotes,
        }
    }

    /// Returns the modes and the keyboard flags that are in force on the screen that is shown.
    pub(crate) fn in_force(&self) -> (Modes, Keyboard) {
        let shown = self.stack(self.is_alternate());
        (self.modes(), shown.last().copied().unwrap_or_default())
    }

    /// Returns the keyboard flags of a screen, oldest first.
    fn stack(&self, alternate: bool) -> Vec<Keyboard> {
        let pushed = self.pushed.iter();
        let on_screen = pushed.filter(|pushed| pushed.alternate == alternate);
        on_screen.map(|pushed| pushed.flags).collect()
    }

    fn modes(&self) -> Modes {
        let holders = self.holders.iter();
        holders.fold(Modes::empty(), |all, holder| all | holder.modes)
    }

    fn is_alternate(&self) -> bool {
        self.modes().contains(Modes::ALTERNATE_SCREEN)
    }

    fn holder(&mut self, id: HolderId) -> Option<&mut Holder> {
        self.holders.iter_mut().find(|holder| holder.id == id)
    }
}

#[cfg(test)]
#[path = "wants_tests.rs"]
mod tests;
