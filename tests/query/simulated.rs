//! One question at a time, over a scripted backend whose clock stands still until it is waited for.

use std::time::Duration;

use ttyring::query::{
    CELL_SIZE, COLOR_SCHEME, CURSOR_POSITION, CURSORS, ITERM_CELL_SIZE, KEYBOARD_FLAGS,
    MODIFY_OTHER_KEYS, ModeState, NOTIFICATIONS, POINTER_SHAPE, PRIMARY_ATTRIBUTES, QueryError,
    Question, SECONDARY_ATTRIBUTES, SIXEL_COLORS, TEXT_AREA_SIZE, TITLE, VERSION, clipboard, color,
    private_mode, status_string, termcap,
};
use ttyring::{Color, Event, Input, Keyboard, Polled, key};
use ttyring_platform::sim::{Sim, Step};
use ttyring_test_support::wait_until;

pub(crate) const SOON: Duration = Duration::from_millis(10);
pub(crate) const TIMEOUT: Duration = Duration::from_secs(1);

pub(crate) fn open() -> (Sim, Input<Sim>) {
    let sim = Sim::new();
    let input = Input::builder().open_on(sim.clone()).unwrap();
    (sim, input)
}

/// Asks `question`, to which the terminal says `reply` before the fence.
fn ask<A: 'static>(question: Question<A>, reply: &[u8]) -> (Result<A, QueryError>, Vec<u8>) {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes([reply, b"\x1b[?62c"].concat()));
    let before = sim.written().len();
    let answer = input.query(question, TIMEOUT);
    let asked = sim.written()[before..].to_vec();
    (answer, asked)
}

#[track_caller]
fn check<A>(question: Question<A>, asked: &[u8], reply: &[u8], answer: A)
where
    A: std::fmt::Debug + PartialEq + 'static,
{
    let (got, written) = ask(question, reply);
    assert_eq!(got.unwrap(), answer);
    let fence = b"\x1b[c";
    assert_eq!(
        written,
        [asked, fence].concat(),
        "{}",
        String::from_utf8_lossy(&written)
    );
}

#[test]
fn each_question_is_asked_and_answered_in_its_form() {
    check(CURSOR_POSITION, b"\x1b[6n", b"\x1b[3;7R", (6, 2));
    check(
        color(Color::Foreground),
        b"\x1b]10;?\x1b\\",
        b"\x1b]10;rgb:ffff/0000/8080\x07",
        [0xffff, 0, 0x8080],
    );
    check(
        color(Color::Background),
        b"\x1b]11;?\x1b\\",
        b"\x1b]11;rgb:1111/2222/3333\x1b\\",
        [0x1111, 0x2222, 0x3333],
    );
    check(
        color(Color::Cursor),
        b"\x1b]12;?\x1b\\",
        b"\x1b]12;rgb:00/ff/00\x1b\\",
        [0, 0xffff, 0],
    );
    check(
        color(Color::Palette(7)),
        b"\x1b]4;7;?\x1b\\",
        b"\x1b]4;7;rgb:0000/0000/ffff\x1b\\",
        [0, 0, 0xffff],
    );
    check(COLOR_SCHEME, b"\x1b[?996n", b"\x1b[?997;1n", true);
    check(PRIMARY_ATTRIBUTES, b"", b"", vec![62]);
    check(
        SECONDARY_ATTRIBUTES,
        b"\x1b[>c",
        b"\x1b[>41;354;0c",
        vec![41, 354, 0],
    );
    check(
        VERSION,
        b"\x1b[>q",
        b"\x1bP>|foot(1.16)\x1b\\",
        "foot(1.16)".to_owned(),
    );
    check(
        private_mode(2026),
        b"\x1b[?2026$p",
        b"\x1b[?2026;2$y",
        ModeState::Reset,
    );
    check(
        KEYBOARD_FLAGS,
        b"\x1b[?u",
        b"\x1b[?5u",
        Keyboard::DISAMBIGUATE | Keyboard::ALTERNATE_KEYS,
    );
    check(TEXT_AREA_SIZE, b"\x1b[18t", b"\x1b[8;24;80t", (80, 24));
    check(
        termcap("Co"),
        b"\x1bP+q436f\x1b\\",
        b"\x1bP1+r436f=323536\x1b\\",
        Some(b"256".to_vec()),
    );
    check(
        termcap("Co"),
        b"\x1bP+q436f\x1b\\",
        b"\x1bP0+r436f\x1b\\",
        None,
    );
    check(CELL_SIZE, b"\x1b[16t", b"\x1b[6;20;10t", (10, 20));
    check(
        ITERM_CELL_SIZE,
        b"\x1b]1337;ReportCellSize\x1b\\",
        b"\x1b]1337;ReportCellSize=17.5;8.0;2.0\x1b\\",
        (8.0, 17.5, 2.0),
    );
    check(TITLE, b"\x1b[21t", b"\x1b]lmine\x1b\\", "mine".to_owned());
    check(
        POINTER_SHAPE,
        b"\x1b]22;?__current__\x1b\\",
        b"\x1b]22;text\x1b\\",
        "text".to_owned(),
    );
    check(MODIFY_OTHER_KEYS, b"\x1b[?4m", b"\x1b[>4;2m", 2);
    check(CURSORS, b"\x1b[> q", b"\x1b[>1;2;29 q", vec![1, 2, 29]);
    check(SIXEL_COLORS, b"\x1b[?1;1;0S", b"\x1b[?1;0;256S", 256);
    check(
        NOTIFICATIONS,
        b"\x1b]99;i=ttyring:p=?;\x1b\\",
        b"\x1b]99;i=ttyring:p=?;p=title,body\x1b\\",
        b"p=title,body".to_vec(),
    );
    check(
        status_string("m"),
        b"\x1bP$qm\x1b\\",
        b"\x1bP1$r0;1m\x1b\\",
        Some(b"0;1m".to_vec()),
    );
    check(
        status_string("m"),
        b"\x1bP$qm\x1b\\",
        b"\x1bP0$r\x1b\\",
        None,
    );
    check(
        color(Color::SelectionBackground),
        b"\x1b]17;?\x1b\\",
        b"\x1b]17;#ff0000\x07",
        [0xffff, 0, 0],
    );
    check(
        color(Color::CursorText),
        b"\x1b]21;cursor_text=?\x1b\\",
        b"\x1b]21;cursor_text=#ff0000\x1b\\",
        [0xffff, 0, 0],
    );
    check(
        clipboard('c'),
        b"\x1b]52;c;?\x1b\\",
        b"\x1b]52;c;aGk=\x1b\\",
        b"hi".to_vec(),
    );
}

