//! Applications in rows that begin where the cursor is.

use std::io;
use std::process::Command;

use ratatui_core::style::Stylize;
use ratatui_core::text::{Line, Text};
use ratatui_core::widgets::Widget;
use rustix::process::Signal;
use ttyring::{Unread, key};
use ttyring_test_support::contains;

use crate::stage::{Run, Stage, Test};

pub(crate) const PROGRAMS: &[Run] = &[("relative", relative)];

pub(crate) const TESTS: &[Test] = &[
    ("rows_are_erased_at_every_end", erased_at_every_end),
    ("rows_at_the_end_of_the_screen_scroll_it", rows_scroll),
    ("frame_is_one_write_with_the_lines_above", one_write),
    ("more_lines_than_rows_are_inserted", many_lines),
    ("lines_above_are_whole_with_wide_characters", wide_lines),
    ("rows_begin_anew_after_a_stop", after_a_stop),
    (
        "rows_begin_anew_at_the_end_of_the_screen",
        at_the_end_after_a_stop,
    ),
    (
        "rows_begin_anew_below_what_a_child_has_written",
        below_a_child,
    ),
    (
        "rows_begin_once_with_another_size_after_a_stop",
        size_after_a_stop,
    ),
    ("rows_of_another_size_begin_where_they_were", another_size),
    ("number_of_rows_changes", number_of_rows),
    ("cursor_is_shown_within_the_rows", cursor_is_shown),
    ("nobody_asks_the_terminal_anything", nobody_asks),
];

fn relative() -> io::Result<()> {
    ttyring_ratatui::run_relative(3, |terminal, input| {
        let (mut count, mut shows_cursor) = (0, false);
        loop {
            terminal.draw(|frame| {
                let area = frame.area();
                let text = [
                    Line::from(format!("{} by {}", area.width, area.height)),
                    Line::from("in bold".bold()),
                    Line::from(format!("at {count}")),
                ];
                let last = text.into_iter().take(area.height.into());
                frame.render_widget(Text::from(last.collect::<Vec<_>>()), area);
                if shows_cursor {
                    frame.set_cursor_position((2, 1));
                }
            })?;
            let Some(event) = input.next_event()? else {
                return Ok(());
            };
            let lines = match event {
                event if event == key!(q) => return Ok(()),
                event if event == key!(x) => std::process::exit(3),
                event if event == key!(c) => {
                    shows_cursor = !shows_cursor;
                    0
                }
                event if event == key!(1) => {
                    terminal.backend_mut().set_rows(1);
                    0
                }
                event if event == key!(3) => {
                    terminal.backend_mut().set_rows(3);
                    0
                }
                event if event == key!(e) => {
                    let script = "printf 'child\\r\\n'";
                    let child = || Command::new("sh").args(["-c", script]).status();
                    input.lend(Unread::Keep, |_| child())??;
                    0
                }
                event if event == key!(i) => 1,
                event if event == key!(m) => 5,
                _ => 0,
            };
            if lines > 0 {
                terminal.insert_before(lines, |buffer| {
                    for row in buffer.area.rows() {
                        Line::from(format!("猫 {count}")).render(row, buffer);
                        count += 1;
                    }
                })?;
            }
        }
    })
}

const ROWS: [&str; 3] = ["39 by 3", "in bold", "at 0"];

fn started(before: &str) -> Stage {
    let mut stage = Stage::start("relative", &format!("{before}\r\n"));
    stage.shows_rows(&[before, ROWS[0], ROWS[1], ROWS[2]]);
    stage
}

fn erased_at_every_end() {
    for end in [b"q", b"x"] {
        let mut stage = started("one");
        stage.pty.type_bytes(b"i");
        stage.shows_rows(&["one", "猫 0", ROWS[0], ROWS[1], "at 1"]);
        stage.pty.type_bytes(end);
        let (status, text) = stage.ends_clean();
        assert_eq!(status.success(), end == b"q");
        assert_eq!(text, "one\n猫 0");
    }
    for signal in [Signal::TERM, Signal::SEGV] {
        let stage = started("one");
        stage.send(signal);
        assert_eq!(stage.ends_clean().1, "one");
    }
}

fn rows_scroll() {
    let mut stage = Stage::start("relative", "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n");
    stage.shows_rows(&["3", "4", "5", "6", "7", ROWS[0], ROWS[1], ROWS[2]]);
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["4", "5", "6", "7", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "4\n5\n6\n7\n猫 0");
}

fn one_write() {
    let mut stage = started("one");
    let before = stage.pty.seen().len();
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["one", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    let frame = String::from_utf8_lossy(&stage.pty.seen()[before..]).into_owned();
    assert!(frame.starts_with("\x1b[?2026h\x1b[?7l"), "{frame:?}");
    assert!(frame.ends_with("\r\x1b[2A\x1b[?7h\x1b[?2026l"), "{frame:?}");
    assert_eq!(frame.matches("\x1b[?2026h").count(), 1, "{frame:?}");
    // A frame in which nothing changes is no write.
    let before = stage.pty.seen().len();
    stage.pty.type_bytes(b"zi");
    stage.shows_rows(&["one", "猫 0", "猫 1", ROWS[0], ROWS[1], "at 2"]);
    let frame = String::from_utf8_lossy(&stage.pty.seen()[before..]).into_owned();
    assert_eq!(frame.matches("\x1b[?2026h").count(), 1, "{frame:?}");
    // Between two frames the cursor is at the beginning of the rows, and what breaks when the
    // terminal becomes narrower is no longer than what is shown.
    assert_eq!(stage.screen().cursor_position(), (3, 0));
    assert!(!frame.contains("  "), "{frame:?}");
    stage.send(Signal::TERM);
    stage.ends_clean();
}

fn many_lines() {
    let mut stage = started("one");
    stage.pty.type_bytes(b"m");
    let lines = ["猫 0", "猫 1", "猫 2", "猫 3", "猫 4"];
    stage.shows_rows(&[&lines[..], &[ROWS[0], ROWS[1], "at 5"]].concat());
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, lines.join("\n"));
}

