//! The rules of the emulated console, one test each. Where a rule comes from is said beside the
//! code in `tests/console`.

#[path = "../console/mod.rs"]
mod console;

use std::thread;

use console::{Emulated, Handle, Vt};
use ttyring_platform::windows::Sys;
use ttyring_platform::windows::abi::{Code, input, mouse, output, state};
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Record, Window};

const A: KeyRecord = KeyRecord {
    down: true,
    repeat: 1,
    key: 0x41,
    scan: 0x1e,
    unit: b'a' as u16,
    state: 0,
};
const UP: KeyRecord = KeyRecord {
    key: 0x26,
    scan: 0x48,
    unit: 0,
    ..A
};
const MOVE: MouseRecord = MouseRecord {
    column: 3,
    row: 104,
    buttons: 0,
    state: 0,
    flags: mouse::MOVED,
};
const RAW: u32 = input::WINDOW | input::EXTENDED_FLAGS | input::VIRTUAL_TERMINAL;

fn set(console: &Emulated, mode: u32) {
    console.set_mode(&Handle::Input, mode).expect("a mode");
}

fn records(console: &Emulated) -> Vec<Record> {
    console.state().records.iter().copied().collect()
}

/// The text of records that are units, in order; panics at others.
fn text(console: &Emulated) -> String {
    let units: Vec<u16> = records(console)
        .iter()
        .map(|record| match record {
            Record::Key(key) if key.is_text() && key.down => key.unit,
            other => panic!("{other:?}"),
        })
        .collect();
    String::from_utf16(&units).expect("characters")
}

#[test]
fn mode_that_is_refused_takes_effect() {
    let console = Emulated::new(Vt::Unknown);
    let refused = console.set_mode(&Handle::Input, RAW);
    assert_eq!(refused, Err(Code::INVALID_PARAMETER));
    assert_eq!(console.mode(&Handle::Input), Ok(RAW));
}

#[test]
fn echo_without_lines_is_refused() {
    let console = Emulated::default();
    let refused = console.set_mode(&Handle::Input, input::ECHO);
    assert_eq!(refused, Err(Code::INVALID_PARAMETER));
}

#[test]
fn output_mode_that_is_refused_has_no_effect() {
    let console = Emulated::new(Vt::Unknown);
    let before = console.mode(&Handle::Output);
    let mode = output::PROCESSED | output::VIRTUAL_TERMINAL;
    let refused = console.set_mode(&Handle::Output, mode);
    assert_eq!(refused, Err(Code::INVALID_PARAMETER));
    assert_eq!(console.mode(&Handle::Output), before);
}

#[test]
fn selection_stays_on_without_a_private_flag() {
    let console = Emulated::default();
    assert_eq!(console.mode(&Handle::Input), Ok(0x1f7));
    set(&console, input::PROCESSED);
    assert_eq!(console.mode(&Handle::Input), Ok(input::PROCESSED));
    assert_ne!(console.state().private & input::QUICK_EDIT, 0, "it is on");
    set(&console, input::PROCESSED | input::QUICK_EDIT);
    let shown = input::PROCESSED | input::QUICK_EDIT | input::EXTENDED_FLAGS;
    assert_eq!(console.mode(&Handle::Input), Ok(shown));
    set(&console, input::EXTENDED_FLAGS);
    assert_eq!(console.mode(&Handle::Input), Ok(input::EXTENDED_FLAGS));
}

#[test]
fn key_is_delivered_as_text_where_vt_is_heeded() {
    let console = Emulated::new(Vt::Heeded);
    set(&console, RAW);
    console.press(A);
    console.press(UP);
    assert_eq!(text(&console), "a\x1b[A");
}

#[test]
fn release_is_delivered_as_it_is_by_older_consoles() {
    let console = Emulated::new(Vt::HeededButReleases);
    set(&console, RAW);
    console.press(A);
    let [Record::Key(text), Record::Key(release)] = records(&console)[..] else {
        panic!("{:?}", records(&console));
    };
    assert!(text.is_text());
    assert_eq!(release, KeyRecord { down: false, ..A });
}

