//! The matrix over a real kernel: each system call that a session makes × each answer × seeds.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::mpsc;

use ttyring::Input;
use ttyring::platform::Os;
use ttyring::terminal::Modes;
use ttyring_test_support::{Pty, within};

use super::seam::{Answer, Call, under};
use super::{ERRNOS, Random, Session, TYPED, carried, number, read_all};

const SEEDS: u64 = 6;
/// How many faults one session gets at most.
const FAULTS: usize = 4;

/// Everything that a session is known to call besides memory, time and signals.
const WATCHED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_ioctl,
    libc::SYS_fcntl,
    libc::SYS_openat,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_readlinkat,
    libc::SYS_ppoll,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
];

/// Those of them that a signal can interrupt, by their manual pages.
const INTERRUPTIBLE: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_ioctl,
    libc::SYS_openat,
    libc::SYS_ppoll,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
];

/// What one session came to: what it read or why it did not open, and the calls that it made.
#[derive(Debug)]
struct Outcome {
    session: Result<Session, Option<i32>>,
    restored: bool,
    calls: BTreeMap<i64, usize>,
    faults: usize,
    /// The request of the last `ioctl` that was refused.
    refused: Option<u64>,
}

/// Opens, reads and closes a terminal with `decide` in front of the kernel; `None` where there is
/// no notification.
fn run(seed: u64, mut decide: impl FnMut(&Call) -> Answer) -> Option<Outcome> {
    let mut pty = Pty::open();
    let before = format!("{:?}", pty.termios());
    let slave = pty.slave().try_clone_to_owned().expect("dup");
    let (opened, open) = mpsc::channel();
    let mut outcome = Outcome {
        session: Ok(Session::default()),
        restored: false,
        calls: BTreeMap::new(),
        faults: 0,
        refused: None,
    };
    let served = std::thread::scope(|scope| {
        let pty = &mut pty;
        scope.spawn(move || {
            // Typed only once the terminal is raw: the line discipline is not the subject here.
            if within("the terminal to be raw", || open.recv()).is_ok() {
                for piece in Random::new(seed).pieces(TYPED.as_bytes()) {
                    pty.type_bytes(&piece);
                }
            }
        });
        let count = |call: &Call| {
            *outcome.calls.entry(call.number).or_default() += 1;
            let answer = decide(call);
            if matches!(answer, Answer::Fail(_)) {
                outcome.faults += 1;
                outcome.refused = (call.number == libc::SYS_ioctl).then_some(call.args[1]);
            }
            answer
        };
        under(WATCHED, count, move || session(slave, opened))
    });
    match served {
        Ok(session) => outcome.session = session,
        Err(error) => {
            println!("SKIPPED: no notification of system calls here: {error}");
            return None;
        }
    }
    outcome.restored = format!("{:?}", pty.termios()) == before;
    Some(outcome)
}

fn session(slave: OwnedFd, opened: mpsc::Sender<()>) -> Result<Session, Option<i32>> {
    let tty = Os.adopt(slave).map_err(|error| number(&error))?;
    let builder = Input::builder().capacity(64);
    let mut input = builder.adopt(Os, tty).map_err(|error| number(&error))?;
    let mut session = Session::default();
    if let Err(error) = input.enable(Modes::PASTE) {
        session.errors.push(number(&error));
    }
    // The other side may be gone only with the test.
    let _ = opened.send(());
    read_all(&mut input, &mut session);
    Ok(session)
}

/// Nothing lost, only errors that were given, nothing called again and again.
fn check(outcome: &Outcome, errno: i32, what: &str) {
    let total: usize = outcome.calls.values().sum();
    assert!(total < 1500, "{what}: spins: {outcome:?}");
    match &outcome.session {
        Err(error) => {
            assert_eq!(*error, Some(errno), "{what}: {outcome:?}");
            assert_ne!(errno, libc::EINTR, "{what}: {outcome:?}");
        }
        Ok(session) => {
            assert_eq!(
                String::from_utf8_lossy(&session.raw),
                carried(),
                "{what}: {outcome:?}"
            );
            assert!(
                session.errors.len() <= outcome.faults,
                "{what}: {outcome:?}"
            );
            let given = session.errors.iter().all(|error| *error == Some(errno));
            assert!(given, "{what}: {outcome:?}");
            assert!(
                errno != libc::EINTR || session.errors.is_empty(),
                "{what}: {outcome:?}"
            );
        }
    }
    // What was refused while the terminal was put back cannot be made up for.
    let excused = errno != libc::EINTR && outcome.refused.is_some();
    assert!(outcome.restored || excused, "{what}: left raw: {outcome:?}");
}

