//! Asks for a password without showing it, even while standard input and output are pipes.
//!
//! ```sh
//! cargo run --example password
//! ```

use std::io::{self, BufRead};

use ttyring::{Input, LineMode, Outcome, Tty};

fn main() -> io::Result<()> {
    match ask("Password: ")? {
        Some(mut password) => {
            // Only the length leaves this program.
            eprintln!("{} bytes", password.len());
            wipe(&mut password);
        }
        None => eprintln!("no password"),
    }
    Ok(())
}

/// Shows `prompt` and reads a line that is not shown; `None` at the end of input.
///
/// The kernel edits the line, so Backspace, Ctrl-U and Ctrl-W work, and Ctrl-C ends the program,
/// with the terminal put back.
fn ask(prompt: &str) -> io::Result<Option<Vec<u8>>> {
    let mut input = Input::builder().line_mode(LineMode::PASSWORD).open()?;
    // What was typed before the prompt could be seen was not meant for it.
    input.terminal().tty().discard_input()?;
    write(&mut input, prompt)?;
    let mut line = Vec::with_capacity(256);
    let read = input.bytes().read_until(b'\n', &mut line);
    write(&mut input, "\n")?;
    if read? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(Some(line))
}

/// Writes to the terminal itself, whatever standard output is.
fn write(input: &mut Input, text: &str) -> io::Result<()> {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        match input.terminal().tty().write(rest)? {
            Outcome::Bytes(count) => rest = &rest[count..],
            Outcome::NotReady => std::thread::yield_now(),
            Outcome::End => return Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
    Ok(())
}

/// Overwrites the bytes, also as far as the compiler can tell.
fn wipe(bytes: &mut Vec<u8>) {
    bytes.fill(0);
    std::hint::black_box(&bytes);
    bytes.clear();
}
