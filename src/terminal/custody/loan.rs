//! Giving the terminal away and taking it back: to a child, to the shell, at the end.
//!
//! Late replies are read in between, without the lock.

use std::sync::atomic::Ordering;

use ttyring_platform::{Result, Termios, Tty};

use super::super::fence;
use super::Custody;
use super::state::Event;

/// What a borrower of the terminal has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Borrower {
    /// It ended well: what it has changed, it has changed on purpose.
    EndedWell,
    /// It was killed or failed: what it has left is not what the user wants.
    Failed,
    /// Nobody knows; raw settings are taken for an accident.
    Unknown,
}

impl<T: Tty> Custody<T> {
    /// Gives the terminal away: modes off, late replies read, settings as found. What was read
    /// meanwhile is kept, unless it is `final` and nobody types any more.
    pub(crate) fn give(&self, is_final: bool) -> Result<()> {
        let mut hand = self.hand()?;
        // Relaxed: stored before anybody else knew this custody. A script answers nothing.
        let drain = self.reachable.load(Ordering::Relaxed) && hand.turn.has_to_drain();
        hand.take(Event::Lend { drain }, None)?;
        let tty = hand.turn.plan().tty.clone().filter(|_| drain);
        let Some(tty) = tty else {
            return Ok(());
        };
        let timeout = fence::timeout(hand.turn.round_trip);
        drop(hand);
        let heard = fence::wait(&*tty, timeout, || self.shared.is_ended());
        let mut hand = self.hand()?;
        match heard.round_trip {
            Some(taken) => hand.turn.note_round_trip(taken),
            // What comes after this is nobody's.
            None if is_final => drop(tty.discard_input()),
            None => {}
        }
        hand.turn.reports = false;
        if !is_final {
            self.keep(&mut hand, heard.bytes, false);
        }
        hand.take(Event::Drained, None)
    }

    /// Takes the terminal back.
    pub(crate) fn take_back(&self, borrower: Borrower) -> Result<()> {
        let mut hand = self.hand()?;
        hand.turn.spoiled = match borrower {
            Borrower::EndedWell => false,
            Borrower::Failed => true,
            Borrower::Unknown => {
                let now = hand
                    .turn
                    .plan()
                    .tty
                    .as_ref()
                    .and_then(|tty| tty.termios().ok());
                now.is_some_and(|now| !(now.line_mode().canonical && now.line_mode().echo))
            }
        };
        hand.take(Event::TakeBack, None)
    }

    /// Whoever had the terminal has panicked: it stays as found until it is changed again.
    pub(crate) fn abandon_loan(&self) {
        if let Ok(mut hand) = self.hand() {
            // An error means that the process ends.
            let _ = hand.take(Event::Panic, None);
            let _ = hand.take(Event::TakeBack, None);
        }
    }
}
