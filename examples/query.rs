//! Asks the terminal what it is, where the cursor is and which colors it uses.
//!
//! `cargo run --example query`

use std::time::Duration;

use ttyring::query::{Color, CursorPosition, QueryError};
use ttyring::{Input, Result};

/// Long enough for a slow connection; what a terminal does not know comes back at once all the same.
const TIMEOUT: Duration = Duration::from_secs(1);

fn main() -> Result<()> {
    let mut input = Input::open()?;
    let cursor = input.query(CursorPosition, TIMEOUT);
    let background = input.query(Color::Background, TIMEOUT);
    let capabilities = input.capabilities(TIMEOUT);
    // Back to the shell's terminal before anything is printed.
    drop(input);

    match cursor {
        Ok(at) => println!("cursor: row {}, column {}", at.row, at.column),
        Err(error) => println!("cursor: {error}"),
    }
    match background {
        Ok([red, green, blue]) => println!(
            "background: #{:02x}{:02x}{:02x}",
            red >> 8,
            green >> 8,
            blue >> 8
        ),
        Err(QueryError::Unsupported) => println!("background: this terminal does not say"),
        Err(error) => println!("background: {error}"),
    }
    match capabilities {
        Ok(found) => println!("{found:#?}"),
        Err(error) => println!("capabilities: {error}"),
    }
    Ok(())
}
