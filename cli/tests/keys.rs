//! `ttyring keys` on a real pseudo-terminal, as a user meets it.
#![allow(clippy::unwrap_used)]

mod screen;

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use screen::Screen;
use ttyring_test_support::{Program, Pty, output, wait_until, within};

fn tool(arguments: &[&str]) -> Command {
    ttyring_test_support::default_signals();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ttyring"));
    command.args(arguments).env("TERM", "xterm-256color");
    command
}

/// Starts the inspector and waits until it shows that it is ready.
fn start(pty: &mut Pty, arguments: &[&str]) -> Program {
    let mut command = tool(arguments);
    let program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    pty.expect("no events yet");
    program
}

#[test]
fn each_key_is_shown_with_its_bytes_and_its_event() {
    let mut pty = Pty::open();
    let mut program = start(&mut pty, &[]);
    for (bytes, line) in [
        (&b"a"[..], "61                       a "),
        ("é".as_bytes(), "c3 a9                    é "),
        (b"\x1b[A", "1b 5b 41                 up "),
        (b"\x1bx", "1b 78                    alt-x "),
        (b"\x01", "01                       ctrl-a "),
    ] {
        pty.type_bytes(bytes);
        pty.expect(line);
    }
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    pty.expect("6 events, 10 bytes");
}

/// Reads until the bar has been drawn so many times; returns what was written since the last call.
#[track_caller]
fn drawn(pty: &mut Pty, times: usize) -> Vec<u8> {
    // The bar is all that is drawn in reverse video; this is its end.
    let end = b"\x1b[m\r";
    let bars = |seen: &[u8]| seen.windows(end.len()).filter(|part| part == end).count();
    let drawn = pty.read_until(|seen| bars(seen) >= times);
    let seen = pty.seen().to_vec();
    pty.forget();
    let count = bars(&seen);
    assert!(
        drawn && count == times,
        "{count} bars, {times} expected: {seen:?}"
    );
    seen
}

#[test]
fn every_row_and_the_bar_fit_into_every_width() {
    let keys = [
        "a",
        "é",
        "世",
        "\x1b[A",
        "\x1bx",
        "\x1b[200~pasted text\x1b[201~",
    ];
    let sizes = [1, 2, 3, 4, 15, 16, 20, 25, 26, 27, 76, 77, 78, 79, 80, 81];
    for columns in sizes.into_iter().chain([84, 85, 86, 87, 88, 200]) {
        let mut pty = Pty::open();
        pty.resize(columns, 24);
        let mut command = tool(&[]);
        let _program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
        let mut shown = drawn(&mut pty, 1);
        for key in keys {
            pty.type_bytes(key.as_bytes());
            shown.extend(drawn(&mut pty, 1));
        }
        let mut screen = Screen::new(columns);
        screen.feed(&shown);
        let rows = screen.rows();
        // The head, a row for each key, the bar: a row that was broken would make one more.
        assert_eq!(rows.len(), keys.len() + 2, "{columns}: {rows:#?}");
        if columns >= 15 {
            let bars = rows.iter().filter(|row| row.contains("Ctrl-C "));
            assert_eq!(bars.count(), 1, "{columns}: {rows:#?}");
            assert!(rows[1].contains(" a"), "{columns}: {rows:#?}");
        }
    }
}

#[test]
fn a_terminal_that_becomes_narrower_keeps_one_bar() {
    let mut pty = Pty::open();
    pty.resize(100, 24);
    let mut command = tool(&[]);
    let mut program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    let mut screen = Screen::new(100);
    screen.feed(&drawn(&mut pty, 1));
    pty.type_bytes(b"a");
    screen.feed(&drawn(&mut pty, 1));
    for columns in [60, 20, 16] {
        pty.resize(columns, 24);
        screen.narrow(columns);
        screen.feed(&drawn(&mut pty, 1));
        let rows = screen.rows();
        let bars = rows
            .iter()
            .filter(|row| row.starts_with(" Ctrl-C") || row.contains(" byte "));
        assert_eq!(bars.count(), 1, "{columns}: {rows:#?}");
    }
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
}

#[test]
fn a_pipe_gets_whole_lines_and_no_bar() {
    let mut pty = Pty::open();
    pty.resize(20, 10);
    let mut command = tool(&[]);
    pty.on_terminal(&mut command).stdout(Stdio::piped());
    let mut program = pty.spawn(&mut command).unwrap();
    // The terminal is in raw mode once this one is switched on.
    pty.expect("\x1b[?2004h");
    pty.type_bytes(b"\x1b[A\x03");
    assert!(program.wait().success());
    let mut text = String::new();
    let mut out = program.child().stdout.take().unwrap();
    out.read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("bytes                    event"));
    assert!(lines[0].ends_with("read→event"));
    assert!(lines[1].starts_with("1b 5b 41                 up  "));
    assert!(lines[3].starts_with("2 events, 4 bytes"));
    assert!(!text.contains('\x1b'), "{text:?}");
}

