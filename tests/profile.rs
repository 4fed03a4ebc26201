//! The profile of a program in a hurry says what became of each part.

use ttyring::profile::Realtime;

#[test]
fn every_part_is_reported() {
    let wanted = Realtime {
        processor: Some(0),
        node: Some(0),
        ..Realtime::USUAL
    };
    let profile = wanted.enter();
    let names: Vec<_> = profile.parts.iter().map(|(part, _)| *part).collect();
    let expected = [
        "locked memory",
        "exact timers",
        "memory node",
        "processor",
        "no idle states",
        "class of service",
        "scheduling",
    ];
    assert_eq!(names, expected);
    let refused = profile.parts.iter().any(|(_, taken)| taken.is_err());
    assert!(refused, "no system has all of them");
}

#[test]
fn nothing_is_taken_unless_asked_for() {
    assert!(Realtime::NOTHING.enter().parts.is_empty());
    let exact = Realtime {
        exact_timers: true,
        ..Realtime::NOTHING
    };
    assert_eq!(exact.enter().parts.len(), 1);
}

#[test]
fn refused_part_says_why() {
    let pinned = Realtime {
        processor: Some(usize::MAX),
        ..Realtime::NOTHING
    };
    let profile = pinned.enter();
    let [("processor", Err(error))] = &profile.parts[..] else {
        panic!("one part was asked for, and no machine has it: {profile:?}");
    };
    assert!(!error.to_string().is_empty());
}