#[test]
fn key_is_delivered_as_it_is_where_vt_is_ignored() {
    let console = Emulated::new(Vt::Ignored);
    set(&console, RAW);
    console.key(A);
    assert_eq!(records(&console), [Record::Key(A)]);
}

#[test]
fn win32_input_mode_delivers_presses_and_releases_as_text() {
    let console = Emulated::new(Vt::Heeded);
    set(&console, RAW);
    let on: Vec<u16> = "\x1b[?9001h".encode_utf16().collect();
    console.write(&Handle::Output, &on).expect("WriteConsoleW");
    console.press(A);
    assert_eq!(text(&console), "\x1b[65;30;97;1;0;1_\x1b[65;30;97;0;0;1_");
}

#[test]
fn win32_input_mode_may_wrap_text_and_makes_keys_of_a_paste() {
    let console = Emulated::new(Vt::Heeded);
    set(&console, RAW);
    let on: Vec<u16> = "\x1b[?9001h".encode_utf16().collect();
    console.write(&Handle::Output, &on).expect("WriteConsoleW");
    console.paste("a");
    let key = "\x1b[65;1;97;1;0;1_\x1b[65;1;97;0;0;1_";
    assert_eq!(text(&console), format!("\x1b[200~{key}\x1b[201~"));
    console.state().records.clear();
    console.state().wraps_text = true;
    console.text("é");
    assert_eq!(text(&console), "\x1b[0;0;233;1;0;1_");
    console.state().records.clear();
    console.paste("é");
    assert!(text(&console).contains("\x1b[18;1;233;0;0;1_"), "with Alt");
}

#[test]
fn nul_is_delivered_as_the_key_that_types_it() {
    let console = Emulated::new(Vt::Heeded);
    set(&console, RAW);
    let space = KeyRecord {
        key: 0x20,
        unit: 0,
        state: state::LEFT_CTRL,
        ..A
    };
    console.key(space);
    let [Record::Key(nul)] = records(&console)[..] else {
        panic!("{:?}", records(&console));
    };
    assert_eq!((nul.key, nul.scan, nul.unit), (0x32, 0, 0));
    assert_eq!(nul.state, state::LEFT_CTRL);
}

#[test]
fn text_without_keys_is_pressed_and_released_where_vt_is_ignored() {
    let console = Emulated::new(Vt::Ignored);
    set(&console, RAW);
    console.text("é");
    let down: Vec<bool> = records(&console)
        .iter()
        .map(|record| matches!(record, Record::Key(key) if key.is_text() && key.down))
        .collect();
    assert_eq!(down, [true, false]);
}

#[test]
fn repeated_presses_are_counted() {
    let console = Emulated::new(Vt::Ignored);
    set(&console, RAW);
    (0..3).for_each(|_| console.key(A));
    let three = KeyRecord { repeat: 3, ..A };
    assert_eq!(records(&console), [Record::Key(three)]);
}

#[test]
fn moves_that_nobody_has_read_are_one() {
    let console = Emulated::new(Vt::Ignored);
    set(&console, RAW | input::MOUSE);
    console.mouse(MOVE);
    let last = MouseRecord { column: 9, ..MOVE };
    console.mouse(last);
    assert_eq!(records(&console), [Record::Mouse(last)]);
}

#[test]
fn mouse_and_window_are_reported_only_if_asked_for() {
    let console = Emulated::new(Vt::Ignored);
    set(&console, input::EXTENDED_FLAGS);
    console.mouse(MOVE);
    console.resize(Window::default());
    assert_eq!(records(&console), []);
    set(&console, RAW | input::MOUSE);
    console.mouse(MOVE);
    console.resize(Window::default());
    assert_eq!(records(&console), [Record::Mouse(MOVE), Record::Resize]);
}

