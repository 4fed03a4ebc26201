//! What is compared, and what came of it.

use rustix::termios::Termios;
use ttyring_test_support::model::Modes;
use ttyring_test_support::same;

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
