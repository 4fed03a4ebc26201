//! `ttyring decode` prints the objects that docs/decode.md and `--help` describe, to the letter.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use ttyring_test_support::within;

/// Bytes, and the lines that they become.
const KEYS: &[(&[u8], &[&str])] = &[
    (
        b"a",
        &[r#"{"type":"key","code":"a","mods":[],"kind":"press","text":"a"}"#],
    ),
    (
        b"A",
        &[r#"{"type":"key","code":"A","mods":[],"kind":"press","text":"A"}"#],
    ),
    (
        b"\x01",
        &[r#"{"type":"key","code":"a","mods":["ctrl"],"kind":"press"}"#],
    ),
    (
        b"\x00",
        &[r#"{"type":"key","code":" ","mods":["ctrl"],"kind":"press"}"#],
    ),
    (
        b"\x08",
        &[r#"{"type":"key","code":"h","mods":["ctrl"],"kind":"press"}"#],
    ),
    (
        b"\x0a",
        &[r#"{"type":"key","code":"j","mods":["ctrl"],"kind":"press"}"#],
    ),
    (
        b"\x0d",
        &[r#"{"type":"key","code":"enter","mods":[],"kind":"press"}"#],
    ),
    (
        b"\x1c",
        &[r#"{"type":"key","code":"\\","mods":["ctrl"],"kind":"press"}"#],
    ),
    (
        b"\x1f",
        &[r#"{"type":"key","code":"_","mods":["ctrl"],"kind":"press"}"#],
    ),
    (
        b"\x7f",
        &[r#"{"type":"key","code":"backspace","mods":[],"kind":"press"}"#],
    ),
    (
        b"\x1b",
        &[r#"{"type":"key","code":"escape","mods":[],"kind":"press"}"#],
    ),
    (
        b"\x1b\x1b",
        &[r#"{"type":"key","code":"escape","mods":["alt"],"kind":"press"}"#],
    ),
    (
        b"\x1b[Z",
        &[r#"{"type":"key","code":"tab","mods":["shift"],"kind":"press"}"#],
    ),
    (
        b"\x1b\x1b[A",
        &[r#"{"type":"key","code":"up","mods":["alt"],"kind":"press"}"#],
    ),
    (
        b"\x1b[97:65:99;242;65u",
        &[
            r#"{"type":"key","code":"a","mods":["shift","hyper","meta","caps_lock","num_lock"],"kind":"press","text":"A","shifted":"A","base":"c"}"#,
        ],
    ),
];

const MOUSE: &[(&[u8], &[&str])] = &[
    (
        b"\x1b[<0;1;1M",
        &[r#"{"type":"mouse","kind":"press","button":"left","x":0,"y":0,"mods":[]}"#],
    ),
    (
        b"\x1b[<51;5;6M",
        &[r#"{"type":"mouse","kind":"move","button":"none","x":4,"y":5,"mods":["ctrl"]}"#],
    ),
    (
        b"\x1b[<64;5;6M",
        &[r#"{"type":"mouse","kind":"scroll_up","button":"none","x":4,"y":5,"mods":[]}"#],
    ),
    (
        b"\x1b[<2;5;6m",
        &[r#"{"type":"mouse","kind":"release","button":"right","x":4,"y":5,"mods":[]}"#],
    ),
    (
        b"\x1b[<32;5;6M",
        &[r#"{"type":"mouse","kind":"drag","button":"left","x":4,"y":5,"mods":[]}"#],
    ),
    (
        b"\x1b[M !!",
        &[r#"{"type":"mouse","kind":"press","button":"left","x":0,"y":0,"mods":[]}"#],
    ),
];

const OTHERS: &[(&[u8], &[&str])] = &[
    (
        b"\x1b[200~a\nb\x1b[201~",
        &[r#"{"type":"paste","text":"a\nb"}"#],
    ),
    (
        b"\x1b[200~\xff\x1b[201~",
        &[r#"{"type":"paste","bytes":"ff"}"#],
    ),
    (
        b"\x1b[200~open",
        &[r#"{"type":"paste","text":"open","unterminated":true}"#],
    ),
    (b"\x1b[I", &[r#"{"type":"focus","gained":true}"#]),
    (b"\x1b[O", &[r#"{"type":"focus","gained":false}"#]),
    (
        b"\x1b[48;24;80;480;640t",
        &[r#"{"type":"resize","columns":80,"rows":24,"width":640,"height":480}"#],
    ),
    (b"\x1b[?99", &[r#"{"type":"unknown","bytes":"1b5b3f3939"}"#]),
    (
        b"\xc3\x1b[A",
        &[
            r#"{"type":"unknown","bytes":"c3"}"#,
            r#"{"type":"key","code":"up","mods":[],"kind":"press"}"#,
        ],
    ),
];

/// Bytes, and what follows `{"type":"reply","reply":` in their line.
const REPLIES: &[(&[u8], &str)] = &[
    (b"\x1b[?62;22c", r#""primary_attributes","params":[62,22]}"#),
    (
        b"\x1b[>1;10;0c",
        r#""secondary_attributes","params":[1,10,0]}"#,
    ),
    (
        b"\x1bP!|00000000\x1b\\",
        r#""tertiary_attributes","text":"00000000"}"#,
    ),
    (b"\x1b[0n", r#""status","params":[0]}"#),
    (b"\x1b[?10n", r#""status","params":[10],"private":true}"#),
    (b"\x1b[5;7R", r#""cursor_position","row":5,"column":7}"#),
    (
        b"\x1b[?5;7;1R",
        r#""cursor_position","row":5,"column":7,"page":1}"#,
    ),
    (
        b"\x1bP>|foot(1.2)\x1b\\",
        r#""xtversion","text":"foot(1.2)"}"#,
    ),
    (
        b"\x1b[?2004;1$y",
        r#""mode","private":true,"mode":2004,"value":1}"#,
    ),
    (
        b"\x1b[4;2$y",
        r#""mode","private":false,"mode":4,"value":2}"#,
    ),
    (b"\x1b[?5u", r#""keyboard_flags","flags":5}"#),
    (
        b"\x1b]11;rgb:1111/2222/3333\x1b\\",
        r#""color","slot":"background","rgb":[4369,8738,13107]}"#,
    ),
    (
        b"\x1b]4;7;rgb:ff/00/ff\x07",
        r#""color","slot":"palette","index":7,"rgb":[65535,0,65535]}"#,
    ),
    (
        b"\x1b]52;c;aGk=\x07",
        r#""clipboard","selection":"c","data":"6869"}"#,
    ),
    (
        b"\x1bP1+r544e=78\x1b\\",
        r#""termcap","ok":true,"name":"TN","value":"x"}"#,
    ),
    (
        b"\x1bP0+r544e\x1b\\",
        r#""termcap","ok":false,"name":"TN"}"#,
    ),
    (
        b"\x1bP1$r0m\x1b\\",
        r#""status_string","ok":true,"value":"0m"}"#,
    ),
    (
        b"\x1b_Gi=1;OK\x1b\\",
        r#""graphics","ok":true,"name":"i=1","value":"OK"}"#,
    ),
    (b"\x1b[?997;1n", r#""color_scheme","dark":true}"#),
    (b"\x1b[8;24;80t", r#""window","params":[8,24,80]}"#),
];

fn run(input: &[u8], arguments: &[&str]) -> Output {
    ttyring_test_support::default_signals();
    let mut tool = Command::new(env!("CARGO_BIN_EXE_ttyring"))
        .arg("decode")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    let mut stdin = tool.stdin.take().expect("a pipe");
    within("the end of the tool", || {
        // It may end before it has read everything.
        let _ = stdin.write_all(input);
        drop(stdin);
        tool.wait_with_output().expect("the tool ends")
    })
}

fn lines(input: &[u8], arguments: &[&str]) -> Vec<String> {
    let output = run(input, arguments);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    text.lines().map(str::to_owned).collect()
}

fn assert_rows(rows: &[(&[u8], &[&str])]) {
    for (bytes, expected) in rows {
        assert_eq!(lines(bytes, &[]), *expected, "{:?}", bytes.escape_ascii());
    }
}

#[test]
fn keys_are_as_documented() {
    assert_rows(KEYS);
}

#[test]
fn mouse_is_as_documented() {
    assert_rows(MOUSE);
}

#[test]
fn pastes_focus_sizes_and_unknown_bytes_are_as_documented() {
    assert_rows(OTHERS);
}

#[test]
fn replies_are_as_documented() {
    for (bytes, rest) in REPLIES {
        let expected = format!(r#"{{"type":"reply","reply":{rest}"#);
        assert_eq!(lines(bytes, &[]), [expected], "{:?}", bytes.escape_ascii());
    }
}

#[test]
fn chunks_of_every_size_give_the_same_lines() {
    // What ends only with the input would swallow the next row.
    let mut bytes = Vec::new();
    for (row, _) in KEYS.iter().chain(MOUSE).chain(OTHERS) {
        if !matches!(*row, b"\x1b" | b"\x1b\x1b" | b"\x1b[200~open" | b"\x1b[?99") {
            bytes.extend_from_slice(row);
        }
    }
    REPLIES
        .iter()
        .for_each(|(row, _)| bytes.extend_from_slice(row));
    let whole = lines(&bytes, &[]);
    assert!(whole.len() > 40);
    for size in ["1", "2", "3", "7", "64"] {
        assert_eq!(lines(&bytes, &["--chunk", size]), whole, "chunks of {size}");
    }
}

#[test]
fn pause_ends_what_waits_for_its_deadline() {
    let up = lines(b"\x1b[A", &["--chunk", "1", "--pause", "1"]);
    assert_eq!(
        up,
        [r#"{"type":"key","code":"up","mods":[],"kind":"press"}"#]
    );
    let names = lines(b"\x1b[A", &["--chunk", "1", "--pause", "60000"]);
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[0].contains(r#""code":"escape""#), "{names:?}");
}

#[test]
fn expected_report_is_no_function_key() {
    let bytes = b"\x1b[1;2R";
    let key = r#"{"type":"key","code":"f3","mods":["shift"],"kind":"press"}"#;
    assert_eq!(lines(bytes, &[]), [key]);
    let report = r#"{"type":"reply","reply":"cursor_position","row":1,"column":2}"#;
    assert_eq!(lines(bytes, &["--expect", "cursor-position"]), [report]);
    // One was asked for, two came.
    let twice = lines(&bytes.repeat(2), &["--expect", "cursor-position"]);
    assert_eq!(twice, [report, key]);
}

#[test]
fn what_the_terminal_is_decides_what_bytes_do_not() {
    let key = |code: &str, mods: &str| {
        format!(r#"{{"type":"key","code":"{code}","mods":[{mods}],"kind":"press"}}"#)
    };
    let shift_tab = key("tab", r#""shift""#);
    assert_eq!(lines(b"\x1b\t", &["--term", "linux"]), [shift_tab]);
    let shift_enter = key("enter", r#""shift""#);
    assert_eq!(lines(b"\x1bOM", &["--term", "konsole"]), [shift_enter]);
    assert_eq!(lines(b"\x08", &["--erase", "^H"]), [key("backspace", "")]);
    let far = r#"{"type":"mouse","kind":"press","button":"left","x":300,"y":0,"mods":[]}"#;
    let bytes = "\x1b[M \u{14d}!".as_bytes();
    assert_eq!(lines(bytes, &["--utf8-mouse"]), [far]);
}

#[test]
fn pixels_are_said() {
    let line =
        r#"{"type":"mouse","kind":"press","button":"left","x":10,"y":20,"mods":[],"pixels":true}"#;
    assert_eq!(lines(b"\x1b[<0;11;21M", &["--pixels"]), [line]);
}

#[test]
fn wrong_arguments_are_refused_with_the_reason() {
    for arguments in [["--chunk", "0"], ["--pause", "soon"], ["--expect", "money"]] {
        let output = run(b"", &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(arguments[1]), "{errors}");
    }
}
