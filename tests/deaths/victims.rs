//! Programs for the tests of the supervisor: each does one thing that most programs do not.

use std::os::fd::{AsRawFd, OwnedFd};
use std::process::exit;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, getpid, kill_process, setpgid};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr, tcsetpgrp};
use ttyring::terminal::{Terminal, supervise};
use ttyring::{LineMode, Signals};
use ttyring_platform::Tty;
use ttyring_platform::unix::signal::subscribe;

use crate::program::READY;

/// What a program writes before the number of SIGTERMs that it has heard.
pub(crate) const HEARD: &str = "HEARD ";

/// Does what `act` says; does not return.
pub(crate) fn run(act: &str) -> ! {
    match act {
        "own-group" => own_group(),
        "dead-group" => dead_group(true),
        "other-group" => dead_group(false),
        "counts" => {
            supervise::start().expect("a supervisor");
            counts()
        }
        "counts-alone" => counts(),
        "counts-apart" => {
            allow_background();
            setpgid(None, None).expect("setpgid");
            counts()
        }
        "child-signal" => {
            println!("SIGCHLD {}.", i32::from(ignores(libc::SIGCHLD)));
            exit(0)
        }
        "starts-twice" => starts_twice(),
        "starts-late" => starts_late(),
        "ends-at-once" => {
            supervise::start().expect("a supervisor");
            exit(3)
        }
        closed if closed.starts_with("closed-") => {
            let streams = closed.trim_start_matches("closed-");
            without_streams(streams.parse().expect("a number"))
        }
        _ => panic!("no act {act:?}"),
    }
}

fn ignores(signal: i32) -> bool {
    // SAFETY: asks for a disposition by setting it, in a process of one thread.
    unsafe { libc::signal(signal, libc::SIG_DFL) == libc::SIG_IGN }
}

fn stdin() -> rustix::fd::BorrowedFd<'static> {
    rustix::stdio::stdin()
}

fn go_raw() {
    let mut termios = tcgetattr(stdin()).expect("tcgetattr");
    termios.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &termios).expect("tcsetattr");
}

fn sleep() -> ! {
    loop {
        std::thread::sleep(Duration::from_secs(60));
    }
}

fn allow_background() {
    // SAFETY: ignores a signal.
    unsafe { libc::signal(libc::SIGTTOU, libc::SIG_IGN) };
}

/// An interactive shell: a group of its own in the foreground, raw.
fn own_group() -> ! {
    allow_background();
    setpgid(None, None).expect("setpgid");
    tcsetpgrp(stdin(), getpid()).expect("tcsetpgrp");
    go_raw();
    println!("{READY}{}.", getpid().as_raw_nonzero());
    sleep()
}

/// A shell without a group of its own whose job has the terminal; the job has ended, or goes on.
fn dead_group(ended: bool) -> ! {
    allow_background();
    // SAFETY: this process has one thread.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // It outlives its shell, but not the terminal; and not for long if it has lost that.
        // SAFETY: sets a timer, which ends the process.
        unsafe { libc::alarm(120) };
        sleep();
    }
    let child = Pid::from_raw(child).expect("a child");
    setpgid(Some(child), Some(child)).expect("setpgid");
    tcsetpgrp(stdin(), child).expect("tcsetpgrp");
    go_raw();
    if ended {
        kill_process(child, Signal::KILL).expect("kill");
        // SAFETY: waits for the child; the status is not asked for.
        unsafe { libc::waitpid(child.as_raw_nonzero().get(), std::ptr::null_mut(), 0) };
    }
    println!("{READY}{}.", getpid().as_raw_nonzero());
    sleep()
}

/// Takes SIGTERM as an event, and tells how many have come when SIGUSR1 does.
fn counts() -> ! {
    let (wake, writer) = std::os::unix::net::UnixStream::pair().expect("a pair");
    writer.set_nonblocking(true).expect("fcntl");
    wake.set_nonblocking(true).expect("fcntl");
    let writer = Arc::new(OwnedFd::from(writer));
    let heard = subscribe(Signals::TERM | Signals::USR1, writer).expect("subscribe");
    println!("{READY}{}.", getpid().as_raw_nonzero());
    let mut buffer = [0; 256];
    loop {
        let _ = poll(&mut [PollFd::new(&wake, PollFlags::IN)], None);
        let _ = rustix::io::read(&wake, &mut buffer);
        if heard.take().contains(Signals::USR1) {
            println!("{HEARD}{}.", heard.count(Signals::TERM));
        }
    }
}

/// Closes the standard streams whose bits are set, before anything else is opened.
fn without_streams(streams: i32) -> ! {
    for stream in (0..3).filter(|stream| streams & (1 << stream) != 0) {
        // SAFETY: nobody in this process uses it.
        unsafe { libc::close(stream) };
    }
    supervise::start().expect("a supervisor");
    let mut terminal = Terminal::open().expect("a terminal");
    terminal.enter(LineMode::RAW).expect("raw mode");
    let own = terminal.tty().descriptor().expect("a descriptor");
    let standard = own.as_raw_fd() < 3;
    // What a program prints to a closed stream goes nowhere.
    if streams & 2 != 0 {
        println!("STRAY");
    }
    let text = format!(
        "STANDARD {}. {READY}{}.",
        i32::from(standard),
        getpid().as_raw_nonzero()
    );
    terminal.write(text.as_bytes()).expect("write");
    sleep()
}

/// Starts a supervisor twice, and says whether it is still the same process.
fn starts_twice() -> ! {
    supervise::start().expect("a supervisor");
    let first = getpid();
    supervise::start().expect("nothing to do");
    println!("SAME {}.", i32::from(getpid() == first));
    exit(0)
}

/// Starts a supervisor when it is too late for that.
fn starts_late() -> ! {
    let _thread = std::thread::spawn(|| sleep());
    exit(if supervise::start().is_err() { 3 } else { 4 })
}
