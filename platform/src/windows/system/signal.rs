//! Hooks that run before the process ends: by a control event, or by an exception that nobody
//! handles.
//!
//! Control events come in a thread of their own (`SetConsoleCtrlHandler`), so that a hook may wait
//! for another thread there. An exception is handled on the thread that raised it, after a
//! debugger and every handler of the program; the filter from before is called then.

use std::ffi::c_int;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use windows_sys::Win32::System::Console;
use windows_sys::Win32::System::Diagnostics::Debug::{
    EXCEPTION_POINTERS, LPTOP_LEVEL_EXCEPTION_FILTER, SetUnhandledExceptionFilter,
};
use windows_sys::core::BOOL;

use crate::windows::abi::Code;
use crate::windows::signal::{self, of_control_event};
use crate::windows::sys::Answer;
use crate::{Error, Result, Signals};

/// A closed window.
pub const HANGUP: c_int = 1;
/// Ctrl-C.
pub const INTERRUPT: c_int = 2;
/// An exception that nobody handles.
pub const FAULT: c_int = 11;
/// Logoff and shutdown.
pub const TERMINATE: c_int = 15;
/// Ctrl-Break.
pub const BREAK: c_int = 21;

/// What a filter answers to have the next one asked (`EXCEPTION_CONTINUE_SEARCH`).
const NEXT_FILTER: i32 = 0;

/// What runs before anything else when a signal arrives: its number and what will follow.
pub type Hook = unsafe fn(signal: c_int, next: Next) -> Then;

/// What a [`Hook`] wants to happen after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// What was to follow.
    Chain,
    /// Nothing more: the hook has done it.
    Skip,
}

/// What follows a [`Hook`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The process ends.
    Default,
    /// A handler that was installed before.
    Handler,
    /// Nothing: a subscriber takes the signal as an event.
    Event,
}

/// The numbers that can have a hook.
const SIGNALS: usize = 32;
static HOOKS: [AtomicPtr<()>; SIGNALS] = [const { AtomicPtr::new(ptr::null_mut()) }; SIGNALS];
/// How often each is hooked.
static USERS: Mutex<[u32; SIGNALS]> = Mutex::new([0; SIGNALS]);

/// Hooks that are in place until this is dropped.
#[derive(Debug)]
pub struct Hooked(Vec<usize>);

/// Runs each hook first whenever its signal arrives, until the answer is dropped. There is one hook
/// for a signal; the same function may be hooked several times and runs once. Numbers that no
/// event has are taken, and nothing comes of them.
///
/// # Errors
///
/// When another function is hooked already, or the system takes no handler.
///
/// # Safety
///
/// Each hook must not unwind, and must stay valid for a handler that is still running on another
/// thread when [`Hooked`] is dropped. That of an exception must not count on any lock.
pub unsafe fn hook(hooks: impl IntoIterator<Item = (c_int, Hook)>) -> Result<Hooked> {
    watch().map_err(|code| Error::os("SetConsoleCtrlHandler", code))?;
    let mut hooked = Hooked(Vec::new());
    let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
    for (number, hook) in hooks {
        let index = usize::try_from(number).unwrap_or(0);
        let refused = || Error::os("hook", Code::INVALID_PARAMETER);
        let slot = HOOKS.get(index).ok_or_else(refused)?;
        if number == FAULT {
            filter_exceptions();
        }
        // Acquire, Release: pair with the Acquire in `run`.
        let before = slot.swap(hook as *mut (), Ordering::AcqRel);
        if !before.is_null() && before != hook as *mut () {
            // Release: as above.
            slot.store(before, Ordering::Release);
            drop(users);
            return Err(refused());
        }
        users[index] += 1;
        hooked.0.push(index);
    }
    Ok(hooked)
}

/// As [`hook`]: a subscription costs nothing more here.
///
/// # Errors
///
/// As [`hook`].
///
/// # Safety
///
/// As [`hook`].
pub unsafe fn hook_beside(
    hooks: impl IntoIterator<Item = (c_int, Hook)>,
    _subscribed: Signals,
) -> Result<Hooked> {
    // SAFETY: as the caller has promised.
    unsafe { hook(hooks) }
}