#[test]
fn focus_is_a_record_except_in_vt_mode() {
    let console = Emulated::new(Vt::Heeded);
    console.focus(true);
    assert_eq!(records(&console), [Record::Focus(true)]);
    set(&console, RAW);
    console.focus(false);
    assert_eq!(records(&console).len(), 1);
}

#[test]
fn input_is_signalled_while_there_is_a_record() {
    let console = Emulated::new(Vt::Ignored);
    let is_signalled = || console.wait(&[&Handle::Input], Some(0)) == Ok(Some(0));
    assert!(!is_signalled());
    console.press(A);
    let mut one = [Record::Other];
    assert_eq!(console.read_records(&Handle::Input, &mut one), Ok(1));
    assert!(is_signalled(), "the release is still there");
    assert_eq!(console.read_records(&Handle::Input, &mut one), Ok(1));
    assert!(!is_signalled(), "all is read");
    console.key(A);
    console.flush(&Handle::Input).expect("a flush");
    assert!(!is_signalled(), "all is thrown away");
}

#[test]
fn wait_names_the_first_and_resets_it_alone() {
    let console = Emulated::default();
    let (first, second) = (
        console.event().expect("one"),
        console.event().expect("another"),
    );
    for event in [&first, &second, &second] {
        console.set_event(event).expect("SetEvent");
    }
    let wait = || console.wait(&[&first, &second], Some(0)).expect("a wait");
    assert_eq!((wait(), wait(), wait()), (Some(0), Some(1), None));
}

#[test]
fn timer_is_signalled_once_and_counts_anew_when_set() {
    let console = Emulated::default();
    let timer = console.timer().expect("a timer");
    console.set_timer(&timer, 36_000_000_000).expect("an hour");
    console.set_timer(&timer, 10_000).expect("a millisecond");
    assert_eq!(console.wait(&[&timer], Some(30_000)), Ok(Some(0)));
    assert_eq!(console.wait(&[&timer], Some(5)), Ok(None));
}

#[test]
fn record_ends_a_wait() {
    let console = Emulated::new(Vt::Ignored);
    let other = console.clone();
    let typist = thread::spawn(move || other.key(A));
    assert_eq!(console.wait(&[&Handle::Input], None), Ok(Some(0)));
    typist.join().expect("it has typed");
}

#[test]
fn write_of_more_than_the_heap_is_refused() {
    let console = Emulated::default();
    let much = vec![u16::from(b'x'); (64 << 10) / 2 + 1];
    let refused = console.write(&Handle::Output, &much);
    assert_eq!(refused, Err(Code::NOT_ENOUGH_MEMORY));
    assert_eq!(console.write(&Handle::Output, &much[1..]), Ok(32 << 10));
}

#[test]
fn line_is_read_once_enter_was_typed() {
    let console = Emulated::new(Vt::Ignored);
    console.text("ab\r");
    let mut units = [0; 8];
    assert_eq!(console.read_line(&Handle::Input, &mut units), Ok(4));
    assert_eq!(String::from_utf16_lossy(&units[..4]), "ab\r\n");
}

#[test]
fn console_that_is_gone_refuses_everything() {
    let console = Emulated::default();
    console.close();
    assert_eq!(console.mode(&Handle::Input), Err(Code::INVALID_HANDLE));
    assert_eq!(console.pending(&Handle::Input), Err(Code::INVALID_HANDLE));
    assert_eq!(
        console.write(&Handle::Output, &[65]),
        Err(Code::INVALID_HANDLE)
    );
    assert_eq!(console.wait(&[&Handle::Input], None), Ok(Some(0)));
    console.change(|state| state.closed_is_signalled = false);
    let wait = console.wait(&[&Handle::Input], None);
    assert_eq!(wait, Err(Code::INVALID_HANDLE));
}

#[test]
fn process_without_a_console_opens_none() {
    let console = Emulated::default();
    console.change(|state| state.present = false);
    assert!(matches!(console.open_input(), Err(Code::INVALID_HANDLE)));
}
