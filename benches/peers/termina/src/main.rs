//! termina: its terminal and event reader.

#[path = "../../stamps.rs"]
mod stamps;

use std::io::Write;

use termina::event::{KeyCode, Modifiers};
use termina::{Event, PlatformTerminal, Terminal};

fn main() {
    let mut stamps = stamps::Stamps::open();
    let mut terminal = PlatformTerminal::new().expect("a terminal");
    terminal.enter_raw_mode().expect("raw mode");
    write!(terminal, "\x1b[?2004h").expect("pastes");
    terminal.flush().expect("pastes");
    stamps.ready();
    while let Ok(event) = terminal.read(|event| !event.is_escape()) {
        match event {
            Event::Paste(text) => stamps.payload(text.len()),
            Event::Key(key) => {
                stamps.payload(1);
                if key.code == KeyCode::Char('d') && key.modifiers == Modifiers::CONTROL {
                    break;
                }
            }
            _ => {}
        }
    }
}
