//! The programs: each makes ready, does one operation between two marks, and holds still until the
//! shell has looked. Then it ends, by dropping what it has.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use ttyring::query::CURSOR_POSITION;
use ttyring::terminal::{Keyboard, Modes, Terminal, supervise};
use ttyring::{Input, LineMode, Unread};

use crate::wires::Wires;

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    body: fn(&Wires) -> Answer,
    /// What the user types when this is shown.
    pub(crate) types: Option<(&'static str, &'static [u8])>,
    /// Whether a child gets the terminal.
    pub(crate) lends: bool,
    /// Whether that child changes the settings, as `stty` does.
    pub(crate) stty: bool,
}

/// An error of the operation.
type Answer = Result<(), Box<dyn std::error::Error>>;

const fn operation(name: &'static str, body: fn(&Wires) -> Answer) -> Operation {
    Operation {
        name,
        body,
        types: None,
        lends: false,
        stty: false,
    }
}

const fn lending(name: &'static str, body: fn(&Wires) -> Answer) -> Operation {
    let lends = true;
    Operation {
        lends,
        ..operation(name, body)
    }
}

/// Every operation that changes the terminal or gives it away.
pub(crate) const OPERATIONS: &[Operation] = &[
    operation("open", open),
    operation("enter", enter),
    operation("set_line_mode", set_line_mode),
    operation("leave", leave),
    operation("enable", enable),
    operation("disable", disable),
    operation("push_keyboard", push_keyboard),
    operation("pop_keyboard", pop_keyboard),
    operation("suspend", suspend),
    lending("lend", lend_well),
    operation("drop", drop_terminal),
    operation("exit", exit),
    operation("_exit", exit_at_once),
    operation("panic", panic),
    operation("input_open", input_open),
    operation("input_drop", input_drop),
    operation("input_suspend", input_suspend),
    lending("input_lend", input_lend),
    Operation {
        stty: true,
        ..lending("lend_stty", lend_well)
    },
    operation("query", query),
    operation("inner", inner),
    operation("thread", thread),
    operation("whole", whole),
    Operation {
        types: Some((PROMPT, b"secret\n")),
        ..operation("password", password)
    },
];

const PROMPT: &str = "Password: ";
/// How long an answer of the terminal is waited for.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Returns the operation of this name.
pub(crate) fn operation_of(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Runs the operation of a program to the end of the program; returns its exit status.
pub(crate) fn run(operation: &Operation, supervised: bool, wires: &Wires) -> i32 {
    if supervised {
        supervise::start().expect("a supervisor");
    }
    let body = AssertUnwindSafe(|| (operation.body)(wires));
    match catch_unwind(body) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            wires.say(&format!("ERROR {error}"));
            0
        }
        Err(_) => 101,
    }
}

/// A terminal with everything on.
pub(crate) fn full() -> Result<Terminal, ttyring::Error> {
    let mut terminal = raw()?;
    terminal.push_keyboard(Keyboard::DISAMBIGUATE)?;
    terminal.enable(on())?;
    terminal.push_keyboard(Keyboard::DISAMBIGUATE | Keyboard::EVENT_TYPES)?;
    Ok(terminal)
}

fn raw() -> Result<Terminal, ttyring::Error> {
    let mut terminal = Terminal::open()?;
    terminal.enter(LineMode::RAW)?;
    Ok(terminal)
}

fn on() -> Modes {
    Modes::ALTERNATE_SCREEN | Modes::MOUSE | Modes::PASTE | Modes::FOCUS | Modes::HIDDEN_CURSOR
}

/// Does something between the marks and holds.
fn between<R>(wires: &Wires, f: impl FnOnce() -> R) -> R {
    wires.begin();
    let result = f();
    wires.end();
    result
}

fn open(wires: &Wires) -> Answer {
    let _terminal = between(wires, Terminal::open)?;
    wires.hold();
    Ok(())
}

fn enter(wires: &Wires) -> Answer {
    let mut terminal = Terminal::open()?;
    between(wires, || terminal.enter(LineMode::RAW))?;
    wires.hold();
    Ok(())
}

fn set_line_mode(wires: &Wires) -> Answer {
    let mut terminal = raw()?;
    between(wires, || terminal.set_line_mode(LineMode::RAW_WITH_SIGNALS))?;
    wires.hold();
    Ok(())
}

fn leave(wires: &Wires) -> Answer {
    let mut terminal = full()?;
    between(wires, || terminal.leave())?;
    wires.hold();
    Ok(())
}

