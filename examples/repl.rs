//! A line editor: history, Ctrl-C, Ctrl-D, Ctrl-Z, and pastes that do not run by themselves.
//!
//! ```sh
//! cargo run --example repl
//! ```

use std::io::{self, Write};

use ttyring::{Event, Input, KeyCode, LineMode, Modes, key};

const PROMPT: &str = "> ";

/// The line that is being edited, and those before it.
#[derive(Default)]
struct Editor {
    line: Vec<char>,
    cursor: usize,
    history: Vec<String>,
    /// Which line of the history is shown; its length stands for the new line.
    shown: usize,
}

impl Editor {
    fn insert(&mut self, text: &str) {
        for character in text.chars().filter(|character| !character.is_control()) {
            self.line.insert(self.cursor, character);
            self.cursor += 1;
        }
    }

    fn recall(&mut self, shown: usize) {
        self.shown = shown.min(self.history.len());
        self.line = match self.history.get(self.shown) {
            Some(line) => line.chars().collect(),
            None => Vec::new(),
        };
        self.cursor = self.line.len();
    }

    fn take(&mut self) -> String {
        let line: String = self.line.drain(..).collect();
        if !line.is_empty() {
            self.history.push(line.clone());
        }
        self.recall(self.history.len());
        line
    }

    fn key(&mut self, key: ttyring::Key) {
        match key.code {
            KeyCode::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.line.remove(self.cursor);
            }
            KeyCode::Delete if self.cursor < self.line.len() => drop(self.line.remove(self.cursor)),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.line.len()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.line.len(),
            KeyCode::Up => self.recall(self.shown.saturating_sub(1)),
            KeyCode::Down => self.recall(self.shown + 1),
            _ => self.insert(key.text()),
        }
    }

    /// Draws the line anew. A real editor would count cells; this one takes a character for one.
    fn draw(&self) -> io::Result<()> {
        let line: String = self.line.iter().collect();
        let column = PROMPT.len() + self.cursor + 1;
        print!("\r{PROMPT}{line}\x1b[K\x1b[{column}G");
        io::stdout().flush()
    }
}

fn main() -> io::Result<()> {
    let mode = LineMode {
        output_processing: true,
        ..LineMode::RAW
    };
    let mut input = Input::builder()
        .line_mode(mode)
        .suspend_on_ctrl_z(true)
        .open()?;
    input.enable(Modes::PASTE)?;
    println!("Ctrl-C clears the line, Ctrl-D ends, Ctrl-Z suspends");
    let mut editor = Editor::default();
    editor.draw()?;
    while let Some(event) = input.next_event()? {
        if event == key!(ctrl - d) && editor.line.is_empty() {
            break;
        } else if event == key!(ctrl - c) {
            println!("^C");
            editor.recall(usize::MAX);
        } else if event == key!(enter) {
            println!();
            let line = editor.take();
            if !line.is_empty() {
                println!("{}", line.chars().rev().collect::<String>());
            }
        } else {
            match event {
                Event::Key(key) => editor.key(key),
                // Pasted lines are joined: no line runs unless Enter was pressed for it.
                Event::Paste(piece) => {
                    let text = String::from_utf8_lossy(&piece.bytes);
                    editor.insert(&text.replace(['\r', '\n'], " "));
                }
                // After Ctrl-Z and `fg`, with the terminal taken again.
                Event::Resumed => println!("welcome back"),
                _ => {}
            }
        }
        editor.draw()?;
    }
    println!();
    Ok(())
}