fn wide_lines() {
    let mut stage = started("one");
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["one", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    let cell = |column| stage.screen().cell(1, column).expect("a cell");
    assert!(cell(0).is_wide());
    assert_eq!(cell(3).contents(), "0");
    assert!(stage.screen().cell(3, 0).expect("a cell").bold());
    stage.send(Signal::TERM);
    stage.ends_clean();
}

/// Stops the program, writes as a shell does, and continues it.
fn stop_and_continue(stage: &mut Stage) {
    stage.stop();
    rustix::io::write(stage.pty.slave(), b"\x1b[2J\x1b[Hstopped\r\n$ fg").expect("write");
    stage.shows_rows(&["stopped", "$ fg"]);
    rustix::io::write(stage.pty.slave(), b"\r\n").expect("write");
    stage.send(Signal::CONT);
}

fn after_a_stop() {
    let mut stage = started("one");
    stop_and_continue(&mut stage);
    let shown = ["stopped", "$ fg", ROWS[0], ROWS[1], ROWS[2]];
    stage.shows_rows(&shown);
    // Once is enough.
    let before = stage.pty.seen().len();
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["stopped", "$ fg", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    let seen = String::from_utf8_lossy(&stage.pty.seen()[before..]).into_owned();
    assert!(seen.matches("bold").count() <= 1, "{seen:?}");
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "stopped\n$ fg\n猫 0");
}

fn at_the_end_after_a_stop() {
    let mut stage = started("one");
    stage.pty.type_bytes(b"c");
    stage.shows("the cursor in the second row", |screen| {
        !screen.hide_cursor() && screen.cursor_position() == (2, 2)
    });
    stage.stop();
    let shell = b"\x1b[2J\x1b[8;1H$ fg\r\n";
    rustix::io::write(stage.pty.slave(), shell).expect("write");
    stage.send(Signal::CONT);
    stage.shows_rows(&["", "", "", "", "$ fg", ROWS[0], ROWS[1], ROWS[2]]);
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "\n\n\n\n$ fg");
}

fn size_after_a_stop() {
    let mut stage = started("one");
    stage.stop();
    stage.resize(30, 8);
    rustix::io::write(stage.pty.slave(), b"\x1b[2J\x1b[Hstopped\r\n").expect("write");
    stage.send(Signal::CONT);
    stage.shows_rows(&["stopped", "29 by 3", ROWS[1], ROWS[2]]);
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "stopped");
}

fn below_a_child() {
    let mut stage = started("one");
    stage.pty.type_bytes(b"e");
    // The child has the rows' place.
    stage.shows_rows(&["one", "child", ROWS[0], ROWS[1], ROWS[2]]);
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "one\nchild");
}

fn another_size() {
    let mut stage = started("one");
    for (columns, first) in [(20, "19 by 3"), (12, "11 by 3"), (40, "39 by 3")] {
        stage.resize(columns, 8);
        stage.shows_rows(&["one", first, ROWS[1], ROWS[2]]);
    }
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "one");
}

fn number_of_rows() {
    let mut stage = started("one");
    stage.pty.type_bytes(b"1");
    stage.shows_rows(&["one", "39 by 1"]);
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["one", "猫 0", "39 by 1"]);
    stage.pty.type_bytes(b"3");
    stage.shows_rows(&["one", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    // Not more than the terminal has.
    stage.resize(40, 2);
    stage.shows("two rows", |screen| {
        screen.contents().starts_with("39 by 2\nin bold")
    });
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn cursor_is_shown() {
    let mut stage = started("one");
    assert!(stage.screen().hide_cursor());
    stage.pty.type_bytes(b"c");
    stage.shows("the cursor in the second row", |screen| {
        !screen.hide_cursor() && screen.cursor_position() == (2, 2)
    });
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["one", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    stage.pty.type_bytes(b"q");
    assert_eq!(stage.ends_clean().1, "one\n猫 0");
}

fn nobody_asks() {
    let mut stage = started("one");
    stage.pty.type_bytes(b"i");
    stage.shows_rows(&["one", "猫 0", ROWS[0], ROWS[1], "at 1"]);
    stage.resize(20, 8);
    stage.shows_rows(&["one", "猫 0", "19 by 3", ROWS[1], "at 1"]);
    stop_and_continue(&mut stage);
    stage.shows_rows(&["stopped", "$ fg", "19 by 3", ROWS[1], "at 1"]);
    for question in [&b"\x1b[6n"[..], b"\x1b[c"] {
        assert!(!contains(stage.pty.seen(), question));
    }
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}
