//! A console as a terminal: settings, bytes and size.
//!
//! It waits only where reads are to block; otherwise that is the poller's part.

use std::io::IoSliceMut;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::abi::Code;
use super::console::Console;
use super::modes::ConsoleModes;
use super::notify::Notify;
use super::sys::{Answer, Sys, refused};
use super::text::{Cut, Piece, bytes_of, is_cut};
use crate::{
    BorrowedDescriptor, Error, Reading, Ready, Reports, Result, Size, Time, Transfer, Tty, When,
};

/// What ends a line of no characters: Ctrl-Z, as `ReadConsoleW` gives it.
const END_OF_FILE: char = '\u{1a}';
/// The units of one line.
const LINE: usize = 4096;

/// One open console.
///
/// # Platform notes
///
/// - Every opening is [private](Tty::is_private). The modes belong to the console, though, and so
///   to every process on it: where another program changes them, raw mode is set again with the
///   next input.
/// - Records become bytes in the order in which they arrive, see [`Encoder`](super::Encoder).
/// - A write waits while the user selects text in the window, or has stopped the output: a console
///   has no other kind.
/// - [`When::Drain`] is [`When::Now`]: a write returns when it is done.
/// - While input is canonical, a read waits for the end of the line.
#[derive(Debug)]
pub struct WindowsTty<S: Sys> {
    console: Arc<Console<S>>,
    /// What ends a read that blocks; none where reads do not.
    interrupt: Mutex<Option<Arc<Notify<S>>>>,
    cut: Cut,
}

impl<S: Sys> WindowsTty<S> {
    pub(super) fn new(sys: S, input: S::Handle, output: S::Handle) -> Self {
        WindowsTty {
            console: Console::new(sys, input, output),
            interrupt: Mutex::new(None),
            cut: Cut::default(),
        }
    }

    pub(super) fn console(&self) -> &Arc<Console<S>> {
        &self.console
    }

    fn now(&self) -> Time {
        Time::from_nanos(self.console.sys.clock())
    }

    fn interrupt(&self) -> Option<Arc<Notify<S>>> {
        let interrupt = self.interrupt.lock();
        interrupt.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits as VMIN and VTIME say until there are enough bytes, or a signal arrives.
    fn wait_for_input(&self, interrupt: &Notify<S>, room: usize) -> Result<()> {
        let modes = self.termios()?;
        let (wanted, tenths, from_call) = match modes.reading() {
            Reading::Polling => return Ok(()),
            Reading::Timed { deciseconds } => (1, Some(deciseconds), true),
            Reading::Counted { bytes } => (bytes.max(1), None, false),
            Reading::Interbyte { bytes, deciseconds } => (bytes.max(1), Some(deciseconds), false),
        };
        let time = tenths.map(|tenths| Duration::from_millis(100 * u64::from(tenths.max(1))));
        let wanted = usize::from(wanted).min(room);
        let (mut before, mut deadline) = (0, None);
        if from_call {
            deadline = time.map(|time| self.now() + time);
        }
        loop {
            // An error is the end, which the read finds.
            let count = self.console.fill().unwrap_or(usize::MAX);
            if count >= wanted {
                return Ok(());
            }
            if !from_call && count > before {
                deadline = time.map(|time| self.now() + time);
            }
            before = count;
            let rest = deadline.map(|deadline| deadline.since(self.now()));
            if rest == Some(Duration::ZERO) {
                return Ok(());
            }
            let limit = rest.map(|rest| rest.as_nanos().div_ceil(1_000_000) as u32);
            let handles = [&interrupt.event, &self.console.input];
            match self.console.sys.wait(&handles, limit) {
                Ok(Some(0)) => {
                    let mut arrived = Ready::default();
                    interrupt.take(&mut arrived);
                    if !arrived.signals.is_empty() {
                        return Ok(());
                    }
                }
                Ok(_) => {}
                Err(code) if code.is_gone() => return Ok(()),
                Err(code) => return Err(refused("WaitForMultipleObjects")(code)),
            }
        }
    }

    /// Reads a line that the console edits, and gives its newline as `\n`.
    fn read_line(&self) -> Result<Transfer> {
        let mut units = [0; LINE];
        let count = match self.console.sys.read_line(&self.console.input, &mut units) {
            Ok(count) => count,
            Err(Code::OPERATION_ABORTED) => return Ok(Transfer::NotReady),
            Err(code) if code.is_gone() => return Ok(Transfer::End),
            Err(code) => return Err(refused("ReadConsoleW")(code)),
        };
        let line = String::from_utf16_lossy(&units[..count]).replace("\r\n", "\n");
        if line.is_empty() || line.starts_with(END_OF_FILE) {
            return Ok(Transfer::End);
        }
        self.console.push(&line);
        Ok(Transfer::Bytes(line.len()))
    }

    fn took(&self, count: usize) -> Transfer {
        match count {
            0 => Transfer::NotReady,
            count => Transfer::Bytes(count),
        }
    }
}

/// An error, unless the console is gone.
fn unless_gone(operation: &'static str, code: Code) -> Result<Transfer> {
    if code.is_gone() {
        Ok(Transfer::End)
    } else {
        Err(Error::os(operation, code))
    }
}

impl<S: Sys> Tty for WindowsTty<S> {
    type Termios = ConsoleModes;

