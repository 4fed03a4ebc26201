//! Who types: the tool itself in a terminal of its own, the user, or whoever uses a program already.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::record::{Recorder, Recording};
use super::source::Reasons;
use super::terminal::Terminal;
use super::{Args, KEYS};
use crate::contender::Contender;
use crate::contender::protocol::{Mode, now};
use crate::contender::session::Session;
use crate::progress::{Progress, Stop, failure, go_on};
use crate::stats::Samples;

/// What came of following.
#[derive(Debug)]
pub(super) enum Followed {
    /// Keys with their stages.
    Keys(Recording),
    /// How long keys took until the program's answer was seen, and why there is no more to tell.
    WholeWay(Samples, Reasons),
}

/// Keys that are typed first and not counted.
const WARM_UP: usize = 5;

/// How long a key may take.
const LOST: Duration = Duration::from_secs(6);

/// How often events are taken while somebody else types.
const TICK: Duration = Duration::from_millis(20);

/// Whether there is a terminal that a user can type on.
pub(super) fn is_interactive() -> bool {
    rustix::termios::isatty(rustix::stdio::stdin())
        && Terminal::of_process(std::process::id()).is_ok()
}

/// Runs the command in a terminal of its own and types.
pub(super) fn type_keys(
    program: &OsStr,
    arguments: &[OsString],
    args: &Args,
    stop: &Stop,
) -> io::Result<Followed> {
    let contender = contender(program, arguments);
    let mut session = Session::start(&contender, Mode::Quiet)?;
    let terminal = Terminal::of(session.terminal())?;
    let mut recorder = match Recorder::start(&terminal, args)? {
        Ok(recorder) => recorder,
        Err(reasons) => return whole_way(&mut session, reasons, args, stop),
    };
    recorder.watch(session.id());
    let keys = args.keys.unwrap_or(KEYS);
    let mut progress = Progress::new(keys);
    for number in 0..WARM_UP + keys {
        if number == WARM_UP {
            recorder.forget();
        }
        progress.step("typing");
        let handled = type_key(&mut session, &mut recorder, number)?;
        if stop.asked() {
            break;
        }
        if !handled {
            return Err(contender.failed(format!("did not read key {number} within {LOST:?}")));
        }
    }
    Ok(Followed::Keys(recorder.finish()?))
}

/// A command as something that can be started in a terminal.
pub(super) fn contender(program: &OsStr, arguments: &[OsString]) -> Contender {
    let word = |word: &OsString| word.to_string_lossy().into_owned();
    Contender {
        name: program.to_string_lossy().into_owned(),
        program: program.to_owned(),
        arguments: arguments.iter().map(word).collect(),
        profile: Vec::new(),
    }
}

/// Types keys without looking what becomes of them, then ends the program.
pub(super) fn type_blindly(mut session: Session, keys: usize, stop: &Stop) -> io::Result<()> {
    for number in 0..keys {
        session.send(&[letter(number)])?;
        sleep(Duration::from_micros(fastrand::u64(2000..4000)));
        session.drain();
        if stop.asked() || session.is_over()? {
            break;
        }
    }
    match session.end() {
        Err(error) if failure(&error).is_some() => Err(error),
        _ => Ok(()),
    }
}

/// Types keys and waits for what the program writes after each: all that user space sees of the way.
fn whole_way(
    session: &mut Session,
    reasons: Reasons,
    args: &Args,
    stop: &Stop,
) -> io::Result<Followed> {
    let mut samples = Samples::default();
    let keys = args.keys.unwrap_or(KEYS);
    let mut progress = Progress::new(keys);
    for number in 0..keys {
        progress.step("typing");
        let sent = session.send(&[letter(number)])?;
        let answer = match session.answer(LOST) {
            Err(error) if failure(&error).is_none() => break,
            answer => answer?,
        };
        let seen = answer.ok_or_else(|| {
            let lines = reasons.join("\n");
            io::Error::other(format!(
                "{lines}\nand the program writes nothing that could be waited for"
            ))
        })?;
        samples.record(seen.since(sent));
        sleep(Duration::from_micros(fastrand::u64(2000..4000)));
        session.drain();
        if stop.asked() {
            break;
        }
    }
    Ok(Followed::WholeWay(samples, reasons))
}

/// The letter that is typed. No `q`: twice it ends more than one program.
fn letter(number: usize) -> u8 {
    b'a' + (number % 8) as u8
}

/// Begins to record, where somebody else types: without the kernel's word there is nothing to see.
fn start(terminal: &Terminal, args: &Args) -> io::Result<Recorder> {
    Recorder::start(terminal, args)?.map_err(|reasons| {
        let lines = reasons.join("\n");
        io::Error::other(format!(
            "{lines}\nuser space alone sees the whole way of keys that the tool types itself: --type"
        ))
    })
}

/// Types a key and waits until it has been handled; returns whether it was.
fn type_key(session: &mut Session, recorder: &mut Recorder, number: usize) -> io::Result<bool> {
    let before = recorder.len();
    let sent = session.send(&[letter(number)])?;
    while recorder.len() == before && now().since(sent) < LOST && go_on().is_ok() {
        // Nobody looks while the key is on its way: the tool would be in its way.
        sleep(Duration::from_micros(fastrand::u64(2000..4000)));
        session.drain();
        recorder.collect()?;
        if session.is_over()? {
            break;
        }
    }
    Ok(recorder.len() > before)
}

/// Runs the command on this terminal, where the user types, until it ends.
pub(super) fn attend(program: &OsStr, arguments: &[OsString], args: &Args) -> io::Result<Followed> {
    let terminal = Terminal::of_process(std::process::id())?;
    let mut recorder = start(&terminal, args)?;
    let mut child = Command::new(program)
        .args(arguments)
        .spawn()
        .map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("{}: {error}", program.to_string_lossy()),
            )
        })?;
    // The call that starts it lets its parent go on just before it is another program.
    sleep(Duration::from_millis(1));
    recorder.watch(child.id());
    while child.try_wait()?.is_none() {
        sleep(TICK);
        // The user goes on with the program; only the recording is over.
        if !is_enough(&recorder, args) {
            recorder.collect()?;
        }
    }
    Ok(Followed::Keys(recorder.finish()?))
}

/// Follows the terminal of a process until Ctrl-C, or the process ends, or there are enough keys.
pub(super) fn follow(process: u32, args: &Args, stop: &Stop) -> io::Result<Followed> {
    let terminal = Terminal::of_process(process)?;
    let mut recorder = start(&terminal, args)?;
    recorder.watch(process);
    let name = terminal.path().unwrap_or_else(|| "its terminal".to_owned());
    eprintln!("following {name} of process {process}; Ctrl-C ends");
    let own = format!("/proc/{process}");
    while !stop.asked() && !is_enough(&recorder, args) && std::fs::exists(&own)? {
        sleep(TICK);
        recorder.collect()?;
    }
    Ok(Followed::Keys(recorder.finish()?))
}

fn is_enough(recorder: &Recorder, args: &Args) -> bool {
    args.keys.is_some_and(|keys| recorder.len() >= keys)
}
