//! One open console: its handles, the bytes that its records became, and the modes that it is to
//! have. The terminal and its pollers share it.
//!
//! It never waits.

use std::collections::VecDeque;
use std::io::IoSliceMut;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::abi::{Code, input};
use super::encode::Encoder;
use super::modes::{ConsoleModes, DECIDED, UNTOUCHED};
use super::record::{Record, Window};
use super::signal::{Subscriber, Subscribers};
use super::sys::{Answer, Sys};
use crate::{LineMode, Reports, Signals};

/// Records of one call: consoles before Windows 8 refuse more than 64 KiB, and these fit a stack.
const RECORDS: usize = 64;
/// Bytes that are kept at most before more records are left in the console.
const ENOUGH: usize = 1 << 16;
/// Asks for keys in full.
const FULL_KEYS: [u8; 8] = *b"\x1b[?9001h";

#[derive(Debug)]
pub(super) struct Console<S: Sys> {
    pub(super) sys: S,
    pub(super) input: S::Handle,
    pub(super) output: S::Handle,
    state: Mutex<State>,
    /// [`Reports`] that the program wants.
    reports: AtomicU8,
    /// Who wants to know of changes of the window.
    subscribers: Subscribers,
    /// Reads that wait.
    pub(super) interrupts: Subscribers,
}

#[derive(Debug)]
struct State {
    encoder: Encoder,
    bytes: VecDeque<u8>,
    /// The console is gone; why.
    ended: Option<Code>,
    /// What the program has set last.
    wanted: Option<ConsoleModes>,
    /// Modes that are wanted and that the console does not know: input and output.
    unknown: (u32, u32),
    remembered: LineMode,
}

