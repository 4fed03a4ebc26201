//! What is left of a program that ends, and what a stopped one gets back.

use std::io::{self, Write, stdout};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpid, kill_process};
use ttyring_crossterm::event::{
    self, DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, Event, KeyboardEnhancementFlags,
    PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use ttyring_crossterm::terminal::{
    self, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
};
use ttyring_crossterm::{cursor, execute};
use ttyring_test_support::{Pty, within};

use crate::stage::{Run, Stage, Test};
use crate::stops::{self, send};

pub(crate) const PROGRAMS: &[Run] = &[
    ("everything", || {
        switch_everything_on()?;
        stops::wait_for_events()
    }),
    ("leaves-by-exit", || {
        switch_everything_on()?;
        std::process::exit(0);
    }),
    ("panics", || {
        switch_everything_on()?;
        panic!("on purpose");
    }),
    ("aborts", || {
        switch_everything_on()?;
        std::process::abort();
    }),
    ("returns", switch_everything_on),
    ("hides-cursor", || {
        execute!(stdout(), cursor::Hide)?;
        print!("ready\r\n");
        stdout().flush()
    }),
    ("switches-off", || {
        switch_everything_on()?;
        execute!(
            stdout(),
            cursor::SetCursorStyle::DefaultUserShape,
            cursor::Show,
            PopKeyboardEnhancementFlags,
            EnableLineWrap,
            DisableFocusChange,
            DisableBracketedPaste,
            DisableMouseCapture,
            LeaveAlternateScreen,
        )?;
        terminal::disable_raw_mode()?;
        println!("switched off");
        Ok(())
    }),
    ("pops", || {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        execute!(stdout(), PushKeyboardEnhancementFlags(flags))?;
        execute!(stdout(), PopKeyboardEnhancementFlags)?;
        println!("switched off");
        Ok(())
    }),
    ("tells-size", || {
        terminal::enable_raw_mode()?;
        print!("ready\r\n");
        stdout().flush()?;
        while !matches!(event::read()?, Event::Key(_)) {}
        print!("size {:?}\r\n", terminal::size()?);
        stdout().flush()?;
        terminal::disable_raw_mode()
    }),
    ("streams", streams),
    ("without-terminal", without_terminal),
    ("outlives-terminal", outlives_terminal),
];

pub(crate) const TESTS: &[Test] = &[
    ("exit_leaves_nothing", || leaves_nothing("leaves-by-exit")),
    ("return_leaves_nothing", || leaves_nothing("returns")),
    ("cursor_is_shown_again_on_the_main_screen", || {
        leaves_nothing("hides-cursor")
    }),
    ("panic_leaves_nothing", || leaves_nothing("panics")),
    ("abort_leaves_nothing", || leaves_nothing("aborts")),
    ("signals_leave_nothing", || {
        for signal in [
            Signal::TERM,
            Signal::HUP,
            Signal::INT,
            Signal::QUIT,
            Signal::SEGV,
        ] {
            let stage = Stage::start("everything");
            send(&stage, signal);
            stage.ends_clean();
        }
    }),
    ("what_was_switched_off_is_left_alone_at_the_end", || {
        // Leaving the alternate screen forgets what was pushed on it.
        for name in ["switches-off", "pops"] {
            let seen = Stage::start_quietly(name, b"").rest();
            let (_, seen) = seen.split_once("switched off").expect("it says so");
            for sequence in ["?1049l", "?1006l", "?1004l", "?2004l", "?7h", "<", " q"] {
                let sequence = format!("ESC[{sequence}");
                assert!(!seen.contains(&sequence), "{sequence} comes again: {seen}");
            }
        }
    }),
    ("shape_of_the_cursor_is_the_users_own_at_the_end", || {
        let mut stage = Stage::start("everything");
        send(&stage, Signal::TERM);
        stage.pty.expect("\x1b[0 q");
        stage.ends_clean();
    }),
    (
        "size_that_the_system_does_not_know_is_the_usual_one",
        || {
            let mut stage = Stage::start("tells-size");
            stage.pty.resize(0, 0);
            stage.type_for(b"x", "size (80, 24)");
            assert!(stage.ends_clean().success());
        },
    ),
    (
        "error_without_a_terminal_has_the_number_of_the_system",
        || {
            let mut command = Command::new(std::env::current_exe().expect("the test"));
            command.args(["--program", "without-terminal"]);
            command.stdin(Stdio::null()).stderr(Stdio::null());
            // SAFETY: setsid(2) is async-signal-safe, and nothing is allocated.
            unsafe { command.pre_exec(|| Ok(rustix::process::setsid().map(drop)?)) };
            let output = within("the program to end", move || command.output());
            let said = output.expect("start the program").stdout;
            assert_eq!(String::from_utf8_lossy(&said), "Some(6) Some(6) Some(6)\n");
        },
    ),
    (
        "read_of_a_terminal_that_is_gone_says_so_to_who_ignores_the_hangup",
        || {
            let mut pty = Pty::open();
            let mut command = Command::new(std::env::current_exe().expect("the test"));
            command.args(["--program", "outlives-terminal"]);
            let command = pty.on_terminal(&mut command).stderr(Stdio::piped());
            let mut program = pty.spawn(command).expect("start the program");
            pty.expect("ready");
            let mut said = program.child().stderr.take().expect("piped");
            pty.hang_up();
            let read = within("the program to end", move || io::read_to_string(&mut said));
            assert_eq!(read.expect("a pipe"), "Err(Kind(UnexpectedEof))\n");
            program.wait();
        },
    ),
    ("stream_gives_events_and_ends_with_its_task", || {
        let mut stage = Stage::start("streams");
        stage.type_for(b"a", "stream Char('a')");
        stage.type_for(b"\x1b", "stream Esc");
        stage.answer_until("asked");
        stage.type_for(b"b", "read Char('b')");
        assert!(stage.ends_clean().success());
    }),
];

fn switch_everything_on() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    execute!(
        stdout(),
        EnterAlternateScreen,
        EnableMouseCapture,
        EnableBracketedPaste,
        EnableFocusChange,
        DisableLineWrap,
        PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES),
        cursor::Hide,
        cursor::SetCursorStyle::SteadyBar,
    )?;
    print!("ready\r\n");
    stdout().flush()
}

