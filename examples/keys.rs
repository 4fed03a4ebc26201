//! Prints everything that the terminal sends until Ctrl-C: the smallest whole program.
//!
//! ```sh
//! cargo run --example keys
//! ```

use ttyring::{Event, Input, Modes, key};

fn main() -> Result<(), ttyring::Error> {
    // Opens the terminal itself, so this works while standard input is a pipe.
    let mut input = Input::open()?;
    input.enable(Modes::PASTE | Modes::FOCUS | Modes::MOUSE)?;
    // In raw mode the kernel does not turn "\n" into "\r\n".
    print!("Press keys, paste, use the mouse. Ctrl-C ends.\r\n");
    while let Some(event) = input.next_event()? {
        if event == key!(ctrl - c) {
            break;
        }
        let shown = describe(&event);
        let raw = input.raw().escape_ascii();
        print!("{shown:<40} {raw}\r\n");
    }
    // Raw mode and the modes end here, as they would after a panic or a signal.
    Ok(())
}

fn describe(event: &Event<'_>) -> String {
    match event {
        Event::Key(key) => format!("key {key}"),
        Event::Mouse(mouse) => format!("{:?} at {},{}", mouse.kind, mouse.x, mouse.y),
        // A paste comes in pieces as large as what one read returned.
        Event::Paste(piece) => format!("pasted {} bytes", piece.bytes.len()),
        Event::Focus { gained: true } => "focus gained".to_owned(),
        Event::Focus { gained: false } => "focus lost".to_owned(),
        Event::Resize(size) => format!("{} x {} cells", size.columns, size.rows),
        other => format!("{other:?}"),
    }
}
