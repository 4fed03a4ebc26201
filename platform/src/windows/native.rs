//! The console of Windows behind the seam, and the proof that the numbers agree with it.
//!
//! Compiled on Windows only. Nothing is decided here; every function is one call or two.

use std::io;
use std::mem::{MaybeUninit, offset_of, size_of};
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::ptr;
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::{
    GENERIC_READ, GENERIC_WRITE, HANDLE, INVALID_HANDLE_VALUE, WAIT_FAILED, WAIT_OBJECT_0,
    WAIT_TIMEOUT,
};
use windows_sys::Win32::Storage::FileSystem as file;
use windows_sys::Win32::System::Console as console;
use windows_sys::Win32::System::Performance as performance;
use windows_sys::Win32::System::Threading as threading;
use windows_sys::core::BOOL;

use crate::windows::abi::Code;
use crate::windows::record::{KeyRecord, MouseRecord, Record, Window};
use crate::windows::sys::{Answer, Stream, Sys};
use crate::windows::{Windows, WindowsPoller, WindowsTty};
use crate::{Backend, Result, Signals, Time};

mod layout;

/// The console of this process as a source of terminals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Console;

const DRIVER: Windows<Kernel> = Windows::new(Kernel);

impl Backend for Console {
    type Tty = WindowsTty<Kernel>;
    type Poller = WindowsPoller<Kernel>;

    fn open(&self) -> Result<Self::Tty> {
        DRIVER.open()
    }

    fn poller(&self, tty: &Self::Tty, signals: Signals) -> Result<Self::Poller> {
        DRIVER.poller(tty, signals)
    }

    fn now(&self) -> Time {
        DRIVER.now()
    }
}

/// The console API of the system that runs this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel;

impl Kernel {
    /// Returns the code pages of the console, for input and for output (`GetConsoleCP`,
    /// `GetConsoleOutputCP`). Nothing here depends on them.
    pub fn code_pages() -> (u32, u32) {
        // SAFETY: both take nothing.
        unsafe { (console::GetConsoleCP(), console::GetConsoleOutputCP()) }
    }
}

/// Room for the name of a pipe, in UTF-16 units.
const NAME: usize = 260;

impl Sys for Kernel {
    type Handle = OwnedHandle;

    fn open_input(&self) -> Answer<OwnedHandle> {
        open("CONIN$\0")
    }

    fn open_output(&self) -> Answer<OwnedHandle> {
        open("CONOUT$\0")
    }

    fn stream(&self, number: usize) -> Stream {
        let which = match number {
            0 => console::STD_INPUT_HANDLE,
            1 => console::STD_OUTPUT_HANDLE,
            _ => console::STD_ERROR_HANDLE,
        };
        // SAFETY: asks for a handle that the process keeps.
        let handle = unsafe { console::GetStdHandle(which) };
        let mut mode = 0;
        // SAFETY: a place for the answer; a handle that is none is refused.
        if unsafe { console::GetConsoleMode(handle, &mut mode) } != 0 {
            return Stream::Console;
        }
        // SAFETY: asks about a handle; one that is none is refused.
        match unsafe { file::GetFileType(handle) } {
            file::FILE_TYPE_PIPE => Stream::Pipe(pipe_name(handle).unwrap_or_default()),
            _ => Stream::Other,
        }
    }

    fn console(&self) -> u64 {
        // SAFETY: asks for a number.
        unsafe { console::GetConsoleWindow() as u64 }
    }

    fn mode(&self, handle: &OwnedHandle) -> Answer<u32> {
        let mut mode = 0;
        // SAFETY: an open handle, and a place for the answer.
        checked(unsafe { console::GetConsoleMode(handle.as_raw_handle(), &mut mode) })?;
        Ok(mode)
    }

    fn set_mode(&self, handle: &OwnedHandle, mode: u32) -> Answer<()> {
        // SAFETY: an open handle.
        checked(unsafe { console::SetConsoleMode(handle.as_raw_handle(), mode) })
    }

    fn pending(&self, input: &OwnedHandle) -> Answer<usize> {
        let (handle, mut count) = (input.as_raw_handle(), 0);
        // SAFETY: an open handle, and a place for the answer.
        checked(unsafe { console::GetNumberOfConsoleInputEvents(handle, &mut count) })?;
        Ok(count as usize)
    }

