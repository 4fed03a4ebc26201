//! Every way to die as the job of an interactive shell: what its next prompt and its next command
//! find.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::matrix::{verdict, wanted};
use crate::program;
use crate::run::send;
use crate::stage::Stage;
use crate::ways::{Cause, WAYS, Way};
use ttyring_test_support::model::Modes;

/// What every shell is told to prompt with.
const PROMPT: &str = "PROMPT> ";

/// One shell: how it is started, and how it calls the last status.
#[derive(Debug)]
struct Shell {
    name: &'static str,
    arguments: &'static [&'static str],
    status: &'static str,
}

const SHELLS: [Shell; 5] = [
    Shell {
        name: "bash",
        arguments: &["--norc", "--noprofile", "-i"],
        status: "$?",
    },
    Shell {
        name: "dash",
        arguments: &["-i"],
        status: "$?",
    },
    Shell {
        name: "zsh",
        arguments: &["-f", "-i"],
        status: "$?",
    },
    Shell {
        name: "fish",
        arguments: &[
            "--no-config",
            "-i",
            "-C",
            "function fish_prompt; printf 'PROMPT> '; end",
        ],
        status: "$status",
    },
    Shell {
        name: "mksh",
        arguments: &["-i"],
        status: "$?",
    },
];

/// A shell on a terminal.
struct Session {
    stage: Stage,
    _program: ttyring_test_support::Program,
    shell: &'static Shell,
    directory: PathBuf,
    /// What the shell itself has on at its prompt.
    usual: Modes,
}

/// Runs the matrix in the shells of these names, and prints it.
pub(crate) fn run(names: &str, filters: &[&str]) -> ExitCode {
    let shells: Vec<&'static Shell> = names
        .split(',')
        .map(|name| {
            let known = SHELLS.iter().find(|shell| shell.name == name);
            known.unwrap_or_else(|| panic!("no shell {name:?}"))
        })
        .collect();
    print!("{:<18}", "");
    for shell in &shells {
        print!("{:>20}", shell.name);
    }
    println!("\n{:<18}{}", "", "  alone  supervised".repeat(shells.len()));
    let mut wrong = Vec::new();
    for way in WAYS.iter().filter(|way| wanted(filters, way)) {
        print!("{:<18}", way.name);
        for shell in &shells {
            let alone = match way.cause {
                Cause::Supervisor => "-",
                _ => cell(shell, way, "--die", way.noticed, &mut wrong),
            };
            // zsh takes the settings that it finds when its job is gone for those that the user
            // wants, mostly before the program below the killed supervisor has put them back; fish
            // does so where the program has to wait for a processor.
            let adopts = matches!(shell.name, "zsh" | "fish");
            let promised = !adopts || way.cause != Cause::Supervisor;
            let supervised = cell(shell, way, "--die-supervised", promised, &mut wrong);
            print!("{alone:>8}{supervised:>12}");
        }
        println!();
        if way.cause == Cause::Supervisor && shells.iter().any(|shell| shell.name == "zsh") {
            let mark = frozen_zsh(way, &mut wrong);
            println!("{:<18}{:>8}{mark:>12}", "  zsh, ttyctl -f", "-");
        }
    }
    verdict(&wrong)
}

fn cell(
    shell: &'static Shell,
    way: &Way,
    how: &str,
    promised: bool,
    wrong: &mut Vec<String>,
) -> &'static str {
    let mut session = Session::start(shell);
    judge(&mut session, way, how, promised, wrong)
}

/// Runs the way in a zsh that has been told to keep its own settings: there it is promised.
fn frozen_zsh(way: &Way, wrong: &mut Vec<String>) -> &'static str {
    let zsh = SHELLS.iter().find(|shell| shell.name == "zsh");
    let mut session = Session::start(zsh.expect("it is in the list"));
    session.command("ttyctl -f");
    judge(&mut session, way, "--die-supervised", true, wrong)
}

fn judge(
    session: &mut Session,
    way: &Way,
    how: &str,
    promised: bool,
    wrong: &mut Vec<String>,
) -> &'static str {
    let shell = session.shell;
    let faults = session.job(way, how);
    let (restored, ended): (Vec<_>, Vec<_>) = faults
        .iter()
        .partition(|fault| !fault.starts_with("status"));
    if promised && !restored.is_empty() || !ended.is_empty() {
        wrong.push(format!("{} {} {how}: {faults:?}", way.name, shell.name));
    }
    if restored.is_empty() { "ok" } else { "left" }
}

