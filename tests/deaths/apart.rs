//! Ends that need more than a way to die: a signal that was ignored from the start, a terminal that
//! hangs up, a core file.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use ttyring_test_support::cores_are_files;

use crate::program;
use crate::run::{Run, send};
use crate::stage::{Stage, same};
use crate::ways::End;

type Test = (&'static str, fn(&str) -> Result<(), String>);

const TESTS: [Test; 7] = [
    ("HUP-ignored", ignored),
    ("TERM-handled", handled),
    ("TERM-at-exit", while_leaving),
    ("hangup", hangup),
    ("core-null", |how| core(how, "null", libc::SIGSEGV)),
    ("core-abort", |how| core(how, "abort", libc::SIGABRT)),
    ("core-QUIT", |how| core(how, "QUIT", libc::SIGQUIT)),
];

/// Runs each alone and supervised and prints what it came to.
pub(crate) fn run(filters: &[&str], wrong: &mut Vec<String>) {
    for (name, test) in TESTS {
        let mut names = filters.iter().filter(|filter| !filter.starts_with('-'));
        if names.clone().next().is_some() && !names.any(|filter| name.contains(filter)) {
            continue;
        }
        if name.starts_with("core") && !cores_are_files() {
            println!("{name:<18}SKIPPED: cores are not written into the directory of a process");
            continue;
        }
        let mut mark = |how, setting: &str| match test(how) {
            Ok(()) => "right",
            Err(fault) => {
                wrong.push(format!("{name} {setting}: {fault}"));
                "wrong"
            }
        };
        let alone = mark("--die", "in-process");
        let supervised = mark("--die-supervised", "supervised");
        println!("{name:<18}{alone:>12}{supervised:>12}");
    }
}

fn this() -> String {
    let this = std::env::current_exe().expect("this program");
    this.to_string_lossy().into_owned()
}

/// Makes sure of something, or says what is wrong.
fn ensure(right: bool, fault: impl FnOnce() -> String) -> Result<(), String> {
    if right { Ok(()) } else { Err(fault()) }
}

/// A program under `nohup` goes on after SIGHUP, with everything on, and ends as it wants to.
fn ignored(how: &str) -> Result<(), String> {
    let run = Run::start(&[&this(), how, "exit"], |command| {
        // SAFETY: between fork and exec one disposition is changed.
        unsafe {
            command.pre_exec(|| {
                libc::signal(libc::SIGHUP, libc::SIG_IGN);
                Ok(())
            });
        }
    });
    goes_on(run, libc::SIGHUP)
}

/// A handler that the program has installed before decides: the terminal is left to it.
fn handled(how: &str) -> Result<(), String> {
    let run = Run::start(&[&this(), how, "handled"], |_| ());
    goes_on(run, libc::SIGTERM)
}

/// The signal changes nothing; then the program ends with status 3 as it wants to.
fn goes_on(mut run: Run, signal: i32) -> Result<(), String> {
    run.stage.settle();
    let (raw, on) = (run.stage.pty.termios(), run.stage.model.modes().clone());
    send(run.program, signal);
    // Of what is below a supervisor, a user knows this process.
    send(run.started, signal);
    run.stage.settle();
    let kept = same(&run.stage.pty.termios(), &raw) && *run.stage.model.modes() == on;
    ensure(kept, || "it gave the terminal up".to_owned())?;
    run.stage.pty.type_bytes(b"x");
    let end = End::from(run.status());
    ensure(end == End::Exit(3), || format!("ended by {end:?}"))?;
    let faults = run.stage.faults();
    ensure(faults.is_empty(), || format!("{faults:?}"))
}

/// A signal that comes while the last replies are waited for ends the program after that.
fn while_leaving(how: &str) -> Result<(), String> {
    let mut run = Run::start(&[&this(), how, "return"], |_| ());
    run.stage.answers = false;
    let asked = run.stage.model.questions();
    run.stage.pty.type_bytes(b"x");
    let waits = run.stage.wait(|stage| stage.model.questions() > asked);
    ensure(waits, || "nothing was asked".to_owned())?;
    send(run.program, libc::SIGTERM);
    let end = End::from(run.status());
    ensure(end == End::Signal(libc::SIGTERM), || format!("{end:?}"))?;
    let faults = run.stage.faults();
    ensure(faults.is_empty(), || format!("{faults:?}"))
}

/// A program whose terminal goes away ends by SIGHUP, although it does not read.
fn hangup(how: &str) -> Result<(), String> {
    let mut stage = Stage::new();
    // It leads its session, as in a terminal that was started with a command: nobody else is told.
    let mut leader = stage.start(Command::new(this()).args([how, "TERM"]));
    let program = stage.number_after::<i32>(program::READY);
    stage.pty.hang_up();
    let end = End::from(leader.wait());
    ensure(end == End::Signal(libc::SIGHUP), || format!("{end:?}"))?;
    let gone =
        ttyring_test_support::wait_until(|| !Path::new(&format!("/proc/{program}")).exists());
    ensure(gone, || "the program is still there".to_owned())
}

/// The core is that of the program, and its parent is told of it.
fn core(how: &str, way: &str, signal: i32) -> Result<(), String> {
    let place = Place::new(&format!("{way}{how}"));
    let mut run = Run::start(&[&this(), how, way], |command| {
        command.current_dir(&place.0);
        // SAFETY: between fork and exec a limit is asked for and set.
        unsafe { command.pre_exec(allow_core) };
    });
    if signal == libc::SIGQUIT {
        send(run.program, signal);
    } else {
        run.stage.pty.type_bytes(b"x");
    }
    let status = run.status();
    ensure(status.signal() == Some(signal), || format!("{status}"))?;
    // A supervisor ends by the same signal, without a core of its own.
    let alone = run.started == run.program;
    ensure(status.core_dumped() == alone, || format!("{status}"))?;
    let faults = run.stage.faults();
    ensure(faults.is_empty(), || format!("{faults:?}"))?;
    let files = std::fs::read_dir(&place.0).expect("the directory");
    let files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    let [core] = files.as_slice() else {
        return Err(format!("not one core: {files:?}"));
    };
    let bytes = std::fs::read(core).expect("the core");
    ensure(bytes.starts_with(b"\x7fELF"), || {
        format!("{core:?} is none")
    })
}

fn allow_core() -> std::io::Result<()> {
    let all = getrlimit(Resource::Core).maximum;
    let limit = Rlimit {
        current: all,
        maximum: all,
    };
    Ok(setrlimit(Resource::Core, limit)?)
}

/// A directory to die in.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("ttyring-core-{}-{name}", std::process::id());
        let place = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&place).expect("a directory");
        Place(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
