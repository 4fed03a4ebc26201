//! What a program that was stopped, or has lent the terminal, gets back.

use std::io::{self, Write, stdout};
use std::process::Command;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use ttyring_crossterm::event::{self, Event};
use ttyring_crossterm::terminal::{self, EnterAlternateScreen};
use ttyring_crossterm::{cursor, execute};
use ttyring_test_support::within;

use crate::stage::{Run, Stage, Test};

pub(crate) const PROGRAMS: &[Run] = &[
    ("shows-cursor", || {
        terminal::enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, cursor::Hide, cursor::Show)?;
        say_ready()?;
        wait_for_events()
    }),
    ("main-screen", || {
        terminal::enable_raw_mode()?;
        // The input is open, and hears of a stop.
        event::poll(std::time::Duration::ZERO)?;
        say_ready()?;
        wait_for_events()
    }),
    ("lends-screen", || {
        terminal::enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen)?;
        event::lend(|| Command::new("true").status())??;
        say_ready()?;
        wait_for_events()
    }),
];

pub(crate) const TESTS: &[Test] = &[
    (
        "stopped_program_gives_the_terminal_back_and_draws_anew",
        stopped,
    ),
    ("cursor_that_is_shown_stays_so_after_a_stop", || {
        let mut stage = Stage::start("shows-cursor");
        stop_and_continue(&stage);
        stage.pty.expect("resize 80x24 now 80x24");
        assert!(!stage.pty.model().modes().dec.contains(&25));
        send(&stage, Signal::TERM);
        stage.ends_clean();
    }),
    ("main_screen_keeps_its_size_after_a_stop", || {
        let mut stage = Stage::start("main-screen");
        stop_and_continue(&stage);
        stage.pty.expect("resize 80x24 now 80x24");
        assert_eq!(resizes(&stage), ["80x24 now 80x24"]);
        send(&stage, Signal::TERM);
        stage.ends_clean();
    }),
    ("screen_is_drawn_anew_after_a_child", || {
        let mut stage = Stage::start("lends-screen");
        stage.pty.expect("resize 80x23 now 80x23");
        stage.pty.expect("resize 80x24 now 80x24");
        send(&stage, Signal::TERM);
        stage.ends_clean();
    }),
];

fn say_ready() -> io::Result<()> {
    print!("ready\r\n");
    stdout().flush()
}

/// Says what sizes are announced, and what the size is then.
pub(crate) fn wait_for_events() -> io::Result<()> {
    loop {
        if let Event::Resize(columns, rows) = event::read()? {
            let (now_columns, now_rows) = terminal::size()?;
            print!("resize {columns}x{rows} now {now_columns}x{now_rows}\r\n");
            stdout().flush()?;
        }
    }
}

/// A stop by a signal from outside: as a leader of its session the program cannot be stopped by
/// SIGTSTP, so it is SIGSTOP, which leaves no time to give anything back, and SIGCONT.
fn stopped() {
    let mut stage = Stage::start("everything");
    stop_and_continue(&stage);
    stage.pty.expect("resize 80x23 now 80x23");
    stage.pty.expect("resize 80x24 now 80x24");
    assert_eq!(resizes(&stage), ["80x23 now 80x23", "80x24 now 80x24"]);
    send(&stage, Signal::TERM);
    stage.ends_clean();
}

/// The sizes that were announced, with what the size was then.
fn resizes(stage: &Stage) -> Vec<String> {
    let seen = stage.seen();
    let lines = seen.lines().filter_map(|line| line.split_once("resize "));
    lines.map(|(_, sizes)| sizes.to_owned()).collect()
}

fn process(stage: &Stage) -> Pid {
    Pid::from_raw(stage.program.id() as i32).expect("not zero")
}

pub(crate) fn send(stage: &Stage, signal: Signal) {
    kill_process(process(stage), signal).expect("kill");
}

fn stop_and_continue(stage: &Stage) {
    let process = process(stage);
    kill_process(process, Signal::STOP).expect("kill");
    within("the program to stop", move || {
        waitpid(Some(process), WaitOptions::UNTRACED)
    })
    .expect("waitpid");
    stage.put_back();
    kill_process(process, Signal::CONT).expect("kill");
}