impl<S: Sys> Console<S> {
    pub(super) fn new(sys: S, input: S::Handle, output: S::Handle) -> Arc<Self> {
        Arc::new(Console {
            sys,
            input,
            output,
            state: Mutex::new(State {
                encoder: Encoder::default(),
                bytes: VecDeque::new(),
                ended: None,
                wanted: None,
                unknown: (0, 0),
                remembered: UNTOUCHED,
            }),
            reports: AtomicU8::new(0),
            subscribers: Subscribers::new(),
            interrupts: Subscribers::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a subscriber told of changes of the window.
    pub(super) fn subscribe(&self, subscriber: Weak<dyn Subscriber>) {
        self.subscribers.add(subscriber);
    }

    pub(super) fn modes(&self) -> Answer<ConsoleModes> {
        let state = self.state();
        let found = ConsoleModes {
            input: self.sys.mode(&self.input)? | state.unknown.0,
            output: self.sys.mode(&self.output)? | state.unknown.1,
            remembered: state.remembered,
        };
        Ok(ConsoleModes {
            input: found.input & !self.mouse(&found),
            ..found
        })
    }

    /// Sets both modes. What the console does not know is left out: old ones know no VT sequences.
    pub(super) fn set_modes(&self, modes: &ConsoleModes) -> Answer<()> {
        let mut state = self.state();
        let wanted = modes.input | self.mouse(modes);
        let vt = self.set_mode(&self.input, wanted, input::VIRTUAL_TERMINAL)?;
        let plain =
            super::abi::output::VIRTUAL_TERMINAL | super::abi::output::DISABLE_NEWLINE_AUTO_RETURN;
        let output = self.set_mode(&self.output, modes.output, plain)?;
        state.unknown = (vt, output);
        state.remembered = modes.remembered;
        state.wanted = Some(*modes);
        Ok(())
    }

    /// Sets a mode, without `optional` flags where the console refuses them; returns what was left
    /// out.
    fn set_mode(&self, console: &S::Handle, mode: u32, optional: u32) -> Answer<u32> {
        match self.sys.set_mode(console, mode) {
            Err(Code::INVALID_PARAMETER) if mode & optional != 0 => {
                self.sys.set_mode(console, mode & !optional)?;
                Ok(mode & optional)
            }
            answer => answer.map(|()| 0),
        }
    }

    /// The flag for the mouse that belongs to the reports and not to the settings.
    fn mouse(&self, modes: &ConsoleModes) -> u32 {
        if !modes.is_canonical() && self.reports().intersects(Reports::MOUSE) {
            input::MOUSE
        } else {
            0
        }
    }

    pub(super) fn set_reports(&self, reports: Reports) -> Answer<()> {
        // Relaxed: read by whoever encodes the next record.
        let before = self.reports.swap(reports.bits(), Ordering::Relaxed);
        let changed = Reports::from_bits_truncate(before).intersects(Reports::MOUSE)
            != reports.intersects(Reports::MOUSE);
        if !changed || self.is_canonical() {
            return Ok(());
        }
        let wanted = self.state().wanted;
        match wanted {
            Some(modes) => self.set_modes(&modes),
            // Another opening of the console has made it raw.
            None => {
                let on = reports.intersects(Reports::MOUSE);
                let others = self.sys.mode(&self.input)? & !input::MOUSE;
                let mouse = if on { input::MOUSE } else { 0 };
                self.sys.set_mode(&self.input, others | mouse)
            }
        }
    }

    /// Returns whether the console takes sequences, rather than showing them.
    pub(super) fn takes_sequences(&self) -> bool {
        let output = self.sys.mode(&self.output);
        output.is_ok_and(|mode| mode & super::abi::output::VIRTUAL_TERMINAL != 0)
    }

    fn reports(&self) -> Reports {
        // Relaxed: pairs with the store in `set_reports`.
        Reports::from_bits_truncate(self.reports.load(Ordering::Relaxed))
    }

    /// Returns whether input is read by lines that the console edits.
    pub(super) fn is_canonical(&self) -> bool {
        match self.state().wanted {
            Some(modes) => modes.is_canonical(),
            None => self
                .sys
                .mode(&self.input)
                .is_ok_and(|mode| mode & input::LINE != 0),
        }
    }

    /// Turns the records that are there into bytes; returns how many there are. Fails once the
    /// console is gone and everything is read.
    pub(super) fn fill(&self) -> Answer<usize> {
        let mut resized = false;
        let answer = self.state().fill(self, &mut resized);
        if resized {
            self.subscribers.tell(Signals::WINCH);
        }
        answer
    }

    /// Moves bytes into buffers; returns how many.
    pub(super) fn take(&self, buffers: &mut [IoSliceMut<'_>]) -> usize {
        let bytes = &mut self.state().bytes;
        let mut moved = 0;
        for buffer in buffers {
            let count = buffer.len().min(bytes.len());
            for (slot, byte) in buffer.iter_mut().zip(bytes.drain(..count)) {
                *slot = byte;
            }
            moved += count;
        }
        moved
    }

    /// Adds the bytes of a line that was read.
    pub(super) fn push(&self, line: &str) {
        self.state().bytes.extend(line.bytes());
    }

    /// Throws away what was typed.
    pub(super) fn discard(&self) -> Answer<()> {
        let mut state = self.state();
        state.bytes.clear();
        state.encoder = Encoder::default();
        state.ended.map_or(Ok(()), Err)?;
        self.sys.flush(&self.input)
    }
}

impl State {
    fn fill<S: Sys>(&mut self, console: &Console<S>, resized: &mut bool) -> Answer<usize> {
        if self.ended.is_none() {
            match self.fill_on(console, resized) {
                Err(code) if code.is_gone() => {
                    self.ended = Some(code);
                    self.encoder.finish(&mut self.bytes);
                }
                answer => answer?,
            }
        }
        match (self.bytes.len(), self.ended) {
            (0, Some(code)) => Err(code),
            (count, _) => Ok(count),
        }
    }

    fn fill_on<S: Sys>(&mut self, console: &Console<S>, resized: &mut bool) -> Answer<()> {
        let sys = &console.sys;
        let mut records = [Record::Other; RECORDS];
        let mut any = false;
        while self.bytes.len() < ENOUGH {
            // A read would wait for the first record.
            let pending = sys.pending(&console.input)?.min(RECORDS);
            if pending == 0 {
                self.encoder.settle(&mut self.bytes);
                break;
            }
            let count = sys.read_records(&console.input, &mut records[..pending])?;
            let window = self.window(console, &records[..count]);
            for record in &records[..count] {
                *resized |= *record == Record::Resize;
                let (reports, bytes) = (console.reports(), &mut self.bytes);
                self.encoder.encode(record, window, reports, bytes);
            }
            any = true;
        }
        if any {
            self.restore_modes(console)?;
        }
        Ok(())
    }

    /// Where the window lies in its buffer, for records that count from the buffer's corner.
    fn window<S: Sys>(&self, console: &Console<S>, records: &[Record]) -> Window {
        let mouse = |record: &Record| matches!(record, Record::Mouse(_));
        if !records.iter().any(mouse) {
            return Window::default();
        }
        let everywhere = Window {
            right: i16::MAX,
            bottom: i16::MAX,
            ..Window::default()
        };
        console.sys.window(&console.output).unwrap_or(everywhere)
    }

    /// Sets raw mode again where another program of the console has changed it: modes belong to
    /// the console and not to the process. Settings for lines are left alone: the program has lent
    /// the console.
    fn restore_modes<S: Sys>(&mut self, console: &Console<S>) -> Answer<()> {
        let Some(wanted) = self.wanted.filter(|wanted| !wanted.is_canonical()) else {
            return Ok(());
        };
        let expected = (wanted.input & !self.unknown.0) | console.mouse(&wanted);
        let found = console.sys.mode(&console.input)?;
        if (found ^ expected) & DECIDED != 0 {
            console.sys.set_mode(&console.input, expected)?;
            let output = wanted.output & !self.unknown.1;
            console.sys.set_mode(&console.output, output)?;
            if console.reports().contains(Reports::KEYS) {
                // A program that ends switches off what it has switched on.
                let again: [u16; 8] = FULL_KEYS.map(u16::from);
                console.sys.write(&console.output, &again)?;
            }
        }
        Ok(())
    }
}