    fn read_records(&self, input: &OwnedHandle, records: &mut [Record]) -> Answer<usize> {
        let mut found = [console::INPUT_RECORD::default(); 64];
        let room = records.len().min(found.len()) as u32;
        let (handle, mut count) = (input.as_raw_handle(), 0);
        // SAFETY: an open handle, and places as long as is said.
        checked(unsafe {
            console::ReadConsoleInputW(handle, found.as_mut_ptr(), room, &mut count)
        })?;
        let count = count as usize;
        for (record, found) in records.iter_mut().zip(&found[..count]) {
            *record = read(found);
        }
        Ok(count)
    }

    fn read_line(&self, input: &OwnedHandle, units: &mut [u16]) -> Answer<usize> {
        let (handle, mut count) = (input.as_raw_handle(), 0);
        let (place, room) = (units.as_mut_ptr().cast(), units.len() as u32);
        // SAFETY: an open handle, and places as long as is said.
        checked(unsafe { console::ReadConsoleW(handle, place, room, &mut count, ptr::null()) })?;
        match (count, last()) {
            // Ctrl-C ends a read without an error (`ReadConsole` of Microsoft's documentation).
            (0, Code::OPERATION_ABORTED) => Err(Code::OPERATION_ABORTED),
            _ => Ok(count as usize),
        }
    }

    fn flush(&self, input: &OwnedHandle) -> Answer<()> {
        // SAFETY: an open handle.
        checked(unsafe { console::FlushConsoleInputBuffer(input.as_raw_handle()) })
    }

    fn write(&self, output: &OwnedHandle, units: &[u16]) -> Answer<usize> {
        let (handle, mut count) = (output.as_raw_handle(), 0);
        let (text, len) = (units.as_ptr(), units.len() as u32);
        // SAFETY: an open handle, and a text as long as is said.
        checked(unsafe { console::WriteConsoleW(handle, text, len, &mut count, ptr::null()) })?;
        Ok(count as usize)
    }

    fn window(&self, output: &OwnedHandle) -> Answer<Window> {
        let mut info = MaybeUninit::<console::CONSOLE_SCREEN_BUFFER_INFO>::zeroed();
        let handle = output.as_raw_handle();
        // SAFETY: an open handle, and a place of the right size.
        checked(unsafe { console::GetConsoleScreenBufferInfo(handle, info.as_mut_ptr()) })?;
        // SAFETY: plain integers, valid when zero, and written by the call.
        let edges = unsafe { info.assume_init() }.srWindow;
        Ok(Window {
            left: edges.Left,
            top: edges.Top,
            right: edges.Right,
            bottom: edges.Bottom,
        })
    }

    fn event(&self) -> Answer<OwnedHandle> {
        // SAFETY: makes an unnamed event that resets itself.
        owned(unsafe { threading::CreateEventW(ptr::null(), 0, 0, ptr::null()) })
    }

    fn set_event(&self, event: &OwnedHandle) -> Answer<()> {
        // SAFETY: an open handle.
        checked(unsafe { threading::SetEvent(event.as_raw_handle()) })
    }

    fn timer(&self) -> Answer<OwnedHandle> {
        let flags = threading::CREATE_WAITABLE_TIMER_HIGH_RESOLUTION;
        let access = threading::TIMER_ALL_ACCESS;
        // SAFETY: makes an unnamed timer that resets itself.
        owned(unsafe { threading::CreateWaitableTimerExW(ptr::null(), ptr::null(), flags, access) })
    }

    fn set_timer(&self, timer: &OwnedHandle, ticks: u64) -> Answer<()> {
        // Negative: counted from now.
        let due = -i64::try_from(ticks).unwrap_or(i64::MAX);
        let handle = timer.as_raw_handle();
        // SAFETY: an open handle; no function is called.
        checked(unsafe { threading::SetWaitableTimer(handle, &due, 0, None, ptr::null(), 0) })
    }

    fn wait(&self, handles: &[&OwnedHandle], milliseconds: Option<u32>) -> Answer<Option<usize>> {
        let mut raw: [HANDLE; 4] = [ptr::null_mut(); 4];
        for (place, handle) in raw.iter_mut().zip(handles) {
            *place = handle.as_raw_handle();
        }
        let count = handles.len().min(raw.len());
        // A number that means "for ever" is cut down: the caller waits again.
        let limit = milliseconds.map_or(threading::INFINITE, |limit| {
            limit.min(threading::INFINITE - 1)
        });
        // SAFETY: as many open handles as are said.
        match unsafe { threading::WaitForMultipleObjects(count as u32, raw.as_ptr(), 0, limit) } {
            WAIT_FAILED => Err(last()),
            WAIT_TIMEOUT => Ok(None),
            found => Ok(Some((found - WAIT_OBJECT_0) as usize)),
        }
    }