/// Kills a supervised program of this shell so many times; each time the modes must be off when
/// the prompt comes, and nobody may be left.
pub(crate) fn kills(name: &str, times: usize) -> ExitCode {
    let shell = SHELLS.iter().find(|shell| shell.name == name);
    let mut session = Session::start(shell.expect("a shell of that name"));
    let way = crate::ways::by_name("KILL").expect("a way");
    let mut wrong = Vec::new();
    for time in 1..=times {
        let faults = session.job(way, "--die-supervised");
        if !faults.is_empty() {
            wrong.push(format!("{time}: {faults:?}"));
        }
    }
    let restored = times - wrong.len();
    println!("{times} x kill -9 under {name}, supervised: {restored} restored before the prompt");
    if wrong.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{}", wrong.join("\n"));
    ExitCode::FAILURE
}

impl Session {
    fn start(shell: &'static Shell) -> Self {
        let stage = Stage::new();
        let directory = std::env::temp_dir().join(format!("ttyring-deaths-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        // mksh has a prompt of its own for root, whatever the environment says.
        let rc = directory.join("rc");
        std::fs::write(&rc, format!("PS1='{PROMPT}'\n")).expect("a file");
        let mut command = Command::new(shell.name);
        command
            .args(shell.arguments)
            .env("ENV", rc)
            .env("PS1", PROMPT)
            .env("TERM", "xterm-256color")
            .env("HOME", &directory)
            .env("HISTFILE", "/dev/null")
            .env("RUST_BACKTRACE", "0");
        let program = stage.start(&mut command);
        let mut session = Session {
            stage,
            _program: program,
            shell,
            directory,
            usual: Modes::default(),
        };
        session.stage.model.watch(PROMPT);
        session.stage.expect_watched();
        session.usual = session.stage.model.at_watched().clone();
        session
    }

    /// Runs one command to the next prompt.
    fn command(&mut self, line: &str) {
        self.stage.model.watch(PROMPT);
        self.stage.pty.type_bytes(format!("{line}\n").as_bytes());
        self.stage.expect_watched();
    }

    /// Runs the program that dies as a job; says what is wrong afterwards.
    fn job(&mut self, way: &Way, how: &str) -> Vec<String> {
        let before = self.directory.join("before");
        let after = self.directory.join("after");
        let status = self.directory.join("status");
        self.command(&format!("stty -g >{}", before.display()));
        self.stage.model.forget();
        let this = std::env::current_exe().expect("this program");
        let line = format!("{} {how} {}\n", this.display(), way.name);
        self.stage.pty.type_bytes(line.as_bytes());
        let program = self.stage.number_after(program::READY);
        self.stage.model.watch(PROMPT);
        match way.cause {
            Cause::Itself => self.stage.pty.type_bytes(b"x"),
            Cause::Signal(number) => send(program, number),
            Cause::Supervisor => send(parent_of(program), libc::SIGKILL),
        }
        if way.name == "fork-exit" {
            self.stage.expect(program::FORKED);
            self.stage.pty.type_bytes(b"x");
        }
        self.stage.expect_watched();
        let late = way.cause == Cause::Supervisor;
        if late {
            // The program hears of it at the same time as the shell.
            self.usual.dec.remove(&PASTE);
            let usual = self.usual.clone();
            self.stage
                .wait_briefly(|stage| without_paste(stage.model.modes()) == usual);
        }
        let mut faults = Vec::new();
        let prompted = if late {
            without_paste(self.stage.model.modes())
        } else {
            self.stage.model.at_watched().clone()
        };
        if prompted != self.usual {
            faults.push(format!("at the prompt {prompted:?}"));
        }
        self.command(&format!("echo {} >{}", self.shell.status, status.display()));
        self.command(&format!("stty -g >{}", after.display()));
        if text(&before) != text(&after) {
            faults.push(format!("stty {:?}", text(&after)));
        }
        if text(&status).trim() != way.end.in_shell().to_string() {
            faults.push(format!("status {:?}", text(&status)));
        }
        if !self.stage.wait(|_| is_gone(program)) {
            faults.push("the program is still there".to_owned());
        }
        faults
    }
}

/// Bracketed paste, which a shell may have on at its prompt: a program that outlives its
/// supervisor for a moment can switch it off after the shell has switched it on.
const PASTE: u32 = 2004;

fn without_paste(modes: &Modes) -> Modes {
    let mut modes = modes.clone();
    modes.dec.remove(&PASTE);
    modes
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Whether a process has ended; nobody need have waited for it.
fn is_gone(process: i32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat"));
    state.map_or(true, |state| state.contains(") Z "))
}

fn parent_of(process: i32) -> i32 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with("PPid:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).expect("PPid")
}
