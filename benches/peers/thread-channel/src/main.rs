//! A thread that reads, and a channel to the one that handles: a byte a message.

#[path = "../../stamps.rs"]
mod stamps;

use std::io::Read;
use std::sync::mpsc::channel;

fn main() {
    let mut stamps = stamps::Stamps::open();
    stamps::raw();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = input.read(&mut buffer) {
            for &byte in &buffer[..count] {
                if sender.send(byte).is_err() {
                    return;
                }
            }
        }
    });
    stamps.ready();
    for byte in receiver {
        stamps.payload(1);
        if byte == 4 {
            break;
        }
    }
}
