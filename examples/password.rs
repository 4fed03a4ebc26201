//! Asks for a password without showing it, even while standard input and output are pipes.
//!
//! ```sh
//! cargo run --example password
//! cargo run --example password > file < /dev/null    # still asks the person at the terminal
//! ```

use ttyring::terminal::Terminal;

fn main() -> Result<(), ttyring::Error> {
    // The terminal alone is enough: nothing is decoded, so there is no `Input` here.
    let mut terminal = Terminal::open()?;

    // The kernel edits the line, so Backspace and Ctrl-U work. Ctrl-C ends the program, and the
    // terminal shows again what is typed.
    match terminal.read_password("Password: ")? {
        Some(password) => {
            let answer = check(&password);
            // Only the length and the answer leave this program; the secret is wiped when it is
            // dropped, and its page is kept out of core files where the system can do that.
            eprintln!("{} bytes, {answer}", password.len());
        }
        // Ctrl-D, or a terminal that is gone.
        None => eprintln!("no password"),
    }
    Ok(())
}

/// Stands for what a real program would do with it: hash it, send it, unlock a key.
fn check(password: &[u8]) -> &'static str {
    if password.len() < 12 {
        "rather short"
    } else {
        "long enough"
    }
}
