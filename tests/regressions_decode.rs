//! One test for each complaint of the field that concerns decoding, named for its class, and for
//! each class of attack through replies and parsers. Numbers of peers' issues say where it hurt.

#![cfg(not(loom))]

#[macro_use]
mod common;

use std::time::Duration;

use common::{Recorder, decode, decode_chunks, decode_expecting, decode_told, key, paste, unknown};
use ttyring::decode::{Decoder, LONGEST_SEQUENCE, Settings};
use ttyring::encode::encode;
use ttyring::{Event, Keyboard, Reply};

/// An unknown reply must not hold back the keys after it (crossterm 1104).
#[test]
fn unknown_reply_wedges_the_parser() {
    assert_same!(
        decode(b"\x1b[?99;1x\x1b[A"),
        [unknown(b"\x1b[?99;1x"), key("up")]
    );
    let mut decoder = Decoder::new();
    let mut recorder = Recorder::default();
    recorder.chunk(&mut decoder, b"\x1b[?99;1");
    assert!(decoder.timeout().is_some());
    recorder.expire(&mut decoder);
    recorder.chunk(&mut decoder, b"q");
    assert_same!(recorder.events, [unknown(b"\x1b[?99;1"), key("q")]);
}

/// Alt+] and its like are keys if nothing follows, and swallow nothing that comes later.
#[test]
fn alt_bracket_opens_a_string_that_swallows_the_keyboard() {
    for introducer in ["]", "P", "_", "^", "X", "[", "O"] {
        let mut decoder = Decoder::new();
        let mut recorder = Recorder::default();
        recorder.chunk(&mut decoder, format!("\x1b{introducer}").as_bytes());
        assert!(recorder.events.is_empty() && decoder.timeout().is_some());
        recorder.expire(&mut decoder);
        recorder.chunk(&mut decoder, b"q\x1b[A");
        assert_same!(
            recorder.events,
            [key(&format!("alt-{introducer}")), key("q"), key("up")]
        );
    }
}

/// No part of a reply is ever a key (crossterm 834).
#[test]
fn string_replies_leak_as_keys() {
    for reply in [
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        "\x1b]52;c;cm0gLXJmCg==\x07",
        "\x1bP1+r544e=78\x1b\\",
        "\x1bP>|term 1\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b]1337;File=inline:AAAA\x07",
    ] {
        let events = decode(reply.as_bytes());
        assert_same!(events.len(), 1, "{reply:?}");
        assert!(!matches!(events[0], Event::Key(_)), "{reply:?}");
    }
}

/// How many bytes one read returned decides nothing (crossterm 993).
#[test]
fn escape_is_decided_by_the_size_of_a_read() {
    let split = decode_chunks(
        Decoder::new(),
        [&b"\x1b"[..], b"[A", b"\x1b", b"\x1b[", b"A"],
    );
    assert_eq!(split, [key("up"), key("alt-up")]);
}

/// A bare ESC is quick, a sequence that has begun is given time, the network more (textual 4816).
#[test]
fn one_timer_for_everything() {
    let ms = |ms| Some(Duration::from_millis(ms));
    let timeout = |settings, bytes: &[u8]| {
        let mut decoder = Decoder::new();
        decoder.settings = settings;
        let _ = decoder.decode(bytes);
        decoder.timeout()
    };
    assert_eq!(timeout(Settings::LOCAL, b"\x1b"), ms(25));
    assert_eq!(timeout(Settings::REMOTE, b"\x1b"), ms(100));
    for begun in [
        &b"\x1b["[..],
        b"\x1b[1",
        b"\x1bO",
        b"\x1b]0;",
        b"\x1bP1",
        b"\x1b[M",
        b"\x1b[[",
        b"\xc3",
    ] {
        assert_eq!(timeout(Settings::LOCAL, begun), ms(100));
        assert_eq!(timeout(Settings::REMOTE, begun), ms(1000));
    }
    for nothing in [&b""[..], b"a", b"\x1b[A"] {
        assert_eq!(timeout(Settings::LOCAL, nothing), None);
    }
    for paste in [&b"\x1b[200~"[..], b"\x1b[200~\x1b[20"] {
        assert_eq!(timeout(Settings::REMOTE, paste), ms(1000));
    }
}

/// A paste ends with its marker, and past the cap the rest is dropped, never typed.
#[test]
fn unterminated_paste_freezes_or_types() {
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.extend(b"rm -rf /\r".iter().cycle().take(100));
    bytes.extend_from_slice(b"\x1b[201~q");
    let events = decode_told(|decoder| decoder.settings.paste_limit = 9, &bytes);
    let Event::Paste(paste) = &events[0] else {
        panic!("a paste");
    };
    assert!(paste.truncated && *paste.bytes == *b"rm -rf /\r");
    assert_same!(events[1..], [key("q")]);
}

/// Bytes that are not UTF-8 inside a paste (zellij 4163).
#[test]
fn invalid_bytes_in_a_paste_panic() {
    let events = decode(b"\x1b[200~\xff\xc3\x1b[201~");
    assert_same!(events, [paste(b"\xff\xc3")]);
    let Event::Paste(paste) = &events[0] else {
        panic!("a paste");
    };
    assert!(paste.text().is_err());
}

/// `CSI 1 ; 2 R` is a key unless a report is expected.
#[test]
fn f3_and_a_cursor_report_share_a_form() {
    assert_same!(decode(b"\x1b[1;2R"), [key("shift-f3")]);
    assert!(matches!(
        decode_expecting(1, b"\x1b[1;2R")[..],
        [Event::Reply(Reply::CursorPosition {
            row: 1,
            column: 2,
            ..
        })]
    ));
}

