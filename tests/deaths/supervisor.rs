//! What a supervisor makes of signals, groups, descriptors and ends that are out of the ordinary.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus};

use rustix::termios::tcgetpgrp;
use ttyring_test_support::{Program, wait_until, within};

use crate::run::{Run, send};
use crate::signals;
use crate::stage::{Stage, same};
use crate::starts;
use crate::ways::End;

pub(crate) type Outcome = Result<(), String>;
type Test = (&'static str, fn() -> Outcome);

const TESTS: [Test; 24] = [
    ("supervisor that is started twice", starts::twice),
    ("supervisor that is started beside threads", starts::late),
    (
        "killed supervisor of a program under nohup",
        starts::ignoring_hangups,
    ),
    ("killed supervisor of any program", starts::any_program),
    ("signal from another namespace is handed on", outer_signal),
    ("process 1 exits with 128 and the signal", first_process),
    ("process 1 reaps orphans", orphans),
    ("SIGCHLD ignored from the start hides no end", ignored_child),
    ("program finds SIGCHLD as it was given", given_child),
    ("timer from before is handed on", timer),
    ("group signal comes once", || {
        signals::to_group(signals::counting())
    }),
    ("group signal comes once to any program", || {
        signals::to_group(signals::counting_any())
    }),
    ("group signal comes once to another group", || {
        signals::to_group(signals::counting_apart())
    }),
    (
        "signal that the witness notes too late",
        signals::late_witness,
    ),
    ("single signal comes once", || {
        signals::to_one(signals::counting())
    }),
    ("single signal comes once to any program", || {
        signals::to_one(signals::counting_any())
    }),
    ("witness ends with its supervisor", signals::witness),
    ("program in a group of its own was killed", || {
        killed("own-group")
    }),
    ("program that gave its terminal to the dead", || {
        killed("dead-group")
    }),
    ("terminal of a living group is left alone", living_group),
    ("closed standard streams", closed_streams),
    ("modes after a failure", failed),
    ("modes as told", told),
    ("modes in front of a pager", piped),
];

/// Runs each test and prints what it came to; filters are parts of names.
pub(crate) fn run(filters: &[&str], wrong: &mut Vec<String>) {
    let names = filters.iter().filter(|filter| !filter.starts_with('-'));
    let all = names.clone().next().is_none();
    for (name, test) in TESTS {
        if !all && !names.clone().any(|filter| name.contains(filter)) {
            continue;
        }
        let mark = match test() {
            Ok(()) => "right".to_owned(),
            Err(skipped) if skipped.starts_with("SKIPPED") => skipped,
            Err(fault) => {
                wrong.push(format!("{name}: {fault}"));
                "wrong".to_owned()
            }
        };
        println!("{name:<46}{mark}");
    }
}

pub(crate) fn this() -> String {
    let this = std::env::current_exe().expect("this program");
    this.to_string_lossy().into_owned()
}

/// Makes sure of something, or says what is wrong.
pub(crate) fn ensure(right: bool, fault: impl FnOnce() -> String) -> Outcome {
    if right { Ok(()) } else { Err(fault()) }
}

pub(crate) fn ensure_end(status: ExitStatus, end: End) -> Outcome {
    ensure(End::from(status) == end, || format!("{status}"))
}

pub(crate) fn ensure_restored(stage: &mut Stage) -> Outcome {
    let faults = stage.faults();
    ensure(faults.is_empty(), || format!("{faults:?}"))
}

/// This program as a supervisor of the words.
pub(crate) fn supervise(when: &str, words: &[&str]) -> Command {
    let mut command = Command::new(this());
    command.args(["--supervise", when]).args(words);
    command
}

/// A program that waits, supervised by the first process of a PID namespace.
struct Namespace {
    stage: Stage,
    program: Program,
    /// The supervisor, by its number outside.
    first: i32,
}

impl Namespace {
    fn start(words: &[&str]) -> Result<Self, String> {
        let enter = ["--pid", "--fork", "--mount-proc"];
        let mut probe = Command::new("unshare");
        probe.args(enter).arg("true");
        let can = within("the end of unshare", || probe.output());
        if !can.is_ok_and(|can| can.status.success()) {
            return Err("SKIPPED: no PID namespace can be made".to_owned());
        }
        let mut stage = Stage::new();
        let mut command = Command::new("unshare");
        command.args(enter).args([&this(), "--supervise", "failed"]);
        let program = stage.start(command.args(words));
        stage.expect(READY);
        let first = child_of(i32::try_from(program.id()).expect("a pid"));
        Ok(Namespace {
            stage,
            program,
            first,
        })
    }
}

/// The children of a process, the oldest first.
pub(crate) fn children_of(process: i32) -> Vec<i32> {
    let path = format!("/proc/{process}/task/{process}/children");
    let children = std::fs::read_to_string(path).expect("Linux");
    let numbers = children.split_whitespace();
    let numbers = numbers.map(|number| number.parse().expect("a process id"));
    numbers.collect()
}

/// The youngest child: that of a supervisor is its program, the other one its witness.
pub(crate) fn child_of(process: i32) -> i32 {
    *children_of(process).last().expect("a child")
}

/// What a program writes when it can be sent a signal.
pub(crate) const READY: &str = "READY";

const HEARS: &str = "trap 'exit 4' TERM; echo READY; while :; do sleep 0.1; done";

/// `docker stop` sends SIGTERM from outside: the kernel gives it no sender.
fn outer_signal() -> Outcome {
    let mut inside = Namespace::start(&["sh", "-c", HEARS])?;
    send(inside.first, libc::SIGTERM);
    ensure_end(inside.program.wait(), End::Exit(4))?;
    ensure_restored(&mut inside.stage)
}

/// Process 1 is not ended by a default action, so it cannot end by the signal of its child.
fn first_process() -> Outcome {
    for signal in [libc::SIGKILL, libc::SIGTERM, libc::SIGSEGV] {
        let waits = "stty raw -echo; printf 'READY\\033[?1002h'; exec sleep 600";
        let mut inside = Namespace::start(&["sh", "-c", waits])?;
        let exec = |name: String| name.trim() == "sleep";
        let program = child_of(inside.first);
        let name = format!("/proc/{program}/comm");
        let asleep = || std::fs::read_to_string(&name).is_ok_and(exec);
        assert!(wait_until(asleep), "it sleeps");
        send(program, signal);
        ensure_end(inside.program.wait(), End::Exit(128 + signal))?;
        ensure_restored(&mut inside.stage)?;
    }
    Ok(())
}

/// Who is adopted by process 1 must not stay a zombie.
fn orphans() -> Outcome {
    let script = "orphan=$(sh -c 'sleep 0.1 >/dev/null & echo $!'); \
        while [ -e /proc/$orphan ]; do sleep 0.05; done; echo READY; read line; exit 3";
    let mut inside = Namespace::start(&["sh", "-c", script])?;
    inside.stage.pty.type_bytes(b"\n");
    ensure_end(inside.program.wait(), End::Exit(3))
}

fn ignore_child(command: &mut Command) {
    // SAFETY: between fork and exec one disposition is changed.
    unsafe {
        command.pre_exec(|| {
            libc::signal(libc::SIGCHLD, libc::SIG_IGN);
            Ok(())
        });
    }
}

/// The kernel reaps the children of a process that ignores SIGCHLD, and a wait finds none.
fn ignored_child() -> Outcome {
    for time in 0..20 {
        let mut quick = supervise("failed", &["sh", "-c", "exit 3"]);
        let mut itself = Command::new(this());
        itself.args(["--act", "ends-at-once"]);
        for command in [&mut quick, &mut itself] {
            ignore_child(command);
            let stage = Stage::new();
            let status = stage.start(command).wait();
            ensure_end(status, End::Exit(3)).map_err(|end| format!("{time}: {end}"))?;
        }
    }
    Ok(())
}

fn given_child() -> Outcome {
    for given in [true, false] {
        let mut stage = Stage::new();
        let this = this();
        let mut command = supervise("failed", &[&this, "--act", "child-signal"]);
        if given {
            ignore_child(&mut command);
        }
        let mut program = stage.start(&mut command);
        let ignored = stage.number_after::<i32>("SIGCHLD ") == 1;
        ensure(ignored == given, || format!("{given} became {ignored}"))?;
        ensure_end(program.wait(), End::Exit(0))?;
    }
    Ok(())
}

/// `alarm(2)` before the supervisor was started: the kernel tells one process of it, not a group.
fn timer() -> Outcome {
    let hears = "trap 'exit 4' ALRM; echo READY; while :; do sleep 0.1; done";
    let mut command = supervise("failed", &["sh", "-c", hears]);
    // SAFETY: between fork and exec a timer is set.
    unsafe {
        command.pre_exec(|| {
            libc::alarm(3);
            Ok(())
        });
    }
    let mut stage = Stage::new();
    let mut program = stage.start(&mut command);
    stage.expect(READY);
    ensure_end(program.wait(), End::Exit(4))
}

fn victim(act: &str) -> Run {
    let this = this();
    Run::start(
        &[&this, "--supervise", "failed", &this, "--act", act],
        |_| (),
    )
}

/// A program that is killed while another group than the supervisor's has the terminal.
fn killed(act: &str) -> Outcome {
    let mut run = victim(act);
    send(run.program, libc::SIGKILL);
    ensure_end(run.status(), End::Signal(libc::SIGKILL))?;
    ensure_restored(&mut run.stage)
}

fn living_group() -> Outcome {
    let mut run = victim("other-group");
    let group = tcgetpgrp(run.stage.pty.master()).expect("tcgetpgrp");
    let raw = run.stage.pty.termios();
    send(run.program, libc::SIGKILL);
    ensure_end(run.status(), End::Signal(libc::SIGKILL))?;
    let now = tcgetpgrp(run.stage.pty.master()).expect("tcgetpgrp");
    ensure(now == group, || "it lost the terminal".to_owned())?;
    ensure(same(&run.stage.pty.termios(), &raw), || {
        "its settings were changed".to_owned()
    })
}

/// No descriptor that is kept may have the number of a standard stream.
fn closed_streams() -> Outcome {
    for streams in 0..8 {
        let this = this();
        let mut run = Run::start(&[&this, "--act", &format!("closed-{streams}")], |_| ());
        let fault = |fault: String| format!("streams {streams:03b}: {fault}");
        let standard = run.stage.number_after::<i32>("STANDARD ");
        ensure(standard == 0, || fault("a standard number".to_owned()))?;
        let text = run.stage.model.text();
        ensure(!text.contains("STRAY"), || fault(text))?;
        send(run.program, libc::SIGKILL);
        ensure_end(run.status(), End::Signal(libc::SIGKILL)).map_err(fault)?;
        ensure_restored(&mut run.stage).map_err(fault)?;
    }
    Ok(())
}

/// What a remote program has switched on, and `ssh` does not know of.
const ON: &str = "printf '\\033[>5u\\033[?1049h\\033[?1002h\\033[?1006h\\033[?2004h\\033[?25l'; ";

/// Runs a script that switches modes on; returns whether they are off afterwards.
fn are_off(when: &str, end: &str, expected: End) -> Result<bool, String> {
    let mut stage = Stage::new();
    let script = format!("{ON}{end}");
    let mut program = stage.start(&mut supervise(when, &["sh", "-c", &script]));
    ensure_end(program.wait(), expected)?;
    stage.settle();
    Ok(stage.model.modes().are_off())
}

/// `ssh` puts the settings back and exits with 255 when the connection breaks.
fn failed() -> Outcome {
    let off = are_off("failed", "exit 255", End::Exit(255))?;
    ensure(off, || "left on".to_owned())?;
    let off = are_off("failed", "exit 0", End::Exit(0))?;
    ensure(!off, || "reset after a good end".to_owned())
}

fn told() -> Outcome {
    let off = are_off("always", "exit 0", End::Exit(0))?;
    ensure(off, || "left on".to_owned())?;
    let off = are_off("never", "kill -9 $$", End::Signal(libc::SIGKILL))?;
    ensure(!off, || "reset against the user's word".to_owned())?;
    let off = are_off("failed", "kill -9 $$", End::Signal(libc::SIGKILL))?;
    ensure(off, || "left on after SIGKILL".to_owned())
}

/// A pager may be using the terminal when a program ends in front of it.
fn piped() -> Outcome {
    for when in ["failed", "always"] {
        let mut stage = Stage::new();
        let line = format!("{} --supervise {when} sh -c 'exit 3' | cat", this());
        let mut program = stage.start(Command::new("sh").args(["-c", &line]));
        ensure_end(program.wait(), End::Exit(0))?;
        stage.settle();
        ensure(stage.model.resets() == 0, || format!("{when}: reset"))?;
    }
    Ok(())
}
