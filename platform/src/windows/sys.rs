//! Every system call that the Windows backend makes, as one trait.
//!
//! On Windows `native.rs` implements it; in tests an emulated console does. Arguments, results and
//! error codes are those of Windows in both cases. The driver decides what to retry and what an
//! answer means.

use std::fmt::Debug;

use super::abi::Code;
use super::record::{Record, Window};
use crate::{BorrowedDescriptor, Error};

/// The answer of a system call.
pub type Answer<T> = Result<T, Code>;

/// What a standard stream is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stream {
    /// A console.
    Console,
    /// A pipe, and its name where it has one.
    Pipe(String),
    /// A file, a device, or nothing.
    Other,
}

/// The system calls of a console program; a value, so that a test can pass an emulated console.
pub trait Sys: Clone + Debug + Send + Sync + 'static {
    /// An open handle, closed when it is dropped.
    type Handle: Debug + Send + Sync + 'static;

    /// `CreateFileW` of `CONIN$`, for reading and writing.
    fn open_input(&self) -> Answer<Self::Handle>;

    /// `CreateFileW` of `CONOUT$`, for reading and writing.
    fn open_output(&self) -> Answer<Self::Handle>;

    /// Looks what a standard stream is (`GetStdHandle`, `GetFileType`,
    /// `GetFileInformationByHandleEx` with `FileNameInfo`): 0 is the input, 1 the output, 2 the
    /// error stream.
    fn stream(&self, number: usize) -> Stream;

    /// A number for the console of this process: two consoles have different ones
    /// (`GetConsoleWindow`).
    fn console(&self) -> u64;

    /// `GetConsoleMode`.
    fn mode(&self, console: &Self::Handle) -> Answer<u32>;

    /// `SetConsoleMode`.
    fn set_mode(&self, console: &Self::Handle, mode: u32) -> Answer<()>;

    /// `GetNumberOfConsoleInputEvents`.
    fn pending(&self, input: &Self::Handle) -> Answer<usize>;

    /// `ReadConsoleInputW`; waits if there is no record.
    fn read_records(&self, input: &Self::Handle, records: &mut [Record]) -> Answer<usize>;

    /// `ReadConsoleW`: reads a line that the console edits; waits for its end.
    fn read_line(&self, input: &Self::Handle, units: &mut [u16]) -> Answer<usize>;

    /// `FlushConsoleInputBuffer`.
    fn flush(&self, input: &Self::Handle) -> Answer<()>;

    /// `WriteConsoleW`.
    fn write(&self, output: &Self::Handle, units: &[u16]) -> Answer<usize>;

    /// `GetConsoleScreenBufferInfo`: the window, not the buffer.
    fn window(&self, output: &Self::Handle) -> Answer<Window>;

    /// `CreateEventW`: an event that resets itself.
    fn event(&self) -> Answer<Self::Handle>;

    /// `SetEvent`.
    fn set_event(&self, event: &Self::Handle) -> Answer<()>;

    /// `CreateWaitableTimerExW` with `CREATE_WAITABLE_TIMER_HIGH_RESOLUTION`; a timer that resets
    /// itself.
    fn timer(&self) -> Answer<Self::Handle>;

    /// `SetWaitableTimer`: signals the timer after `ticks` of 100 nanoseconds.
    fn set_timer(&self, timer: &Self::Handle, ticks: u64) -> Answer<()>;

    /// `WaitForMultipleObjects` for any of at most 64 handles: the index of the first that is
    /// signalled, `None` after `milliseconds`. Without a number the wait has no limit.
    fn wait(&self, handles: &[&Self::Handle], milliseconds: Option<u32>) -> Answer<Option<usize>>;

    /// `QueryPerformanceCounter`, in nanoseconds.
    fn clock(&self) -> u64;

    /// `SetConsoleCtrlHandler`: has [`signal::deliver`](super::signal::deliver) called for control
    /// events from now on.
    fn watch_control_events(&self) -> Answer<()>;

    /// Lends the handle, where there is one.
    fn descriptor<'a>(&self, handle: &'a Self::Handle) -> Option<BorrowedDescriptor<'a>>;
}

/// Returns what makes an error of the answer to `operation`.
pub(super) fn refused(operation: &'static str) -> impl FnOnce(Code) -> Error {
    move |code| Error::os(operation, code)
}
