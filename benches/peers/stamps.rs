//! Where a peer says when it handled what: the protocol of `ttyring-lab bench --contender`.
//!
//! Descriptor `TTYRING_STAMP_FD` takes CLOCK_MONOTONIC in nanoseconds, eight native-endian bytes
//! each: one when the program is ready, then one for every event, or, if `TTYRING_COUNT` is not
//! zero, one for every so many bytes of payload. With `TTYRING_ANSWER` set the program writes a
//! dot on the terminal instead. Ctrl-D ends it.

use std::fs::File;
use std::io::Write;

pub struct Stamps {
    to: File,
    answers: bool,
    every: u64,
    seen: u64,
    next: u64,
}

#[allow(dead_code)]
impl Stamps {
    pub fn open() -> Self {
        let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let answers = std::env::var_os("TTYRING_ANSWER").is_some();
        let fd = if answers { 1 } else { number("TTYRING_STAMP_FD").unwrap_or(3) };
        let to = File::options().write(true).open(format!("/dev/fd/{fd}")).expect("the stamps");
        let every = number("TTYRING_COUNT").unwrap_or(0);
        Stamps { to, answers, every, seen: 0, next: every }
    }

    pub fn ready(&mut self) {
        if !self.answers {
            self.write(now());
        }
    }

    #[inline]
    pub fn payload(&mut self, count: usize) {
        self.seen += count as u64;
        if self.seen >= self.next {
            self.tell();
        }
    }

    #[inline(never)]
    fn tell(&mut self) {
        if self.answers {
            self.to.write_all(b".").expect("an answer");
        } else if self.every == 0 {
            self.write(now());
        } else {
            while self.seen >= self.next {
                self.next += self.every;
                self.write(now());
            }
        }
    }

    fn write(&mut self, at: u64) {
        self.to.write_all(&at.to_ne_bytes()).expect("a stamp");
    }
}

fn now() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// Raw mode for peers that bring none.
#[allow(dead_code)]
pub fn raw() {
    let mut settings = unsafe { std::mem::zeroed() };
    unsafe { libc::tcgetattr(0, &mut settings) };
    unsafe { libc::cfmakeraw(&mut settings) };
    unsafe { libc::tcsetattr(0, libc::TCSANOW, &settings) };
}