impl Hooked {
    /// Does nothing: there are no other handlers here.
    pub fn keep_hooks(&mut self) {}
}

impl Drop for Hooked {
    fn drop(&mut self) {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        for index in self.0.drain(..) {
            users[index] -= 1;
            if users[index] == 0 {
                // Release: pairs with the Acquire in `run`.
                HOOKS[index].store(ptr::null_mut(), Ordering::Release);
            }
        }
    }
}

/// Does nothing: a handler inside a handler is no danger here.
pub fn stand_down(_signal: c_int) {}

fn run(number: c_int, next: Next) -> Then {
    // Acquire: pairs with the Release in `hook`.
    let hook = HOOKS[number as usize].load(Ordering::Acquire);
    if hook.is_null() {
        return Then::Chain;
    }
    // SAFETY: `hook` stored a function of this type.
    let hook = unsafe { std::mem::transmute::<*mut (), Hook>(hook) };
    // SAFETY: whoever hooked it promised that it may run here.
    unsafe { hook(number, next) }
}

/// Has control events handled from now on.
pub(crate) fn watch() -> Answer<()> {
    static WATCH: Once = Once::new();
    static REFUSED: AtomicU32 = AtomicU32::new(0);
    WATCH.call_once(|| {
        // SAFETY: the function is never unloaded: it belongs to this program.
        if unsafe { Console::SetConsoleCtrlHandler(Some(on_control), 1) } == 0 {
            let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
            // Relaxed: `Once` orders it.
            REFUSED.store(error as u32, Ordering::Relaxed);
        }
    });
    // Relaxed: as above.
    match REFUSED.load(Ordering::Relaxed) {
        0 => Ok(()),
        code => Err(Code(code)),
    }
}

unsafe extern "system" fn on_control(event: u32) -> BOOL {
    let signals = of_control_event(event);
    let next = if signal::is_wanted(signals) {
        Next::Event
    } else {
        Next::Default
    };
    run(number(signals), next);
    if next != Next::Event || !signal::deliver(signals) {
        // The handler from before, or the default one, which ends the process.
        return 0;
    }
    if signals.intersects(Signals::HUP | Signals::TERM) {
        // The process ends when this returns: the program is given the seconds that the system
        // grants it.
        loop {
            std::thread::park();
        }
    }
    1
}

fn number(signals: Signals) -> c_int {
    match signals {
        Signals::INT => INTERRUPT,
        Signals::QUIT => BREAK,
        Signals::HUP => HANGUP,
        _ => TERMINATE,
    }
}

/// The filter from before ours, as a pointer.
static BEFORE: AtomicPtr<()> = AtomicPtr::new(ptr::null_mut());

/// Has exceptions that nobody handles come here first.
fn filter_exceptions() {
    static FILTER: Once = Once::new();
    FILTER.call_once(|| {
        // SAFETY: the function is never unloaded: it belongs to this program.
        let before = unsafe { SetUnhandledExceptionFilter(Some(on_exception)) };
        let before = before.map_or(ptr::null_mut(), |before| before as *mut ());
        // Release: pairs with the Acquire in `on_exception`.
        BEFORE.store(before, Ordering::Release);
    });
}

unsafe extern "system" fn on_exception(info: *const EXCEPTION_POINTERS) -> i32 {
    // Acquire: pairs with the Release in `filter_exceptions`.
    let before = BEFORE.load(Ordering::Acquire);
    run(FAULT, Next::Default);
    // SAFETY: null, or the filter that the system gave.
    let before = unsafe { std::mem::transmute::<*mut (), LPTOP_LEVEL_EXCEPTION_FILTER>(before) };
    match before {
        // SAFETY: called as the system would.
        Some(before) => unsafe { before(info) },
        None => NEXT_FILTER,
    }
}
