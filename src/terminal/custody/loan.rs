//! Giving the terminal away and taking it back: to a child, to the shell, at the end.
//!
//! Late replies are read in between, without the lock.

use std::sync::atomic::Ordering;

use ttyring_platform::{Result, Termios, Tty};

use super::super::fence;
use super::Custody;
use super::hand::Hand;
use super::state::Event;

impl<T: Tty> Custody<T> {
    /// Gives the terminal away: modes off, late replies read, settings as found. What was read
    /// meanwhile is kept, unless it is `final` and nobody types any more.
    pub(crate) fn give(&self, is_final: bool) -> Result<()> {
        self.give_from(self.hand()?, is_final).map(drop)
    }

    /// As [`give`](Custody::give), with the lock in hand before and after; meanwhile others may
    /// have it.
    pub(super) fn give_from<'a>(
        &'a self,
        mut hand: Hand<'a, T>,
        is_final: bool,
    ) -> Result<Hand<'a, T>> {
        // Relaxed: stored before anybody else knew this custody. A script answers nothing.
        let drain = self.reachable.load(Ordering::Relaxed) && hand.turn.has_to_drain();
        hand.take(Event::Lend { drain }, None)?;
        let Some(tty) = hand.tty().filter(|_| drain) else {
            return Ok(hand);
        };
        hand.write(fence::QUESTION)?;
        let timeout = fence::timeout(hand.turn.round_trip);
        drop(hand);
        let heard = fence::wait(&*tty, timeout, || self.shared.is_ended());
        let mut hand = self.hand()?;
        hand.turn.round_trip = hand.turn.round_trip.max(heard.round_trip);
        if is_final && heard.round_trip.is_none() {
            // What comes after this is nobody's; an error means that the terminal is gone.
            let _ = tty.discard_input();
        }
        hand.turn.reports = false;
        if !is_final {
            let unread = [std::mem::take(&mut hand.turn.unread), heard.bytes].concat();
            self.keep(&mut hand, unread);
        }
        hand.take(Event::Drained, None)?;
        Ok(hand)
    }

    /// Takes the terminal back. Settings that the borrower has changed are kept if it `ended_well`;
    /// where nobody knows, unless they are without echo or line editing.
    pub(crate) fn take_back(&self, ended_well: Option<bool>) -> Result<()> {
        self.count_return();
        let mut hand = self.hand()?;
        let looks_raw = || {
            let now = hand.tty()?.termios().ok()?.line_mode();
            Some(!(now.canonical && now.echo))
        };
        let spoiled = ended_well.map(|well| !well).or_else(looks_raw);
        hand.turn.spoiled = spoiled.unwrap_or(false);
        hand.take(Event::TakeBack, None)?;
        drop(hand);
        // An error means that the terminal takes nothing, and what it has not taken stays due.
        let _ = self.settled();
        Ok(())
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

#[cfg(test)]
#[path = "loan_tests.rs"]
mod tests;
