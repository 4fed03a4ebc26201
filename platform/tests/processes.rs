//! What a process does to itself and its children, in processes of their own: this binary again.

use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use libc::c_int;
#[cfg(target_os = "linux")]
use ttyring_platform::unix::BlockedSignals;
use ttyring_platform::unix::{child, process};

const ROLE: &str = "TTYRING_PROCESS_ROLE";

/// Runs `body` as a process of its own group and returns the status of its first change: an exit,
/// or a stop.
fn in_child(test: &str, body: fn()) -> c_int {
    if std::env::var_os(ROLE).is_some_and(|name| name == test) {
        body();
        std::process::exit(7);
    }
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    // A group whose parent is in the session: it is not orphaned, and can stop.
    command.env(ROLE, test).process_group(0);
    let mut child = command.stdout(Stdio::null()).spawn().expect("a child");
    let id = c_int::try_from(child.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: the kernel writes to a place of the right size.
    let changed = unsafe { libc::waitpid(id, &mut status, libc::WUNTRACED) };
    if libc::WIFSTOPPED(status) {
        child.kill().expect("it has not ended");
    }
    // One that has exited was waited for already.
    let _ = child.wait();
    assert_eq!(changed, id);
    status
}

fn exited(status: c_int) -> Option<c_int> {
    libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status))
}

#[test]
fn stop_that_the_process_was_told_to_ignore_does_not_happen() {
    let status = in_child(
        "stop_that_the_process_was_told_to_ignore_does_not_happen",
        || {
            // SAFETY: no handler is involved.
            unsafe { libc::signal(process::STOP, libc::SIG_IGN) };
            process::stop(process::STOP);
        },
    );
    assert_eq!(exited(status), Some(7));
}

#[test]
fn stop_happens_where_it_is_not_ignored() {
    let status = in_child("stop_happens_where_it_is_not_ignored", || {
        process::stop(process::STOP);
    });
    assert!(libc::WIFSTOPPED(status), "{status:x}");
    assert_eq!(libc::WSTOPSIG(status), process::STOP);
}

fn is_open(descriptor: c_int) -> bool {
    // SAFETY: asks for flags.
    unsafe { libc::fcntl(descriptor, libc::F_GETFD) != -1 }
}

#[test]
fn every_descriptor_but_those_that_are_kept_is_let_go() {
    let status = in_child("every_descriptor_but_those_that_are_kept_is_let_go", || {
        let (kept, gone) = child::lifeline().expect("a pair");
        let numbers = (kept.as_raw_fd(), gone.as_raw_fd());
        std::mem::forget(gone);
        // SAFETY: nothing here uses another descriptor afterwards.
        unsafe { child::let_go(&[kept.as_fd()]) }.expect("let go");
        // The other end is closed: the wait for it is over.
        child::wait_for_end(&kept);
        if !is_open(numbers.0) || is_open(numbers.1) || !is_open(0) {
            std::process::exit(8);
        }
        std::mem::forget(kept);
    });
    assert_eq!(exited(status), Some(7));
}

/// Linux alone shows the mask of a process.
#[cfg(target_os = "linux")]
#[test]
fn program_starts_with_the_mask_from_before_its_supervisor_listened() {
    let status = in_child(
        "program_starts_with_the_mask_from_before_its_supervisor_listened",
        || {
            let _blocked = BlockedSignals::one(libc::SIGUSR2);
            let listener = child::SignalListener::block();
            let mut program = Command::new("sh");
            let only_usr2 = "exec grep -q '^SigBlk:[[:space:]]*0*800$' /proc/self/status";
            program.args(["-c", only_usr2]);
            let id =
                child::spawn_dependent(&mut program, &listener, child::HANGUP).expect("started");
            let mut status = 0;
            // SAFETY: the kernel writes to a place of the right size.
            unsafe { libc::waitpid(id, &mut status, 0) };
            if status != 0 {
                std::process::exit(8);
            }
        },
    );
    assert_eq!(exited(status), Some(7));
}
