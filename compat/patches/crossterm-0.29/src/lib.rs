//! [ttyring-crossterm] under the name and version of crossterm 0.29, for `[patch.crates-io]`.
//!
//! [ttyring-crossterm]: https://docs.rs/ttyring-crossterm

pub use ttyring_crossterm::*;
