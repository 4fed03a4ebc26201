//! The modes of the console: raw mode as one set, consoles that do not know VT sequences, and other
//! programs that change them.

use ttyring_platform::windows::Sys;
use ttyring_platform::windows::abi::{input, output};
use ttyring_platform::{LineMode, Reports, Termios, Tty, When};

use super::console::{Handle, Vt};
use super::{A, Raw, up};

const RAW: u32 = input::WINDOW
    | input::INSERT
    | input::EXTENDED_FLAGS
    | input::AUTO_POSITION
    | input::VIRTUAL_TERMINAL;

fn modes(raw: &Raw) -> (u32, u32) {
    let mode = |handle| raw.console.mode(&handle).expect("GetConsoleMode");
    (mode(Handle::Input), mode(Handle::Output))
}

#[test]
fn raw_mode_is_one_set() {
    let raw = Raw::new(Vt::Heeded);
    assert_eq!(modes(&raw), (RAW, 0xf));
}

#[test]
fn echo_without_lines_is_not_asked_for() {
    let raw = Raw::new(Vt::Heeded);
    let mode = LineMode {
        echo: true,
        ..LineMode::RAW
    };
    let wanted = raw.tty.termios().expect("GetConsoleMode").with(&mode);
    raw.tty
        .set_termios(When::Now, &wanted)
        .expect("SetConsoleMode");
    assert_eq!(modes(&raw), (RAW, 0xf));
}

#[test]
fn modes_that_were_found_come_back() {
    let raw = Raw::new(Vt::Heeded);
    let wanted = raw.tty.termios().expect("GetConsoleMode");
    raw.console.set_from_elsewhere(0x1f7, 0x3);
    let found = raw.tty.termios().expect("GetConsoleMode");
    assert_eq!((found.input(), found.output()), (0x1f7, 0x3));
    raw.tty.set_termios(When::Now, &wanted).expect("raw");
    raw.tty.set_termios(When::Now, &found).expect("as found");
    assert_eq!(modes(&raw), (0x1f7, 0x3));
}

#[test]
fn console_without_vt_gets_the_rest_of_raw_mode() {
    let raw = Raw::new(Vt::Unknown);
    assert_eq!(modes(&raw), (RAW & !input::VIRTUAL_TERMINAL, 0x3));
    let set = raw.tty.termios().expect("GetConsoleMode");
    assert_eq!(set, set.with(&LineMode::RAW), "it reads back as it was set");
}

#[test]
fn raw_mode_is_set_again_where_another_program_changed_it() {
    for vt in [Vt::Heeded, Vt::HeededButReleases, Vt::Ignored] {
        let raw = Raw::new(vt);
        raw.console.set_from_elsewhere(0x1f7, output::PROCESSED);
        raw.console.key(A);
        assert!(raw.read().starts_with("\x1b[65;"), "typed while it was so");
        assert_eq!(modes(&raw), (RAW, 0xf));
        let changes = raw.console.state().changes;
        raw.console.press(A);
        raw.read();
        assert_eq!(raw.console.state().changes, changes, "nothing to do");
    }
}

#[test]
fn key_is_read_whichever_mode_it_was_typed_in() {
    let raw = Raw::new(Vt::Heeded);
    raw.console.press(A);
    raw.console
        .set_from_elsewhere(input::PROCESSED, output::PROCESSED);
    raw.console.press(A);
    raw.console.set_from_elsewhere(RAW, 0xf);
    raw.console.press(A);
    assert_eq!(raw.read(), "a\x1b[65;30;97;1;0;1_\x1b[65;30;97;0;0;1_a");
}

#[test]
fn console_that_was_lent_is_left_alone() {
    let raw = Raw::new(Vt::Heeded);
    let set = raw.tty.termios().expect("GetConsoleMode");
    let cooked = set.with(&LineMode {
        canonical: true,
        echo: true,
        ..LineMode::CBREAK
    });
    raw.tty.set_termios(When::Now, &cooked).expect("cooked");
    raw.console
        .set_from_elsewhere(input::PROCESSED, output::PROCESSED);
    raw.console.press(A);
    let _ = raw.tty.pending();
    assert_eq!(modes(&raw), (input::PROCESSED, output::PROCESSED));
}

#[test]
fn mouse_mode_follows_the_reports_and_not_the_settings() {
    let raw = Raw::new(Vt::Ignored);
    let before = raw.tty.termios().expect("GetConsoleMode");
    raw.tty
        .set_reports(Reports::BUTTONS)
        .expect("SetConsoleMode");
    assert_eq!(modes(&raw).0, RAW | input::MOUSE);
    assert_eq!(raw.tty.termios().expect("GetConsoleMode"), before);
    raw.console.set_from_elsewhere(RAW, 0xf);
    raw.console.press(A);
    raw.read();
    assert_eq!(modes(&raw).0, RAW | input::MOUSE, "set again");
    raw.tty
        .set_reports(Reports::empty())
        .expect("SetConsoleMode");
    assert_eq!(modes(&raw).0, RAW);
}

#[test]
fn release_of_a_key_that_was_pressed_before_is_not_reported() {
    let raw = Raw::new(Vt::HeededButReleases);
    raw.console.press(A);
    assert_eq!(raw.read(), "a");
    let raw = Raw::new(Vt::Ignored);
    raw.console.key(up(A));
    raw.console.key(A);
    raw.console.key(up(A));
    assert_eq!(raw.read(), "\x1b[65;30;97;1;0;1_\x1b[65;30;97;0;0;1_");
}