/// In debug builds the standard library asks whether a descriptor is open before it closes it, and
/// aborts if told no: that is no call of the library under test.
fn is_close_check(call: &Call) -> bool {
    call.number == libc::SYS_fcntl && call.args[1] == libc::F_GETFD as u64
}

#[test]
fn each_system_call_may_fail_at_any_time() {
    let Some(plain) = run(0, |_| Answer::Continue) else {
        return;
    };
    check(&plain, 0, "without faults");
    let (mut sessions, mut faults) = (0, 0);
    for (&number, &times) in &plain.calls {
        for (name, errno) in ERRNOS {
            if errno == libc::EINTR && !INTERRUPTIBLE.contains(&number) {
                continue;
            }
            for seed in 0..SEEDS {
                let mut random = Random::new(seed + 1);
                let mut left = FAULTS;
                let decide = |call: &Call| {
                    // About one of the first calls on average, then ever rarer.
                    let hit = call.number == number
                        && !is_close_check(call)
                        && left > 0
                        && random.below(times.min(8)) == 0;
                    if !hit {
                        return Answer::Continue;
                    }
                    left -= 1;
                    Answer::Fail(errno)
                };
                let what = format!("system call {number} {name} seed {seed}");
                let outcome = run(seed, decide).expect("it was there a moment ago");
                check(&outcome, errno, &what);
                sessions += 1;
                faults += outcome.faults;
            }
        }
    }
    println!(
        "{sessions} sessions over {} calls, {faults} faults",
        plain.calls.len()
    );
    assert!(
        faults > sessions / 2,
        "the faults hardly hit: {faults} in {sessions}"
    );
}

#[test]
fn reads_may_be_short() {
    for seed in 0..SEEDS {
        let mut random = Random::new(seed + 7);
        let decide = |call: &Call| match call.number {
            libc::SYS_read if call.args[2] > 1 && random.below(2) == 0 => read_one(call),
            _ => Answer::Continue,
        };
        let Some(outcome) = run(seed, decide) else {
            return;
        };
        check(&outcome, 0, &format!("short reads seed {seed}"));
    }
}

/// Reads one byte where the thread asked for more.
fn read_one(call: &Call) -> Answer {
    let (descriptor, buffer) = (call.args[0] as i32, call.args[1] as *mut libc::c_void);
    // SAFETY: the thread that made the call waits in it and shares this memory; its buffer has room
    // for the one byte that is read.
    let count = unsafe { libc::read(descriptor, buffer, 1) };
    match count {
        -1 => Answer::Fail(
            std::io::Error::last_os_error()
                .raw_os_error()
                .unwrap_or(libc::EIO),
        ),
        count => Answer::Return(count as i64),
    }
}

#[test]
fn cve_2023_2002_no_ioctl_reaches_what_is_no_terminal() {
    let (socket, _other) = std::os::unix::net::UnixDatagram::pair().expect("a pair");
    let socket = OwnedFd::from(socket);
    let file = OwnedFd::from(std::fs::File::open("/etc/hosts").expect("a file"));
    let mut ioctls = 0;
    let count = |_: &Call| {
        ioctls += 1;
        Answer::Continue
    };
    let adopt = move || {
        let again = socket.try_clone().expect("dup");
        [Os.adopt(socket), Os.share(again), Os.adopt(file)]
            .map(|adopted| adopted.map(drop).map_err(|error| number(&error)))
    };
    match under(&[libc::SYS_ioctl], count, adopt) {
        Err(error) => println!("SKIPPED: no notification of system calls here: {error}"),
        Ok(answers) => {
            assert_eq!(answers, [Err(Some(libc::ENOTTY)); 3]);
            assert_eq!(ioctls, 0);
        }
    }
}
