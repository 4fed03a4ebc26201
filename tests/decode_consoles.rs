//! Keys of consoles that have a letter or a number for each key.

#![cfg(not(loom))]

#[macro_use]
mod common;

use common::{assert_keys, decode, decode_told, key, unknown};

/// Asserts that each letter right after CSI is a key on a terminal of this name.
fn assert_letters(terminal: &str, keys: &[(&str, &str)]) {
    for (letter, name) in keys {
        let (plain, meta) = (format!("\x1b[{letter}"), format!("\x1b\x1b[{letter}"));
        let on_it = |bytes: &str| {
            decode_told(
                |told| told.settings.set_terminal(terminal),
                bytes.as_bytes(),
            )
        };
        assert_same!(on_it(&plain), [key(name)], "{terminal} {letter:?}");
        assert_same!(on_it(&meta), [key(&format!("alt-{name}"))], "{terminal}");
    }
}

#[test]
fn consoles_with_a_letter_for_each_key() {
    let function_keys = (b'M'..=b'Y')
        .chain(b'a'..=b'u')
        .zip((1..=13).chain(15..=35));
    let function_keys: Vec<_> = function_keys
        .map(|(letter, number)| (char::from(letter).to_string(), format!("f{number}")))
        .collect();
    let mut keys = vec![
        ("A", "up"),
        ("F", "end"),
        ("G", "page_down"),
        ("H", "home"),
        ("I", "page_up"),
        ("L", "insert"),
        ("Z", "shift-tab"),
    ];
    keys.extend(
        function_keys
            .iter()
            .map(|(letter, name)| (&**letter, &**name)),
    );
    for name in [
        "scoansi",
        "SCOANSI-new",
        "cons25w",
        "xterm-sco",
        "putty-sco",
    ] {
        assert_letters(name, &keys);
    }
    let keys = [
        ("@", "insert"),
        ("P", "delete"),
        ("U", "page_down"),
        ("V", "page_up"),
        ("Y", "end"),
        ("B", "down"),
    ];
    for name in ["at386", "minix", "mach-gnu-color"] {
        assert_letters(name, &keys);
    }
    // What means the same to all that send it needs no name.
    let keys = [
        ("L", "insert"),
        ("N", "f2"),
        ("W", "f11"),
        ("X", "f12"),
        ("P", "f1"),
    ];
    for name in ["", "xterm", "linux", "konsole"] {
        assert_letters(name, &keys);
        for last in ["@", "T", "U", "V", "Y", "e", "m", "u", "z", "{"] {
            let bytes = format!("\x1b[{last}");
            let told = decode_told(|told| told.settings.set_terminal(name), bytes.as_bytes());
            assert_same!(told, [unknown(bytes.as_bytes())]);
        }
    }
}

#[test]
fn consoles_with_a_number_for_each_key() {
    for number in 1..=35 {
        for bytes in [format!("\x1b[{number}q"), format!("\x1b[{number:03}q")] {
            assert_same!(decode(bytes.as_bytes()), [key(&format!("f{number}"))]);
        }
    }
    let blocks = [(146, "end"), (150, "page_up"), (154, "page_down")];
    let letters = [
        (142, "home"),
        (157, "left"),
        (160, "up"),
        (163, "down"),
        (166, "right"),
    ];
    for (first, name) in blocks.into_iter().chain(letters) {
        let held = ["", "shift-", "ctrl-", "alt-"].into_iter().enumerate();
        for (by, held) in held.skip(usize::from(letters.contains(&(first, name)))) {
            let bytes = format!("\x1b[{}q", first + by);
            let name = format!("{held}{name}");
            assert_same!(decode(bytes.as_bytes()), [key(&name)], "{bytes:?}");
        }
    }
    let rows = [(224, 1..=12), (192, 11..=20), (208, 21..=26)];
    for (first, keys) in rows {
        for (number, f) in (first..).zip(keys) {
            assert_same!(
                decode(format!("\x1b[{number}z").as_bytes()),
                [key(&format!("f{f}"))],
                "{number}"
            );
        }
    }
    assert_keys(&[
        ("\x1b[139q", "insert"),
        ("\x1b\x1b[146q", "alt-end"),
        ("\x1b[2z", "insert"),
        ("\x1b[3z", "delete"),
        ("\x1b[214z", "home"),
        ("\x1b[215z", "f28"),
        ("\x1b[216z", "page_up"),
        ("\x1b[218z", "begin"),
        ("\x1b[220z", "end"),
        ("\x1b[221z", "f34"),
        ("\x1b[222z", "page_down"),
        ("\x1b[247z", "insert"),
        ("\x1b[224;2z", "shift-f1"),
        ("\x1b[214;5z", "ctrl-home"),
    ]);
    for bytes in [
        "\x1b[0q",
        "\x1b[36q",
        "\x1b[138q",
        "\x1b[140q",
        "\x1b[142q",
        "\x1b[170q",
        "\x1b[2;2q",
        "\x1b[1z",
        "\x1b[191z",
        "\x1b[202z",
        "\x1b[223z",
        "\x1b[236z",
        "\x1b[224;2;1z",
        "\x1b[224:2z",
        "\x1b[224;999z",
    ] {
        assert_same!(
            decode(bytes.as_bytes()),
            [unknown(bytes.as_bytes())],
            "{bytes:?}"
        );
    }
}
