//! The standard library's own standard input, raw bytes.

#[path = "../../stamps.rs"]
mod stamps;

use std::io::Read;

fn main() {
    let mut stamps = stamps::Stamps::open();
    stamps::raw();
    let mut input = std::io::stdin().lock();
    let mut buffer = [0; 4096];
    stamps.ready();
    while let Ok(count @ 1..) = input.read(&mut buffer) {
        stamps.payload(count);
        if buffer[count - 1] == 4 {
            break;
        }
    }
}