    fn termios(&self) -> Result<ConsoleModes> {
        self.console.modes().map_err(refused("GetConsoleMode"))
    }

    fn set_termios(&self, when: When, termios: &ConsoleModes) -> Result<()> {
        self.console
            .set_modes(termios)
            .map_err(refused("SetConsoleMode"))?;
        match when {
            When::Now | When::Drain => Ok(()),
            When::Flush => self.discard_input(),
        }
    }

    fn read(&self, buffer: &mut [u8]) -> Result<Transfer> {
        self.read_vectored(&mut [IoSliceMut::new(buffer)])
    }

    fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>]) -> Result<Transfer> {
        let room: usize = buffers.iter().map(|buffer| buffer.len()).sum();
        if room == 0 {
            return Ok(Transfer::NotReady);
        }
        if self.console.is_canonical() {
            let left = self.console.take(buffers);
            if left > 0 {
                return Ok(self.took(left));
            }
            return match self.read_line()? {
                Transfer::Bytes(_) => Ok(self.took(self.console.take(buffers))),
                other => Ok(other),
            };
        }
        if let Some(interrupt) = self.interrupt() {
            self.wait_for_input(&interrupt, room)?;
        }
        match self.console.fill() {
            Ok(_) => Ok(self.took(self.console.take(buffers))),
            Err(code) => unless_gone("ReadConsoleInputW", code),
        }
    }

    fn write(&self, bytes: &[u8]) -> Result<Transfer> {
        let (kept, len) = self.cut.take();
        if bytes.is_empty() {
            self.cut.put(&kept[..len]);
            return Ok(Transfer::NotReady);
        }
        let text;
        let all = if len == 0 {
            bytes
        } else {
            text = [&kept[..len], bytes].concat();
            &text
        };
        let piece = Piece::of(all);
        let sent = match self.send(piece.units()) {
            Ok(0) if !piece.units().is_empty() => {
                self.cut.put(&kept[..len]);
                return Ok(Transfer::NotReady);
            }
            Ok(units) => bytes_of(all, units),
            Err(code) => return unless_gone("WriteConsoleW", code),
        };
        if is_cut(&all[sent..]) {
            self.cut.put(&all[sent..]);
            return Ok(self.took(all.len() - len));
        }
        if sent < len {
            // The console took less than the start that was kept.
            self.cut.put(&all[sent..len]);
            return Ok(Transfer::NotReady);
        }
        Ok(self.took(sent - len))
    }

    fn size(&self) -> Result<Size> {
        let window = self.console.sys.window(&self.console.output);
        let window = window.map_err(refused("GetConsoleScreenBufferInfo"))?;
        let cells = |start: i16, end: i16| {
            u16::try_from(i32::from(end) - i32::from(start) + 1).unwrap_or(0)
        };
        Ok(Size {
            columns: cells(window.left, window.right),
            rows: cells(window.top, window.bottom),
            width: 0,
            height: 0,
        })
    }

    fn pending(&self) -> Result<usize> {
        self.console
            .fill()
            .map_err(refused("GetNumberOfConsoleInputEvents"))
    }

    fn discard_input(&self) -> Result<()> {
        self.console
            .discard()
            .map_err(refused("FlushConsoleInputBuffer"))
    }

    fn device(&self) -> Option<u64> {
        Some(self.console.sys.console())
    }

    fn is_private(&self) -> bool {
        true
    }

    fn set_blocking(&self, blocking: bool) -> Result<()> {
        let interrupt = match blocking {
            false => None,
            true => Some(Notify::interrupt(&self.console).map_err(refused("CreateEventW"))?),
        };
        *self
            .interrupt
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = interrupt;
        Ok(())
    }

    fn set_reports(&self, reports: Reports) -> Result<()> {
        self.console
            .set_reports(reports)
            .map_err(refused("SetConsoleMode"))
    }

    fn has_key_records(&self) -> bool {
        self.console.takes_sequences()
    }

    fn descriptor(&self) -> Option<BorrowedDescriptor<'_>> {
        self.console.sys.descriptor(&self.console.input)
    }
}

impl<S: Sys> WindowsTty<S> {
    /// Writes units; nothing at all needs no call.
    fn send(&self, units: &[u16]) -> Answer<usize> {
        if units.is_empty() {
            return Ok(0);
        }
        self.console.sys.write(&self.console.output, units)
    }
}
