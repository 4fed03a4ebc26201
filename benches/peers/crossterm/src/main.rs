//! crossterm with its default backend (mio).

#[path = "../../stamps.rs"]
mod stamps;

include!("../../crossterm.rs");
