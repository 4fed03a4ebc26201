//! One terminal and its descriptor: settings that differ, reads of nothing, and signals let through.

use std::mem::MaybeUninit;
use std::time::Duration;

use rustix::termios::{InputModes, OptionalActions, SpecialCodeIndex, tcsetattr};
use ttyring_platform::{
    Backend, LineMode, Os, Poller, Reading, Signals, Termios, Transfer, Tty, When,
};
use ttyring_test_support::{PATIENCE, Pty};

type OsTty = <Os as Backend>::Tty;

fn open(pty: &Pty) -> OsTty {
    let slave = pty.slave().try_clone_to_owned().expect("a descriptor");
    Os.adopt(slave).expect("a terminal")
}

fn enter(tty: &OsTty, mode: LineMode) {
    let wanted = tty.termios().expect("settings").with(&mode);
    tty.set_termios(When::Now, &wanted).expect("they are set");
}

fn wait_for_bytes(tty: &OsTty) {
    let mut poller = Os.poller(tty, Signals::empty()).expect("a poller");
    let ready = poller.wait(Some(PATIENCE)).expect("a wait");
    assert!(ready.tty, "nothing came");
}

#[test]
fn settings_differ_where_any_flag_or_control_character_does() {
    let pty = Pty::open();
    let tty = open(&pty);
    let found = pty.termios();
    let before = tty.termios().expect("settings");
    assert_eq!(before, tty.termios().expect("settings"));
    let change = |change: &dyn Fn(&mut rustix::termios::Termios)| {
        let mut changed = found.clone();
        change(&mut changed);
        tcsetattr(pty.slave(), OptionalActions::Now, &changed).expect("tcsetattr");
        let after = tty.termios().expect("settings");
        tcsetattr(pty.slave(), OptionalActions::Now, &found).expect("tcsetattr");
        after
    };
    assert_eq!(before, change(&|_| {}));
    let flag = change(&|termios| termios.input_modes ^= InputModes::IXANY);
    assert_ne!(before, flag);
    for code in [
        SpecialCodeIndex::VINTR,
        SpecialCodeIndex::VMIN,
        SpecialCodeIndex::VEOL2,
    ] {
        let changed = change(&|termios| termios.special_codes[code] ^= 1);
        assert_ne!(before, changed, "{code:?}");
    }
}

#[test]
fn nothing_is_read_into_no_room_and_nothing_written_of_no_bytes() {
    let mut pty = Pty::open();
    let found = pty.termios();
    let tty = open(&pty);
    enter(&tty, LineMode::RAW);
    pty.type_bytes(b"a");
    wait_for_bytes(&tty);
    assert_eq!(tty.read(&mut []).expect("a read"), Transfer::NotReady);
    let none = tty.read_vectored(&mut []).expect("a read");
    assert_eq!(none, Transfer::NotReady);
    assert_eq!(tty.write(b"").expect("a write"), Transfer::NotReady);
    let mut byte = [0; 2];
    assert_eq!(tty.read(&mut byte).expect("a read"), Transfer::Bytes(1));
    assert_eq!(tty.read(&mut byte).expect("a read"), Transfer::NotReady);
    // In a canonical mode, the kernel's answer to such a call would be that of the end.
    tcsetattr(pty.slave(), OptionalActions::Now, &found).expect("tcsetattr");
    assert_eq!(tty.read(&mut []).expect("a read"), Transfer::NotReady);
    assert_eq!(tty.write(b"").expect("a write"), Transfer::NotReady);
}

#[test]
fn end_of_file_character_on_an_empty_line_is_the_end() {
    let mut pty = Pty::open();
    let tty = open(&pty);
    // VMIN is zero, and means nothing in a canonical mode.
    let polling = LineMode {
        reading: Reading::Polling,
        ..LineMode::RAW
    };
    enter(&tty, polling);
    enter(&tty, LineMode::PASSWORD);
    pty.type_bytes(b"\x04");
    wait_for_bytes(&tty);
    assert_eq!(tty.read(&mut [0; 8]).expect("a read"), Transfer::End);
    pty.type_bytes(b"line\n");
    wait_for_bytes(&tty);
    assert_eq!(tty.read(&mut [0; 8]).expect("a read"), Transfer::Bytes(5));
}

#[test]
fn terminal_that_has_hung_up_is_at_its_end_in_every_way_of_reading() {
    for reading in [
        Reading::Polling,
        Reading::Timed { deciseconds: 1 },
        Reading::Counted { bytes: 1 },
    ] {
        let pty = Pty::open();
        let tty = open(&pty);
        let mode = LineMode {
            reading,
            ..LineMode::RAW
        };
        enter(&tty, mode);
        let nothing = tty.read(&mut [0; 8]).expect("a read");
        assert_eq!(nothing, Transfer::NotReady, "{reading:?}");
        pty.hang_up();
        let end = tty.read(&mut [0; 8]).expect("a read");
        assert_eq!(end, Transfer::End, "{reading:?}");
    }
}

fn is_blocked(signal: libc::c_int) -> bool {
    let mut mask = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: without a new set the call only writes, to a place of the right size.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), mask.as_mut_ptr()) };
    // SAFETY: an all-zero set is a valid one, and the call has only overwritten it.
    let mask = unsafe { mask.assume_init() };
    // SAFETY: an initialised set, and the number of a signal.
    unsafe { libc::sigismember(&mask, signal) == 1 }
}

#[test]
fn signal_of_the_background_is_blocked_no_longer_than_the_call() {
    let pty = Pty::open();
    let tty = open(&pty);
    assert!(!is_blocked(libc::SIGTTOU));
    enter(&tty, LineMode::RAW);
    assert!(!is_blocked(libc::SIGTTOU), "after tcsetattr");
    tty.discard_input().expect("a flush");
    assert!(!is_blocked(libc::SIGTTOU), "after tcflush");
}

#[test]
fn longest_wait_ends_with_a_key() {
    let mut pty = Pty::open();
    let tty = open(&pty);
    enter(&tty, LineMode::RAW);
    let mut poller = Os.poller(&tty, Signals::empty()).expect("a poller");
    pty.type_bytes(b"a");
    assert!(poller.wait(Some(Duration::MAX)).expect("a wait").tty);
}
