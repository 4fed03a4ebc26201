//! The other side of the console: records put into its input, and control events.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::io::AsRawHandle;

use ttyring_platform::windows::record::{KeyRecord, Record};
use windows_sys::Win32::System::Console as console;

/// Puts text into the input, a character without a key for each unit.
pub(crate) fn type_text(text: &str) {
    let records: Vec<Record> = text
        .encode_utf16()
        .map(|unit| {
            Record::Key(KeyRecord {
                down: true,
                repeat: 1,
                unit,
                ..KeyRecord::default()
            })
        })
        .collect();
    // A console takes so many at once.
    records.chunks(1024).for_each(write_records);
}

/// Puts records into the input.
pub(crate) fn write_records(records: &[Record]) {
    let input = input();
    let records: Vec<console::INPUT_RECORD> = records.iter().map(record).collect();
    let (handle, mut written) = (input.as_raw_handle(), 0);
    let (start, len) = (records.as_ptr(), records.len() as u32);
    // SAFETY: an open handle, and as many records as is said.
    let answer = unsafe { console::WriteConsoleInputW(handle, start, len, &mut written) };
    assert!(answer != 0 && written == len, "WriteConsoleInputW");
}

/// Has the system send Ctrl-Break to every process of the console.
pub(crate) fn send_break() -> io::Result<()> {
    // SAFETY: takes numbers.
    match unsafe { console::GenerateConsoleCtrlEvent(console::CTRL_BREAK_EVENT, 0) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

fn input() -> File {
    let opened = OpenOptions::new().read(true).write(true).open("CONIN$");
    opened.expect("a console")
}

fn record(record: &Record) -> console::INPUT_RECORD {
    let mut new = console::INPUT_RECORD::default();
    match record {
        Record::Key(key) => {
            new.EventType = console::KEY_EVENT as u16;
            new.Event.KeyEvent = console::KEY_EVENT_RECORD {
                bKeyDown: key.down.into(),
                wRepeatCount: key.repeat,
                wVirtualKeyCode: key.key,
                wVirtualScanCode: key.scan,
                uChar: console::KEY_EVENT_RECORD_0 {
                    UnicodeChar: key.unit,
                },
                dwControlKeyState: key.state,
            };
        }
        Record::Mouse(mouse) => {
            new.EventType = console::MOUSE_EVENT as u16;
            new.Event.MouseEvent = console::MOUSE_EVENT_RECORD {
                dwMousePosition: console::COORD {
                    X: mouse.column,
                    Y: mouse.row,
                },
                dwButtonState: mouse.buttons,
                dwControlKeyState: mouse.state,
                dwEventFlags: mouse.flags,
            };
        }
        Record::Focus(gained) => {
            new.EventType = console::FOCUS_EVENT as u16;
            new.Event.FocusEvent.bSetFocus = (*gained).into();
        }
        Record::Resize | Record::Other => {
            new.EventType = console::WINDOW_BUFFER_SIZE_EVENT as u16;
        }
    }
    new
}
