//! What `ci/prove/deaths.sh --peers` runs: termina with its panic hook, as its documentation shows it.

#[path = "../../../../tests/deaths/ends.rs"]
mod ends;

use std::io::{Read, Write, stdin};

use termina::{PlatformTerminal, Terminal};

const ON: &str = "\x1b[>1u\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2004h\x1b[?1002h\x1b[?1006h";
const OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[?1004l\x1b[?25h\x1b[?1049l\x1b[<u";

fn main() {
    let way = std::env::args().nth(2).expect("--die WAY");
    let mut terminal = PlatformTerminal::new().expect("a terminal");
    terminal.enter_raw_mode().expect("raw mode");
    terminal.set_panic_hook(|handle| {
        let _ = handle.write_all(OFF.as_bytes());
        let _ = handle.flush();
    });
    write!(terminal, "{ON}READY {}.", std::process::id()).expect("write");
    terminal.flush().expect("write");
    let _ = stdin().read(&mut [0]);
    ends::end(&way);
    // A program that ends well undoes what it did.
    terminal.write_all(OFF.as_bytes()).expect("write");
    terminal.flush().expect("write");
}
