//! `ttyring keys` where the screen is not a terminal with everything: in a pipe, on a dumb one, without
//! colors.

use std::process::Command;

use ttyring_test_support::{Pty, contains};

use crate::screen::Screen;
use crate::start::{start, start_in, tool};

#[test]
fn what_goes_through_a_pipe_to_the_terminal_has_no_staircase() {
    let mut pty = Pty::open();
    let mut command = Command::new("sh");
    command.args(["-c", "\"$TOOL\" keys | tee \"$LOG\""]);
    let log = std::env::temp_dir().join(format!("ttyring-keys-{}", std::process::id()));
    command
        .env("TOOL", env!("CARGO_BIN_EXE_ttyring"))
        .env("LOG", &log);
    command.env("TERM", "xterm-256color");
    ttyring_test_support::default_signals();
    let mut program = pty.spawn(pty.on_terminal(&mut command)).expect("sh");
    pty.expect("read→event");
    pty.type_bytes(b"a");
    pty.expect("61   ");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    pty.expect("2 events, 2 bytes");
    let seen = pty.seen();
    let newlines = seen.iter().filter(|&&byte| byte == b'\n').count();
    let returns = seen.windows(2).filter(|pair| pair == b"\r\n").count();
    assert_eq!((newlines, returns), (4, 4), "{}", seen.escape_ascii());
    let text = std::fs::read_to_string(&log).expect("the log");
    let _ = std::fs::remove_file(&log);
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(!text.contains(['\r', '\x1b']), "{text:?}");
}

#[test]
fn a_dumb_terminal_gets_lines_and_no_sequence() {
    for term in [Some("dumb"), Some(""), None] {
        let mut pty = Pty::open();
        let mut command = tool(&["keys"]);
        match term {
            Some(term) => command.env("TERM", term),
            None => command.env_remove("TERM"),
        };
        let mut program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
        pty.expect("read→event");
        pty.type_bytes(b"a\x03");
        assert!(program.wait().success());
        pty.expect("2 events, 2 bytes");
        let mut screen = Screen::new(80);
        screen.feed(pty.seen());
        let rows = screen.rows();
        assert!(rows[1].starts_with("61    "), "{rows:#?}");
        assert!(!pty.seen().contains(&0x1b), "{}", pty.seen().escape_ascii());
    }
}

#[test]
fn a_dumb_terminal_breaks_no_line() {
    for columns in [16, 40, 60, 80] {
        let mut pty = Pty::open();
        pty.resize(columns, 24);
        let mut command = tool(&["keys"]);
        command.env("TERM", "dumb");
        let mut program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
        pty.expect("event");
        pty.type_bytes("世\x1b[1;6A\x03".as_bytes());
        assert!(program.wait().success());
        pty.expect("P99");
        let mut screen = Screen::new(columns);
        screen.feed(pty.seen());
        let rows = screen.rows();
        // The head, three events, and the summary on as many rows as it takes.
        for (row, beginning) in rows.iter().zip(["bytes", "e4 ", "1b ", "03 ", "3 "]) {
            assert!(row.starts_with(beginning), "{columns}: {rows:#?}");
        }
    }
}

#[test]
fn without_colors_no_attribute_is_set() {
    let mut pty = Pty::open();
    let mut command = tool(&["keys"]);
    let (mut program, _) = start_in(&mut pty, 80, command.env("NO_COLOR", "1"));
    pty.type_bytes(b"a");
    pty.expect("61    ");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    pty.expect("2 events, 2 bytes");
    // What restores the terminal at the end resets attributes in any case.
    let seen = pty.seen();
    let end = seen.windows(4).position(|bytes| bytes == b"\x1b[0m");
    let drawn = &seen[..end.expect("a reset")];
    for part in drawn.split(|&byte| byte == 0x1b).skip(1) {
        let last = part.iter().find(|byte| byte.is_ascii_alphabetic());
        assert_ne!(last, Some(&b'm'), "{}", drawn.escape_ascii());
    }
}

#[test]
fn a_lone_escape_is_shown_and_not_counted_among_the_times() {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start(&mut pty, &[]);
    pty.type_bytes(b"\x1b");
    let rows = screen.expect(&mut pty, "escape");
    assert!(rows[1].ends_with(" ms)"), "{rows:#?}");
    assert!(!rows.concat().contains("P50"), "{rows:#?}");
    pty.type_bytes(b"a");
    let rows = screen.expect(&mut pty, "2 events");
    let bar = rows.last().expect("the bar");
    assert!(bar.contains("P99") && !bar.contains(" ms"), "{bar}");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
}

#[test]
fn each_mode_is_switched_on_and_off_while_it_runs() {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start(&mut pty, &[]);
    for (letter, name, on, off) in [
        ("k", "kitty", "\x1b[>31u", "\x1b[<u"),
        (
            "m",
            "mouse",
            "\x1b[?1002h\x1b[?1006h",
            "\x1b[?1006l\x1b[?1002l",
        ),
        ("x", "pixels", "\x1b[?1016h", "\x1b[?1016l"),
        ("a", "all motion", "\x1b[?1003h", "\x1b[?1003l"),
        ("r", "resize", "\x1b[?2048h", "\x1b[?2048l"),
    ] {
        for (state, sequence) in [("on", on), ("off", off)] {
            pty.type_bytes(format!("\x14{letter}").as_bytes());
            pty.expect(sequence);
            screen.expect(&mut pty, &format!("Ctrl-T {letter}: {name} {state}"));
        }
    }
    for (letter, state) in [("p", "paste off"), ("p", "paste on"), ("f", "focus off")] {
        pty.type_bytes(format!("\x14{letter}").as_bytes());
        screen.expect(&mut pty, &format!("Ctrl-T {letter}: {state}"));
    }
    pty.type_bytes(b"\x14z");
    screen.expect(&mut pty, "Ctrl-T z: z switches nothing");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
}

#[test]
fn the_legend_says_what_the_terminal_can_do() {
    let mut pty = Pty::open();
    pty.resize(160, 24);
    let mut command = tool(&["keys"]);
    command.env_remove("COLORTERM");
    let mut program = pty.spawn(pty.on_terminal(&mut command)).expect("spawn");
    let mut screen = Screen::new(160);
    let answers = "\x1b[?0u\x1bP>|made up 1.0\x1b\\\x1b[?1002;2$y\x1b[?1004;2$y\x1b[?1006;2$y\
        \x1b[?1016;0$y\x1b[?2004;2$y\x1b]10;rgb:ffff/ffff/ffff\x1b\\\
        \x1b]11;rgb:0000/0000/8000\x1b\\\x1b[?62c";
    crate::start::answer(&mut pty, &mut screen, answers.as_bytes());
    let rows = screen.wait_for(&mut pty, "the bar", |rows| {
        rows.len() == 4 && !rows[3].is_empty()
    });
    assert!(
        rows[1].starts_with(
            " made up 1.0  ·  can: kitty, mouse, paste, focus  ·  cannot: pixels  ·  "
        ),
        "{rows:#?}"
    );
    let colors = "256 colors, #ffffff on #000080, dark";
    assert!(rows[1].ends_with(colors), "{rows:#?}");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    assert!(
        !contains(pty.seen(), b"event\x1b[?62"),
        "an answer was shown"
    );
}
