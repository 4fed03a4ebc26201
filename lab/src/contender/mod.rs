//! The programs that can be measured: those that the lab carries in itself, and any command.
//!
//! How the lab's own ones read is in `program`; one life of any of them is a `session`.

use std::ffi::OsString;
use std::io;
use std::path::Path;

pub(crate) mod program;
pub(crate) mod protocol;
pub(crate) mod pty;
pub(crate) mod session;
pub(crate) mod usage;

use program::Program;

/// A program to measure.
#[derive(Clone, Debug)]
pub(crate) struct Contender {
    /// What the tables call it.
    pub(crate) name: String,
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<String>,
    /// What it asks the system for before it reads, and what that comes to here.
    pub(crate) profile: Vec<String>,
}

impl Contender {
    /// One of the lab's own programs, run in a process of its own.
    pub(crate) fn own(program: Program) -> io::Result<Self> {
        Ok(Contender {
            name: program.title().to_owned(),
            program: std::env::current_exe()?.into(),
            arguments: vec!["bench".into(), "program".into(), program.name()],
            profile: program.granted(),
        })
    }

    /// Parses `name=command`, the command in a shell's quoting; `{fd}` stands for the descriptor
    /// of the stamps.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, command) = text.split_once('=').ok_or("expected NAME=COMMAND")?;
        let mut words = shlex::split(command).ok_or("a quote is not closed")?;
        if words.is_empty() {
            return Err("the command is empty".to_owned());
        }
        let program = words.remove(0).into();
        Ok(Contender {
            name: name.to_owned(),
            program,
            arguments: words,
            profile: Vec::new(),
        })
    }

    /// Reads a file of such lines.
    pub(crate) fn list(path: &Path) -> io::Result<Vec<Self>> {
        let failed = |error: String| io::Error::other(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        lines
            .map(|line| Self::parse(line).map_err(failed))
            .collect()
    }

    /// The same program under a tool, which gets these words first.
    pub(crate) fn under(&self, tool: &[&str]) -> Self {
        let words = tool[1..].iter().map(|&word| word.to_owned());
        let program = self.program.to_string_lossy().into_owned();
        Contender {
            name: self.name.clone(),
            program: tool[0].into(),
            arguments: words
                .chain([program])
                .chain(self.arguments.clone())
                .collect(),
            profile: self.profile.clone(),
        }
    }

    /// Makes an error that names the contender.
    pub(crate) fn failed(&self, what: impl std::fmt::Display) -> io::Error {
        io::Error::other(format!("{}: {what}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::Contender;

    #[test]
    fn contender_is_a_name_and_a_command_in_shell_quoting() {
        let contender = Contender::parse("mine=./prog 'two words' {fd}").expect("well-formed");
        assert_eq!(contender.name, "mine");
        assert_eq!(contender.program, "./prog");
        assert_eq!(contender.arguments, ["two words", "{fd}"]);
        assert!(Contender::parse("no command").is_err());
        assert!(Contender::parse("empty=").is_err());
        assert!(Contender::parse("open='").is_err());
    }
}