fn enable(wires: &Wires) -> Answer {
    let mut terminal = raw()?;
    between(wires, || terminal.enable(on()))?;
    wires.hold();
    Ok(())
}

fn disable(wires: &Wires) -> Answer {
    let mut terminal = full()?;
    let modes = Modes::ALTERNATE_SCREEN | Modes::PASTE | Modes::FOCUS;
    between(wires, || terminal.disable(modes))?;
    wires.hold();
    Ok(())
}

fn push_keyboard(wires: &Wires) -> Answer {
    let mut terminal = full()?;
    between(wires, || terminal.push_keyboard(Keyboard::ALL_KEYS))?;
    wires.hold();
    Ok(())
}

fn pop_keyboard(wires: &Wires) -> Answer {
    let mut terminal = full()?;
    between(wires, || terminal.pop_keyboard())?;
    wires.hold();
    Ok(())
}

fn suspend(wires: &Wires) -> Answer {
    let mut terminal = full()?;
    between(wires, || terminal.suspend())?;
    wires.hold();
    Ok(())
}

fn lend_well(wires: &Wires) -> Answer {
    let mut terminal = full()?;
    between(wires, || terminal.lend(|| lend(wires)))?;
    wires.hold();
    Ok(())
}

/// Waits for a child that uses the terminal.
fn lend(wires: &Wires) {
    // SAFETY: the child makes system calls and allocates, which a child of one thread may.
    let child = unsafe { libc::fork() };
    if child == 0 {
        wires.borrow();
        // SAFETY: ends the child without anything of its parent's.
        unsafe { libc::_exit(0) };
    }
    // SAFETY: waits for the child; its status is not asked for.
    while unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) } == -1 {
        let error = std::io::Error::last_os_error();
        assert_eq!(error.kind(), std::io::ErrorKind::Interrupted, "waitpid");
    }
}

fn drop_terminal(wires: &Wires) -> Answer {
    let terminal = full()?;
    between(wires, || drop(terminal));
    wires.hold();
    Ok(())
}

fn exit(wires: &Wires) -> Answer {
    let _terminal = full()?;
    wires.begin();
    std::process::exit(0);
}

fn exit_at_once(wires: &Wires) -> Answer {
    let _terminal = full()?;
    wires.begin();
    // SAFETY: ends the process.
    unsafe { libc::_exit(0) };
}

fn panic(wires: &Wires) -> Answer {
    let _terminal = full()?;
    wires.begin();
    panic!("as asked");
}

fn input_open(wires: &Wires) -> Answer {
    let _input = between(wires, Input::open)?;
    wires.hold();
    Ok(())
}

/// An input with everything on.
pub(crate) fn full_input() -> Result<Input, ttyring::Error> {
    let mut input = Input::open()?;
    input.push_keyboard(Keyboard::DISAMBIGUATE)?;
    input.enable(on())?;
    Ok(input)
}

fn input_drop(wires: &Wires) -> Answer {
    let input = full_input()?;
    between(wires, || drop(input));
    wires.hold();
    Ok(())
}

fn input_suspend(wires: &Wires) -> Answer {
    let mut input = full_input()?;
    between(wires, || input.suspend())?;
    wires.hold();
    Ok(())
}

fn input_lend(wires: &Wires) -> Answer {
    let mut input = full_input()?;
    between(wires, || input.lend(Unread::Keep, |_| lend(wires)))?;
    wires.hold();
    Ok(())
}

fn query(wires: &Wires) -> Answer {
    let mut input = full_input()?;
    between(wires, || input.query(CURSOR_POSITION, TIMEOUT))?;
    wires.hold();
    Ok(())
}

/// A second input inside the first.
fn inner(wires: &Wires) -> Answer {
    let _input = full_input()?;
    between(wires, || Input::open().map(drop))?;
    wires.hold();
    Ok(())
}

/// The same in another thread.
fn thread(wires: &Wires) -> Answer {
    let _input = full_input()?;
    let opened = between(wires, || {
        std::thread::spawn(|| Input::open().map(drop)).join()
    });
    opened.map_err(|_| "the thread has panicked")??;
    wires.hold();
    Ok(())
}

/// From the first call to the last.
fn whole(wires: &Wires) -> Answer {
    between(wires, || full_input().map(drop))?;
    wires.hold();
    Ok(())
}

fn password(wires: &Wires) -> Answer {
    let mut terminal = Terminal::open()?;
    let line = between(wires, || terminal.read_password(PROMPT))?;
    let length = line.map(|line| line.len());
    if length != Some(6) {
        return Err(format!("a password of {length:?} bytes").into());
    }
    wires.hold();
    Ok(())
}
