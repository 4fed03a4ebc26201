//! What pastes may contain, and what is left of them: examples, then properties against a naive
//! description of what is dangerous.

use std::borrow::Cow;

use proptest::prelude::*;
use ttyring::sanitize::{Sanitizer, contains_controls, sanitize};

#[test]
fn ordinary_text_is_borrowed() {
    for text in [
        "",
        "ls -l\n",
        "a\tb\r\nc",
        "日本語 naïve ✓ 👩‍👩‍👧",
        "עברית وعربي",
    ] {
        assert!(!contains_controls(text.as_bytes()), "{text:?}");
        assert!(matches!(sanitize(text.as_bytes()), Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn what_is_dropped_and_what_is_left() {
    let table: &[(&[u8], &str)] = &[
        (b"a\x1b[201~b", "ab"),
        (b"a\x1b[200~b", "ab"),
        (b"\xc2\x9b201~b", "b"),
        // A marker inside a marker: what is left has no escape that would complete it.
        (b"\x1b[20\x1b[201~1~", "1~"),
        (b"\x1b\x1b[201~[201~", "[201~"),
        (b"\x03\x04\x1a\x7f", ""),
        (b"\xc2\x85\xc2\x90x\xc2\x9cy", "y"),
        (b"\x9b201~", "\u{fffd}201~"),
        (b"caf\xe9", "caf\u{fffd}"),
        (
            "\u{202e}evil\u{202c}\u{2066}\u{2069}\u{200f}\u{061c}".as_bytes(),
            "evil",
        ),
    ];
    for (bytes, left) in table {
        assert!(contains_controls(bytes), "{bytes:?}");
        assert_eq!(sanitize(bytes), *left, "{bytes:?}");
    }
}

#[test]
fn character_in_two_key_records_of_windows_is_kept() {
    const HIGH: &str = "\x1b[0;0;55357;1;0;1_";
    const LOW: &str = "\x1b[0;0;56832;1;0;1_";
    const HIGH_UP: &str = "\x1b[0;0;55357;0;0;1_";
    const LOW_UP: &str = "\x1b[0;0;56832;0;0;1_";
    let c1 = |record: &str| record.replace("\x1b[", "\u{9b}");
    for (records, left) in [
        ([HIGH, LOW].concat(), "😀"),
        ([HIGH, HIGH_UP, LOW, LOW_UP].concat(), "😀"),
        (["<", HIGH, LOW, LOW_UP, ">"].concat(), "<😀>"),
        ([HIGH, LOW, HIGH, LOW].concat(), "😀😀"),
        ([c1(HIGH), c1(HIGH_UP), c1(LOW)].concat(), "😀"),
        // Halves without the other.
        ([HIGH, "a"].concat(), "a"),
        ([LOW, "a"].concat(), "a"),
        ([HIGH, HIGH, LOW].concat(), "😀"),
        ([HIGH, HIGH_UP, HIGH_UP, LOW].concat(), ""),
        ([HIGH, "\x1b[97u", LOW].concat(), "a"),
        ([HIGH, LOW_UP, "a"].concat(), "a"),
        ([HIGH, "\x1b"].concat(), ""),
        ([HIGH, "\x1b[0;0"].concat(), ""),
        ([HIGH, "\x1b[0;0;é"].concat(), "é"),
        (HIGH.into(), ""),
    ] {
        assert_eq!(sanitize(records.as_bytes()), left, "{records:?}");
        for cut in 0..=records.len() {
            let mut sanitizer = Sanitizer::new();
            let (first, second) = records.as_bytes().split_at(cut);
            let mut text = sanitizer.push(first);
            text += &sanitizer.push(second);
            text += &sanitizer.finish();
            assert_eq!(text, left, "{records:?} cut at {cut}");
        }
    }
}

#[test]
fn sequences_go_as_a_whole() {
    for sequence in [
        "\x1b[31m",
        "\x1b[?1049h",
        "\x1b[1;5C",
        "\x1b[2 q",
        "\x1b[200~",
        "\x1b[[A",
        "\u{9b}[E",
        "\u{9b}31m",
        "\x1bOA",
        "\x1bO1;5A",
        "\x1bc",
        "\x1b(B",
        "\x1b#8",
        "\x1b]0;title\x07",
        "\x1b]52;c;cm0gLXJm\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\u{9d}0;Ü\u{9c}",
        "\x1b[97;3u",
        "\x1b[97;5u",
        "\x1b[97;1:3u",
        "\x1b[27;5;99~",
        "\x1b[57399u",
        "\x1b[65;30;97;0;0;1_",
    ] {
        let text = format!("a{sequence}b");
        assert_eq!(sanitize(text.as_bytes()), "ab", "{sequence:?}");
    }
}

#[test]
fn keys_that_a_terminal_encoded_become_what_they_stand_for() {
    for (sequence, character) in [
        ("\x1b[106;5u", "\n"),
        ("\x1b[27;5;106~", "\n"),
        ("\x1b[109;5u", "\r"),
        ("\x1b[10;5u", "\n"),
        ("\x1b[105;5u", "\t"),
        ("\x1b[106;69u", "\n"),
        ("\x1b[13u", "\r"),
        ("\x1b[13;2u", "\r"),
        ("\x1b[9u", "\t"),
        ("\x1b[97u", "a"),
        ("\x1b[97;2u", "A"),
        ("\x1b[49:33;2u", "!"),
        ("\x1b[97;2;196u", "Ä"),
        ("\x1b[0;;20320:22909u", "你好"),
        ("\x1b[106;;27:10:97u", "\na"),
        ("\x1b[97;1:3;97u", ""),
        ("\x1b[;;97;1_", "a"),
        ("\x1b[27;2;65~", "A"),
        ("\u{9b}106;5u", "\n"),
        ("\x1b[65;30;97;1;0;1_", "a"),
        ("\x1b[13;28;13;1;0;1_", "\r"),
        // By its number, with Alt.
        ("\x1b[18;56;233;0;0;1_", "é"),
    ] {
        let text = format!("a{sequence}b");
        assert_eq!(
            sanitize(text.as_bytes()),
            format!("a{character}b"),
            "{sequence:?}"
        );
    }
}

#[test]
fn sequence_that_does_not_end_takes_no_text_with_it() {
    let long = "x".repeat(2000);
    for (text, left) in [
        ("a\x1b".to_owned(), "a".to_owned()),
        ("a\x1b[".to_owned(), "a".to_owned()),
        ("a\x1b[12;3".to_owned(), "a".to_owned()),
        ("a\x1b[12\nb".to_owned(), "a\nb".to_owned()),
        ("a\x1b[12éb".to_owned(), "aéb".to_owned()),
        ("a\x1b\nb".to_owned(), "a\nb".to_owned()),
        ("a\x1béb".to_owned(), "aéb".to_owned()),
        ("a\x1b]no end\nb".to_owned(), "ano end\nb".to_owned()),
        ("a\x1b]no end".to_owned(), "ano end".to_owned()),
        ("a\x1b]no end\x1b".to_owned(), "ano end".to_owned()),
        ("a\x1b]no \x1b[1mend".to_owned(), "ano end".to_owned()),
        (format!("a\x1bP{long}\x07"), format!("a{long}")),
    ] {
        assert_eq!(sanitize(text.as_bytes()), left, "{text:?}");
        let mut sanitizer = Sanitizer::new();
        let pieces = text.as_bytes().chunks(3);
        let mut clean: String = pieces.map(|piece| sanitizer.push(piece)).collect();
        clean += &sanitizer.finish();
        assert_eq!(clean, left, "{text:?} in pieces");
    }
}

/// Bytes in which markers, controls and broken characters are likely.
fn pastes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        any::<char>().prop_map(|character| character.to_string().into_bytes()),
        proptest::sample::select(vec![
            "\x1b",
            "[",
            "20",
            "0~",
            "1~",
            "\x1b[201~",
            "\u{9b}",
            "\u{9d}",
            "\x1b]",
            "\x1b\\",
            "\x07",
            "106;5u",
            "\u{202e}"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn prop_nothing_dangerous_is_left(bytes in pastes()) {
        let clean = sanitize(&bytes);
        let dangerous = |c: char| {
            let code = c as u32;
            (code < 0x20 && !matches!(code, 9 | 10 | 13))
                || (0x7f..0xa0).contains(&code)
                || [0x61c, 0x200e, 0x200f].contains(&code)
                || (0x202a..0x202f).contains(&code)
                || (0x2066..0x206a).contains(&code)
        };
        prop_assert!(!clean.chars().any(dangerous), "{clean:?}");
        prop_assert!(!contains_controls(clean.as_bytes()));
    }

    #[test]
    fn prop_a_second_time_changes_nothing(bytes in pastes()) {
        let once = sanitize(&bytes).into_owned();
        prop_assert_eq!(sanitize(once.as_bytes()), once.as_str());
    }

    #[test]
    fn prop_what_is_left_is_in_the_order_it_had(bytes in pastes()) {
        // Without the endings of encoded keys, which become characters of their own.
        let bytes: Vec<u8> = bytes.into_iter().filter(|byte| !b"u_~".contains(byte)).collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let clean = sanitize(&bytes).into_owned();
        let mut characters = text.chars();
        prop_assert!(clean.chars().all(|left| characters.any(|one| one == left)));
    }

    #[test]
    fn prop_text_without_controls_stays(text in "[ -~äöü\t\n日本語]{0,60}") {
        prop_assert!(!contains_controls(text.as_bytes()));
        prop_assert!(matches!(sanitize(text.as_bytes()), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn prop_pieces_are_cleaned_as_the_whole(bytes in pastes(), size in 1_usize..8) {
        let mut sanitizer = Sanitizer::new();
        let mut clean = String::new();
        for piece in bytes.chunks(size) {
            clean += &sanitizer.push(piece);
        }
        clean += &sanitizer.finish();
        prop_assert_eq!(&clean, &sanitize(&bytes));
        prop_assert_eq!(sanitizer.has_dropped(), contains_controls(&bytes));
    }
}

#[test]
fn a_paste_knows_whether_it_is_plain() {
    use ttyring::event::Paste;
    assert!(!Paste::whole(b"plain\n".as_slice()).contains_controls());
    assert!(Paste::whole(b"\x03".as_slice()).contains_controls());
}
