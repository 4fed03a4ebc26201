//! One question at a time, over a scripted backend whose clock stands still until it is waited for.

use std::time::Duration;

use ttyring::query::{
    Capabilities, Clipboard, Color, ColorScheme, CursorPosition, KeyboardFlags, ModeState,
    Position, PrimaryAttributes, PrivateMode, QueryError, Question, SecondaryAttributes, Selection,
    TermcapEntry, TextAreaSize, Version,
};
use ttyring::{Event, Input, Keyboard, Modes, Polled, key};
use ttyring_platform::sim::{Sim, Step};
use ttyring_test_support::wait_until;

const SOON: Duration = Duration::from_millis(10);
const TIMEOUT: Duration = Duration::from_secs(1);

fn open() -> (Sim, Input<Sim>) {
    let sim = Sim::new();
    let input = Input::builder().open_on(sim.clone()).unwrap();
    (sim, input)
}

/// Asks `question`, to which the terminal says `reply` before the fence.
fn ask<Q: Question>(question: Q, reply: &[u8]) -> (Result<Q::Answer, QueryError>, Vec<u8>) {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes([reply, b"\x1b[?62c"].concat()));
    let before = sim.written().len();
    let answer = input.query(question, TIMEOUT);
    let asked = sim.written()[before..].to_vec();
    (answer, asked)
}

#[track_caller]
fn check<Q: Question>(question: Q, asked: &[u8], reply: &[u8], answer: Q::Answer)
where
    Q::Answer: std::fmt::Debug + PartialEq,
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
    check(
        CursorPosition,
        b"\x1b[6n",
        b"\x1b[3;7R",
        Position { row: 3, column: 7 },
    );
    check(
        Color::Foreground,
        b"\x1b]10;?\x1b\\",
        b"\x1b]10;rgb:ffff/0000/8080\x07",
        [0xffff, 0, 0x8080],
    );
    check(
        Color::Background,
        b"\x1b]11;?\x1b\\",
        b"\x1b]11;rgb:1111/2222/3333\x1b\\",
        [0x1111, 0x2222, 0x3333],
    );
    check(
        Color::Cursor,
        b"\x1b]12;?\x1b\\",
        b"\x1b]12;rgb:00/ff/00\x1b\\",
        [0, 0xffff, 0],
    );
    check(
        Color::Palette(7),
        b"\x1b]4;7;?\x1b\\",
        b"\x1b]4;7;rgb:0000/0000/ffff\x1b\\",
        [0, 0, 0xffff],
    );
    check(ColorScheme, b"\x1b[?996n", b"\x1b[?997;1n", true);
    check(PrimaryAttributes, b"", b"", vec![62]);
    check(
        SecondaryAttributes,
        b"\x1b[>c",
        b"\x1b[>41;354;0c",
        vec![41, 354, 0],
    );
    check(
        Version,
        b"\x1b[>q",
        b"\x1bP>|foot(1.16)\x1b\\",
        "foot(1.16)".to_owned(),
    );
    check(
        PrivateMode(2026),
        b"\x1b[?2026$p",
        b"\x1b[?2026;2$y",
        ModeState::Reset,
    );
    check(
        KeyboardFlags,
        b"\x1b[?u",
        b"\x1b[?5u",
        Keyboard::DISAMBIGUATE | Keyboard::ALTERNATE_KEYS,
    );
    check(TextAreaSize, b"\x1b[18t", b"\x1b[8;24;80t", (80, 24));
    check(
        TermcapEntry("Co".into()),
        b"\x1bP+q436f\x1b\\",
        b"\x1bP1+r436f=323536\x1b\\",
        Some(b"256".to_vec()),
    );
    check(
        TermcapEntry("Co".into()),
        b"\x1bP+q436f\x1b\\",
        b"\x1bP0+r436f\x1b\\",
        None,
    );
    check(
        Clipboard(Selection::Clipboard),
        b"\x1b]52;c;?\x1b\\",
        b"\x1b]52;c;aGk=\x1b\\",
        b"hi".to_vec(),
    );
}

