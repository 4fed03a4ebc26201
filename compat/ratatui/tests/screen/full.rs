//! Applications with the screen to themselves.

use std::io;
use std::process::Command;

use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::terminal::Frame;
use ratatui_core::text::{Line, Span, Text};
use rustix::process::Signal;
use ttyring::{Event, Modes, Unread, key};
use ttyring_test_support::contains;

use crate::stage::{Run, Stage, Test};

pub(crate) const PROGRAMS: &[Run] = &[("counts", counts), ("shows-cursor", shows_cursor)];

pub(crate) const TESTS: &[Test] = &[
    ("frame_is_drawn_and_undone", frame_is_drawn_and_undone),
    ("frame_is_one_write_of_what_changed", frame_is_one_write),
    ("wide_characters_and_styles_are_drawn", wide_characters),
    ("new_size_is_drawn_from_scratch", new_size),
    ("frame_after_a_stop_is_drawn_from_scratch", after_a_stop),
    ("frame_after_a_child_is_drawn_from_scratch", after_a_child),
    ("cursor_is_shown_where_the_frame_has_it", cursor_is_shown),
    ("cursor_that_is_shown_stays_so_after_a_stop", cursor_stays),
    ("cleared_screen_stays_so_after_a_stop", cleared),
    ("nobody_asks_where_the_cursor_is", nobody_asks),
    ("colors_are_left_out_on_request", without_colors),
    ("every_death_leaves_nothing", every_death_leaves_nothing),
];

fn draw(frame: &mut Frame<'_>, count: u32) {
    let red = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
    let text = Text::from(vec![
        Line::from(format!("{} columns", frame.area().width)),
        Line::from(vec![
            Span::raw("猫 é "),
            Span::styled("red", red),
            Span::raw(" end"),
        ]),
        Line::from(format!("count {count}")),
    ]);
    frame.render_widget(text, frame.area());
}

/// What a program draws that has cleared its screen: once in red, and then as it comes.
fn draw_cleared(frame: &mut Frame<'_>, is_red: bool) {
    let style = if is_red {
        Style::new().fg(Color::Red)
    } else {
        Style::new()
    };
    frame.render_widget(Line::styled("cleared", style), frame.area());
}

fn counts() -> io::Result<()> {
    ttyring_ratatui::run(|terminal, input| {
        input.enable(Modes::MOUSE | Modes::PASTE)?;
        let (mut count, mut cleared) = (0, 0);
        loop {
            terminal.draw(|frame| match cleared {
                0 => draw(frame, count),
                cleared => draw_cleared(frame, cleared == 1),
            })?;
            let Some(event) = input.next_event()? else {
                return Ok(());
            };
            match event {
                event if event == key!(q) => return Ok(()),
                event if event == key!(p) => panic!("on purpose"),
                event if event == key!(a) => std::process::abort(),
                event if event == key!(x) => std::process::exit(3),
                event if event == key!(c) => {
                    terminal.clear()?;
                    cleared += 1;
                }
                event if event == key!(e) => {
                    let script = "printf 'child has it\\r\\n'; read line";
                    let child = || Command::new("sh").args(["-c", script]).status();
                    input.lend(Unread::Keep, |_| child())??;
                }
                Event::Key(key) if key.text() == "+" => count += 1,
                _ => {}
            }
        }
    })
}

fn shows_cursor() -> io::Result<()> {
    ttyring_ratatui::run(|terminal, input| {
        // It is hidden first, so that there is something to forget.
        terminal.draw(|frame| frame.render_widget(Line::from("soon"), frame.area()))?;
        terminal.draw(|frame| {
            frame.render_widget(Line::from("here"), frame.area());
            frame.set_cursor_position((2, 0));
        })?;
        loop {
            match input.next_event()? {
                Some(event) if event == key!(e) => input.lend(Unread::Keep, |_| ())?,
                Some(event) if event == key!(h) => break,
                Some(_) => {}
                None => return Ok(()),
            }
        }
        terminal.draw(|frame| frame.render_widget(Line::from("away"), frame.area()))?;
        // A continuation may be told after the key that came with it.
        while input.next_event()?.is_some_and(|event| event != key!(q)) {}
        Ok(())
    })
}

const FIRST: &[&str] = &["40 columns", "猫 é red end", "count 0"];

fn started() -> Stage {
    let mut stage = Stage::start("counts", "shell $ \r\n");
    stage.shows_rows(FIRST);
    stage
}

fn frame_is_drawn_and_undone() {
    let mut stage = started();
    assert!(stage.screen().alternate_screen());
    assert!(stage.screen().hide_cursor());
    stage.pty.type_bytes(b"+");
    stage.shows_rows(&["40 columns", "猫 é red end", "count 1"]);
    stage.pty.type_bytes(b"q");
    let (status, text) = stage.ends_clean();
    assert!(status.success());
    assert_eq!(text, "shell $");
}