#[test]
fn terminal_is_as_before_after_every_way_out() {
    let leave = |signal: Option<i32>, arguments: &[&str], keys: &[u8]| {
        let mut pty = Pty::open();
        let before = format!("{:?}", pty.termios());
        let mut program = start(&mut pty, arguments);
        assert_ne!(
            format!("{:?}", pty.termios()),
            before,
            "raw mode was not entered"
        );
        pty.type_bytes(keys);
        if let Some(signal) = signal {
            let id = program.id().to_string();
            let kill = output(Command::new("kill").args([&format!("-{signal}"), &id]));
            assert!(kill.status.success());
        }
        let status = program.wait();
        assert_eq!(format!("{:?}", pty.termios()), before);
        pty.read_until(|seen| seen.windows(8).any(|bytes| bytes == b"\x1b[?2004l"));
        assert!(
            pty.seen().windows(8).any(|bytes| bytes == b"\x1b[?2004l"),
            "paste mode is still on"
        );
        status
    };
    assert!(leave(None, &[], b"\x03").success());
    assert!(leave(None, &["keys"], b"qq").success());
    assert_eq!(leave(Some(15), &[], b"").signal(), Some(15));
    assert_eq!(
        leave(None, &["keys", "--panic-after", "2"], b"ab").code(),
        Some(101)
    );
}

#[test]
fn keys_come_from_the_terminal_while_stdin_is_a_pipe() {
    let mut pty = Pty::open();
    let mut command = tool(&[]);
    pty.on_terminal(&mut command).stdin(Stdio::piped());
    let mut program = pty.spawn(&mut command).unwrap();
    program
        .child()
        .stdin
        .take()
        .unwrap()
        .write_all(b"x")
        .unwrap();
    pty.expect("no events yet");
    pty.type_bytes(b"k");
    pty.expect("6b                       k ");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    pty.expect("2 events, 2 bytes");
}

#[test]
fn no_terminal_is_one_clear_line_and_status_2() {
    let mut command = tool(&["keys"]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // SAFETY: setsid(2) is async-signal-safe and nothing is allocated.
    unsafe {
        command.pre_exec(|| Ok(rustix::process::setsid().map(drop)?));
    }
    let output = output(&mut command);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.starts_with("ttyring: no terminal to read keys from; run"),
        "{text}"
    );
}

#[test]
fn hangup_ends_the_program_without_a_spin() {
    let pty = Pty::open();
    let mut command = tool(&["--quiet"]);
    let before = format!("{:?}", pty.termios());
    let mut program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    let raw = wait_until(|| format!("{:?}", pty.termios()) != before);
    assert!(raw, "it has not entered raw mode");
    pty.hang_up();
    let start = Instant::now();
    program.wait();
    // A machine under load decides how fast; that it ends by itself is what counts here.
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// Types `size` bytes at once and counts the stamps: one for each key, the first for being ready.
fn burst(size: usize, arguments: &[&str]) {
    let (mut stamps, theirs) = rustix::pipe::pipe()
        .map(|(ours, theirs)| (std::fs::File::from(ours), theirs))
        .unwrap();
    let mut pty = Pty::open();
    let mut command = tool(&["keys", "--quiet", "--stamp-fd", "0"]);
    command.args(arguments);
    pty.on_terminal(&mut command).stdin(theirs);
    let mut program = pty.spawn(&mut command).unwrap();
    drop(command);
    let mut stamp = [0; 8];
    within("the first stamp", || stamps.read_exact(&mut stamp)).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| pty.type_bytes(&vec![b'x'; size]));
        for _ in 0..size {
            within("a stamp", || stamps.read_exact(&mut stamp)).unwrap();
        }
    });
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    let mut rest = Vec::new();
    within("the end of the stamps", || stamps.read_to_end(&mut rest)).unwrap();
    assert_eq!(rest.len(), 8, "one more stamp, for Ctrl-C");
}

#[test]
fn bursts_of_every_size_arrive_whole_without_another_key() {
    for power in 0..=18 {
        let size = 1_usize << power;
        for size in [size - 1, size, size + 1] {
            if (1..=262_144).contains(&size) {
                burst(size, &[]);
            }
        }
    }
    burst(262_144, &["--alone"]);
}
