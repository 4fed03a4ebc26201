//! An emulated console: what Windows does with modes, records, writes and waits, as far as the
//! driver counts on it.
//!
//! Each rule names its source and has a test in `console_rules`. "Terminal" is
//! github.com/microsoft/terminal, whose `src/host` is the console host of Windows; "documentation"
//! is Microsoft's of the function named.
#![allow(dead_code, reason = "each test binary uses another part")]

mod host;
mod objects;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ttyring_platform::BorrowedDescriptor;
use ttyring_platform::windows::Sys;
use ttyring_platform::windows::abi::{Code, input, output};
use ttyring_platform::windows::record::{Record, Window};
use ttyring_platform::windows::sys::{Answer, Stream};

pub(crate) use objects::Handle;
use objects::Objects;

/// What a console does with `ENABLE_VIRTUAL_TERMINAL_INPUT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Vt {
    /// It delivers VT sequences, and no releases of keys (Terminal).
    #[default]
    Heeded,
    /// It delivers VT sequences for presses, and releases as they are (Windows 10).
    HeededButReleases,
    /// It takes the flag and delivers keys all the same (Wine 8).
    Ignored,
    /// It does not know the flag (before Windows 10, version 1511).
    Unknown,
}

/// The console of a process; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Emulated(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    number: u64,
    start: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) vt: Vt,
    /// Without the private flags, which are not kept here.
    input_mode: u32,
    /// Those of EXTENDED_FLAGS, INSERT, QUICK_EDIT and AUTO_POSITION.
    pub(crate) private: u32,
    shows_private: bool,
    output_mode: u32,
    pub(crate) records: VecDeque<Record>,
    pub(crate) window: Window,
    written: Vec<u16>,
    /// Whether the program has asked for win32-input-mode.
    win32: bool,
    /// Whether text comes as records in that mode, too.
    pub(crate) wraps_text: bool,
    objects: Objects,
    closed: bool,
    /// What a wait for a closed console does.
    pub(crate) closed_is_signalled: bool,
    /// Whether there is a console at all.
    pub(crate) present: bool,
    pub(crate) streams: [Stream; 3],
    /// The units that a write takes at most.
    pub(crate) room: usize,
    pub(crate) timers: bool,
    /// How often the mode was set.
    pub(crate) changes: usize,
}

/// Input modes that a console knows (`INPUT_MODES` of Terminal's `src/host/getset.cpp`).
const INPUT: u32 = input::LINE
    | input::PROCESSED
    | input::ECHO
    | input::WINDOW
    | input::MOUSE
    | input::VIRTUAL_TERMINAL;
/// Those that belong to the window (`PRIVATE_MODES` there).
const PRIVATE: u32 =
    input::INSERT | input::QUICK_EDIT | input::AUTO_POSITION | input::EXTENDED_FLAGS;
/// Output modes that a console knows (`OUTPUT_MODES` there).
const OUTPUT: u32 = output::PROCESSED
    | output::WRAP_AT_EOL
    | output::VIRTUAL_TERMINAL
    | output::DISABLE_NEWLINE_AUTO_RETURN
    | output::LVB_GRID_WORLDWIDE;
/// The units that one write takes: 64 KiB ("the available heap", documentation of `WriteConsole`).
const HEAP: usize = (64 << 10) / 2;

impl Default for Emulated {
    fn default() -> Self {
        Emulated::new(Vt::default())
    }
}

