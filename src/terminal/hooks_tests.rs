//! What each hook makes of its event.

use super::super::custody::bench::Bench;
use super::super::modes::Modes;
use super::*;

const FAULT: i32 = process::FAULTS[0];

fn is_restored_by(hook: fn(i32, Next) -> Then, next: Next) -> bool {
    let bench = Bench::raw();
    let then = hook(FAULT, next);
    assert_eq!(then, Then::Chain, "the signal goes its way");
    !bench.is_raw()
}

#[test]
fn ending_restores_unless_somebody_else_decides_about_it() {
    assert!(is_restored_by(on_ending, Next::Default));
    assert!(!is_restored_by(on_ending, Next::Handler));
    assert!(!is_restored_by(on_ending, Next::Event));
}

#[test]
fn fault_restores_unless_it_is_an_event() {
    assert!(is_restored_by(on_fault, Next::Default));
    assert!(is_restored_by(on_fault, Next::Handler));
    assert!(!is_restored_by(on_fault, Next::Event));
}

#[test]
fn stop_stops_unless_the_program_has_a_handler_of_its_own() {
    for next in [Next::Default, Next::Handler, Next::Event] {
        let bench = Bench::raw();
        let then = on_stop(STOP, next);
        let stops = next == Next::Default;
        assert_eq!(bench.process.stops(), usize::from(stops), "{next:?}");
        assert_eq!(then == Then::Skip, stops, "{next:?}");
    }
}

#[test]
fn continuation_is_heard_and_goes_its_way() {
    let bench = Bench::raw();
    let raw = bench.settings();
    bench.process.sim().set_termios(*bench.process.found());
    assert_eq!(on_continue(CONTINUE, Next::Default), Then::Chain);
    assert_eq!(bench.settings(), raw);
}

#[test]
fn exit_is_fenced() {
    let bench = Bench::raw();
    bench.enable(Modes::FOCUS);
    at_exit();
    assert!(bench.process.written().ends_with("ESC[c"));
    assert!(!bench.is_raw());
}

#[test]
fn panic_restores_what_its_own_thread_has_used() {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(hook_panics);
    let bench = Bench::raw();
    let panics = || panic::catch_unwind(|| panic!("as asked")).is_err();
    assert!(std::thread::spawn(panics).join().expect("it is caught"));
    assert!(bench.is_raw(), "another thread");
    assert!(panics());
    assert!(!bench.is_raw());
    bench.enable(Modes::PASTE);
    assert!(bench.is_raw(), "with the next change");
}