#[test]
fn reply_to_another_question_is_no_answer() {
    let colors = b"\x1b]11;rgb:f/0/0\x1b\\\x1b]10;rgb:0/f/0\x1b\\";
    let (answer, _) = ask(color(Color::Background), colors);
    assert_eq!(answer.unwrap(), [0xffff, 0, 0]);
    let (answer, _) = ask(private_mode(2004), b"\x1b[?2004;1$y\x1b[?2026;2$y");
    assert_eq!(answer.unwrap(), ModeState::Set);
    let entries = b"\x1bP1+r436f=323536;524742=38\x1b\\";
    let (answer, _) = ask(termcap("RGB"), entries);
    assert_eq!(answer.unwrap(), Some(b"8".to_vec()));
    // A refusal that does not say of what.
    let (answer, _) = ask(termcap("RGB"), b"\x1bP0+r\x1b\\");
    assert_eq!(answer.unwrap(), None);
    let (answer, _) = ask(CURSOR_POSITION, b"\x1b[3;7R\x1b[?1;1R");
    assert_eq!(answer.unwrap(), (6, 2));
}

#[test]
fn each_state_of_a_mode_has_its_number() {
    for (value, state) in [
        (0, ModeState::Unknown),
        (1, ModeState::Set),
        (2, ModeState::Reset),
        (3, ModeState::PermanentlySet),
        (4, ModeState::PermanentlyReset),
        (5, ModeState::Unknown),
    ] {
        let reply = format!("\x1b[?2026;{value}$y");
        let (answer, _) = ask(private_mode(2026), reply.as_bytes());
        assert_eq!(answer.unwrap(), state);
    }
}

#[test]
fn unknown_question_is_unsupported_after_one_round_trip() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"\x1b[?62c".to_vec()));
    let start = input.now();
    let answer = input.query(color(Color::Background), TIMEOUT);
    assert!(matches!(answer, Err(QueryError::Unsupported)), "{answer:?}");
    assert!(input.now().since(start) < TIMEOUT / 10);
}

#[test]
fn silent_terminal_is_waited_for_until_the_time_is_over() {
    let (_sim, mut input) = open();
    let start = input.now();
    let answer = input.query(CURSOR_POSITION, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::TimedOut)), "{answer:?}");
    assert_eq!(input.now().since(start), TIMEOUT);
}

/// The class of crossterm #963, termion #122 and reedline #870: the answer and the keys are read by
/// one reader.
#[test]
fn keys_around_the_answer_come_out_in_order() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"ab\x1b[5;6R\x1b[Ac\x1b[?62cd".to_vec()));
    let cursor = input.query(CURSOR_POSITION, TIMEOUT).unwrap();
    assert_eq!(cursor, (5, 4));
    for (wanted, raw) in [
        (key!(a), "a"),
        (key!(b), "b"),
        (key!(up), "\x1b[A"),
        (key!(c), "c"),
        (key!(d), "d"),
    ] {
        let event = input.next_event().unwrap().unwrap().into_owned();
        assert!(event == wanted, "{event:?}");
        assert_eq!(input.raw(), raw.as_bytes());
    }
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
}

