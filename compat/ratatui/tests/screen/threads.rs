//! Applications that draw in one thread and read in another.

use std::io;
use std::sync::mpsc;

use ratatui_core::terminal::Viewport;
use ratatui_core::text::{Line, Text};
use ttyring::{Event, key};

use crate::stage::{Run, Stage, Test};

pub(crate) const PROGRAMS: &[Run] = &[("reads-elsewhere", reads_elsewhere)];

pub(crate) const TESTS: &[Test] = &[("cursor_is_asked_for_while_another_thread_reads", asked_for)];

/// How often the program asks in a row: only the first time its other thread may not have come to
/// wait again.
const TIMES: u32 = 20;

fn reads_elsewhere() -> io::Result<()> {
    ttyring_ratatui::run_with(Viewport::Inline(2), |terminal, input| {
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while let Ok(Some(event)) = input.next_event() {
                    let ends = event == key!(q);
                    // The receiver is gone if drawing has failed, which the test sees.
                    if tell.send(event.into_owned()).is_err() || ends {
                        return;
                    }
                }
            });
            let (mut asked, mut replies, mut keys) = (0, 0, 0);
            loop {
                terminal.draw(|frame| {
                    let first = format!("{keys} keys, {replies} replies");
                    let rows = [first, format!("{asked} answers")].map(Line::from);
                    frame.render_widget(Text::from(rows.to_vec()), frame.area());
                })?;
                match told.recv() {
                    Ok(event) if event == key!(q) => return Ok(()),
                    Ok(event) if event == key!(a) => {
                        keys += 1;
                        for _ in 0..TIMES {
                            // The rows of the viewport.
                            let row = terminal.get_cursor_position()?.y;
                            asked += u32::from((1..=2).contains(&row));
                        }
                    }
                    Ok(Event::Key(_)) => keys += 1,
                    Ok(Event::Reply(_)) => replies += 1,
                    Ok(_) => {}
                    Err(_) => return Ok(()),
                }
            }
        })
    })
}

fn asked_for() {
    let mut stage = Stage::start("reads-elsewhere", "one\r\n");
    stage.shows_rows(&["one", "0 keys, 0 replies", "0 answers"]);
    for keys in 1..=3 {
        stage.pty.type_bytes(b"a");
        let first = format!("{keys} keys, 0 replies");
        let second = format!("{} answers", keys * TIMES);
        stage.shows_rows(&["one", &first, &second]);
    }
    // The next frame itself asks where its rows are.
    stage.resize(40, 10);
    stage.pty.type_bytes(b"b");
    stage.shows_rows(&["one", "4 keys, 0 replies", "60 answers"]);
    stage.pty.type_bytes(b"q");
    assert!(stage.ends_clean().0.success());
}