/// Malformed SGR reports (termion).
#[test]
fn malformed_mouse_reports_panic() {
    for bytes in [
        &b"\x1b[<99999;1;1M"[..],
        b"\x1b[<;;M",
        b"\x1b[<M",
        b"\x1b[<m",
        b"\x1b[M",
        b"\x1b[<1;2;3;4;5M",
    ] {
        assert_same!(decode(bytes).len(), 1);
    }
}

/// A bad byte never takes its neighbour with it.
#[test]
fn invalid_utf8_eats_the_next_byte() {
    assert_same!(decode(b"\xc3\x1b[A"), [unknown(b"\xc3"), key("up")]);
    assert_same!(decode(b"\xe2\x82a"), [unknown(b"\xe2\x82"), key("a")]);
}

/// CVE-2003-0063, 2008-2383, 2021-33477, 2022-45063, 2022-45872, 2022-47583, 2023-39726, 2024-38395,
/// 2024-38396: a terminal answers with text of an attacker's choice. Whatever is in it, up to its
/// end it is part of the answer, and a line end in it is not Enter.
#[test]
fn injected_replies_type_commands() {
    for (start, end) in [
        ("\x1b]l", "\x1b\\"),
        ("\x1bP1$r", "\x1b\\"),
        ("\x1b]50;", "\x07"),
        ("\x1bP1+r", "\x1b\\"),
    ] {
        let sent = format!("{start}\r\nrm -rf ~\r\n\t{end}");
        let events = decode(sent.as_bytes());
        assert_same!(events.len(), 1, "{sent:?}");
        assert!(
            matches!(events[0], Event::Unknown(_) | Event::Reply(_)),
            "{sent:?}"
        );
    }
}

/// CVE-2026-26982: what is pasted leaves the paste by a marker of its own. Only the terminal can
/// keep the marker out; what looks like one in part stays text.
#[test]
fn pasted_text_ends_the_paste() {
    let inside = b"a\x1b[201\x1b[20\x1b[2;01~b\x9b201~";
    let bytes = [b"\x1b[200~", &inside[..], b"\x1b[201~"].concat();
    assert_same!(decode(&bytes), [paste(inside)]);
}

/// CVE-2020-27347, 2021-27135: sequences longer than a parser thinks. Memory stays bounded, the
/// rest is dropped up to the end, and what follows is decoded.
#[test]
fn overlong_sequences_overflow() {
    for (start, body, end) in [
        (&b"\x1b]52;c;"[..], &b"A"[..], &b"\x1b\\"[..]),
        (b"\x1bP", b"1;", b"\x1b\\"),
        (b"\x1b_G", b"a", b"\x1b\\"),
        (b"\x1b[", b"1", b"A"),
        (b"\x1b[", b";", b"m"),
        (b"\x1b[", b"1:", b"u"),
        (b"\x1b\x1b[", b"1;", b"A"),
    ] {
        for len in [
            LONGEST_SEQUENCE - start.len() - end.len() - 1,
            LONGEST_SEQUENCE,
            300_000,
        ] {
            let mut bytes = start.to_vec();
            bytes.extend(body.iter().cycle().take(len));
            bytes.extend_from_slice(end);
            bytes.push(b'q');
            let whole = decode_chunks(Decoder::new(), [&bytes[..]]);
            for chunk in [1, 7, 4096, LONGEST_SEQUENCE, bytes.len() - 2] {
                assert_same!(decode_chunks(Decoder::new(), bytes.chunks(chunk)), whole);
            }
            assert_eq!(whole.last(), Some(&key("q")));
            for event in &whole {
                if let Event::Unknown(unknown) = event {
                    assert!(unknown.bytes.len() <= LONGEST_SEQUENCE);
                    assert_eq!(
                        unknown.truncated,
                        start.len() + len + end.len()
                            > LONGEST_SEQUENCE + usize::from(start[1] == 0x1b)
                    );
                }
            }
        }
    }
}

/// A `?` out of place, and the digits after it in the next chunk (found by fuzzing): they counted
/// only where the chunk was a new one, and so did the `$` behind them.
#[test]
fn parameters_after_a_misplaced_byte_depend_on_the_chunk() {
    for bytes in [
        &b"\x1b[1?1067;1$yB"[..],
        b"\x1b[3?$y",
        b"\x1b[?3<1;2u",
        b"\x1b[1<;$~",
    ] {
        assert!(!decode(bytes).is_empty());
    }
    assert_same!(decode(b"\x1b[3?1$yB"), [unknown(b"\x1b[3?1$y"), key("B")]);
}

/// BEL ends an OSC and nothing else (found by fuzzing): inside other replies it is written as read.
#[test]
fn encoding_drops_a_bell_that_ends_nothing() {
    let sent = b"\x1b_Gi=\x071;O\x07K\x1b\\";
    let mut encoded = Vec::new();
    assert!(encode(&decode(sent)[0], Keyboard::empty(), &mut encoded));
    assert_eq!(encoded, sent);
}

/// A private-use character has no number of its own in the kitty protocol (found by fuzzing).
#[test]
fn private_use_characters_lose_their_alt() {
    for bytes in ["\u{f6a2}", "\x1b\u{f6a2}", "\u{e000}"] {
        let events = decode(bytes.as_bytes());
        let mut encoded = Vec::new();
        assert!(encode(&events[0], Keyboard::all(), &mut encoded));
        assert_same!(decode(&encoded), events);
    }
}
