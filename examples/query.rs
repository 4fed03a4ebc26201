//! Asks the terminal what it is, where the cursor is and which colors it uses.
//!
//! `cargo run --example query`

use std::time::Duration;

use ttyring::query::{self, QueryError};
use ttyring::{Color, Error, Input};

/// Long enough for a slow connection. A question that the terminal does not know takes one round trip.
const TIMEOUT: Duration = Duration::from_secs(1);

fn main() -> Result<(), Error> {
    let mut input = Input::open()?;
    let cursor = input.query(query::CURSOR_POSITION, TIMEOUT);
    let background = input.query(query::color(Color::Background), TIMEOUT);
    let capabilities = input.capabilities(TIMEOUT);
    // Back to the shell's terminal before anything is printed.
    drop(input);

    match cursor {
        Ok((column, row)) => println!("cursor: column {column}, row {row}"),
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
