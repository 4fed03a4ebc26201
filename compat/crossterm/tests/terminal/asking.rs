//! Threads that share the input: one reads, others ask, switch raw mode, lend the terminal.

use std::io::{self, Write, stdout};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::io::ioctl_fionread;
use ttyring_crossterm::event::{self, Event, KeyCode};
use ttyring_crossterm::{cursor, style, terminal};

use crate::stage::{Run, Stage, Test};

pub(crate) const PROGRAMS: &[Run] = &[
    ("asks-while-reading", asks_while_reading),
    ("asks-alone", asks_alone),
    ("asks-of-nobody", asks_of_nobody),
    ("asks-again", asks_again),
    ("asks-and-ends", asks_and_ends),
    ("switches-raw-mode", switches_raw_mode),
    ("lends", lends),
    ("prompts", prompts),
    ("types-ahead", types_ahead),
    ("pastes", pastes),
];

pub(crate) const TESTS: &[Test] = &[
    ("position_is_asked_while_another_thread_reads", || {
        let mut stage = Stage::start("asks-while-reading");
        stage.pty.type_bytes(b"one");
        stage.answer_until("asked 20 times");
        stage.type_for(b"two\r", "typed onetwo");
        assert!(stage.ends_clean().success());
    }),
    ("position_is_asked_without_raw_mode_and_reader", || {
        let mut stage = Stage::start_quietly("asks-alone", b"");
        stage.answer_until("at (4, 2), raw false");
        assert!(stage.ends_clean().success());
    }),
    ("colors_that_the_terminal_does_not_know_are_none", || {
        let mut stage = Stage::start_quietly("asks-of-nobody", b"");
        stage.answer_until("None Ok(false)");
        assert!(stage.ends_clean().success());
    }),
    (
        "position_is_told_whatever_row_it_is_in_and_keys_stay",
        || {
            let mut stage = Stage::start("asks-again");
            for (answer, found) in [
                // In the first row, it is like F3.
                ("\x1b[1;1R", "Ok((0, 0))"),
                ("\x1b[1;6R", "Ok((5, 0))"),
                ("\x1b[1;300R", "Ok((299, 0))"),
                ("\x1b[24;80R", "Ok((79, 23))"),
                ("k\x1b[3;5Rx", "Ok((4, 2))"),
                ("", "Err(Kind(Unsupported))"),
            ] {
                stage.pty.expect("\x1b[6n\x1b[c");
                stage.pty.forget();
                stage.type_for(format!("{answer}\x1b[?62c").as_bytes(), found);
            }
            // What has asked something else before asks as that does.
            for found in ["keyboard Ok(false)", "Ok((1, 0))"] {
                stage.pty.expect("\x1b[c");
                stage.pty.forget();
                stage.type_for(b"\x1b[1;2R\x1b[?62c", found);
            }
            // Nobody had asked where the cursor is when the first of them came.
            stage.pty.expect("keys Char('k') Char('x') F(3)");
            assert!(stage.ends_clean().success());
        },
    ),
    ("late_answer_is_not_the_shells", || {
        let mut stage = Stage::start_quietly("asks-and-ends", b"");
        stage.pty.expect("TimedOut\r\n\x1b[c");
        stage.pty.type_bytes(b"\x1b[5;6R\x1b[?62c\x1b[?62c");
        assert!(stage.program.wait().success());
        assert_eq!(ioctl_fionread(stage.pty.slave()).unwrap_or(1), 0);
        assert!(stage.ends_clean().success());
    }),
    ("raw_mode_is_switched_while_another_thread_reads", || {
        let mut stage = Stage::start("switches-raw-mode");
        stage.type_for(b"x", "first x");
        stage.pty.expect("cooked");
        assert!(
            stage
                .pty
                .termios()
                .local_modes
                .contains(rustix::termios::LocalModes::ICANON)
        );
        stage.type_for(b"y\r", "second y");
        stage.type_for(b"", "then Enter");
        assert!(stage.ends_clean().success());
    }),
    ("terminal_is_lent_while_another_thread_reads", || {
        let mut stage = Stage::start("lends");
        stage.type_for(b"a", "thread Char('a')");
        stage.pty.expect("child has it");
        stage.type_for(b"for the child\r", "child read: for the child");
        stage.type_for(b"b", "thread Char('b')");
        assert!(stage.ends_clean().success());
    }),
    ("answers_typed_ahead_reach_each_of_three_prompts", || {
        let mut stage = Stage::start("prompts");
        stage.type_for(b"bob\rsmith\r\r", "hello [bob] [smith] []");
        assert!(stage.ends_clean().success());
    }),
    ("answers_typed_before_the_program_starts_are_enough", || {
        let mut stage = Stage::start_quietly("prompts", b"bob\rsmith\r\r");
        stage.pty.expect("hello [bob] [smith] []");
        assert!(stage.ends_clean().success());
    }),
    ("ctrl_j_is_itself_after_what_was_typed_ahead", || {
        let mut stage = Stage::start_quietly("types-ahead", b"\r");
        stage.pty.expect("ahead Enter");
        stage.type_for(b"\n", "then Char('j')");
        assert!(stage.ends_clean().success());
    }),
    ("long_paste_is_one_event", || {
        let mut stage = Stage::start("pastes");
        let text = "ünïcode ".repeat(4000);
        stage
            .pty
            .type_bytes(format!("\x1b[200~{text}\x1b[201~").as_bytes());
        stage.pty.expect(&format!("pasted {} bytes", text.len()));
        assert!(stage.ends_clean().success());
    }),
];

