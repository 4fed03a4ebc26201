//! What `ci/prove/deaths.sh --peers` runs: crossterm, used as its examples use it.

#[path = "../../../../tests/deaths/ends.rs"]
mod ends;

use std::io::{Read, Write, stdin, stdout};

use crossterm::cursor::Hide;
use crossterm::event::{
    EnableBracketedPaste, EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, enable_raw_mode};

fn main() {
    let way = std::env::args().nth(2).expect("--die WAY");
    enable_raw_mode().expect("raw mode");
    execute!(
        stdout(),
        EnterAlternateScreen,
        Hide,
        EnableMouseCapture,
        EnableBracketedPaste,
        EnableFocusChange,
        PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES)
    )
    .expect("modes");
    print!("READY {}.", std::process::id());
    stdout().flush().expect("write");
    let _ = stdin().read(&mut [0]);
    ends::end(&way);
    if way == "return" {
        // A program that ends well undoes what it did.
        crossterm::execute!(
            stdout(),
            crossterm::event::PopKeyboardEnhancementFlags,
            crossterm::event::DisableFocusChange,
            crossterm::event::DisableBracketedPaste,
            crossterm::event::DisableMouseCapture,
            crossterm::cursor::Show,
            crossterm::terminal::LeaveAlternateScreen
        )
        .expect("modes");
        crossterm::terminal::disable_raw_mode().expect("raw mode");
    }
}
