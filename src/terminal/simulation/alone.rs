//! A process that a test of one part plays by itself: nothing happens but what the test does.

use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ttyring_platform::Backend;
use ttyring_platform::sim::Step;

use super::backend::{Staged, StagedTty};
use super::schedule::Schedule;
use super::stage::{self, MAIN, Stage};

/// One process at a time: the list of custodies is one for all tests.
static PROCESS: Mutex<()> = Mutex::new(());

/// Waits until no other test plays a process.
pub(super) fn one_process() -> MutexGuard<'static, ()> {
    PROCESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The process of this thread, until it is dropped.
#[derive(Debug)]
pub(in crate::terminal) struct Alone {
    stage: Arc<Stage>,
    _process: MutexGuard<'static, ()>,
}

impl Alone {
    /// A process to which nothing happens by itself.
    pub(in crate::terminal) fn new() -> Self {
        Alone::with(Schedule {
            room: 1000,
            ..Schedule::default()
        })
    }

    /// A process to which a schedule happens from now on.
    pub(in crate::terminal) fn with(schedule: Schedule) -> Self {
        let _process = one_process();
        let stage = Stage::new(schedule);
        stage::enter(Some((&stage, MAIN)));
        stage.join(MAIN);
        Alone { stage, _process }
    }

    /// Its terminal.
    pub(in crate::terminal) fn backend(&self) -> Staged {
        Staged(Arc::clone(&self.stage))
    }

    /// Opens its terminal.
    pub(in crate::terminal) fn tty(&self) -> Arc<StagedTty> {
        Arc::new(self.backend().open().expect("a scripted terminal"))
    }

    /// Another terminal of this process.
    pub(in crate::terminal) fn another() -> Arc<StagedTty> {
        let other = Stage::new(Schedule {
            room: 1000,
            ..Schedule::default()
        });
        Arc::new(Staged(other).open().expect("a scripted terminal"))
    }

    /// From now on this is the child that the process has forked, or the process again.
    pub(in crate::terminal) fn be_child(&self, child: bool) {
        let number = self.stage.number + i32::from(child);
        self.stage.process.store(number, Ordering::Relaxed);
    }

    /// How often it was stopped.
    pub(in crate::terminal) fn stops(&self) -> usize {
        self.stage.conditions.stops()
    }

    /// What was written so far, readable.
    pub(in crate::terminal) fn written(&self) -> String {
        let written = self.stage.sim().written();
        String::from_utf8_lossy(&written).replace('\x1b', "ESC")
    }
}

impl Deref for Alone {
    type Target = Arc<Stage>;

    fn deref(&self) -> &Arc<Stage> {
        &self.stage
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.stage.leave(MAIN);
        stage::enter(None);
    }
}

impl Stage {
    /// A terminal answers what it is asked: DA1, DECRQM, and the position of the cursor.
    pub(in crate::terminal) fn answer(&self) {
        if self.conditions.is_mute() {
            return;
        }
        let written = self.sim().written();
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(length) = written[*answered..]
            .iter()
            .position(|byte| b"cnp".contains(byte))
        {
            let end = *answered + length;
            let start = written[..end].iter().rposition(|&byte| byte == 0x1b);
            let question = String::from_utf8_lossy(&written[start.unwrap_or(end)..=end]);
            let mode = question
                .strip_prefix("\x1b[?")
                .and_then(|rest| rest.strip_suffix("$p"));
            let answer = match (&*question, mode) {
                ("\x1b[c", _) => "\x1b[?62;22c".to_owned(),
                ("\x1b[6n", _) => "\x1b[1;1R".to_owned(),
                (_, Some(mode)) => format!("\x1b[?{mode};0$y"),
                _ => String::new(),
            };
            self.sim()
                .at(Duration::from_millis(1), Step::Bytes(answer.into_bytes()));
            *answered = end + 1;
        }
    }
}
