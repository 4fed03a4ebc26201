//! `ttyring keys` on a real pseudo-terminal, as a user meets it.
#![allow(clippy::unwrap_used)]

mod load;
mod record;
mod sandbox;
mod screen;
mod start;
mod streams;
mod tmux;

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use screen::Screen;
use start::{answer, start, start_in, tool};
use ttyring_test_support::{Pty, output, wait_until, within};

#[test]
fn each_key_is_shown_with_its_bytes_and_its_event() {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start(&mut pty, &[]);
    for (bytes, line) in [
        (&b"a"[..], "61                         a "),
        ("é".as_bytes(), "c3 a9                      é "),
        (b"\x1b[A", "1b 5b 41                   up "),
        (b"\x1bx", "1b 78                      alt-x "),
        (b"\x01", "01                         ctrl-a "),
        (
            b"\x1b[<0;3;4M",
            "1b 5b 3c 30 3b 33 3b 34 4d mouse left press at 2, 3 ",
        ),
    ] {
        pty.type_bytes(bytes);
        screen.expect(&mut pty, line);
    }
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    screen.expect(&mut pty, "7 events, 19 bytes");
}

#[test]
fn environment_tells_what_the_bytes_do_not() {
    for (term, konsole, tab, enter) in [
        ("linux", None, "shift-tab", "kp_enter"),
        ("xterm-256color", None, "alt-tab", "kp_enter"),
        ("xterm-256color", Some("230805"), "alt-tab", "shift-enter"),
        // A multiplexer in Konsole.
        ("tmux-256color", Some("230805"), "alt-tab", "kp_enter"),
    ] {
        let mut pty = Pty::open();
        let mut command = tool(&[]);
        command.env("TERM", term);
        if let Some(version) = konsole {
            command.env("KONSOLE_VERSION", version);
        }
        let (_program, mut screen) = start_in(&mut pty, 80, &mut command);
        for (bytes, row) in [
            (&b"\x1b\t"[..], format!("1b 09                      {tab} ")),
            (b"\x1bOM", format!("1b 4f 4d                   {enter} ")),
        ] {
            pty.type_bytes(bytes);
            screen.expect(&mut pty, &row);
        }
    }
}

const KEYS: [&str; 6] = [
    "a",
    "é",
    "世",
    "\x1b[A",
    "\x1bx",
    "\x1b[200~pasted text\x1b[201~",
];

#[test]
fn every_row_fits_into_every_width() {
    let sizes = [1, 2, 3, 4, 15, 16, 20, 25, 26, 27, 76, 77, 78, 79, 80, 81];
    for columns in sizes.into_iter().chain([84, 85, 86, 87, 88, 200]) {
        let mut pty = Pty::open();
        let (_program, mut screen) = start_in(&mut pty, columns, &mut tool(&[]));
        for (key, count) in KEYS.iter().zip(1..) {
            pty.type_bytes(key.as_bytes());
            // The head, a row for each key, the legend and the bar: a row that was broken would
            // make one more.
            let what = format!("{key:?} at {columns} columns");
            let rows = screen.wait_for(&mut pty, &what, |rows| rows.len() >= count + 4);
            assert_eq!(rows.len(), count + 4, "{columns}: {rows:#?}");
        }
        let rows = screen.rows();
        if columns >= 16 {
            let bars = rows.iter().filter(|row| row.contains("Ctrl-C "));
            assert_eq!(bars.count(), 1, "{columns}: {rows:#?}");
            assert!(rows[1].contains('a'), "{columns}: {rows:#?}");
        }
    }
}

#[test]
fn a_terminal_that_becomes_narrower_keeps_one_bar() {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start_in(&mut pty, 100, &mut tool(&[]));
    pty.type_bytes(b"a");
    screen.expect(&mut pty, "61 ");
    for (columns, count) in [(60, 1), (20, 2), (16, 3)] {
        pty.resize(columns, 24);
        screen.narrow(columns);
        let what = format!("{columns} columns");
        let rows = screen.wait_for(&mut pty, &what, |rows| {
            rows.iter().filter(|row| row.contains(" resiz")).count() == count
                && rows.last().is_some_and(|row| row.contains("Ctrl-C leaves"))
        });
        let bars = rows.iter().filter(|row| row.contains("Ctrl-C leaves"));
        assert_eq!(bars.count(), 1, "{columns}: {rows:#?}");
    }
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
}