fn say(text: &str) -> io::Result<()> {
    print!("{text}\r\n");
    stdout().flush()
}

/// Reads characters until Enter.
fn line() -> io::Result<String> {
    let mut line = String::new();
    loop {
        if let Event::Key(key) = event::read()? {
            match key.code {
                KeyCode::Enter => return Ok(line),
                KeyCode::Char(character) => line.push(character),
                _ => {}
            }
        }
    }
}

fn asks_while_reading() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    let reader = thread::spawn(line);
    say("ready")?;
    for _ in 0..20 {
        assert_eq!(cursor::position()?, (4, 2));
    }
    say("asked 20 times")?;
    let typed = reader.join().expect("the reader")?;
    say(&format!("typed {typed}"))?;
    terminal::disable_raw_mode()
}

fn asks_alone() -> io::Result<()> {
    let at = cursor::position()?;
    let raw = terminal::is_raw_mode_enabled()?;
    say(&format!("at {at:?}, raw {raw}"))
}

fn asks_of_nobody() -> io::Result<()> {
    let color = style::query_background_color()?;
    let keyboard = terminal::supports_keyboard_enhancement();
    say(&format!("{color:?} {keyboard:?}"))
}

fn asks_and_ends() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    let error = cursor::position().expect_err("nobody answers");
    say(&format!("{:?}", error.kind()))
}

fn asks_again() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    say("ready")?;
    for _ in 0..6 {
        say(&format!("{:?}", cursor::position()))?;
    }
    say(&format!(
        "keyboard {:?}",
        terminal::supports_keyboard_enhancement()
    ))?;
    say(&format!("{:?}", cursor::position()))?;
    let key = || event::read().map(|event| event.as_key_event().expect("a key").code);
    say(&format!("keys {:?} {:?} {:?}", key()?, key()?, key()?))?;
    terminal::disable_raw_mode()
}

fn switches_raw_mode() -> io::Result<()> {
    // It is switched off at once, however often it was switched on.
    terminal::enable_raw_mode()?;
    terminal::enable_raw_mode()?;
    let (sender, keys) = mpsc::channel();
    thread::spawn(move || {
        while let Ok(event) = event::read() {
            let _ = sender.send(event);
        }
    });
    let key = || keys.recv().ok().and_then(|event| event.as_key_event());
    let key = || key().expect("a key").code;
    say("ready")?;
    say(&format!("first {}", key()))?;
    terminal::disable_raw_mode()?;
    say("cooked")?;
    say(&format!("second {}", key()))?;
    say(&format!("then {}", key()))
}

fn lends() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    let (sender, keys) = mpsc::channel();
    thread::spawn(move || {
        while let Ok(event) = event::read() {
            let _ = sender.send(event);
        }
    });
    let key = || keys.recv().ok().and_then(|event| event.as_key_event());
    let key = || key().expect("a key").code;
    say("ready")?;
    say(&format!("thread {:?}", key()))?;
    let script = "echo child has it; read line; echo \"child read: $line\"";
    event::lend(|| Command::new("sh").args(["-c", script]).status())??;
    say(&format!("thread {:?}", key()))?;
    terminal::disable_raw_mode()
}

/// As inquire does it: raw mode for each prompt.
fn prompts() -> io::Result<()> {
    say("ready")?;
    let mut answers = String::new();
    for _ in 0..3 {
        terminal::enable_raw_mode()?;
        let answer = line()?;
        terminal::disable_raw_mode()?;
        answers.push_str(&format!(" [{answer}]"));
        thread::sleep(Duration::from_millis(20));
    }
    say(&format!("hello{answers}"))
}

fn types_ahead() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    let key = || event::read().map(|event| event.as_key_event().expect("a key").code);
    let ahead = key()?;
    // Nothing else was typed ahead.
    assert!(!event::poll(Duration::ZERO)?);
    say(&format!("ahead {ahead:?}"))?;
    say(&format!("then {:?}", key()?))?;
    terminal::disable_raw_mode()
}

fn pastes() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    ttyring_crossterm::execute!(stdout(), event::EnableBracketedPaste)?;
    say("ready")?;
    if let Event::Paste(text) = event::read()? {
        say(&format!("pasted {} bytes", text.len()))?;
    }
    terminal::disable_raw_mode()
}
