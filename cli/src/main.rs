//! The `ttyring` command-line tool.

fn main() {}
