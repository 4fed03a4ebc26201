//! Hands the terminal to an editor in the middle of a program, and takes it back.
//!
//! ```sh
//! EDITOR=vi cargo run --example spawn_editor
//! ```

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::{env, fs, io};

use ttyring::{Event, Input, Modes, Unread, key};

fn main() -> io::Result<()> {
    let path = env::temp_dir().join(format!("ttyring-note-{}.txt", std::process::id()));
    fs::write(&path, "A note.\n")?;
    let mut input = Input::open()?;
    input.enable(Modes::PASTE | Modes::MOUSE)?;
    print!("e opens the editor, q ends\r\n");
    while let Some(event) = input.next_event()? {
        if event == key!(q) || event == key!(ctrl - c) {
            break;
        } else if event == key!(e) {
            let status = edit(&mut input, &path)?;
            let note = fs::read_to_string(&path)?;
            print!("{status}; the note has {} lines\r\n", note.lines().count());
        } else if let Event::Key(key) = event {
            // Typed ahead while the editor was starting, and kept: nothing gets lost.
            print!("{key} is not a command\r\n");
        }
    }
    drop(input);
    fs::remove_file(&path)
}

/// Runs the user's editor with the terminal as the shell would give it: cooked, no mouse reports.
/// Keys that this program had read already come back to it afterwards.
fn edit(input: &mut Input, path: &Path) -> io::Result<ExitStatus> {
    let editor = env::var("VISUAL").or_else(|_| env::var("EDITOR"));
    let editor = editor.unwrap_or_else(|_| "vi".to_owned());
    // The shell takes the editor's own arguments apart, as in EDITOR="code --wait".
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh");
    command.arg(path);
    input.lend(Unread::Keep, |_| command.status())?
}
