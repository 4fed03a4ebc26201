//! Two pipes between a program and the shell: the program says where it is and waits to be told to
//! go on.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::termios::{SpecialCodeIndex, Termios, tcgetattr};
use ttyring_test_support::same;

/// Closing this descriptor fails, and tells a tracer that the operation begins.
pub(crate) const BEGIN: i32 = -7;
/// Closing this one tells that it is over.
pub(crate) const END: i32 = -8;

/// The side of the program.
#[derive(Debug)]
pub(crate) struct Wires {
    say: File,
    go: File,
    found: Termios,
}

/// The side of the shell.
#[derive(Debug)]
pub(crate) struct Ends {
    said: File,
    go: File,
    text: Vec<u8>,
    closed: bool,
}

impl Wires {
    pub(crate) fn pair(found: &Termios) -> (Wires, Ends) {
        let (said, say) = rustix::pipe::pipe().expect("pipe");
        let (waits, go) = rustix::pipe::pipe().expect("pipe");
        fcntl_setfl(&said, OFlags::NONBLOCK).expect("F_SETFL");
        let wires = Wires {
            say: File::from(say),
            go: File::from(waits),
            found: found.clone(),
        };
        let ends = Ends {
            said: File::from(said),
            go: File::from(go),
            text: Vec::new(),
            closed: false,
        };
        (wires, ends)
    }

    /// Says a line to the shell.
    pub(crate) fn say(&self, line: &str) {
        // An error means that the test is over.
        let _ = (&self.say).write_all(format!("{line}\n").as_bytes());
    }

    /// Waits until the shell says to go on.
    pub(crate) fn wait(&self) {
        let _ = (&self.go).read_exact(&mut [0]);
    }

    /// Waits for the tracer and tells it that the operation begins: from here on each system call
    /// counts.
    pub(crate) fn begin(&self) {
        self.say(&format!("READY {}", std::process::id()));
        self.wait();
        // SAFETY: no descriptor has this number; the call fails.
        unsafe { libc::close(BEGIN) };
    }

    /// Tells the tracer that the operation is over.
    pub(crate) fn end(&self) {
        // SAFETY: as above.
        unsafe { libc::close(END) };
    }

    /// Waits while the shell looks at what the operation has made of the terminal.
    pub(crate) fn hold(&self) {
        self.say("HOLD");
        self.wait();
    }

    /// Looks at the settings for a child that uses the terminal: at its start, and once the shell
    /// has looked, too.
    pub(crate) fn borrow(&self) {
        if !self.finds_what_was_found() {
            self.say("a child finds other settings at its start");
        }
        self.say("LENT");
        self.wait();
        if !self.finds_what_was_found() {
            self.say("a child finds other settings at its end");
        }
    }

    /// Whether the settings are those from before the program, apart from the one that users change
    /// meanwhile.
    pub(crate) fn finds_what_was_found(&self) -> bool {
        // SAFETY: standard input is the terminal, and stays open.
        let terminal = unsafe { BorrowedFd::borrow_raw(0) };
        let erase = self.found.special_codes[SpecialCodeIndex::VERASE];
        tcgetattr(terminal).is_ok_and(|mut now| {
            now.special_codes[SpecialCodeIndex::VERASE] = erase;
            same(&now, &self.found)
        })
    }
}

impl Ends {
    /// The descriptor to wait on, while somebody may say something.
    pub(crate) fn open(&self) -> Option<BorrowedFd<'_>> {
        (!self.closed).then(|| self.said.as_fd())
    }

    /// Takes what was said.
    pub(crate) fn take(&mut self) {
        let mut buffer = [0; 512];
        match self.said.read(&mut buffer) {
            Ok(0) => self.closed = true,
            Ok(count) => self.text.extend_from_slice(&buffer[..count]),
            Err(_) => {}
        }
    }

    /// Returns the next line that was said.
    pub(crate) fn line(&mut self) -> Option<String> {
        let end = self.text.iter().position(|&byte| byte == b'\n')?;
        let line: Vec<u8> = self.text.drain(..=end).collect();
        Some(String::from_utf8_lossy(&line[..end]).into_owned())
    }

    /// Tells the program to go on.
    pub(crate) fn go(&self) {
        // An error means that the program is gone.
        let _ = (&self.go).write_all(&[0]);
    }
}
