//! One case: an operation, the signals that hit it, at which boundary, alone or supervised. Its
//! text is `OP:SIGNAL:K`, with `:supervised` behind it where that is so.

use std::fmt;

use crate::program::{OPERATIONS, Operation, operation_of};

/// One case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) operation: &'static Operation,
    pub(crate) shot: Shot,
    /// The boundary that is hit, counted from 0 at the end of the call that marks the beginning.
    pub(crate) at: usize,
    pub(crate) supervised: bool,
}

/// Which signals are sent, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shot {
    /// `None` for a run without a signal.
    pub(crate) first: Option<&'static Kind>,
    pub(crate) target: Target,
    /// Another signal, so many boundaries later.
    pub(crate) second: Option<(&'static Kind, usize)>,
    /// Whether the user changes the settings while the program is stopped.
    pub(crate) stty: bool,
}

/// Who gets a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The program.
    Program,
    /// The whole job, as from the keyboard.
    Group,
    /// The process that the shell has started: a supervisor where there is one.
    Started,
}

/// A signal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    name: &'static str,
    pub(crate) number: i32,
    pub(crate) action: Action,
}

/// What a signal must do to a program of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Ends,
    Stops,
    Nothing,
}

const fn kind(name: &'static str, number: i32, action: Action) -> Kind {
    Kind {
        name,
        number,
        action,
    }
}

static KINDS: &[Kind] = &[
    kind("TERM", libc::SIGTERM, Action::Ends),
    kind("HUP", libc::SIGHUP, Action::Ends),
    kind("INT", libc::SIGINT, Action::Ends),
    kind("QUIT", libc::SIGQUIT, Action::Ends),
    kind("ABRT", libc::SIGABRT, Action::Ends),
    kind("SEGV", libc::SIGSEGV, Action::Ends),
    kind("KILL", libc::SIGKILL, Action::Ends),
    kind("TSTP", libc::SIGTSTP, Action::Stops),
    kind("STOP", libc::SIGSTOP, Action::Stops),
    kind("CONT", libc::SIGCONT, Action::Nothing),
    kind("WINCH", libc::SIGWINCH, Action::Nothing),
];

/// What a program is hit with alone.
pub(crate) const ALONE: &[&str] = &[
    "NONE", "TERM", "HUP", "INT", "QUIT", "ABRT", "SEGV", "KILL", "TSTP", "STTY", "STOP", "CONT",
    "WINCH",
];
/// What a job of several processes is hit with besides.
pub(crate) const TOGETHER: &[&str] = &["TERM.group", "INT.group", "TSTP.group"];
/// What a supervisor is hit with besides.
pub(crate) const STARTED: &[&str] = &["TERM.started", "HUP.started"];
/// Two signals, the second at some boundaries after the first.
pub(crate) const PAIRS: &[&str] = &["TSTP/TERM", "TERM/TERM", "CONT/TSTP", "TSTP/TSTP"];

impl Kind {
    fn of(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}

impl Shot {
    const NONE: Shot = Shot {
        first: None,
        target: Target::Program,
        second: None,
        stty: false,
    };

    /// Reads what [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Option<Shot> {
        let mut shot = Shot {
            stty: text == "STTY",
            ..Shot::NONE
        };
        let text = if shot.stty { "TSTP" } else { text };
        if text == "NONE" {
            return Some(shot);
        }
        let (text, second) = text
            .split_once('/')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        if let Some(second) = second {
            let (name, distance) = second.split_once('@').unwrap_or((second, "0"));
            shot.second = Some((Kind::of(name)?, distance.parse().ok()?));
        }
        let (name, target) = text.split_once('.').unwrap_or((text, ""));
        shot.first = Some(Kind::of(name)?);
        shot.target = match target {
            "" => Target::Program,
            "group" => Target::Group,
            "started" => Target::Started,
            _ => return None,
        };
        Some(shot)
    }

    fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        let second = self.second.map(|(kind, _)| kind);
        self.first.into_iter().chain(second)
    }

    /// The signal that must end the program.
    pub(crate) fn ends(&self) -> Option<i32> {
        let ending = self.kinds().find(|kind| kind.action == Action::Ends);
        ending.map(|kind| kind.number)
    }

    /// Whether the program must stop at least once.
    pub(crate) fn stops(&self) -> bool {
        self.ends().is_none() && self.may_stop()
    }

    /// Whether the program may stop.
    pub(crate) fn may_stop(&self) -> bool {
        self.kinds().any(|kind| kind.action == Action::Stops)
    }

    pub(crate) fn is(&self, signal: i32) -> bool {
        self.kinds().any(|kind| kind.number == signal)
    }
}

impl fmt::Display for Shot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.first else {
            return f.write_str("NONE");
        };
        f.write_str(if self.stty { "STTY" } else { first.name })?;
        f.write_str(match self.target {
            Target::Program => "",
            Target::Group => ".group",
            Target::Started => ".started",
        })?;
        match self.second {
            Some((second, distance)) => write!(f, "/{}@{distance}", second.name),
            None => Ok(()),
        }
    }
}

impl Case {
    /// Reads what [`fmt::Display`] writes.
    pub(crate) fn parse(text: &str) -> Option<Case> {
        let mut parts = text.split(':');
        let operation = operation_of(parts.next()?)?;
        let shot = Shot::parse(parts.next()?)?;
        let at = parts.next()?.parse().ok()?;
        let supervised = match parts.next() {
            None | Some("alone") => false,
            Some("supervised") => true,
            Some(_) => return None,
        };
        Some(Case {
            operation,
            shot,
            at,
            supervised,
        })
    }

    /// The same without a signal.
    pub(crate) fn undisturbed(&self) -> Case {
        Case {
            shot: Shot::NONE,
            at: 0,
            ..self.clone()
        }
    }

    /// What the table of failures counts it under.
    pub(crate) fn column(&self) -> String {
        let shot = self.shot.to_string();
        let shot = shot.split('@').next().unwrap_or_default().to_owned();
        shot + if self.supervised { " supervised" } else { "" }
    }

    /// Whether a signal ends the program that nothing can hold back for a moment.
    pub(crate) fn dies_at_once(&self) -> bool {
        self.shot.second.is_none() && (self.shot.is(libc::SIGKILL) || self.shot.is(libc::SIGSEGV))
    }

    /// Whether nobody could restore the terminal.
    pub(crate) fn is_hopeless(&self) -> bool {
        let unseen = self.operation.name == "_exit" || self.shot.is(libc::SIGKILL);
        // A supervisor that finds its program dead or stopped in raw mode has only the settings that
        // it found itself, not those that a child of the program has changed on purpose.
        let unheard = [libc::SIGSTOP, libc::SIGKILL];
        let changed = self.operation.stty && unheard.into_iter().any(|signal| self.shot.is(signal));
        if self.supervised { changed } else { unseen }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.supervised { ":supervised" } else { "" };
        write!(f, "{}:{}:{}{how}", self.operation.name, self.shot, self.at)
    }
}

/// Every operation, alone and supervised, without a signal.
pub(crate) fn undisturbed() -> Vec<Case> {
    let ways = [false, true].into_iter();
    ways.flat_map(|supervised| {
        OPERATIONS.iter().map(move |operation| Case {
            operation,
            shot: Shot::NONE,
            at: 0,
            supervised,
        })
    })
    .collect()
}
