//! termion: events from standard input. It does not know pastes; their text comes as keys.

#[path = "../../stamps.rs"]
mod stamps;

use termion::event::{Event, Key};
use termion::input::TermRead;
use termion::raw::IntoRawMode;

fn main() {
    let mut stamps = stamps::Stamps::open();
    let _raw = std::io::stdout().into_raw_mode().expect("raw mode");
    stamps.ready();
    for event in std::io::stdin().lock().events() {
        match event {
            Ok(event) => {
                stamps.payload(1);
                if event == Event::Key(Key::Ctrl('d')) {
                    break;
                }
            }
            Err(_) => break,
        }
    }
}
