//! Events that are kept and decoded again, each as it was.

use super::*;
use crate::decode::LONGEST_SEQUENCE;

fn kept() -> Kept {
    Kept::new(Settings::default())
}

/// The first event that is kept, with its bytes; it is given up.
fn take_first(kept: &mut Kept) -> (Event<'static>, Vec<u8>) {
    kept.let_go();
    assert!(kept.show(), "an event is kept");
    let event = kept.event().expect("one is shown").into_owned();
    (event, kept.raw().to_vec())
}

/// Keeps all events of `bytes`, which `decoder` decodes, and compares what comes back.
fn check(mut decoder: Decoder, bytes: &[u8]) {
    let mut kept = kept();
    let mut expected = Vec::new();
    let mut rest = bytes;
    loop {
        let (used, token) = decoder.next_token(rest);
        let token = token.or_else(|| decoder.finish_token());
        let Some(token) = token else { break };
        let (event, raw) = (decoder.event(token, rest), decoder.raw(token, rest));
        kept.keep(&event, raw);
        expected.push((event.clone().into_owned(), raw.to_vec()));
        rest = &rest[used..];
    }
    assert!(!expected.is_empty());
    for event in expected {
        assert_eq!(take_first(&mut kept), event);
    }
    assert!(!kept.has_more());
    kept.let_go();
    assert!(kept.is_empty() && kept.events.is_none());
}

#[test]
fn what_time_or_the_next_byte_has_ended_is_the_same_again() {
    for bytes in [
        &b"\x1b"[..],
        b"\x1b\x1b",
        b"\x1b[",
        b"\x1b\x1b[",
        b"\x1b[1;",
        b"\x1b[1;\x01",
        b"\x1b[[",
        b"\x1b[M!",
        b"\x1bO",
        b"\x1bO5",
        b"\x1b]",
        b"\x1b]11;rgb",
        b"\x1b]11;rgb\x1b[A",
        b"\x1b\x1bx",
        b"\x1b\x1b[I",
        b"\x1b\xe2\x82",
        b"\x1b\xff",
        b"\xe2\x82a",
        b"\xff\xc2\x85",
        b"\x1b[57414u",
        b"\x1b[97:65;2;65u",
        b"\x1b[48;24;80;1;2t",
        b"\x1b[1;2R\x1b[5;6R",
    ] {
        check(Decoder::new(), bytes);
    }
}

#[test]
fn position_in_the_first_row_that_was_asked_for_is_no_key_later() {
    let mut decoder = Decoder::new();
    decoder.expect_cursor_position();
    check(decoder, b"\x1b[1;2R\x1b[1;2R");
}

#[test]
fn sequence_that_was_cut_stays_so() {
    let long = [b"\x1b]".to_vec(), vec![b'x'; 2 * LONGEST_SEQUENCE]].concat();
    check(Decoder::new(), &[&long[..], b"\x07a"].concat());
    let longest = [b"\x1b]".to_vec(), vec![b'x'; LONGEST_SEQUENCE - 3]].concat();
    check(Decoder::new(), &[&longest[..], b"\x07a"].concat());
}

#[test]
fn piece_of_a_paste_keeps_its_flags_and_gets_its_marks_back() {
    let bytes = b"\x1b[200~one\x1b[201~a\x1b[200~t";
    check(Decoder::new(), bytes);
    let mut limited = Decoder::new();
    limited.settings.paste_limit = 2;
    check(limited, bytes);
    for flags in 0..16 {
        let mut kept = kept();
        kept.keep(&Event::Paste(piece(b"p", flags)), b"p");
        let mut wanted = Vec::new();
        restore_paste(b"p", flags, &mut wanted);
        assert_eq!(take_first(&mut kept).0, Event::Paste(piece(b"p", flags)));
        kept.keep(&Event::Paste(piece(b"p", flags)), b"p");
        assert_eq!(kept.take_bytes(), wanted);
    }
    for (flags, wanted) in [
        (FIRST | LAST, &b"\x1b[200~p\x1b[201~"[..]),
        (FIRST, b"\x1b[200~p"),
        (0, b"p"),
        (LAST | TRUNCATED, b"p\x1b[201~"),
        (LAST | UNTERMINATED, b"p"),
    ] {
        let mut kept = kept();
        kept.keep(&Event::Paste(piece(b"p", flags)), b"p");
        assert_eq!(kept.take_bytes(), wanted, "{flags:04b}");
    }
}

#[test]
fn events_without_bytes_stay_in_their_order_where_the_bytes_are_taken() {
    let size = Size {
        columns: 300,
        rows: 2,
        width: 3,
        height: 65_535,
    };
    let mut decoder = Decoder::new();
    let (_, token) = decoder.next_token(b"x");
    let typed = decoder.event(token.expect("a key"), b"x");
    let others = [
        Event::Resize(size),
        Event::Signal(Signals::USR2),
        Event::Resumed,
        Event::Woken,
    ];
    let mut kept = kept();
    for event in &others {
        kept.keep(event, b"");
        kept.keep(&typed, b"x");
    }
    assert_eq!(take_first(&mut kept), (others[0].clone(), Vec::new()));
    assert_eq!(kept.take_bytes(), b"xxxx");
    for event in &others[1..] {
        assert!(kept.has_more());
        assert_eq!(take_first(&mut kept), (event.clone(), Vec::new()));
    }
    assert!(!kept.has_more());
    assert_eq!(kept.take_bytes(), b"");
    assert!(kept.is_empty() && !kept.show());
}
