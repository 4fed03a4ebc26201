//! A ratatui application: a list that the arrows and the wheel move, an editor, and what came last.
//!
//! ```sh
//! cargo run -p ttyring-ratatui --example ratatui_app
//! ```

use std::io;
use std::process::Command;

use ratatui_core::layout::{Constraint, Layout};
use ratatui_core::terminal::Frame;
use ratatui_widgets::block::Block;
use ratatui_widgets::list::{List, ListState};
use ratatui_widgets::paragraph::Paragraph;
use ttyring::{Event, Input, Modes, MouseKind, Unread, key};

struct App {
    list: ListState,
    last: String,
}

const ITEMS: [&str; 5] = [
    "raw mode",
    "one read per key",
    "a ring",
    "a decoder",
    "events",
];

impl App {
    fn draw(&mut self, frame: &mut Frame<'_>) {
        let [list, below] =
            Layout::vertical([Constraint::Min(3), Constraint::Length(3)]).areas(frame.area());
        let items = List::new(ITEMS)
            .block(Block::bordered().title("arrows or the wheel move, e edits, q ends"))
            .highlight_symbol("> ");
        frame.render_stateful_widget(items, list, &mut self.list);
        let last = Paragraph::new(self.last.as_str()).block(Block::bordered().title("last event"));
        frame.render_widget(last, below);
    }

    /// Handles an event; returns whether the program goes on.
    fn handle(&mut self, event: &Event<'_>) -> bool {
        self.last = format!("{event:?}");
        match event {
            Event::Mouse(mouse) if mouse.kind == MouseKind::ScrollDown => self.list.select_next(),
            Event::Mouse(mouse) if mouse.kind == MouseKind::ScrollUp => self.list.select_previous(),
            event if *event == key!(down) => self.list.select_next(),
            event if *event == key!(up) => self.list.select_previous(),
            event if *event == key!(q) || *event == key!(ctrl - c) => return false,
            _ => {}
        }
        true
    }
}

fn edit(input: &mut Input) -> io::Result<()> {
    let editor = std::env::var("EDITOR").unwrap_or_else(|_| "vi".into());
    // The next frame is drawn from scratch.
    input.lend(Unread::Keep, |_| Command::new(editor).status())??;
    Ok(())
}

fn main() -> io::Result<()> {
    ttyring_ratatui::run(|terminal, input| {
        input.enable(Modes::MOUSE)?;
        let mut app = App {
            list: ListState::default().with_selected(Some(0)),
            last: String::new(),
        };
        loop {
            terminal.draw(|frame| app.draw(frame))?;
            let Some(event) = input.next_event()? else {
                return Ok(());
            };
            let wants_editor = event == key!(e);
            if !app.handle(&event) {
                return Ok(());
            }
            if wants_editor {
                edit(input)?;
            }
        }
    })
}