#[test]
fn key_that_was_handed_out_does_not_come_again_after_the_next_question() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"ab\x1b[5;6R\x1b[?62c".to_vec()));
    input.query(CURSOR_POSITION, TIMEOUT).unwrap();
    assert!(input.next_event().unwrap().unwrap() == key!(a));
    sim.at(SOON, Step::Bytes(b"c\x1b[7;8R\x1b[?62c".to_vec()));
    input.query(CURSOR_POSITION, TIMEOUT).unwrap();
    assert!(input.next_event().unwrap().unwrap() == key!(b));
    assert!(input.next_event().unwrap().unwrap() == key!(c));
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
}

/// The class of "F3 and a cursor report share a form": `CSI 1 ; 2 R`.
#[test]
fn cursor_in_the_first_row_is_not_shift_f3() {
    let (got, _) = ask(CURSOR_POSITION, b"\x1b[1;2R");
    assert_eq!(got.unwrap(), (1, 0));
    let (sim, mut input) = open();
    sim.type_bytes(b"\x1b[1;2R");
    assert!(input.next_event().unwrap().unwrap() == key!(shift - f3));
}

#[test]
fn f3_is_a_key_again_after_the_answers_and_after_none() {
    let (sim, mut input) = open();
    for _ in 0..2 {
        sim.at(SOON, Step::Bytes(b"\x1b[1;2R\x1b[?62c".to_vec()));
        input.query(CURSOR_POSITION, TIMEOUT).unwrap();
    }
    sim.type_bytes(b"\x1b[1;2R");
    assert!(input.next_event().unwrap().unwrap() == key!(shift - f3));
    sim.at(SOON, Step::Bytes(b"\x1b[?62c".to_vec()));
    let answer = input.query(CURSOR_POSITION, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::Unsupported)), "{answer:?}");
    for _ in 0..2 {
        sim.type_bytes(b"\x1b[1;2R");
        assert!(input.next_event().unwrap().unwrap() == key!(shift - f3));
    }
}

/// The class of helix #15284 and tmux #5129: a late reply is nobody's key.
#[test]
fn late_answer_is_seen_by_nobody() {
    let (sim, mut input) = open();
    sim.at(2 * TIMEOUT, Step::Bytes(b"x\x1b[1;2R\x1b[?62cy".to_vec()));
    assert!(input.query(CURSOR_POSITION, TIMEOUT).is_err());
    assert!(input.next_event().unwrap().unwrap() == key!(x));
    assert!(input.next_event().unwrap().unwrap() == key!(y));
}

#[test]
fn unasked_reply_is_an_event() {
    let (sim, mut input) = open();
    sim.type_bytes(b"\x1b[?997;2n");
    assert!(matches!(
        input.next_event().unwrap().unwrap(),
        Event::Reply(_)
    ));
}

#[test]
fn kept_keys_are_bytes_again_for_who_wants_bytes() {
    use std::io::Read;
    let (sim, mut input) = open();
    sim.at(
        SOON,
        Step::Bytes("\x1b[Aé\x1b[5;6R\x1b[?62cz\x1b[".as_bytes().to_vec()),
    );
    input.query(CURSOR_POSITION, TIMEOUT).unwrap();
    sim.at(SOON, Step::Hangup);
    let mut rest = Vec::new();
    input.bytes().read_to_end(&mut rest).unwrap();
    assert_eq!(rest, "\x1b[Aéz\x1b[".as_bytes());
}

#[test]
fn answer_without_a_fence_counts_once_the_time_is_over() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"\x1b[5;6R".to_vec()));
    let start = input.now();
    let answer = input.query(CURSOR_POSITION, TIMEOUT).unwrap();
    assert_eq!(answer, (5, 4));
    assert_eq!(input.now().since(start), TIMEOUT);
}

#[test]
fn answer_without_a_fence_counts_for_another_thread_too() {
    let (sim, mut input) = open();
    let asker = input.query_handle();
    let timeout = Duration::from_millis(200);
    let other = std::thread::spawn(move || asker.query(CURSOR_POSITION, timeout));
    assert!(wait_until(|| !sim.written().is_empty()));
    sim.type_bytes(b"\x1b[5;6R");
    assert!(wait_until(|| {
        assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
        other.is_finished()
    }));
    let answer = other.join().expect("it does not panic").unwrap();
    assert_eq!(answer, (5, 4));
}

#[test]
fn hangup_ends_the_wait() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Hangup);
    let answer = input.query(CURSOR_POSITION, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::End)), "{answer:?}");
    assert_eq!(input.next_event().unwrap(), None);
}

#[test]
fn flood_of_input_is_kept_and_the_question_given_up() {
    let (sim, mut input) = open();
    let flood = 1 << 20;
    sim.at(SOON, Step::Bytes(vec![b'x'; flood + 100]));
    let answer = input.query(CURSOR_POSITION, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::Busy)), "{answer:?}");
    for _ in 0..flood + 100 {
        assert!(input.next_event().unwrap().unwrap() == key!(x));
    }
}
