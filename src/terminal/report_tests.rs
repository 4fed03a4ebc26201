//! The page, of a supervisor that is nobody.

use std::sync::Once;

use super::super::simulation::Alone;
use super::*;

const AREAS: usize = 64;
static TEST_PAGE: [AtomicU8; AREAS * AREA] = [const { AtomicU8::new(0) }; AREAS * AREA];

/// What is owed, as the supervisor has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::terminal) struct Told {
    pub(in crate::terminal) on: bool,
    pub(in crate::terminal) settings: bool,
    pub(in crate::terminal) reports: bool,
    pub(in crate::terminal) reset: Vec<u8>,
}

/// Has this process tell a supervisor from now on.
pub(in crate::terminal) fn supervise() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| start(&TEST_PAGE, ttyring_platform::system::child::parent()));
}

/// From now on it is this process that tells.
pub(in crate::terminal) fn tell_from(process: i32) {
    TELLER.store(process, Ordering::Relaxed);
}

/// What was told of the terminal with this index.
pub(in crate::terminal) fn told(index: usize) -> Option<Told> {
    let mut last = None;
    read(&TEST_PAGE[index * AREA..(index + 1) * AREA], |owed| {
        last = Some(Told {
            on: owed.on,
            settings: owed.settings,
            reports: owed.reports,
            reset: owed.reset.to_vec(),
        });
    });
    last
}

fn owed(reset: &[u8]) -> Owed<'_> {
    Owed {
        on: true,
        settings: true,
        reports: false,
        reset,
    }
}

/// Indices that no custody of a test has.
const FREE: usize = AREAS - 4;

#[test]
fn each_terminal_has_an_area_of_its_own() {
    supervise();
    tell(FREE, owed(b"one"));
    tell(FREE + 1, owed(b"two"));
    assert_eq!(told(FREE).expect("told").reset, b"one");
    assert_eq!(told(FREE + 1).expect("told").reset, b"two");
    is_on(FREE, false);
    assert!(!told(FREE).expect("told").on);
    assert!(told(FREE + 1).expect("told").on);
    tell(AREAS, owed(b"there is no room"));
}

#[test]
fn what_is_told_is_what_was_owed() {
    supervise();
    for bits in 0..8 {
        let owed = Owed {
            on: bits & 1 != 0,
            settings: bits & 2 != 0,
            reports: bits & 4 != 0,
            reset: b"\x1b[0m",
        };
        tell(FREE + 2, owed);
        let told = told(FREE + 2).expect("told");
        assert_eq!(told.on, owed.on);
        assert_eq!(told.settings, owed.settings);
        assert_eq!(told.reports, owed.reports);
        assert_eq!(told.reset, owed.reset);
    }
}

#[test]
fn half_that_is_complete_is_not_written_to() {
    supervise();
    let area = area(FREE + 3).expect("there is room");
    let half = |which: usize| -> Vec<u8> {
        let bytes = area[HALVES[which]..].iter();
        bytes
            .take(ROOM + 3)
            .map(|byte| byte.load(Ordering::Relaxed))
            .collect()
    };
    for round in 0..4_u8 {
        let before = area[0].load(Ordering::Relaxed);
        let complete = before.checked_sub(1).map(usize::from);
        let kept = complete.map(half);
        tell(FREE + 3, owed(&[round; 5]));
        assert_ne!(area[0].load(Ordering::Relaxed), before, "the other half");
        assert_eq!(
            kept,
            complete.map(half),
            "a death in between finds it whole"
        );
        assert_eq!(told(FREE + 3).expect("told").reset, [round; 5]);
    }
}

#[test]
fn program_waits_until_its_supervisor_has_noted_the_settings() {
    supervise();
    let process = Alone::new();
    tell_from(process.process());
    let waited = |noted: bool| {
        let before = acknowledgements();
        if noted {
            acknowledge(&TEST_PAGE);
        }
        let begun = process.now();
        before.wait_for_another();
        process.now().since(begun)
    };
    assert_eq!(
        waited(false),
        Duration::from_millis(SUPERVISOR_TIMEOUT_MS.into())
    );
    assert_eq!(waited(true), Duration::ZERO);
    process.be_child(true);
    assert_eq!(waited(false), Duration::ZERO, "it has no supervisor");
}
