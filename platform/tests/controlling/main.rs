//! The backend of this system on a controlling terminal: every way that the streams of a program
//! may be connected, signals of the terminal, the background, and how long a wake-up takes.
//!
//! The same on every system; on a hosted macOS runner this is where the real kqueue is met.

#[path = "../child/mod.rs"]
mod child;

use std::os::unix::process::CommandExt;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use child::{again, is_child, plays, reads_a_key, redirected, run_with_key, say_ready, start};
use ttyring_platform::{
    Backend, LineMode, Os, Poller, Signals, Size, Termios, Transfer, Tty, Wake, When,
};
use ttyring_test_support::{PATIENCE, Pty, join, receive};

#[test]
fn streams_elsewhere_lead_to_the_controlling_terminal() {
    if is_child() {
        return reads_a_key();
    }
    let mut command = again(
        "streams_elsewhere_lead_to_the_controlling_terminal",
        "child",
    );
    run_with_key(&mut command);
}

#[test]
fn terminal_as_standard_input_is_taken() {
    if is_child() {
        return reads_a_key();
    }
    let mut pty = Pty::open();
    let mut command = again("terminal_as_standard_input_is_taken", "child");
    command.stdin(pty.slave().try_clone_to_owned().expect("dup"));
    let mut program = pty.spawn(&mut command).expect("start the child");
    pty.expect("READY");
    pty.type_bytes(b"k");
    assert!(program.wait().success());
}

#[test]
fn standard_input_from_dev_tty_is_taken() {
    if is_child() {
        return reads_a_key();
    }
    let mut command = redirected("standard_input_from_dev_tty_is_taken", "</dev/tty");
    run_with_key(&mut command);
}

#[test]
fn dev_tty_is_the_terminal_behind_it() {
    const NAME: &str = "dev_tty_is_the_terminal_behind_it";
    if is_child() {
        let named = Os.open().expect("a terminal");
        let mut options = std::fs::File::options();
        let dev_tty = options.read(true).write(true).open("/dev/tty");
        let dev_tty = dev_tty.expect("/dev/tty");
        let dev_tty = Os.share(dev_tty.into()).expect("a terminal");
        assert!(named.device().is_some());
        assert_eq!(named.device(), dev_tty.device());
        return say_ready(&named);
    }
    let mut pty = Pty::open();
    let mut command = again(NAME, "child");
    command.stdin(pty.slave().try_clone_to_owned().expect("dup"));
    let mut program = pty.spawn(&mut command).expect("start the child");
    pty.expect("READY");
    assert!(program.wait().success());
}

#[test]
fn standard_output_may_be_closed() {
    if is_child() {
        return reads_a_key();
    }
    let mut command = redirected("standard_output_may_be_closed", "</dev/tty >&-");
    run_with_key(&mut command);
}

#[test]
fn window_change_is_an_event() {
    let size = Size {
        columns: 101,
        rows: 37,
        width: 0,
        height: 0,
    };
    if is_child() {
        let tty = Os.open().expect("a terminal");
        let mut poller = Os.poller(&tty, Signals::WINCH).expect("a poller");
        say_ready(&tty);
        let ready = poller.wait(Some(PATIENCE)).expect("wait");
        assert_eq!(ready.signals, Signals::WINCH);
        assert_eq!(tty.size().expect("size"), size);
        return;
    }
    let (pty, mut program) = start(&mut again("window_change_is_an_event", "child"));
    pty.resize(size.columns, size.rows);
    assert!(program.wait().success());
}

#[test]
fn hangup_is_a_signal_and_the_end() {
    if is_child() {
        let tty = Os.open().expect("a terminal");
        let mut poller = Os.poller(&tty, Signals::HUP).expect("a poller");
        say_ready(&tty);
        let mut hung_up = Signals::empty();
        while hung_up.is_empty() {
            hung_up = poller.wait(Some(PATIENCE)).expect("wait").signals;
        }
        assert_eq!(hung_up, Signals::HUP);
        assert!(poller.wait(Some(PATIENCE)).expect("wait").tty);
        assert_eq!(tty.read(&mut [0; 8]).expect("read"), Transfer::End);
        return;
    }
    let (pty, mut program) = start(&mut again("hangup_is_a_signal_and_the_end", "child"));
    pty.hang_up();
    assert!(program.wait().success());
}

#[test]
fn settings_can_be_put_back_from_the_background() {
    const NAME: &str = "settings_can_be_put_back_from_the_background";
    if plays("background") {
        let tty = Os.open().expect("a terminal");
        let raw = tty.termios().expect("tcgetattr").with(&LineMode::RAW);
        for when in [When::Now, When::Drain] {
            tty.set_termios(when, &raw).expect("tcsetattr");
        }
        return;
    }
    if is_child() {
        let tty = Os.open().expect("a terminal");
        say_ready(&tty);
        let status = again(NAME, "background").process_group(0).status();
        assert!(status.expect("start the grandchild").success());
        let set = tty.termios().expect("tcgetattr").line_mode();
        assert!(!set.canonical && !set.echo);
        return;
    }
    let (_pty, mut program) = start(&mut again(NAME, "child"));
    assert!(program.wait().success());
}

/// Reported, not judged: the figures of a shared runner say little.
#[test]
fn wake_latency_is_reported() {
    const ROUNDS: usize = 2_000;
    let pty = Pty::open();
    let slave = pty.slave().try_clone_to_owned().expect("dup");
    let tty = Os.adopt(slave).expect("adopt the slave");
    let mut poller = Os.poller(&tty, Signals::empty()).expect("a poller");
    let waker = poller.waker();
    let (ask, asked) = mpsc::channel::<()>();
    let (answer, answered) = mpsc::channel();
    let other = thread::spawn(move || {
        for () in asked {
            // The one who asked goes to sleep meanwhile, as a program that waits does.
            thread::sleep(Duration::from_micros(200));
            answer.send(Instant::now()).expect("somebody measures");
            waker.wake();
        }
    });
    let mut latencies: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            ask.send(()).expect("somebody wakes");
            assert!(poller.wait(Some(PATIENCE)).expect("wait").woken);
            let woken = Instant::now();
            woken - receive("the time of the call", &answered)
        })
        .collect();
    drop(ask);
    join("the thread that wakes", other);
    latencies.sort();
    let at = |share: usize| latencies[(ROUNDS - 1) * share / 100];
    println!(
        "wake latency: p50 {:?}, p90 {:?}, p99 {:?}, most {:?} of {ROUNDS}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
}
