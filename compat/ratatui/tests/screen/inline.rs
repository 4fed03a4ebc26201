//! Applications in a few rows of the main screen.

use std::io;
use std::process::Command;

use ratatui_core::terminal::Viewport;
use ratatui_core::text::{Line, Text};
use ratatui_core::widgets::Widget;
use ttyring::{Unread, key};

use crate::stage::{Run, Stage, Test};

pub(crate) const PROGRAMS: &[Run] = &[("two-rows", two_rows)];

pub(crate) const TESTS: &[Test] = &[
    ("inline_rows_stay_and_the_shell_goes_on_below", rows_stay),
    (
        "inline_rows_at_the_end_of_the_screen_scroll_it",
        rows_scroll,
    ),
    ("lines_are_inserted_above_inline_rows", lines_are_inserted),
    (
        "inline_rows_are_below_what_a_child_has_written",
        below_a_child,
    ),
];

fn two_rows() -> io::Result<()> {
    ttyring_ratatui::run_with(Viewport::Inline(2), |terminal, input| {
        let mut count = 0;
        loop {
            terminal.draw(|frame| {
                let text = Text::from(vec![Line::from("==="), Line::from(format!("at {count}"))]);
                frame.render_widget(text, frame.area());
            })?;
            let Some(event) = input.next_event()? else {
                return Ok(());
            };
            match event {
                event if event == key!(q) => return Ok(()),
                event if event == key!(e) => {
                    let script = "printf 'child\\r\\n'";
                    let child = || Command::new("sh").args(["-c", script]).status();
                    input.lend(Unread::Keep, |_| child())??;
                    ttyring_ratatui::redraw(terminal)?;
                }
                event if event == key!(i) => {
                    terminal.insert_before(1, |buffer| {
                        Line::from(format!("line {count}")).render(buffer.area, buffer);
                    })?;
                    count += 1;
                }
                _ => {}
            }
        }
    })
}

fn rows_stay() {
    let mut stage = Stage::start("two-rows", "one\r\ntwo\r\n");
    stage.shows_rows(&["one", "two", "===", "at 0"]);
    assert!(!stage.screen().alternate_screen());
    stage.pty.type_bytes(b"q");
    let (status, text) = stage.ends_clean();
    assert!(status.success());
    assert_eq!(text, "one\ntwo\n===\nat 0");
}

fn rows_scroll() {
    let mut stage = Stage::start("two-rows", "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n");
    stage.shows_rows(&["2", "3", "4", "5", "6", "7", "===", "at 0"]);
    stage.pty.type_bytes(b"q");
    let (_, text) = stage.ends_clean();
    assert_eq!(text, "3\n4\n5\n6\n7\n===\nat 0");
}

fn lines_are_inserted() {
    let mut stage = Stage::start("two-rows", "one\r\n");
    stage.shows_rows(&["one", "===", "at 0"]);
    stage.pty.type_bytes(b"ii");
    stage.shows_rows(&["one", "line 0", "line 1", "===", "at 2"]);
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn below_a_child() {
    let mut stage = Stage::start("two-rows", "one\r\n");
    stage.shows_rows(&["one", "===", "at 0"]);
    stage.pty.type_bytes(b"e");
    stage.shows("the rows below the child's line", |screen| {
        let text = screen.contents();
        let child = text.find("child");
        let rows = text.rfind("===\nat 0");
        child.is_some_and(|child| rows.is_some_and(|rows| child < rows))
    });
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}
