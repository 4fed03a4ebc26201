//! The profile of a program in a hurry says what became of each part and gives everything back.

use ttyring::Realtime;

#[test]
fn every_part_is_reported() {
    let profile = Realtime::new().pin(0).bind(0).enter();
    let names: Vec<_> = profile.parts().iter().map(|part| part.name()).collect();
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
    for part in profile.parts() {
        let shown = part.to_string();
        assert_eq!(
            part.took_effect(),
            shown.ends_with(": took effect"),
            "{shown}"
        );
        assert_eq!(
            part.refused().is_some(),
            shown.contains(": refused: "),
            "{shown}"
        );
    }
    assert!(!profile.is_whole(), "no system has all of them");
}

#[test]
fn nothing_is_taken_unless_asked_for() {
    assert!(Realtime::nothing().enter().parts().is_empty());
    let profile = Realtime::nothing().exact_timers(true).enter();
    assert_eq!(profile.parts().len(), 1);
}

#[test]
fn refused_part_says_why() {
    let profile = Realtime::nothing().pin(usize::MAX).enter();
    let [part] = profile.parts() else {
        panic!("one part was asked for: {profile:?}");
    };
    assert!(!part.took_effect());
    assert!(
        part.to_string().starts_with("processor: refused: "),
        "{part}"
    );
}