    fn clock(&self) -> u64 {
        static FREQUENCY: OnceLock<u64> = OnceLock::new();
        let frequency = *FREQUENCY.get_or_init(|| {
            let mut frequency = 0;
            // SAFETY: a place for the answer; since Windows XP the call succeeds.
            unsafe { performance::QueryPerformanceFrequency(&mut frequency) };
            u64::try_from(frequency).unwrap_or(0).max(1)
        });
        let mut count = 0;
        // SAFETY: as above.
        unsafe { performance::QueryPerformanceCounter(&mut count) };
        let nanos = u128::from(count.unsigned_abs()) * 1_000_000_000 / u128::from(frequency);
        nanos as u64
    }

    fn watch_control_events(&self) -> Answer<()> {
        crate::system::signal::watch()
    }

    fn descriptor<'a>(&self, handle: &'a OwnedHandle) -> Option<BorrowedHandle<'a>> {
        Some(handle.as_handle())
    }
}

fn open(name: &str) -> Answer<OwnedHandle> {
    let name: Vec<u16> = name.encode_utf16().collect();
    // SAFETY: a name with its zero; nothing else is read.
    let handle = unsafe {
        file::CreateFileW(
            name.as_ptr(),
            GENERIC_READ | GENERIC_WRITE,
            file::FILE_SHARE_READ | file::FILE_SHARE_WRITE,
            ptr::null(),
            file::OPEN_EXISTING,
            0,
            ptr::null_mut(),
        )
    };
    owned(handle)
}

/// The name of a pipe (`FILE_NAME_INFO`: its length in bytes, then its units).
fn pipe_name(handle: HANDLE) -> Option<String> {
    #[repr(C)]
    struct Name {
        bytes: u32,
        units: [u16; NAME],
    }
    const _: () = assert!(offset_of!(Name, units) == offset_of!(file::FILE_NAME_INFO, FileName));
    let mut name = Name {
        bytes: 0,
        units: [0; NAME],
    };
    let (place, size) = ((&raw mut name).cast(), size_of::<Name>() as u32);
    // SAFETY: a place as long as is said, laid out as the answer is.
    let answer =
        unsafe { file::GetFileInformationByHandleEx(handle, file::FileNameInfo, place, size) };
    checked(answer).ok()?;
    let units = name.units.get(..name.bytes as usize / 2)?;
    Some(String::from_utf16_lossy(units))
}

fn read(record: &console::INPUT_RECORD) -> Record {
    let event = record.Event;
    match u32::from(record.EventType) {
        console::KEY_EVENT => {
            // SAFETY: the type says which member was written.
            let key = unsafe { event.KeyEvent };
            Record::Key(KeyRecord {
                down: key.bKeyDown != 0,
                repeat: key.wRepeatCount,
                key: key.wVirtualKeyCode,
                scan: key.wVirtualScanCode,
                // SAFETY: the `W` calls write this member.
                unit: unsafe { key.uChar.UnicodeChar },
                state: key.dwControlKeyState,
            })
        }
        console::MOUSE_EVENT => {
            // SAFETY: the type says which member was written.
            let mouse = unsafe { event.MouseEvent };
            Record::Mouse(MouseRecord {
                column: mouse.dwMousePosition.X,
                row: mouse.dwMousePosition.Y,
                buttons: mouse.dwButtonState,
                state: mouse.dwControlKeyState,
                flags: mouse.dwEventFlags,
            })
        }
        console::FOCUS_EVENT => {
            // SAFETY: the type says which member was written.
            let focus = unsafe { event.FocusEvent };
            Record::Focus(focus.bSetFocus != 0)
        }
        console::WINDOW_BUFFER_SIZE_EVENT => Record::Resize,
        _ => Record::Other,
    }
}

fn owned(handle: HANDLE) -> Answer<OwnedHandle> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(last());
    }
    // SAFETY: just opened, and nobody else knows it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn checked(answer: BOOL) -> Answer<()> {
    if answer == 0 { Err(last()) } else { Ok(()) }
}

/// Returns the error of the call that has just failed.
fn last() -> Code {
    Code(io::Error::last_os_error().raw_os_error().unwrap_or(0) as u32)
}