impl Emulated {
    /// A console of 80 × 24 cells in the modes that a shell leaves (0x1f7, 0x3).
    pub(crate) fn new(vt: Vt) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let state = State {
            vt,
            input_mode: input::LINE | input::PROCESSED | input::ECHO | input::MOUSE,
            private: PRIVATE,
            shows_private: true,
            output_mode: output::PROCESSED | output::WRAP_AT_EOL,
            records: VecDeque::new(),
            // Scrolled down: the window does not begin where the buffer does.
            window: Window {
                left: 0,
                top: 100,
                right: 79,
                bottom: 123,
            },
            written: Vec::new(),
            win32: false,
            wraps_text: false,
            objects: Objects::default(),
            closed: false,
            closed_is_signalled: true,
            present: true,
            streams: [Stream::Console, Stream::Console, Stream::Console],
            room: usize::MAX,
            timers: true,
            changes: 0,
        };
        Emulated(Arc::new(Shared {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            start: Instant::now(),
            state: Mutex::new(state),
            changed: Condvar::new(),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let state = self.0.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the console, and wakes whoever waits for it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let answer = change(&mut self.state());
        self.0.changed.notify_all();
        answer
    }

    /// What was written, as text.
    pub(crate) fn written(&self) -> String {
        String::from_utf16_lossy(&self.state().written)
    }

    /// Ends the console: its window is closed, or its host ends.
    pub(crate) fn close(&self) {
        self.change(|state| {
            state.closed = true;
            state.records.clear();
        });
    }

    /// Sets modes as another program of the console does.
    pub(crate) fn set_from_elsewhere(&self, input: u32, output: u32) {
        self.change(|state| {
            let _ = state.set_input_mode(input);
            let _ = state.set_output_mode(output);
        });
    }
}

impl State {
    fn open(&self) -> Answer<()> {
        // `CreateFileW` of `CONIN$` in a process without a console (seen under Wine 8; Windows
        // gives the same code).
        if self.present {
            Ok(())
        } else {
            Err(Code::INVALID_HANDLE)
        }
    }

    fn alive(&self) -> Answer<()> {
        if self.closed {
            Err(Code::INVALID_HANDLE)
        } else {
            Ok(())
        }
    }

    /// `GetConsoleInputModeImpl` of Terminal's `src/host/getset.cpp`: the private flags are shown
    /// once somebody has set one of them.
    pub(crate) fn input_mode(&self) -> u32 {
        if self.shows_private {
            self.input_mode | self.private | input::EXTENDED_FLAGS
        } else {
            self.input_mode
        }
    }

    pub(crate) fn output_mode(&self) -> u32 {
        self.output_mode
    }

    /// `SetConsoleInputModeImpl` there: a mode without a private flag leaves them as they are, and
    /// a mode that is refused takes effect all the same.
    fn set_input_mode(&mut self, mode: u32) -> Answer<()> {
        self.changes += 1;
        self.shows_private = mode & PRIVATE != 0;
        if self.shows_private {
            self.private = mode & PRIVATE;
        }
        self.input_mode = mode & !PRIVATE;
        let known = match self.vt {
            Vt::Unknown => INPUT & !input::VIRTUAL_TERMINAL,
            _ => INPUT,
        };
        let echo_alone = mode & input::ECHO != 0 && mode & input::LINE == 0;
        if mode & !(known | PRIVATE) != 0 || echo_alone {
            return Err(Code::INVALID_PARAMETER);
        }
        Ok(())
    }

    /// `SetConsoleOutputModeImpl` there: a mode that is refused has no effect.
    fn set_output_mode(&mut self, mode: u32) -> Answer<()> {
        let known = match self.vt {
            Vt::Unknown => output::PROCESSED | output::WRAP_AT_EOL,
            _ => OUTPUT,
        };
        if mode & !known != 0 {
            return Err(Code::INVALID_PARAMETER);
        }
        self.output_mode = mode;
        Ok(())
    }

    /// Documentation of `ReadConsoleInput`: it takes as many records as there are and fit.
    fn take(&mut self, records: &mut [Record]) -> usize {
        let count = records.len().min(self.records.len());
        for (place, record) in records.iter_mut().zip(self.records.drain(..count)) {
            *place = record;
        }
        count
    }

    fn write(&mut self, units: &[u16]) -> Answer<usize> {
        if units.len() > HEAP {
            return Err(Code::NOT_ENOUGH_MEMORY);
        }
        let taken = &units[..units.len().min(self.room)];
        self.written.extend_from_slice(taken);
        self.note_modes();
        Ok(taken.len())
    }
}

impl Sys for Emulated {
    type Handle = Handle;

    fn open_input(&self) -> Answer<Handle> {
        self.state().open().map(|()| Handle::Input)
    }

    fn open_output(&self) -> Answer<Handle> {
        self.state().open().map(|()| Handle::Output)
    }

    fn stream(&self, number: usize) -> Stream {
        self.state().streams[number].clone()
    }

    fn console(&self) -> u64 {
        self.0.number
    }

    fn mode(&self, console: &Handle) -> Answer<u32> {
        let state = self.state();
        state.alive()?;
        match console {
            Handle::Input => Ok(state.input_mode()),
            Handle::Output => Ok(state.output_mode()),
            _ => Err(Code::INVALID_HANDLE),
        }
    }

    fn set_mode(&self, console: &Handle, mode: u32) -> Answer<()> {
        let mut state = self.state();
        state.alive()?;
        match console {
            Handle::Input => state.set_input_mode(mode),
            Handle::Output => state.set_output_mode(mode),
            _ => Err(Code::INVALID_HANDLE),
        }
    }

    fn pending(&self, _input: &Handle) -> Answer<usize> {
        let state = self.state();
        state.alive()?;
        Ok(state.records.len())
    }

    fn read_records(&self, _input: &Handle, records: &mut [Record]) -> Answer<usize> {
        let mut state = self.state();
        while state.records.is_empty() {
            state.alive()?;
            state = self.0.changed.wait(state).expect("no test panics with it");
        }
        Ok(state.take(records))
    }

    fn read_line(&self, _input: &Handle, units: &mut [u16]) -> Answer<usize> {
        let mut state = self.state();
        loop {
            state.alive()?;
            if let Some(count) = state.take_line(units) {
                return Ok(count);
            }
            state = self.0.changed.wait(state).expect("no test panics with it");
        }
    }

    fn flush(&self, _input: &Handle) -> Answer<()> {
        let mut state = self.state();
        state.alive()?;
        state.records.clear();
        Ok(())
    }

    fn write(&self, _output: &Handle, units: &[u16]) -> Answer<usize> {
        self.change(|state| {
            state.alive()?;
            state.write(units)
        })
    }

    fn window(&self, _output: &Handle) -> Answer<Window> {
        let state = self.state();
        state.alive()?;
        Ok(state.window)
    }

    fn event(&self) -> Answer<Handle> {
        Ok(self.state().objects.event())
    }

    fn set_event(&self, event: &Handle) -> Answer<()> {
        self.change(|state| state.objects.set(event))
    }

    fn timer(&self) -> Answer<Handle> {
        let mut state = self.state();
        if !state.timers {
            return Err(Code::INVALID_PARAMETER);
        }
        Ok(state.objects.timer())
    }

    fn set_timer(&self, timer: &Handle, ticks: u64) -> Answer<()> {
        self.change(|state| state.objects.arm(timer, ticks))
    }

    fn wait(&self, handles: &[&Handle], milliseconds: Option<u32>) -> Answer<Option<usize>> {
        self.wait_for(handles, milliseconds)
    }

    fn clock(&self) -> u64 {
        // Not zero: a program that takes a time for a duration is to fail.
        1_000_000_000 + self.0.start.elapsed().as_nanos() as u64
    }

    fn watch_control_events(&self) -> Answer<()> {
        Ok(())
    }

    fn descriptor<'a>(&self, _handle: &'a Handle) -> Option<BorrowedDescriptor<'a>> {
        None
    }
}
