//! A long stream of bytes through the terminal under a hail of signals: nothing may be lost or
//! change places.
//!
//! The bytes are printable, with a newline now and then: for the moments in which SIGTSTP has the
//! terminal cooked, they must mean the same to the line discipline. The group is orphaned, so each
//! SIGTSTP puts the terminal back and takes it again at once, and cannot stop the stream.

use std::io::Write;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use ttyring::terminal::Terminal;
use ttyring::{LineMode, Signals};
use ttyring_platform::unix::signal::subscribe;
use ttyring_platform::{Transfer, Tty};
use ttyring_test_support::{Program, join};

use crate::program::READY;
use crate::stage::Stage;

/// The stream: the same on both sides.
struct Stream(u64);

/// Ends the stream; nowhere else in it.
const END: u8 = b'~';

impl Stream {
    fn new() -> Self {
        Stream(0)
    }

    fn next(&mut self) -> u8 {
        let at = self.0;
        self.0 += 1;
        if at % 61 == 60 {
            return b'\n';
        }
        // A number of 64 bits, stirred (splitmix64), so that no stretch repeats.
        let mut x = at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        b'!' + u8::try_from((x ^ (x >> 27)) % 90).expect("less than 90")
    }
}

/// The program: reads and compares until the end comes.
pub(crate) fn program() -> ExitCode {
    let (_wake, writer) = rustix::pipe::pipe().expect("pipe");
    let heard = Signals::WINCH | Signals::CONT | Signals::USR1;
    set_nonblocking(&writer);
    let subscription = subscribe(heard, Arc::new(writer)).expect("subscribe");
    let mut terminal = Terminal::open().expect("a terminal");
    terminal.enter(LineMode::RAW).expect("raw mode");
    say(&terminal, &format!("{READY}{}.", std::process::id()));
    let (mut stream, mut wrong, mut buffer) = (Stream::new(), 0, [0; 65536]);
    'reading: loop {
        let descriptor = terminal.tty().descriptor().expect("a descriptor");
        let _ = poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], None);
        let Transfer::Bytes(count) = terminal.tty().read(&mut buffer).expect("read") else {
            continue;
        };
        for &byte in &buffer[..count] {
            if byte == END {
                break 'reading;
            }
            wrong += u64::from(byte != stream.next());
        }
    }
    let signals = subscription.count(heard);
    drop(terminal);
    println!("<READ {}. WRONG {wrong}. HEARD {signals}.>", stream.0);
    ExitCode::SUCCESS
}

fn say(terminal: &Terminal, text: &str) {
    terminal.write(text.as_bytes()).expect("write");
}

pub(crate) fn set_nonblocking(descriptor: &impl std::os::fd::AsFd) {
    let flags = fcntl_getfl(descriptor).expect("F_GETFL");
    fcntl_setfl(descriptor, flags | OFlags::NONBLOCK).expect("F_SETFL");
}

/// Writes the stream for so long and sends signals all the while.
pub(crate) fn run(duration: Duration) -> ExitCode {
    let mut stage = Stage::new();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    let mut program = stage.start(command.args(["--program", "soak"]));
    let id = stage.number_after(READY);
    stage.settle();
    let stop = Arc::new(AtomicBool::new(false));
    let sent = Arc::new(AtomicU64::new(0));
    let hail = std::thread::spawn({
        let (stop, sent) = (Arc::clone(&stop), Arc::clone(&sent));
        move || hail(id, &stop, &sent)
    });
    let written = write_stream(&mut stage, &mut program, duration);
    stop.store(true, Ordering::Relaxed);
    join("the thread that sends signals", hail);
    // No signal is sent any more: the end of the stream finds the terminal raw.
    stage.settle();
    stage.model.forget();
    stage.pty.type_bytes(&[END]);
    let mut number = |mark: &str| stage.number_after::<u64>(mark);
    let (read, wrong) = (number("<READ "), number("WRONG "));
    let heard = number("HEARD ");
    let signals = sent.load(Ordering::Relaxed);
    let ended = program.wait().success();
    let seconds = duration.as_secs_f64();
    let (megabytes, rate) = (written as f64 / 1e6 / seconds, signals as f64 / seconds);
    println!(
        "{written} bytes written, {read} read, {wrong} wrong; {megabytes:.1} MB/s; \
         {signals} signals sent, {rate:.0}/s, {heard} heard as events"
    );
    if ended && wrong == 0 && read == written && heard > 0 && stage.faults().is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Sends one of four signals a thousand times a second; what a busy machine delays is made up for.
fn hail(process: i32, stop: &AtomicBool, sent: &AtomicU64) {
    let signals = [libc::SIGWINCH, libc::SIGTSTP, libc::SIGCONT, libc::SIGUSR1];
    let mut due = Instant::now();
    let mut x = 0x2545_f491_4f6c_dd1d_u64;
    while !stop.load(Ordering::Relaxed) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        // SAFETY: sends a signal to the process that this test started.
        unsafe { libc::kill(process, signals[usize::try_from(x % 4).expect("small")]) };
        sent.fetch_add(1, Ordering::Relaxed);
        due += Duration::from_millis(1);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

fn write_stream(stage: &mut Stage, program: &mut Program, duration: Duration) -> u64 {
    let mut master = std::fs::File::from(stage.pty.master().try_clone_to_owned().expect("dup"));
    set_nonblocking(&master);
    let end = Instant::now() + duration;
    let (mut stream, mut chunk) = (Stream::new(), Vec::new());
    while Instant::now() < end || !chunk.is_empty() {
        while chunk.len() < 4096 && Instant::now() < end {
            chunk.extend((0..61).map(|_| stream.next()));
        }
        match master.write(&chunk) {
            Ok(count) => drop(chunk.drain(..count)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                let status = program.child().try_wait().expect("waitpid");
                assert!(status.is_none(), "{status:?}: {:?}", stage.model.text());
            }
            Err(error) => panic!("write to the master: {error}"),
        }
        // What is echoed while the terminal is cooked must not fill it up.
        stage.pump(Duration::ZERO);
        stage.model.forget();
    }
    stream.0
}
