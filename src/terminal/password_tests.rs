//! A line that is read from a script.

use std::thread;

use ttyring_platform::Backend;
use ttyring_platform::sim::{Sim, Step, Termios};
use ttyring_test_support::wait_until;

use super::super::Restore;
use super::*;

fn open(sim: &Sim) -> Terminal<Sim> {
    let tty = sim.open().expect("a scripted terminal");
    Terminal::adopt(tty, Restore::all()).expect("no handlers")
}

/// Reads a line; returns it and what was shown.
fn read(sim: &Sim) -> (Option<Vec<u8>>, Vec<u8>) {
    let mut terminal = open(sim);
    let line = terminal.read_password("Password: ").expect("read");
    assert_eq!(sim.termios(), Termios::COOKED, "echo is on again");
    (line.map(|line| line.to_vec()), sim.written())
}

#[test]
fn line_comes_without_its_end_which_is_shown_afterwards() {
    let sim = Sim::new();
    sim.type_bytes(b"secret\n");
    let (line, shown) = read(&sim);
    assert_eq!(line.as_deref(), Some(&b"secret"[..]));
    assert_eq!(shown, b"Password: \n");
}

#[test]
fn line_without_an_end_counts_and_no_line_is_none() {
    for (typed, wanted) in [(&b"secret"[..], Some(&b"secret"[..])), (b"", None)] {
        let sim = Sim::new();
        sim.type_bytes(typed);
        let terminal = sim.clone();
        let hangup = thread::spawn(move || {
            let reads = || terminal.calls().reads >= 2;
            assert!(wait_until(reads), "what was typed is read");
            terminal.now_do(Step::Hangup);
            let left = || {
                terminal.advance(std::time::Duration::from_millis(1));
                terminal.is_finished()
            };
            assert!(wait_until(left), "it is gone");
        });
        let mut terminal = open(&sim);
        let line = terminal.enter(ttyring_platform::LineMode::PASSWORD);
        line.expect("no echo");
        let line = terminal.line(&Prompt::new(""), hooks::heard());
        let line = line.expect("the end is no error");
        assert_eq!(line.as_deref(), wanted);
        ttyring_test_support::join("the one who hangs up", hangup);
    }
}

#[test]
fn line_that_the_kernel_may_have_cut_is_refused() {
    for (length, fits) in [
        (LONGEST_LINE - 1, true),
        (LONGEST_LINE, false),
        (LONGEST_LINE + 5, false),
    ] {
        let sim = Sim::new();
        sim.type_bytes(&vec![b'x'; length]).type_bytes(b"\n");
        let line = open(&sim).read_password("");
        match fits {
            true => assert_eq!(line.expect("short").expect("a line").len(), length),
            false => {
                let error = line.expect_err("too long");
                assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
            }
        }
        assert_eq!(sim.termios(), Termios::COOKED, "echo is on again");
    }
}
