//! Stops and continues, and what the terminal is like after each.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::termios::{LocalModes, SpecialCodeIndex, Termios};
use ttyring_platform::unix::process::BACKGROUND;
use ttyring_test_support::{Program, within};

use crate::frozen;
use crate::late;
use crate::program;
use crate::stage::{Stage, same};

/// What the shell of this test says.
type Answers = BufReader<std::process::ChildStdout>;

/// A shell with its job, seen from the other side of the terminal.
pub(crate) struct Job {
    pub(crate) stage: Stage,
    shell: Program,
    answers: Answers,
    pub(crate) group: i32,
    pub(crate) program: i32,
    pub(crate) found: Termios,
    pub(crate) raw: Termios,
}

type Test = (&'static str, fn(usize));

const TESTS: [Test; 18] = [
    ("stop_by_signal_and_foreground", |cycles| {
        stops("alone", cycles, Stop::Signal);
    }),
    ("stop_by_call_and_foreground", |cycles| {
        stops("alone", cycles, Stop::Call);
    }),
    ("supervised_stop_by_signal", |cycles| {
        stops("supervised", cycles, Stop::Signal);
    }),
    ("supervised_stop_by_call", |cycles| {
        stops("supervised", cycles.div_ceil(10), Stop::Call);
    }),
    ("supervised_continuation_is_told_once", told_once),
    ("supervised_stop_after_continuation", |cycles| {
        stop_again(cycles, 0);
    }),
    ("supervised_stop_after_continuation_under_load", |cycles| {
        stop_again(cycles, 4);
    }),
    ("sigstop_is_repaired_by_resumed", frozen::alone),
    (
        "supervisor_gives_a_frozen_program_s_terminal_back",
        frozen::supervised,
    ),
    (
        "what_the_user_changes_outlives_a_supervised_program",
        |_| {
            frozen::killed_after_stty();
        },
    ),
    ("supervisor_that_lost_the_terminal_does_not_take_it", |_| {
        frozen::buried();
    }),
    ("late_reports_are_not_typed_into_the_shell", late::reports),
    ("keys_typed_at_a_stop_are_the_next_events", |_| {
        late::typed("input");
    }),
    ("keys_typed_at_a_stop_are_the_next_of_a_capture", |_| {
        late::typed("capture");
    }),
    ("lending_gives_the_terminal_back_and_takes_it_again", lend),
    ("password_is_in_no_memory_but_its_own", password),
    ("password_is_asked_for_again_after_a_stop", ask_again),
    ("orphaned_group_is_never_wedged", orphan),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Signal,
    Call,
}

/// Runs the tests whose names contain one of the filters.
pub(crate) fn run(cycles: usize, filters: &[&str]) -> ExitCode {
    let names = filters.iter().filter(|filter| !filter.starts_with('-'));
    let all = names.clone().next().is_none();
    for (name, test) in TESTS {
        if all || names.clone().any(|filter| name.contains(filter)) {
            test(cycles);
            println!("test {name} ({cycles} cycles) ... ok");
        }
    }
    ExitCode::SUCCESS
}

impl Job {
    pub(crate) fn start(how: &str) -> Self {
        let mut stage = Stage::new();
        let found = stage.pty.termios();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args(["--shell", how])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut shell = stage.pty.spawn(&mut command).expect("spawn");
        let output = shell.child().stdout.take().expect("piped");
        let mut answers = BufReader::new(output);
        let line = next_line(&mut answers, "the number of the job");
        let group = line.trim_start_matches("job ").trim().parse();
        let program = stage.number_after(program::READY);
        stage.settle();
        Job {
            raw: stage.pty.termios(),
            stage,
            shell,
            answers,
            group: group.expect("a process id"),
            program,
            found,
        }
    }

    /// Tells the shell, and returns what it answers.
    pub(crate) fn tell(&mut self, word: &str) -> String {
        let input = self.shell.child().stdin.as_mut().expect("piped");
        writeln!(input, "{word}").expect("write");
        next_line(&mut self.answers, &format!("the answer to {word:?}"))
    }

    /// The shell has the terminal: as it was found, nothing on.
    #[track_caller]
    pub(crate) fn assert_given_back(&mut self, when: &str) {
        self.stage.settle();
        let now = self.stage.pty.termios();
        assert!(same(&now, &self.found), "{when}: {now:?}");
        assert!(
            self.stage.model.modes().are_off(),
            "{when}: {:?}",
            self.stage.model.modes()
        );
    }

    /// The program has the terminal: raw, but for what the user has changed.
    #[track_caller]
    pub(crate) fn assert_taken(&mut self, when: &str) {
        let raw = self.raw.clone();
        let taken = self
            .stage
            .wait(|stage| same(&stage.pty.termios(), &raw) && stage.model.modes().dec.len() == 4);
        assert!(taken, "{when}: {:?}", self.stage.model.modes());
        assert_eq!(self.stage.model.modes().keyboard, [0, 1], "{when}");
        // It is neither stopped nor wedged.
        self.stage.model.forget();
        self.stage.pty.type_bytes(b"e");
        self.stage.expect("ECHO.");
    }

    fn stop(&mut self, stop: Stop) {
        match stop {
            Stop::Signal => send(self.program, libc::SIGTSTP),
            Stop::Call => {
                let asked = self.stage.model.questions();
                self.stage.pty.type_bytes(b"z");
                // Answers the question of the program, which had mouse reports on.
                let again = |stage: &mut Stage| stage.model.questions() > asked;
                assert!(self.stage.wait(again), "late reports are awaited");
            }
        }
        assert_eq!(self.tell("wait"), format!("stopped {}", libc::SIGTSTP));
    }

    /// What the user may do meanwhile; the program must keep it.
    pub(crate) fn change_settings(&mut self) {
        assert_eq!(self.tell("stty"), "done");
        let now = self.stage.pty.termios();
        let stop = LocalModes::TOSTOP;
        let raw = &mut self.raw;
        raw.local_modes.set(stop, now.local_modes.contains(stop));
        let erase = now.special_codes[SpecialCodeIndex::VERASE];
        raw.special_codes[SpecialCodeIndex::VERASE] = erase;
        self.found = now;
    }

    /// Kills the program: its supervisor ends in the same way.
    pub(crate) fn kill(&mut self) {
        send(self.program, libc::SIGKILL);
        assert_eq!(self.tell("wait"), format!("killed {}", libc::SIGKILL));
    }

    pub(crate) fn end(mut self) {
        self.stage.pty.type_bytes(b"q");
        assert_eq!(self.tell("wait"), "exited 0");
        self.assert_given_back("at the end");
    }
}

/// Returns the next line, without its end.
#[track_caller]
fn next_line(answers: &mut Answers, what: &str) -> String {
    let mut line = String::new();
    within(what, || answers.read_line(&mut line)).expect("a line");
    line.trim().to_owned()
}

/// Stops, changes the settings every other time, continues in the background every third time.
fn stops(how: &str, cycles: usize, stop: Stop) {
    let mut job = Job::start(how);
    for cycle in 0..cycles {
        let when = format!("{how}, cycle {cycle}");
        job.stop(stop);
        job.assert_given_back(&when);
        if cycle % 2 == 1 {
            job.change_settings();
        }
        if cycle % 3 == 2 {
            // In the background it must not touch the terminal, and stops again.
            assert_eq!(job.tell("bg"), "done");
            let status = job.tell("wait");
            assert_eq!(status, format!("stopped {BACKGROUND}"), "{when}");
            job.assert_given_back(&when);
        }
        job.stage.model.forget();
        assert_eq!(job.tell("fg"), "done");
        job.assert_taken(&when);
    }
    job.end();
}

/// The shell continues the whole group: its program hears of that from it, and not again from the
/// supervisor.
fn told_once(cycles: usize) {
    let mut job = Job::start("supervised");
    for cycle in 1..=cycles.min(200) {
        job.stop(Stop::Signal);
        assert_eq!(job.tell("fg"), "done");
        job.assert_taken(&format!("cycle {cycle}"));
        job.stage.pty.type_bytes(b"n");
        let told: usize = job.stage.number_after(program::CONTINUED);
        assert_eq!(told, cycle, "SIGCONT was heard");
    }
    job.end();
}

/// A stop that follows a continuation at once is not taken back by the supervisor: both stop.
fn stop_again(cycles: usize, load: usize) {
    let _load = Load::new(load);
    let mut job = Job::start("supervised");
    job.stop(Stop::Signal);
    for cycle in 0..cycles.min(200) {
        assert_eq!(job.tell("fg"), "done");
        send(job.program, libc::SIGTSTP);
        let status = job.tell("wait");
        assert_eq!(
            status,
            format!("stopped {}", libc::SIGTSTP),
            "cycle {cycle}"
        );
        job.assert_given_back(&format!("cycle {cycle}"));
    }
    assert_eq!(job.tell("fg"), "done");
    job.assert_taken("at last");
    job.end();
}

/// Threads that leave no processor idle.
struct Load(Arc<AtomicBool>);

impl Load {
    fn new(threads: usize) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..threads {
            let over = Arc::clone(&over);
            std::thread::spawn(move || while !over.load(Ordering::Relaxed) {});
        }
        Load(over)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn lend(cycles: usize) {
    let mut job = Job::start("alone");
    for cycle in 0..cycles {
        let when = format!("cycle {cycle}");
        job.stage.model.forget();
        job.stage.model.watch(program::LENT);
        job.stage.pty.type_bytes(b"l");
        job.stage.expect_watched();
        assert!(job.stage.model.at_watched().are_off(), "{when}");
        job.stage.expect(program::BACK);
        job.assert_taken(&when);
    }
    job.end();
}

/// The secret is neither shown nor anywhere in the program's memory but in its page.
fn password(_: usize) {
    if !std::path::Path::new("/proc/self/mem").exists() {
        println!("SKIPPED: memory can be searched on Linux only");
        return;
    }
    let mut job = Job::start("alone");
    job.stage.pty.type_bytes(b"p");
    job.stage.expect("Password: ");
    let hidden: Vec<u8> = program::PASSWORD.iter().map(|byte| byte ^ 1).collect();
    job.stage.pty.type_bytes(&[&hidden[..], b"\n"].concat());
    let length = i32::try_from(hidden.len()).expect("short");
    assert_eq!(job.stage.number_after::<i32>("LENGTH "), length);
    assert_eq!(job.stage.number_after::<i32>("BESIDE "), 0, "copies");
    assert_eq!(
        job.stage.number_after::<i32>("AFTER "),
        0,
        "copies after it was dropped"
    );
    let shown = job.stage.model.text();
    let hidden = String::from_utf8(hidden).expect("text");
    assert!(!shown.contains(&hidden), "it was shown: {shown:?}");
    job.assert_taken("after the password");
    job.end();
}

/// What was typed of a password before a stop is no part of it.
fn ask_again(_: usize) {
    let mut job = Job::start("alone");
    job.stage.pty.type_bytes(b"p");
    job.stage.expect("Password: ");
    job.stage.pty.type_bytes(b"half");
    job.stop(Stop::Signal);
    job.assert_given_back("in the middle of a password");
    job.stage.model.forget();
    assert_eq!(job.tell("fg"), "done");
    job.stage.expect("Password: ");
    job.stage.pty.type_bytes(b"whole\n");
    assert_eq!(job.stage.number_after::<i32>("LENGTH "), 5);
    job.assert_taken("after the password");
    job.end();
}

/// Nobody could continue a program whose group is orphaned: it must not stop.
fn orphan(cycles: usize) {
    let mut stage = Stage::new();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--program", "alone"]);
    let mut program = stage.start(&mut command);
    let id = stage.number_after(program::READY);
    stage.settle();
    let raw = stage.pty.termios();
    for _ in 0..cycles {
        send(id, libc::SIGTSTP);
        stage.model.forget();
        stage.pty.type_bytes(b"z");
        stage.expect(program::BACK);
        let taken = stage.wait(|stage| same(&stage.pty.termios(), &raw));
        assert!(taken, "it has given up raw mode");
    }
    stage.pty.type_bytes(b"q");
    assert!(program.wait().success());
    assert!(stage.faults().is_empty());
}

pub(crate) fn send(process: i32, signal: i32) {
    // SAFETY: sends a signal to a process that this test started.
    unsafe { libc::kill(process, signal) };
}