#[test]
fn reply_to_another_question_is_no_answer() {
    let colors = b"\x1b]11;rgb:f/0/0\x1b\\\x1b]10;rgb:0/f/0\x1b\\";
    let (answer, _) = ask(Color::Background, colors);
    assert_eq!(answer.unwrap(), [0xffff, 0, 0]);
    let (answer, _) = ask(PrivateMode(2004), b"\x1b[?2004;1$y\x1b[?2026;2$y");
    assert_eq!(answer.unwrap(), ModeState::Set);
    let entries = b"\x1bP1+r436f=323536;524742=38\x1b\\";
    let (answer, _) = ask(TermcapEntry("RGB".into()), entries);
    assert_eq!(answer.unwrap(), Some(b"8".to_vec()));
    // A refusal that does not say of what.
    let (answer, _) = ask(TermcapEntry("RGB".into()), b"\x1bP0+r\x1b\\");
    assert_eq!(answer.unwrap(), None);
    let (answer, _) = ask(CursorPosition, b"\x1b[3;7R\x1b[?1;1R");
    assert_eq!(answer.unwrap(), Position { row: 3, column: 7 });
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
        let (answer, _) = ask(PrivateMode(2026), reply.as_bytes());
        assert_eq!(answer.unwrap(), state);
    }
}

#[test]
fn unknown_question_is_unsupported_after_one_round_trip() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"\x1b[?62c".to_vec()));
    let start = input.now();
    let answer = input.query(Color::Background, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::Unsupported)), "{answer:?}");
    assert!(input.now().since(start) < TIMEOUT / 10);
}

#[test]
fn silent_terminal_is_waited_for_until_the_time_is_over() {
    let (_sim, mut input) = open();
    let start = input.now();
    let answer = input.query(CursorPosition, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::TimedOut)), "{answer:?}");
    assert_eq!(input.now().since(start), TIMEOUT);
}

/// The class of crossterm #963, termion #122 and reedline #870: the answer and the keys are read by
/// one reader.
#[test]
fn keys_around_the_answer_come_out_in_order() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"ab\x1b[5;6R\x1b[Ac\x1b[?62cd".to_vec()));
    let cursor = input.query(CursorPosition, TIMEOUT).unwrap();
    assert_eq!(cursor, Position { row: 5, column: 6 });
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
    input.query(CursorPosition, TIMEOUT).unwrap();
    assert!(input.next_event().unwrap().unwrap() == key!(a));
    sim.at(SOON, Step::Bytes(b"c\x1b[7;8R\x1b[?62c".to_vec()));
    input.query(CursorPosition, TIMEOUT).unwrap();
    assert!(input.next_event().unwrap().unwrap() == key!(b));
    assert!(input.next_event().unwrap().unwrap() == key!(c));
    assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
}

/// The class of "F3 and a cursor report share a form": `CSI 1 ; 2 R`.
#[test]
fn cursor_in_the_first_row_is_not_shift_f3() {
    let (got, _) = ask(CursorPosition, b"\x1b[1;2R");
    assert_eq!(got.unwrap(), Position { row: 1, column: 2 });
    let (sim, mut input) = open();
    sim.type_bytes(b"\x1b[1;2R");
    assert!(input.next_event().unwrap().unwrap() == key!(shift - f3));
}

