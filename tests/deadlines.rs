//! What every other test rests on: a wait that lasts too long ends the test, and says what it was
//! for.

use std::process::{Command, Stdio};
use std::time::Duration;

use ttyring_test_support::{Deadline, Program, Pty, output, within};

/// Set in the process that waits for nothing.
const WAITS: &str = "TTYRING_TEST_WAITS";

/// This test binary again, running the named test only.
fn again(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path of this binary"));
    command.args(["--exact", test, "--nocapture"]);
    command.env(WAITS, "1");
    command
}

#[test]
fn late_wait_is_named_and_ends_the_test() {
    if std::env::var_os(WAITS).is_some() {
        let mut command = Command::new("sleep");
        let sleep = command.arg("600").stdout(Stdio::null()).spawn();
        let mut sleep = Program::from(sleep.expect("sleep"));
        println!("SLEEP {}.", sleep.id());
        let _deadline = Deadline::new("a sleeper to wake", Duration::from_millis(200));
        let _ = sleep.child().wait();
        std::thread::park();
    }
    let output = output(&mut again("late_wait_is_named_and_ends_the_test"));
    let said = String::from_utf8_lossy(&output.stderr);
    let name = "late_wait_is_named_and_ends_the_test waited";
    assert!(said.contains(name), "{said}");
    assert!(
        said.contains("for a sleeper to wake at tests/deadlines.rs"),
        "{said}"
    );
    assert!(!output.status.success());
    // Nothing that it had started is left behind.
    let said = String::from_utf8_lossy(&output.stdout);
    let (_, rest) = said.split_once("SLEEP ").expect("it was started");
    let sleeper = rest.split_once('.').expect("a number").0;
    let number = rustix::process::Pid::from_raw(sleeper.parse().expect("a number"));
    let gone = ttyring_test_support::wait_until(|| {
        rustix::process::test_kill_process(number.expect("not zero")).is_err()
    });
    assert!(gone, "process {sleeper} is still there");
}

#[test]
fn deadline_that_is_renewed_does_not_pass() {
    if std::env::var_os(WAITS).is_some() {
        let deadline = Deadline::new("nothing", Duration::from_millis(500));
        for _ in 0..10 {
            std::thread::sleep(Duration::from_millis(100));
            deadline.renew();
        }
        drop(deadline);
        std::thread::sleep(Duration::from_millis(700));
        return;
    }
    let output = output(&mut again("deadline_that_is_renewed_does_not_pass"));
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn wait_in_time_returns_what_came() {
    assert_eq!(within("a number", || 7), 7);
    let mut pty = Pty::open();
    pty.type_bytes(b"k\n");
    pty.expect("k");
}
