//! The matrix over the scripted backend: each operation × each answer × seeds.

use std::time::Duration;

use ttyring::Input;
use ttyring::terminal::Modes;
use ttyring_platform::Termios as _;
use ttyring_platform::sim::{Operation, Sim, Step};

use super::{ERRNOS, Random, Session, TYPED, carried, number, read_all};

const SEEDS: u64 = 24;

const OPERATIONS: [Operation; 11] = [
    Operation::Open,
    Operation::Poller,
    Operation::Wait,
    Operation::Read,
    Operation::Write,
    Operation::Termios,
    Operation::SetTermios,
    Operation::Size,
    Operation::Pending,
    Operation::DiscardInput,
    Operation::SetBlocking,
];

/// Types everything within a second of the script's time, with `faults` in between.
fn script(seed: u64, faults: &[Step]) -> Sim {
    let sim = Sim::new();
    let mut random = Random::new(seed);
    let mut time = Duration::ZERO;
    for piece in random.pieces(TYPED.as_bytes()) {
        time += Duration::from_millis(random.below(12) as u64);
        sim.at(time, Step::Bytes(piece));
    }
    for fault in faults {
        let at = Duration::from_millis(random.below(400) as u64);
        sim.at(at, fault.clone());
    }
    sim
}

/// Opens, reads to the end and closes; the error when it could not be opened.
fn run(sim: &Sim) -> Result<Session, Option<i32>> {
    let builder = Input::builder().capacity(64);
    let mut input = builder
        .open_on(sim.clone())
        .map_err(|error| number(&error))?;
    let mut session = Session::default();
    if let Err(error) = input.enable(Modes::PASTE | Modes::FOCUS) {
        session.errors.push(number(&error));
    }
    read_all(&mut input, &mut session);
    Ok(session)
}

/// Nothing lost, only errors that were given, no more calls than bytes and steps explain.
#[track_caller]
fn check(sim: &Sim, session: &Session, errno: i32, faults: usize, what: &str) {
    let raw = String::from_utf8_lossy(&session.raw);
    assert_eq!(raw, carried(), "{what}: {session:?}");
    assert!(session.errors.len() <= faults, "{what}: {session:?}");
    assert!(
        session.errors.iter().all(|error| *error == Some(errno)),
        "{what}: {session:?}"
    );
    assert!(
        errno != libc::EINTR || session.errors.is_empty(),
        "{what}: {session:?}"
    );
    let calls = sim.calls();
    let most = 8 * (TYPED.len() + faults);
    assert!(calls.reads + calls.waits < most, "{what}: {calls:?}");
}

#[test]
fn each_operation_may_fail_at_any_time() {
    for operation in OPERATIONS {
        for (name, errno) in ERRNOS {
            for seed in 0..SEEDS {
                let what = format!("{operation:?} {name} seed {seed}");
                let faults = 1 + usize::try_from(seed).unwrap_or(0) % 3;
                let sim = script(seed, &vec![Step::Fault(operation, errno); faults]);
                match run(&sim) {
                    Ok(session) => check(&sim, &session, errno, faults, &what),
                    Err(error) => assert_eq!(error, Some(errno), "{what}"),
                }
                // A change of the settings that is refused at the end cannot be made up for.
                let restorable = !matches!(operation, Operation::SetTermios | Operation::Termios);
                if restorable || errno == libc::EINTR {
                    let mode = sim.termios().line_mode();
                    assert!(mode.canonical && mode.echo, "{what}: left raw");
                }
            }
        }
    }
}

#[test]
fn reads_and_writes_may_be_short() {
    for limit in [1, 2, 3, 7] {
        for seed in 0..SEEDS {
            let short = [
                Step::ShortReads(Some(limit)),
                Step::ShortWrites(Some(limit)),
            ];
            let sim = script(seed, &[]);
            for step in short {
                sim.now_do(step);
            }
            let what = format!("short {limit} seed {seed}");
            let session = run(&sim).unwrap_or_else(|error| panic!("{what}: {error:?}"));
            check(&sim, &session, 0, 0, &what);
            let written = sim.written();
            for mode in ["\x1b[?2004h", "\x1b[?1004h", "\x1b[?2004l", "\x1b[?1004l"] {
                let whole = ttyring_test_support::contains(&written, mode.as_bytes());
                assert!(whole, "{what}: {mode:?} was not written whole");
            }
        }
    }
}

#[test]
fn a_terminal_that_is_gone_ends_the_input_after_what_was_read() {
    for seed in 0..SEEDS {
        let sim = script(seed, &[]);
        sim.at(Duration::from_millis(150), Step::Hangup);
        let mut input = Input::builder().open_on(sim.clone()).expect("open");
        let mut raw = Vec::new();
        while input.next_event().expect("a hangup is no error").is_some() {
            raw.extend_from_slice(input.raw());
        }
        // A marker that was cut off is a part of the paste.
        let cut = TYPED.replace("\x1b[200~", "");
        let prefix = [carried(), cut]
            .iter()
            .any(|text| text.as_bytes().starts_with(&raw));
        assert!(prefix, "seed {seed}: {raw:?}");
        // It stays so, without reading or waiting again and again.
        let before = sim.calls();
        for _ in 0..100 {
            assert!(input.next_event().expect("still none").is_none());
        }
        let after = sim.calls();
        assert_eq!((before.reads, before.waits), (after.reads, after.waits));
    }
}