fn frame_is_one_write() {
    let mut stage = started();
    let before = stage.pty.seen().len();
    stage.pty.type_bytes(b"+");
    stage.shows_rows(&["40 columns", "猫 é red end", "count 1"]);
    let frame = String::from_utf8_lossy(&stage.pty.seen()[before..]).into_owned();
    assert_eq!(frame, "\x1b[?2026h\x1b[3;7H1\x1b[?2026l");
    // A frame in which nothing changes is no write.
    let before = stage.pty.seen().len();
    stage.pty.type_bytes(b"z+");
    stage.shows_rows(&["40 columns", "猫 é red end", "count 2"]);
    assert_eq!(stage.pty.seen().len() - before, frame.len());
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn wide_characters() {
    let stage = started();
    let cell = |column| stage.screen().cell(1, column).expect("a cell");
    assert!(cell(0).is_wide());
    assert_eq!(cell(3).contents(), "é");
    assert_eq!(cell(5).contents(), "r");
    assert_eq!(cell(5).fgcolor(), vt100::Color::Idx(1));
    assert!(cell(5).bold() && !cell(9).bold());
    assert_eq!(cell(9).fgcolor(), vt100::Color::Default);
    stage.send(Signal::TERM);
    stage.ends_clean();
}

fn new_size() {
    let mut stage = started();
    stage.resize(30, 6);
    stage.shows_rows(&["30 columns", "猫 é red end", "count 0"]);
    stage.send(Signal::TERM);
    stage.ends_clean();
}

fn after_a_stop() {
    let mut stage = started();
    stop_and_continue(&mut stage);
    stage.shows_rows(FIRST);
    // Once is enough.
    let before = stage.pty.seen().len();
    stage.pty.type_bytes(b"+");
    stage.shows_rows(&["40 columns", "猫 é red end", "count 1"]);
    let frame = String::from_utf8_lossy(&stage.pty.seen()[before..]).into_owned();
    assert!(
        frame.ends_with("\x1b[?2026h\x1b[3;7H1\x1b[?2026l"),
        "{frame:?}"
    );
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn stop_and_continue(stage: &mut Stage) {
    stage.stop();
    let text = b"\x1b[2J\x1b[Hstopped\r\n\r\n\r\n\r\nbelow";
    rustix::io::write(stage.pty.slave(), text).expect("write");
    stage.shows_rows(&["stopped", "", "", "", "below"]);
    stage.send(Signal::CONT);
}

fn after_a_child() {
    let mut stage = started();
    stage.pty.type_bytes(b"e");
    stage.shows("the child on the main screen", |screen| {
        !screen.alternate_screen() && screen.contents().contains("child has it")
    });
    assert!(!stage.screen().hide_cursor());
    stage.pty.type_bytes(b"\r");
    stage.shows_rows(FIRST);
    assert!(stage.screen().alternate_screen() && stage.screen().hide_cursor());
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn cursor_is_shown() {
    let mut stage = Stage::start("shows-cursor", "");
    stage.shows("the cursor in the third column", |screen| {
        !screen.hide_cursor() && screen.cursor_position() == (0, 2)
    });
    stage.pty.type_bytes(b"h");
    stage.shows("no cursor", |screen| {
        screen.hide_cursor() && screen.contents().starts_with("away")
    });
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn cursor_stays() {
    let mut stage = Stage::start("shows-cursor", "");
    stage.shows("the cursor", |screen| {
        !screen.hide_cursor() && screen.cursor_position() == (0, 2)
    });
    let before = stage.pty.seen().len();
    stop_and_continue(&mut stage);
    stage.pty.type_bytes(b"eh");
    stage.shows("no cursor", |screen| {
        screen.hide_cursor() && screen.contents().starts_with("away")
    });
    // It is hidden by the second frame alone.
    let seen = String::from_utf8_lossy(&stage.pty.seen()[before..]).into_owned();
    assert_eq!(seen.matches("\x1b[?25l").count(), 1, "{seen:?}");
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

fn cleared() {
    let mut stage = started();
    stage.pty.type_bytes(b"c");
    stage.shows_rows(&["cleared"]);
    let color = |stage: &Stage| stage.screen().cell(0, 0).expect("a cell").fgcolor();
    assert_eq!(color(&stage), vt100::Color::Idx(1));
    stop_and_continue(&mut stage);
    stage.shows_rows(&["cleared"]);
    // The red of the last frame's end is not that of the next one's beginning.
    stage.pty.type_bytes(b"c");
    stage.shows("the same without a color", |screen| {
        let cell = screen.cell(0, 0).expect("a cell");
        screen.contents().starts_with("cleared") && cell.fgcolor() == vt100::Color::Default
    });
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}

/// A terminal that does not answer costs a program with a screen to itself no time.
fn nobody_asks() {
    let mut stage = started();
    stage.resize(30, 6);
    stage.shows_rows(&["30 columns", "猫 é red end", "count 0"]);
    stop_and_continue(&mut stage);
    stage.shows_rows(&["30 columns", "猫 é red end", "count 0"]);
    assert!(!contains(stage.pty.seen(), b"\x1b[6n"));
    stage.send(Signal::TERM);
    stage.ends_clean();
}

fn without_colors() {
    let mut stage = Stage::launch("counts", "", |command| {
        command.env("NO_COLOR", "1");
    });
    stage.shows_rows(FIRST);
    let cell = stage.screen().cell(1, 5).expect("a cell");
    assert_eq!(cell.fgcolor(), vt100::Color::Default);
    assert!(cell.bold());
    stage.send(Signal::TERM);
    stage.ends_clean();
}

fn every_death_leaves_nothing() {
    for keys in [&b"p"[..], b"a", b"x"] {
        let mut stage = started();
        stage.pty.type_bytes(keys);
        let (status, _) = stage.ends_clean();
        assert!(!status.success());
    }
    for signal in [
        Signal::TERM,
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::SEGV,
    ] {
        let stage = started();
        stage.send(signal);
        stage.ends_clean();
    }
}
