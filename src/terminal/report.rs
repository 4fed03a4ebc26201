//! What a supervisor would have to undo, told through a page of memory that both processes share.
//!
//! The supervised process writes, its supervisor reads once the other is dead. A process can die
//! in the middle of a telling, so each terminal has two halves of an area, and a byte that says
//! which of them is complete. Without a supervisor nothing is told. Telling that something was
//! undone, or is on again, is one store: handlers do it.
//!
//! An area is 2016 bytes:
//!
//! | bytes | content |
//! |---|---|
//! | 0 | the complete half: 0 none, 1 or 2 |
//! | 1 | 1 while what it says is on |
//! | 8–1011, 1012–2015 | the halves: flags, number of bytes (two, little-endian), the bytes that switch the modes off |
//!
//! The last byte of the page goes the other way. The supervisor counts there how often it was
//! continued and has noted the settings that the user wants now. The program waits for that, for a
//! while, before it changes them: see [`acknowledgements`].

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};
use std::time::Duration;

use super::world::{id, parent, pause};

const AREA: usize = 2016;
const HALVES: [usize; 2] = [8, 1012];
/// The most bytes that a half has room for.
pub(super) const ROOM: usize = 1000;

/// The settings are not as they were found.
const SETTINGS: u8 = 1;
/// The terminal may be sending reports.
const REPORTS: u8 = 2;

static PAGE: OnceLock<&'static [AtomicU8]> = OnceLock::new();
/// The process that tells; children that it forks do not.
static TELLER: AtomicI32 = AtomicI32::new(0);
/// The process that would read; zero while there is none.
static SUPERVISOR: AtomicI32 = AtomicI32::new(0);

/// What must be undone on one terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owed<'a> {
    /// Whether any of it is on.
    pub(super) on: bool,
    /// Whether the settings are not as they were found.
    pub(super) settings: bool,
    /// Whether the terminal may be sending reports.
    pub(super) reports: bool,
    /// The bytes that switch the modes off.
    pub(super) reset: &'a [u8],
}

/// Tells this supervisor from now on.
pub(super) fn start(page: &'static [AtomicU8], supervisor: i32) {
    // Relaxed: there is one thread yet.
    TELLER.store(id(), Ordering::Relaxed);
    SUPERVISOR.store(supervisor, Ordering::Relaxed);
    let _ = PAGE.set(page);
}

/// Returns whether a supervisor waits for this process or its parent.
pub(super) fn is_supervised() -> bool {
    PAGE.get().is_some()
}

/// Returns whether there was a supervisor, and it is gone: the shell has the terminal back while
/// everything is on. Async-signal-safe.
pub(super) fn is_abandoned() -> bool {
    // Relaxed: stored before there was a second thread.
    let supervisor = SUPERVISOR.load(Ordering::Relaxed);
    supervisor != 0 && parent() != supervisor
}

fn area(index: usize) -> Option<&'static [AtomicU8]> {
    PAGE.get()?.get(index * AREA..(index + 1) * AREA)
}

/// Tells what must be undone on the terminal with this index; not in a forked child. Makes no system
/// call, between which and the one before it the process could die. Async-signal-safe.
pub(super) fn tell(index: usize, owed: Owed<'_>) {
    let Some(area) = area(index) else {
        return;
    };
    // Relaxed: this process alone stores.
    let half = usize::from(area[0].load(Ordering::Relaxed) == 1);
    let place = &area[HALVES[half]..];
    let flags = SETTINGS * u8::from(owed.settings) + REPORTS * u8::from(owed.reports);
    let count = owed.reset.len().min(ROOM);
    place[0].store(flags, Ordering::Relaxed);
    let [low, high, ..] = count.to_le_bytes();
    place[1].store(low, Ordering::Relaxed);
    place[2].store(high, Ordering::Relaxed);
    for (to, &from) in place[3..].iter().zip(&owed.reset[..count]) {
        to.store(from, Ordering::Relaxed);
    }
    // Release: pairs with the Acquire in `read`; the half is complete.
    area[0].store(if half == 0 { 1 } else { 2 }, Ordering::Release);
    is_on(index, owed.on);
}

/// Tells whether it is on. Async-signal-safe.
pub(super) fn is_on(index: usize, on: bool) {
    if let Some(area) = area(index) {
        // Release: as above.
        area[1].store(u8::from(on), Ordering::Release);
    }
}

/// The byte that the supervisor counts in.
const ACKNOWLEDGEMENTS: usize = 4095;

/// How long the program waits for its supervisor, in milliseconds: one that was not stopped, or was
/// not continued, does not count.
const SUPERVISOR_TIMEOUT_MS: u32 = 50;

/// Says that the supervisor was continued and has noted the settings.
pub(super) fn acknowledge(page: &[AtomicU8]) {
    // Release: pairs with the Acquire in `wait_for_another`.
    page[ACKNOWLEDGEMENTS].fetch_add(1, Ordering::Release);
}

/// What the supervisor had counted before a stop; nothing without a supervisor.
#[derive(Debug)]
pub(super) struct Acknowledgements(Option<(&'static AtomicU8, u8)>);

/// Remembers what the supervisor has counted. Async-signal-safe.
pub(super) fn acknowledgements() -> Acknowledgements {
    // Relaxed: stored before there was a second thread.
    let tells = TELLER.load(Ordering::Relaxed) == id();
    let count = PAGE.get().filter(|_| tells);
    let count = count.map(|page| &page[ACKNOWLEDGEMENTS]);
    Acknowledgements(count.map(|count| (count, count.load(Ordering::Relaxed))))
}

impl Acknowledgements {
    /// Waits until the supervisor has counted further. Async-signal-safe.
    pub(super) fn wait_for_another(&self) {
        let Some((count, before)) = self.0 else {
            return;
        };
        for _ in 0..SUPERVISOR_TIMEOUT_MS {
            // Acquire: pairs with the Release in `acknowledge`.
            if count.load(Ordering::Acquire) != before {
                return;
            }
            pause(Duration::from_millis(1));
        }
    }
}

/// Reads what the dead process has left to be undone, newest terminal first.
pub(super) fn read(page: &[AtomicU8], mut visit: impl FnMut(Owed<'_>)) {
    for area in page.chunks_exact(AREA).rev() {
        // Acquire: pairs with the Release in `tell`; the writer is dead in any case.
        let half = match area[0].load(Ordering::Acquire) {
            half @ 1..=2 => usize::from(half) - 1,
            _ => continue,
        };
        let place = &area[HALVES[half]..];
        let flags = place[0].load(Ordering::Relaxed);
        let count = [
            place[1].load(Ordering::Relaxed),
            place[2].load(Ordering::Relaxed),
        ];
        let count = usize::from(u16::from_le_bytes(count)).min(ROOM);
        let mut reset = [0; ROOM];
        for (to, from) in reset.iter_mut().zip(&place[3..][..count]) {
            *to = from.load(Ordering::Relaxed);
        }
        visit(Owed {
            on: area[1].load(Ordering::Acquire) == 1,
            settings: flags & SETTINGS != 0,
            reports: flags & REPORTS != 0,
            reset: &reset[..count],
        });
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
pub(super) mod tests;
