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
        (b"\x1b[20\x1b[201~1~", "[201~"),
        (b"\x1b\x1b[201~[201~", "[201~"),
        (b"\x03\x04\x1a\x7f", ""),
        (b"\x1b]0;title\x07", "]0;title"),
        (b"\xc2\x85\xc2\x90x\xc2\x9c", "x"),
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
