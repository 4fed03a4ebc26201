//! termwiz: its Unix terminal's `poll_input`.

#[path = "../../stamps.rs"]
mod stamps;

use termwiz::caps::Capabilities;
use termwiz::input::{InputEvent, KeyCode, Modifiers};
use termwiz::terminal::{SystemTerminal, Terminal};

fn main() {
    let mut stamps = stamps::Stamps::open();
    let capabilities = Capabilities::new_from_env().expect("capabilities");
    let mut terminal = SystemTerminal::new(capabilities).expect("a terminal");
    terminal.set_raw_mode().expect("raw mode");
    stamps.ready();
    while let Ok(event) = terminal.poll_input(None) {
        match event {
            Some(InputEvent::Paste(text)) => stamps.payload(text.len()),
            Some(InputEvent::Key(key)) => {
                stamps.payload(1);
                if matches!(key.key, KeyCode::Char('d' | 'D')) && key.modifiers == Modifiers::CTRL {
                    break;
                }
            }
            _ => {}
        }
    }
}
