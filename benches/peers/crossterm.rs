use crossterm::event::{EnableBracketedPaste, Event, KeyCode, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

fn main() {
    let mut stamps = stamps::Stamps::open();
    enable_raw_mode().expect("raw mode");
    crossterm::execute!(std::io::stdout(), EnableBracketedPaste).expect("pastes");
    stamps.ready();
    while let Ok(event) = read() {
        match event {
            Event::Paste(text) => stamps.payload(text.len()),
            Event::Key(key) => {
                stamps.payload(1);
                if key.code == KeyCode::Char('d') && key.modifiers == KeyModifiers::CONTROL {
                    break;
                }
            }
            _ => {}
        }
    }
    let _ = disable_raw_mode();
}