#[test]
fn f3_is_a_key_again_after_the_answers_and_after_none() {
    let (sim, mut input) = open();
    for _ in 0..2 {
        sim.at(SOON, Step::Bytes(b"\x1b[1;2R\x1b[?62c".to_vec()));
        input.query(CursorPosition, TIMEOUT).unwrap();
    }
    sim.type_bytes(b"\x1b[1;2R");
    assert!(input.next_event().unwrap().unwrap() == key!(shift - f3));
    sim.at(SOON, Step::Bytes(b"\x1b[?62c".to_vec()));
    let answer = input.query(CursorPosition, TIMEOUT);
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
    assert!(input.query(CursorPosition, TIMEOUT).is_err());
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
    input.query(CursorPosition, TIMEOUT).unwrap();
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
    let answer = input.query(CursorPosition, TIMEOUT).unwrap();
    assert_eq!(answer, Position { row: 5, column: 6 });
    assert_eq!(input.now().since(start), TIMEOUT);
}

#[test]
fn answer_without_a_fence_counts_for_another_thread_too() {
    let (sim, mut input) = open();
    let asker = input.asker();
    let timeout = Duration::from_millis(200);
    let other = std::thread::spawn(move || asker.query(CursorPosition, timeout));
    assert!(wait_until(|| !sim.written().is_empty()));
    sim.type_bytes(b"\x1b[5;6R");
    assert!(wait_until(|| {
        assert_eq!(input.poll(Duration::ZERO).unwrap(), Polled::Elapsed);
        other.is_finished()
    }));
    let answer = other.join().expect("it does not panic").unwrap();
    assert_eq!(answer, Position { row: 5, column: 6 });
}

#[test]
fn hangup_ends_the_wait() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Hangup);
    let answer = input.query(CursorPosition, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::End)), "{answer:?}");
    assert_eq!(input.next_event().unwrap(), None);
}

#[test]
fn flood_of_input_is_kept_and_the_question_given_up() {
    let (sim, mut input) = open();
    let flood = 1 << 20;
    sim.at(SOON, Step::Bytes(vec![b'x'; flood + 100]));
    let answer = input.query(CursorPosition, TIMEOUT);
    assert!(matches!(answer, Err(QueryError::Busy)), "{answer:?}");
    for _ in 0..flood + 100 {
        assert!(input.next_event().unwrap().unwrap() == key!(x));
    }
}

#[test]
fn capabilities_take_one_round_trip() {
    let (sim, mut input) = open();
    let reply = b"\x1b[?1u\x1bP>|kitty(0.40)\x1b\\\x1b[>1;4000;41c\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2048;0$y\
        \x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b]11;rgb:1000/1000/1000\x1b\\\x1b[?62;52c";
    sim.at(SOON, Step::Bytes(reply.to_vec()));
    let start = input.now();
    let found = input.capabilities(TIMEOUT).unwrap();
    assert_eq!(input.now().since(start), SOON);
    assert!(found.complete);
    assert_eq!(found.primary, [62, 52]);
    assert_eq!(found.version.as_deref(), Some("kitty(0.40)"));
    assert_eq!(found.keyboard, Some(Keyboard::DISAMBIGUATE));
    assert_eq!(found.modes, Modes::PASTE | Modes::SYNCHRONIZED);
    assert_eq!(found.dark, Some(true));
}

#[test]
fn color_scheme_that_is_told_counts_more_than_the_background() {
    let (sim, mut input) = open();
    let reply = b"\x1b]11;rgb:1000/1000/1000\x1b\\\x1b[?997;2n\x1b[?62c";
    sim.at(SOON, Step::Bytes(reply.to_vec()));
    let found = input.capabilities(TIMEOUT).unwrap();
    assert_eq!(found.dark, Some(false));
}

#[test]
fn capabilities_of_a_slow_terminal_are_what_came_in_time() {
    let (sim, mut input) = open();
    sim.at(SOON, Step::Bytes(b"\x1b[?1u".to_vec()));
    let found = input.capabilities(TIMEOUT).unwrap();
    assert!(!found.complete);
    assert_eq!(found.keyboard, Some(Keyboard::DISAMBIGUATE));
    let (_sim, mut input) = open();
    assert_eq!(
        input.capabilities(TIMEOUT).unwrap(),
        Capabilities::default()
    );
}
