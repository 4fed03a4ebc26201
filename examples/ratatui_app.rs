//! A ratatui application whose input is ttyring's: two lines differ from one on crossterm's.
//!
//! ```sh
//! cargo run --example ratatui_app --features crossterm
//! ```

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyModifiers, MouseEventKind};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout};
use ratatui::widgets::{Block, List, ListState, Paragraph};
use ratatui::{Frame, Terminal};
use ttyring::adapter::crossterm::Events;
use ttyring::{Input, Modes};

/// An ordinary application: it knows crossterm's events and nothing of where they come from.
#[derive(Default)]
struct App {
    list: ListState,
    last: String,
    over: bool,
}

const ITEMS: [&str; 5] = [
    "raw mode",
    "one read a key",
    "a ring",
    "a decoder",
    "events",
];

impl App {
    fn handle(&mut self, event: &Event) {
        self.last = format!("{event:?}");
        match event {
            Event::Key(key) => match key.code {
                KeyCode::Char('c') if key.modifiers == KeyModifiers::CONTROL => self.over = true,
                KeyCode::Char('q') | KeyCode::Esc => self.over = true,
                KeyCode::Down => self.list.select_next(),
                KeyCode::Up => self.list.select_previous(),
                _ => {}
            },
            Event::Mouse(mouse) if mouse.kind == MouseEventKind::ScrollDown => {
                self.list.select_next();
            }
            Event::Mouse(mouse) if mouse.kind == MouseEventKind::ScrollUp => {
                self.list.select_previous();
            }
            _ => {}
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let [list, below] =
            Layout::vertical([Constraint::Min(3), Constraint::Length(3)]).areas(frame.area());
        let items = List::new(ITEMS)
            .block(Block::bordered().title("arrows or the wheel move, q ends"))
            .highlight_symbol("> ");
        frame.render_stateful_widget(items, list, &mut self.list);
        let last = Paragraph::new(self.last.as_str()).block(Block::bordered().title("last event"));
        frame.render_widget(last, below);
    }
}

fn main() -> io::Result<()> {
    // Instead of enable_raw_mode and EnterAlternateScreen: this one is reversed whatever happens.
    let mut input = Input::open()?;
    input.enable(Modes::ALTERNATE_SCREEN | Modes::MOUSE | Modes::PASTE)?;
    // Instead of crossterm::event::{poll, read}.
    let mut events = Events::new(input);

    let mut terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
    let mut app = App {
        list: ListState::default().with_selected(Some(0)),
        ..App::default()
    };
    while !app.over {
        terminal.draw(|frame| app.draw(frame))?;
        if events.poll(Duration::from_millis(250))? {
            app.handle(&events.read()?);
        }
    }
    terminal.show_cursor()
}
