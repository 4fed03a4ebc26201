//! What a check found, and the two ways to print it: a table for people, JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::source::{Probe, Read, Source};

/// How many characters of a sentence go on one line of the table.
const WIDTH: usize = 80;

/// How a check came out, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// Something is wrong now.
    Problem,
    /// It works; a change would make it better or safer.
    Advice,
    /// Nothing to do.
    Ok,
    /// What the check needs could not be read.
    Unknown,
    /// The question does not arise on this machine.
    NotApplicable,
}

impl Verdict {
    const ALL: [Verdict; 5] = [
        Verdict::Problem,
        Verdict::Advice,
        Verdict::Ok,
        Verdict::Unknown,
        Verdict::NotApplicable,
    ];

    fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Advice => "advice",
            Verdict::Problem => "problem",
            Verdict::Unknown => "unknown",
            Verdict::NotApplicable => "not applicable",
        }
    }
}

/// One check of one machine.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    id: &'static str,
    verdict: Verdict,
    read: Vec<Read>,
    why: String,
    fix: Option<String>,
}

impl Check {
    /// Starts the check `id`: `judge` reads through the probe and returns the verdict, why it
    /// matters, and the command that changes it, if there is one.
    pub(super) fn of(
        id: &'static str,
        source: &Source,
        judge: impl FnOnce(&mut Probe<'_>) -> Finding,
    ) -> Check {
        let mut probe = Probe::new(source);
        let Finding { verdict, why, fix } = judge(&mut probe);
        Check {
            id,
            verdict,
            read: probe.into_read(),
            why,
            fix,
        }
    }
}

/// What a check concludes from what it has read.
#[derive(Debug)]
pub(super) struct Finding {
    verdict: Verdict,
    why: String,
    fix: Option<String>,
}

impl Finding {
    pub(super) fn new(verdict: Verdict, why: impl Into<String>) -> Self {
        Finding {
            verdict,
            why: why.into(),
            fix: None,
        }
    }

    pub(super) fn ok(why: impl Into<String>) -> Self {
        Finding::new(Verdict::Ok, why)
    }

    pub(super) fn advice(why: impl Into<String>) -> Self {
        Finding::new(Verdict::Advice, why)
    }

    pub(super) fn problem(why: impl Into<String>) -> Self {
        Finding::new(Verdict::Problem, why)
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Finding::new(Verdict::Unknown, why)
    }

    pub(super) fn not_applicable(why: impl Into<String>) -> Self {
        Finding::new(Verdict::NotApplicable, why)
    }

    /// Adds the command, or the setting, that changes it.
    pub(super) fn fix(mut self, command: impl Into<String>) -> Self {
        self.fix = Some(command.into());
        self
    }
}

/// Every check of one machine.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) system: &'static str,
    pub(super) checks: Vec<Check>,
}

impl Report {
    /// Counts the checks that came out so.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        let same = |check: &&Check| check.verdict == verdict;
        self.checks.iter().filter(same).count()
    }

    /// Prints the report for people, the worst first.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        for verdict in Verdict::ALL {
            for check in self.checks.iter().filter(|check| check.verdict == verdict) {
                check.print(&mut text);
            }
        }
        let counts: Vec<_> = Verdict::ALL
            .iter()
            .map(|&verdict| {
                let count = self.count(verdict);
                let plural = if verdict == Verdict::Problem && count != 1 {
                    "s"
                } else {
                    ""
                };
                format!("{count} {}{plural}", verdict.name())
            })
            .collect();
        let _ = writeln!(text, "{}", counts.join(", "));
        text
    }

    /// Prints the report for programs, in the order of the checks.
    pub(super) fn json(&self) -> String {
        let count = |verdict| (verdict, self.count(verdict));
        let report = Json {
            schema: 1,
            system: self.system,
            checks: &self.checks,
            summary: Verdict::ALL.map(count).into(),
        };
        let report = serde_json::to_string_pretty(&report);
        report.expect("strings and numbers only") + "\n"
    }
}

/// The report as programs get it.
#[derive(Serialize)]
struct Json<'a> {
    schema: u32,
    system: &'static str,
    checks: &'a [Check],
    summary: BTreeMap<Verdict, usize>,
}

impl Check {
    fn print(&self, text: &mut String) {
        let _ = writeln!(text, "{:<14}  {}", self.verdict.name(), self.id);
        for Read { from, value } in &self.read {
            let _ = writeln!(text, "{:16}{from}: {value}", "");
        }
        for line in wrap(&self.why, WIDTH) {
            let _ = writeln!(text, "{:16}{line}", "");
        }
        if let Some(fix) = &self.fix {
            let _ = writeln!(text, "{:16}fix: {fix}", "");
        }
        text.push('\n');
    }
}

/// Breaks a sentence at spaces into lines of at most `width` characters, longer words apart.
fn wrap(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_broken_at_spaces_and_lose_nothing() {
        let sentence = "keys wait as long as a-word-that-is-longer-than-the-line does";
        let lines = wrap(sentence, 12);
        assert_eq!(lines.join(" "), sentence);
        assert!(
            lines
                .iter()
                .all(|line| line.len() <= 12 || !line.contains(' '))
        );
    }
}