#[test]
fn a_frame_that_is_older_than_the_size_keeps_one_bar() {
    let mut pty = Pty::open();
    let (mut program, mut screen) = start_in(&mut pty, 100, &mut tool(&[]));
    pty.type_bytes(b"a");
    screen.expect(&mut pty, "61 ");
    // The program is told too late.
    screen.narrow(40);
    pty.type_bytes(b"b");
    screen.expect(&mut pty, "62 ");
    pty.resize(40, 24);
    let rows = screen.wait_for(&mut pty, "the new size", |rows| {
        rows.iter().any(|row| row.contains("resized to 40"))
            && rows.last().is_some_and(|row| row.contains("Ctrl-C leaves"))
    });
    let below = rows.iter().filter(|row| row.contains("Ctrl-"));
    assert_eq!(below.count(), 2, "{rows:#?}");
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
    assert!(lines[0].starts_with("bytes                      event"));
    assert!(lines[0].ends_with("read→event"));
    assert!(lines[1].starts_with("1b 5b 41                   up  "));
    assert!(lines[3].starts_with("2 events, 4 bytes"));
    assert!(!text.contains('\x1b'), "{text:?}");
}

#[test]
fn terminal_is_as_before_after_every_way_out() {
    let leave = |signal: Option<i32>, arguments: &[&str], keys: &[u8]| {
        let mut pty = Pty::open();
        let before = format!("{:?}", pty.termios());
        let (mut program, mut screen) = start(&mut pty, arguments);
        assert_ne!(
            format!("{:?}", pty.termios()),
            before,
            "raw mode was not entered"
        );
        pty.type_bytes(keys);
        if let Some(signal) = signal {
            screen.expect(&mut pty, "61                         a ");
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
        // The rows under the events are gone, and what the shell writes comes under the last line.
        screen.feed(pty.seen());
        let rows = screen.rows().join("\n");
        assert!(!rows.contains("Ctrl-C"), "{rows}");
        assert!(
            signal.is_none() || rows.contains("61                         a "),
            "{rows}"
        );
        status
    };
    assert!(leave(None, &[], b"\x03").success());
    assert!(leave(None, &["keys"], b"qq").success());
    assert_eq!(leave(Some(15), &[], b"a").signal(), Some(15));
    assert_eq!(
        leave(None, &["keys", "--panic-after", "2"], b"ab").code(),
        Some(101)
    );
}

#[test]
fn reports_that_are_under_way_at_the_end_are_not_the_shells() {
    let mut pty = Pty::open();
    let (mut program, _screen) = start(&mut pty, &[]);
    pty.type_bytes(b"\x03");
    pty.expect("\x1b[?1004l");
    pty.expect("\x1b[c");
    pty.type_bytes(b"\x1b[I\x1b[?62c");
    assert!(program.wait().success());
    assert_eq!(rustix::io::ioctl_fionread(pty.slave()).unwrap(), 0);
}

#[test]
fn keys_come_from_the_terminal_while_stdin_is_a_pipe() {
    let mut pty = Pty::open();
    let mut command = tool(&[]);
    pty.on_terminal(&mut command).stdin(Stdio::piped());
    let mut program = pty.spawn(&mut command).unwrap();
    let mut screen = Screen::new(80);
    let mut stdin = program.child().stdin.take().unwrap();
    stdin.write_all(b"x").unwrap();
    drop(stdin);
    answer(&mut pty, &mut screen, b"\x1b[?62c");
    pty.type_bytes(b"k");
    screen.expect(&mut pty, "6b                         k ");
    pty.type_bytes(b"\x03");
    assert!(program.wait().success());
    screen.expect(&mut pty, "2 events, 2 bytes");
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
fn hangup_ends_the_program() {
    let pty = Pty::open();
    let mut command = tool(&["--quiet"]);
    let before = format!("{:?}", pty.termios());
    let mut program = pty.spawn(pty.on_terminal(&mut command)).unwrap();
    let raw = wait_until(|| format!("{:?}", pty.termios()) != before);
    assert!(raw, "it has not entered raw mode");
    pty.hang_up();
    program.wait();
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
