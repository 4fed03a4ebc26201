//! What `ci/prove/deaths.sh --peers` runs: termion, whose wrappers undo what they did when dropped.

#[path = "../../../../tests/deaths/ends.rs"]
mod ends;

use std::io::{Read, Write, stdin, stdout};

use termion::cursor::HideCursor;
use termion::input::MouseTerminal;
use termion::raw::IntoRawMode;
use termion::screen::IntoAlternateScreen;

fn main() {
    let way = std::env::args().nth(2).expect("--die WAY");
    let raw = stdout().into_raw_mode().expect("raw mode");
    let screen = raw.into_alternate_screen().expect("the screen");
    let mut terminal = HideCursor::from(MouseTerminal::from(screen));
    write!(terminal, "READY {}.", std::process::id()).expect("write");
    terminal.flush().expect("write");
    let _ = stdin().read(&mut [0]);
    ends::end(&way);
}
