//! What the terminal must be like during a run and after it, and what the run came to.

use rustix::termios::{SpecialCodeIndex, Termios};
use ttyring_test_support::model::Modes;
use ttyring_test_support::same;

use crate::case::Target;
use crate::run::Run;

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// Where the first signal hit.
    pub(crate) at: String,
    pub(crate) faults: Vec<String>,
    /// Whether the run had to be broken off.
    pub(crate) hung: bool,
}

/// Which part of the terminal is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    settings: bool,
    modes: bool,
}

impl Looked {
    pub(crate) const ALL: Looked = Looked {
        settings: true,
        modes: true,
    };
    /// Nobody could write to the terminal in time.
    pub(crate) const SETTINGS: Looked = Looked {
        settings: true,
        modes: false,
    };
    pub(crate) const NOTHING: Looked = Looked {
        settings: false,
        modes: false,
    };
}

impl Run<'_> {
    /// The settings that are right where these were found, or made in an undisturbed run: what was
    /// changed with `stty` meanwhile stays changed.
    pub(crate) fn right(&self, settings: &Termios) -> Termios {
        let mut settings = settings.clone();
        if self.changed {
            settings.special_codes[SpecialCodeIndex::VERASE] = 0x08;
        }
        settings
    }

    /// Compares the terminal with how it was found.
    pub(crate) fn look(&mut self, when: &str, looked: Looked) {
        let found = self.right(&self.stand.found);
        let usual = self.stand.usual.clone();
        self.compare(when, &found, &usual, looked);
    }

    fn compare(&mut self, when: &str, settings: &Termios, modes: &Modes, looked: Looked) {
        let now = (&self.stand.line.termios(), self.stand.model.modes());
        for difference in differences(now, (settings, modes), looked) {
            self.faults.push(format!("{when}: {difference}"));
        }
    }

    /// Whether the terminal may still be on its way to where it must be: a supervisor, or another
    /// thread, may be about to finish.
    pub(crate) fn may_become_right(&self) -> bool {
        let Some((settings, modes)) = self.plan.and_then(|plan| plan.held.as_ref()) else {
            return false;
        };
        let now = (&self.stand.line.termios(), self.stand.model.modes());
        let right = (&self.right(settings), modes);
        (self.case.supervised || self.case.operation.name == "thread")
            && !differences(now, right, Looked::ALL).is_empty()
    }

    /// The operation is over: the terminal must be as after an undisturbed run.
    pub(crate) fn held(&mut self) {
        self.stand.settle();
        let Some(plan) = self.plan else {
            let held = (self.stand.line.termios(), self.stand.model.modes().clone());
            self.seen.held = Some(held);
            return;
        };
        let Some((settings, modes)) = &plan.held else {
            return self.faults.push("it came to its end".to_owned());
        };
        let settings = self.right(settings);
        self.compare("after the operation", &settings, modes, Looked::ALL);
    }

    /// What the terminal has answered must not be typed into the shell. A handler cannot wait for
    /// that; without a signal that ends or stops the program it has been waited for.
    fn look_for_replies(&mut self) {
        let shot = self.case.shot;
        if shot.ends().is_none() && !shot.stops() && !self.case.is_hopeless() {
            let left = self.stand.unread();
            if left > self.stand.typed_again() {
                self.faults
                    .push(format!("at the end: {left} bytes are left to the shell"));
            }
        }
    }

    /// The process that the shell has started has ended: its status and what it has left.
    pub(crate) fn judge_end(&mut self, status: i32) {
        if !self.stand.settle() {
            self.faults
                .push("the terminal takes nothing at the end".to_owned());
        }
        self.look("at the end", Looked::ALL);
        self.look_for_replies();
        let ends = self.ending();
        let code = i32::from(self.case.operation.name == "panic") * 101;
        let exited = libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == code;
        // A program that ends by itself may do so before its supervisor hands a signal on.
        let late = self.case.shot.target == Target::Started
            && self.plan.is_some_and(|plan| plan.held.is_none());
        let right = match ends {
            Some(signal) if libc::WIFSIGNALED(status) => libc::WTERMSIG(status) == signal,
            Some(_) => exited && late,
            None => exited,
        };
        if !right {
            self.faults.push(format!("ended with status {status:#x}"));
        }
        let stops = self.plan.map_or(self.stops, |plan| plan.stops);
        if self.must_stop() {
            self.faults.push("it did not stop".to_owned());
        }
        if !self.case.shot.may_stop() && self.stops > stops {
            self.faults.push("it stopped".to_owned());
        }
    }
}

/// Says in what the terminal is not as it should be.
pub(crate) fn differences(
    now: (&Termios, &Modes),
    right: (&Termios, &Modes),
    looked: Looked,
) -> Vec<String> {
    let mut differences = Vec::new();
    if looked.settings && !same(now.0, right.0) {
        differences.push(format!("settings {}", settings(now.0, right.0)));
    }
    if looked.modes && now.1 != right.1 {
        differences.push(format!("modes {}", modes(now.1, right.1)));
    }
    differences
}

fn settings(now: &Termios, right: &Termios) -> String {
    let mut parts = Vec::new();
    let mut part = |now: &dyn std::fmt::Debug, right: &dyn std::fmt::Debug| {
        let (now, right) = (format!("{now:?}"), format!("{right:?}"));
        let missing = words(&right).filter(|word| !words(&now).any(|other| other == *word));
        let surplus = words(&now).filter(|word| !words(&right).any(|other| other == *word));
        parts.extend(missing.map(|word| format!("-{word}")));
        parts.extend(surplus.map(|word| format!("+{word}")));
    };
    part(&now.local_modes, &right.local_modes);
    part(&now.input_modes, &right.input_modes);
    part(&now.output_modes, &right.output_modes);
    part(&now.control_modes, &right.control_modes);
    part(&now.special_codes, &right.special_codes);
    parts.join(" ")
}

/// The flags of a field of settings, or its characters with their names.
fn words(field: &str) -> impl Iterator<Item = &str> {
    let inside = field
        .split_once(['(', '{'])
        .map_or(field, |(_, inside)| inside);
    inside
        .split([',', '|'])
        .map(|word| word.trim_matches([' ', ')', '}']))
}

fn modes(now: &Modes, right: &Modes) -> String {
    let mut parts = Vec::new();
    let left: Vec<_> = now.dec.difference(&right.dec).collect();
    let lost: Vec<_> = right.dec.difference(&now.dec).collect();
    if !left.is_empty() {
        parts.push(format!("on {left:?}"));
    }
    if !lost.is_empty() {
        parts.push(format!("off {lost:?}"));
    }
    if now.keyboard != right.keyboard {
        parts.push(format!(
            "keyboard {:?} for {:?}",
            now.keyboard, right.keyboard
        ));
    }
    if now.other_keys != right.other_keys {
        parts.push("modifyOtherKeys".to_owned());
    }
    parts.join(", ")
}
