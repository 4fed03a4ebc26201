//! Opening the console, and what is said where there is none.

use std::io::ErrorKind;

use ttyring_platform::windows::Windows;
use ttyring_platform::windows::sys::Stream;
use ttyring_platform::{Backend, Error, Tty};

use super::console::{Emulated, Vt};

#[test]
fn console_opens_whatever_the_streams_are() {
    let console = Emulated::new(Vt::Heeded);
    console.change(|state| state.streams = [Stream::Other, Stream::Other, Stream::Other]);
    let tty = Windows::new(console).open().expect("the console");
    assert!(tty.is_private());
    assert!(tty.termios().is_ok());
}

#[test]
fn process_without_a_console_has_no_terminal() {
    let console = Emulated::new(Vt::Heeded);
    console.change(|state| {
        state.present = false;
        state.streams = [Stream::Pipe(String::new()), Stream::Other, Stream::Other];
    });
    let refused = Windows::new(console).open().expect_err("no console");
    assert!(matches!(refused, Error::NoTerminal), "{refused}");
}

#[test]
fn pipe_of_mintty_is_named_with_what_to_do() {
    let name = r"\msys-dd50a72ab4668b33-pty0-from-master";
    for number in 0..3 {
        let console = Emulated::new(Vt::Heeded);
        console.change(|state| {
            state.present = false;
            state.streams = [Stream::Other, Stream::Other, Stream::Other];
            state.streams[number] = Stream::Pipe(name.to_owned());
        });
        let refused = Windows::new(console).open().expect_err("no console");
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        let message = refused.to_string();
        assert!(message.contains("winpty"), "{message}");
        assert!(message.contains("MSYS=enable_pcon"), "{message}");
    }
}
