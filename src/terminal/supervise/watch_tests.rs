//! What a supervisor does about the settings, on a terminal without job control.

use std::sync::atomic::{AtomicU8, Ordering};

use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios as Real, tcsetattr};
use ttyring_test_support::{Pty, same, wait_until};

use super::super::Reset;
use super::*;

const GUESSED: Evidence = Evidence::Observed {
    shown: true,
    reset: Reset::Never,
};

/// What a program has told: whether it is on, its flags, and the bytes that switch it off.
fn told(on: bool, flags: u8, reset: &[u8]) -> (Evidence, &'static [AtomicU8]) {
    let mut page = vec![0_u8; 4096];
    page[0] = 1;
    page[1] = u8::from(on);
    page[8] = flags;
    page[9] = u8::try_from(reset.len()).expect("short");
    page[11..11 + reset.len()].copy_from_slice(reset);
    let page: Vec<AtomicU8> = page.into_iter().map(AtomicU8::new).collect();
    let page: &'static [AtomicU8] = page.leak();
    (Evidence::Reported(page), page)
}

fn watch(pty: &Pty, evidence: Evidence) -> Watch {
    use ttyring_platform::Os;
    let slave = pty.slave().try_clone_to_owned().expect("dup");
    let tty = Os.adopt(slave).expect("a terminal");
    Watch::new(tty, evidence).expect("a terminal")
}

fn set(pty: &Pty, settings: &Real) {
    tcsetattr(pty.slave(), OptionalActions::Now, settings).expect("tcsetattr");
}

fn raw(pty: &Pty) -> Real {
    let mut raw = pty.termios();
    raw.make_raw();
    raw
}

/// Other settings that a user may want.
fn other_erase(pty: &Pty) -> Real {
    let mut changed = pty.termios();
    changed.special_codes[SpecialCodeIndex::VERASE] = 0x18;
    changed
}

#[test]
fn settings_of_a_stopped_program_are_put_aside_and_come_back() {
    let pty = Pty::open();
    let (found, raw) = (pty.termios(), raw(&pty));
    let mut watch = watch(&pty, GUESSED);
    set(&pty, &raw);
    watch.put_aside();
    assert!(same(&pty.termios(), &found));
    watch.take_up();
    assert!(same(&pty.termios(), &raw));
    // Once.
    set(&pty, &found);
    watch.take_up();
    assert!(same(&pty.termios(), &found));
}

#[test]
fn program_that_tells_makes_its_settings_anew_by_itself() {
    let pty = Pty::open();
    let (found, raw) = (pty.termios(), raw(&pty));
    let (evidence, _) = told(true, 1, b"");
    let mut watch = watch(&pty, evidence);
    set(&pty, &raw);
    watch.put_aside();
    assert!(same(&pty.termios(), &found));
    watch.take_up();
    assert!(same(&pty.termios(), &found));
}

#[test]
fn what_the_user_changes_while_the_program_is_stopped_is_found() {
    let pty = Pty::open();
    let (raw, changed) = (raw(&pty), other_erase(&pty));
    let mut watch = watch(&pty, GUESSED);
    set(&pty, &raw);
    watch.put_aside();
    set(&pty, &changed);
    watch.take_up();
    assert!(same(&pty.termios(), &changed), "it stays changed");
    set(&pty, &raw);
    watch.settle(Change::Killed(9));
    assert!(same(&pty.termios(), &changed));
}

#[test]
fn what_the_user_has_changed_before_a_stop_is_found() {
    let pty = Pty::open();
    let (raw, changed) = (raw(&pty), other_erase(&pty));
    let mut watch = watch(&pty, GUESSED);
    set(&pty, &changed);
    watch.put_aside();
    assert!(same(&pty.termios(), &changed));
    // The program is faster than its supervisor.
    set(&pty, &raw);
    watch.take_up();
    assert!(same(&pty.termios(), &raw));
    watch.settle(Change::Killed(9));
    assert!(same(&pty.termios(), &changed));
}

#[test]
fn program_hears_that_its_supervisor_has_noted_the_settings() {
    let pty = Pty::open();
    let (evidence, page) = told(false, 0, b"");
    let mut watch = watch(&pty, evidence);
    watch.come_back();
    watch.come_back();
    assert_eq!(page[4095].load(Ordering::Relaxed), 2);
}

/// What the terminal has got, to the last byte.
fn written(pty: &mut Pty) -> Vec<u8> {
    rustix::io::write(pty.slave(), b"#").expect("write");
    assert!(pty.read_until(|seen| seen.ends_with(b"#")));
    let seen = pty.seen();
    seen[..seen.len() - 1].to_vec()
}

fn unread(pty: &Pty) -> usize {
    let count = rustix::io::ioctl_fionread(pty.slave()).expect("FIONREAD");
    usize::try_from(count).expect("a count")
}

/// Types what nobody reads, and waits until it could be read.
fn type_ahead(pty: &mut Pty, bytes: &[u8]) {
    pty.type_bytes(bytes);
    assert!(wait_until(|| unread(pty) == bytes.len()), "it arrives");
}

#[test]
fn what_a_dead_program_has_told_is_undone_if_it_is_on() {
    const SETTINGS: u8 = 1;
    const REPORTS: u8 = 2;
    for on in [false, true] {
        for flags in 0..=SETTINGS | REPORTS {
            let mut pty = Pty::open();
            let (found, raw) = (pty.termios(), raw(&pty));
            let (evidence, _) = told(on, flags, b"\x1b[?1004l");
            let watch = watch(&pty, evidence);
            set(&pty, &raw);
            type_ahead(&mut pty, b"\x1b[I");
            watch.settle(Change::Killed(9));
            let when = format!("{on} {flags}");
            let restored = same(&pty.termios(), &found);
            assert_eq!(restored, on && flags & SETTINGS != 0, "{when}");
            set(&pty, &raw);
            let discarded = unread(&pty) == 0;
            assert_eq!(discarded, on && flags & REPORTS != 0, "{when}");
            let reset: &[u8] = if on { b"\x1b[?1004l" } else { b"" };
            assert_eq!(written(&mut pty), reset, "{when}");
        }
    }
}

#[test]
fn settings_of_a_dead_program_are_restored_and_reports_are_nobodys() {
    for (end, discarded) in [(Change::Killed(9), true), (Change::Exited(1), false)] {
        let mut pty = Pty::open();
        let (found, raw) = (pty.termios(), raw(&pty));
        let watch = watch(&pty, GUESSED);
        set(&pty, &raw);
        type_ahead(&mut pty, b"ls");
        watch.settle(end);
        assert!(same(&pty.termios(), &found));
        set(&pty, &raw);
        assert_eq!(unread(&pty) == 0, discarded, "{end:?}");
        assert_eq!(written(&mut pty), b"", "the modes are never reset");
    }
}
