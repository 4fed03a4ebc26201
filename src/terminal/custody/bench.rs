//! A process with one holder of its terminal, for tests of single calls.

use std::sync::Arc;

use ttyring_platform::sim::Termios;
use ttyring_platform::{LineMode, Result, Termios as _, Tty};

use super::super::modes::Modes;
use super::super::report::tests::supervise;
use super::super::simulation::{Alone, StagedTty};
use super::list::Claim;
use super::{Custody, HolderId, Wants};

/// A process with one holder of its terminal.
pub(in crate::terminal) struct Bench {
    pub(in crate::terminal) custody: Claim<StagedTty>,
    pub(in crate::terminal) holder: HolderId,
    pub(in crate::terminal) tty: Arc<StagedTty>,
    pub(in crate::terminal) process: Alone,
}

impl Bench {
    pub(in crate::terminal) fn new() -> Self {
        Bench::in_process(Alone::new())
    }

    pub(in crate::terminal) fn in_process(process: Alone) -> Self {
        supervise();
        let tty = process.tty();
        let custody = Claim::of(&*tty);
        let holder = custody.open(&tty).expect("a new custody");
        Bench {
            custody,
            holder,
            tty,
            process,
        }
    }

    pub(in crate::terminal) fn raw() -> Self {
        let bench = Bench::new();
        bench.enter(LineMode::RAW);
        bench
    }

    pub(in crate::terminal) fn enter(&self, mode: LineMode) {
        let entered = self
            .custody
            .change(self.holder, |wants| wants.enter(self.holder, mode));
        entered.expect("a scripted terminal");
    }

    pub(in crate::terminal) fn enable(&self, modes: Modes) {
        self.custody
            .change(self.holder, |wants| wants.set_modes(self.holder, modes))
            .expect("a scripted terminal");
    }

    pub(in crate::terminal) fn settings(&self) -> Termios {
        self.process.sim().termios()
    }

    pub(in crate::terminal) fn is_raw(&self) -> bool {
        !self.settings().line_mode().canonical
    }
}

impl<T: Tty> Custody<T> {
    /// Changes what a holder wants.
    pub(in crate::terminal) fn change<R>(
        &self,
        holder: HolderId,
        change: impl FnOnce(&mut Wants) -> R,
    ) -> Result<R> {
        self.apply(holder, false, change)
    }

    /// Looks at what is wanted.
    pub(in crate::terminal) fn look<R>(&self, look: impl FnOnce(&Wants) -> R) -> Option<R> {
        Some(look(&self.hand().ok()?.turn.wants))
    }
}
