//! A shell of few words: one job, in a group of its own, and commands from standard input.
//!
//! It answers on standard output. `fg` and `bg` continue the job, `stty` changes the settings,
//! `wait` and `reap` say what became of the job; `wait` takes the terminal back.

use std::io::BufRead;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpgrp, kill_process, kill_process_group, waitpid,
};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr, tcsetpgrp,
};

/// Runs the job and obeys.
pub(crate) fn run(how: &str) -> ExitCode {
    // The shell itself uses the terminal while its job has it.
    // SAFETY: ignores a signal.
    unsafe { libc::signal(libc::SIGTTOU, libc::SIG_IGN) };
    let terminal = rustix::fs::open(
        "/dev/tty",
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC,
        rustix::fs::Mode::empty(),
    )
    .expect("a controlling terminal");
    let job = start(&terminal.try_clone().expect("dup"), how);
    println!("job {}", job.as_raw_nonzero());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a command");
        match line.as_str() {
            "fg" => {
                let _ = tcsetpgrp(&terminal, job);
                let _ = kill_process_group(job, Signal::CONT);
            }
            "bg" => {
                let _ = kill_process_group(job, Signal::CONT);
            }
            "take" => tcsetpgrp(&terminal, getpgrp()).expect("tcsetpgrp"),
            "bury" => bury(terminal.as_fd()),
            "stty" => change(terminal.as_fd()),
            "wait" | "reap" => {}
            "cont" => {
                let _ = kill_process(job, Signal::CONT);
            }
            other => panic!("no command {other:?}"),
        }
        if line == "wait" {
            let status = wait(job);
            let _ = tcsetpgrp(&terminal, getpgrp());
            println!("{status}");
        } else if line == "reap" {
            println!("{}", wait(job));
        } else {
            println!("done");
        }
    }
    ExitCode::SUCCESS
}

fn start(terminal: &impl AsFd, how: &str) -> Pid {
    let side = || std::process::Stdio::from(terminal.as_fd().try_clone_to_owned().expect("dup"));
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--program", how]).process_group(0);
    command.stdin(side()).stdout(side()).stderr(side());
    let own = terminal.as_fd().try_clone_to_owned().expect("dup");
    // SAFETY: between fork and exec system calls alone are made.
    unsafe {
        command.pre_exec(move || {
            rustix::termios::tcsetpgrp(&own, getpgrp())?;
            libc::signal(libc::SIGTTOU, libc::SIG_DFL);
            Ok(())
        });
    }
    // The shell's main loop waits for its job by waitpid(2), which also tells of stops.
    #[expect(clippy::zombie_processes)]
    let child = command.spawn().expect("start the job");
    let job = i32::try_from(child.id()).expect("a pid");
    Pid::from_raw(job).expect("not zero")
}

/// What a user may do with `stty` while the program is stopped.
fn change(terminal: BorrowedFd<'_>) {
    let mut termios = tcgetattr(terminal).expect("tcgetattr");
    termios.local_modes.toggle(LocalModes::TOSTOP);
    let erase = &mut termios.special_codes[SpecialCodeIndex::VERASE];
    *erase = if *erase == 0x08 { 0x7f } else { 0x08 };
    tcsetattr(terminal, OptionalActions::Now, &termios).expect("tcsetattr");
}

/// Gives the terminal to a group, and has it end.
fn bury(terminal: BorrowedFd<'_>) {
    let mut command = Command::new("sleep");
    let mut group = command.arg("600").process_group(0).spawn().expect("sleep");
    let number = i32::try_from(group.id()).expect("a pid");
    tcsetpgrp(terminal, Pid::from_raw(number).expect("not zero")).expect("tcsetpgrp");
    group.kill().expect("kill");
    group.wait().expect("waitpid");
}

/// Waits until the job stops or ends.
fn wait(job: Pid) -> String {
    loop {
        match waitpid(Some(job), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) => return describe(status),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return format!("error {error}"),
        }
    }
}

fn describe(status: WaitStatus) -> String {
    if let Some(signal) = status.stopping_signal() {
        format!("stopped {signal}")
    } else if let Some(signal) = status.terminating_signal() {
        format!("killed {signal}")
    } else {
        format!("exited {}", status.exit_status().unwrap_or(-1))
    }
}
