//! Passes what is typed on to a command, byte for byte, until Ctrl-].
//!
//! ```sh
//! cargo run --example bytes                  # cat -v shows what arrives
//! cargo run --example bytes -- od -An -tx1   # so does od, at the end
//! ```

use std::io::{self, BufRead, Write};
use std::process::{Command, Stdio};

use ttyring::{Input, LineMode};

/// Ctrl-], as in telnet.
const ESCAPE: u8 = 0x1d;

fn main() -> io::Result<()> {
    let mut words = std::env::args().skip(1);
    let program = words.next();
    let mut command = Command::new(program.as_deref().unwrap_or("cat"));
    match program {
        Some(_) => command.args(words),
        None => command.arg("-v"),
    };

    // Every byte is read as it was typed; what the command writes is shown as usual.
    let mode = LineMode {
        output_processing: true,
        ..LineMode::RAW
    };
    let mut input = Input::builder().line_mode(mode).open()?;
    println!("passing on what is typed; Ctrl-] ends");
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let mut pipe = child.stdin.take().expect("standard input is piped");

    let mut bytes = input.bytes();
    loop {
        // The bytes lie in the ring itself: no copy is made on the way to the pipe.
        let typed = match bytes.fill_buf() {
            Ok([]) => break,
            Ok(typed) => typed,
            // A new size of the window, for example.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = typed.iter().position(|&byte| byte == ESCAPE);
        pipe.write_all(&typed[..end.unwrap_or(typed.len())])?;
        let used = end.map_or(typed.len(), |end| end + 1);
        bytes.consume(used);
        if end.is_some() {
            break;
        }
    }
    drop(pipe);
    let status = child.wait()?;
    println!("\nthe command ended: {status}");
    Ok(())
}