fn leaves_nothing(name: &str) {
    let stage = Stage::start_quietly(name, b"");
    stage.ends_clean();
}

/// ENXIO, what opening `/dev/tty` answers.
fn without_terminal() -> io::Result<()> {
    let numbers = [
        terminal::enable_raw_mode().err(),
        event::read().err(),
        terminal::size().err(),
    ];
    let [raw, read, size] = numbers.map(|error| error.and_then(|error| error.raw_os_error()));
    println!("{raw:?} {read:?} {size:?}");
    Ok(())
}

/// Ignores SIGHUP, as under nohup; what the last read says goes to standard error, which is none of
/// the terminal's.
fn outlives_terminal() -> io::Result<()> {
    // SAFETY: no handler is involved.
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
    terminal::enable_raw_mode()?;
    event::poll(Duration::ZERO)?;
    print!("ready\r\n");
    stdout().flush()?;
    // The kernel sends SIGCONT, too, before or after a read finds the end. Here it is before.
    let stdin = rustix::stdio::stdin();
    while poll(&mut [PollFd::new(&stdin, PollFlags::empty())], None).is_err() {}
    kill_process(getpid(), Signal::CONT)?;
    let last = loop {
        match event::read() {
            Ok(_) => {}
            end => break end,
        }
    };
    eprintln!("{last:?}");
    Ok(())
}

fn streams() -> io::Result<()> {
    use futures_lite::{StreamExt, future::block_on};

    terminal::enable_raw_mode()?;
    let mut stream = event::EventStream::new();
    print!("ready\r\n");
    stdout().flush()?;
    for _ in 0..2 {
        let event = block_on(stream.next()).expect("no end")?;
        let key = event.as_key_event().expect("a key");
        print!("stream {:?}\r\n", key.code);
        stdout().flush()?;
    }
    cursor::position()?;
    print!("asked\r\n");
    stdout().flush()?;
    assert!(!event::poll(Duration::ZERO)?);
    let key = event::read()?.as_key_event().expect("a key");
    print!("read {:?}\r\n", key.code);
    stdout().flush()?;
    terminal::disable_raw_mode()
}
