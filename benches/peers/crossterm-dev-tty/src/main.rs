//! crossterm with the feature use-dev-tty (filedescriptor and rustix::poll).

#[path = "../../stamps.rs"]
mod stamps;

include!("../../crossterm.rs");
