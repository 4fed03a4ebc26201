//! What the console host does with input before a program sees it.

use ttyring_platform::windows::abi::{input, key, mouse, state};
use ttyring_platform::windows::record::{KeyRecord, MouseRecord, Record, Window};

use super::{Emulated, State, Vt};

/// Virtual keys that a VT sequence exists for, and its end (`TerminalInput` of Terminal's
/// `src/terminal/input/terminalInput.cpp`, the cursor keys).
const CURSOR: [(u16, char); 6] = [
    (0x26, 'A'),
    (0x28, 'B'),
    (0x27, 'C'),
    (0x25, 'D'),
    (0x24, 'H'),
    (0x23, 'F'),
];

impl Emulated {
    /// A key of the keyboard.
    pub(crate) fn key(&self, key: KeyRecord) {
        self.change(|state| state.key(key));
    }

    /// Presses and releases a key.
    pub(crate) fn press(&self, key: KeyRecord) {
        self.key(KeyRecord { down: true, ..key });
        self.key(KeyRecord { down: false, ..key });
    }

    /// Text that does not come from keys: a reply of the terminal, or a paste with its markers.
    pub(crate) fn text(&self, text: &str) {
        self.change(|state| text.encode_utf16().for_each(|unit| state.passed_on(unit)));
    }

    /// A paste: markers as [`text`](Emulated::text), and the text between them as keys
    /// (`InteractDispatch::WriteString` of Terminal's `src/terminal/adapter/InteractDispatch.cpp`,
    /// which makes keys of text for programs that read keys).
    pub(crate) fn paste(&self, text: &str) {
        self.text("\x1b[200~");
        self.type_text(text);
        self.text("\x1b[201~");
    }

    /// Text as keys.
    pub(crate) fn type_text(&self, text: &str) {
        self.change(|state| text.encode_utf16().for_each(|unit| state.typed(unit)));
    }

    pub(crate) fn mouse(&self, record: MouseRecord) {
        self.change(|state| state.mouse(record));
    }

    pub(crate) fn focus(&self, gained: bool) {
        self.change(|state| state.focus(gained));
    }

    pub(crate) fn resize(&self, window: Window) {
        self.change(|state| state.resize(window));
    }
}

impl State {
    fn is_vt(&self) -> bool {
        let heeded = matches!(self.vt, Vt::Heeded | Vt::HeededButReleases);
        heeded && self.input_mode & input::VIRTUAL_TERMINAL != 0
    }

    fn key(&mut self, key: KeyRecord) {
        if !self.is_vt() {
            return self.store_key(key);
        }
        if self.win32 {
            // `TerminalInput::_makeWin32Output`; a release is no exception.
            let sequence = format!(
                "\x1b[{};{};{};{};{};{}_",
                key.key,
                key.scan,
                key.unit,
                u8::from(key.down),
                key.state,
                key.repeat
            );
            return self.units(&sequence);
        }
        if !key.down {
            // `TerminalInput::HandleKey` did not handle releases in Windows 10, so that
            // `InputBuffer::_WriteBuffer` kept the record; later it handles them by nothing.
            if self.vt == Vt::HeededButReleases {
                self.store_key(key);
            }
            return;
        }
        match CURSOR.iter().find(|(cursor, _)| *cursor == key.key) {
            Some((_, end)) => self.units(&format!("\x1b[{end}")),
            None if key.unit != 0 => self.unit(key.unit),
            // Ctrl+2 and Ctrl+Space: NUL.
            None if key.state & state::LEFT_CTRL != 0 && [0x20, 0x32].contains(&key.key) => {
                self.units("\0");
            }
            None => {}
        }
    }

    /// A unit of text: microsoft/terminal #17656, where each came as a record of its own with key 0.
    fn passed_on(&mut self, unit: u16) {
        if self.win32 && self.is_vt() && self.wraps_text {
            self.units(&format!("\x1b[0;0;{unit};1;0;1_"));
        } else {
            self.unit(unit);
        }
    }

    /// A unit as keys: `CharToKeyEvents` of Terminal's `src/types/convert.cpp`. What the layout has
    /// no key for is a number that is typed with Alt.
    fn typed(&mut self, unit: u16) {
        let key = match u8::try_from(unit) {
            Ok(letter) if letter.is_ascii_alphanumeric() => letter.to_ascii_uppercase().into(),
            Ok(own @ (b' ' | b'\r' | b'\t')) => own.into(),
            _ => 0,
        };
        let press = |down, key, unit, state| KeyRecord {
            down,
            repeat: 1,
            key,
            scan: 1,
            unit,
            state,
        };
        if key != 0 {
            self.key(press(true, key, unit, 0));
            return self.key(press(false, key, unit, 0));
        }
        self.key(press(true, key::MENU, 0, state::LEFT_ALT));
        self.key(press(true, 0x61, 0, state::LEFT_ALT));
        self.key(press(false, 0x61, 0, state::LEFT_ALT));
        self.key(press(false, key::MENU, unit, 0));
    }

    fn units(&mut self, text: &str) {
        text.encode_utf16().for_each(|unit| self.unit(unit));
    }

    /// One unit of text: `InputBuffer::_writeString` of Terminal's `src/host/inputBuffer.cpp` where
    /// the console heeds VT input. The others have no way for text but a key that no virtual key
    /// stands for; Wine presses and releases it.
    fn unit(&mut self, unit: u16) {
        let mut record = KeyRecord {
            down: true,
            repeat: 1,
            unit,
            ..KeyRecord::default()
        };
        if self.is_vt() && unit == 0 {
            // The key that types NUL in the layout (`VkKeyScanW(0)`: Ctrl+2), without a scan code.
            record.key = 0x32;
            record.state = state::LEFT_CTRL;
        }
        self.records.push_back(Record::Key(record));
        if !self.is_vt() {
            record.down = false;
            self.records.push_back(Record::Key(record));
        }
    }

    /// `_CoalesceRepeatedKeyPressEvents` there: a press of the key that was pressed last, with the
    /// same character and state, is counted in the record that is still there. Halves of surrogate
    /// pairs are not.
    fn store_key(&mut self, key: KeyRecord) {
        if let Some(Record::Key(last)) = self.records.back_mut() {
            let same = last.scan == key.scan && last.unit == key.unit && last.state == key.state;
            let surrogate = (0xd800..0xe000).contains(&key.unit);
            if last.down && key.down && same && !surrogate {
                last.repeat += key.repeat;
                return;
            }
        }
        self.records.push_back(Record::Key(key));
    }

    /// `_CoalesceMouseMovedEvents` there: of moves that nobody has read, the last is kept. Without
    /// `ENABLE_MOUSE_INPUT` there are no records (documentation of `SetConsoleMode`).
    fn mouse(&mut self, record: MouseRecord) {
        if self.is_vt() || self.input_mode & input::MOUSE == 0 {
            return;
        }
        if let Some(Record::Mouse(last)) = self.records.back_mut() {
            if last.flags == mouse::MOVED && record.flags == mouse::MOVED {
                (last.column, last.row) = (record.column, record.row);
                return;
            }
        }
        self.records.push_back(Record::Mouse(record));
    }

    /// `InputBuffer::WriteFocusEvent` there: a record, whatever the mode, unless the console
    /// delivers VT sequences.
    fn focus(&mut self, gained: bool) {
        if !self.is_vt() {
            self.records.push_back(Record::Focus(gained));
        }
    }

    /// Documentation of `SetConsoleMode`, `ENABLE_WINDOW_INPUT`: without it a change of the size is
    /// not reported.
    fn resize(&mut self, window: Window) {
        self.window = window;
        if self.input_mode & input::WINDOW != 0 {
            self.records.push_back(Record::Resize);
        }
    }

    /// Takes a line, once one is there: documentation of `ReadConsole`; Enter gives `\r\n`.
    pub(super) fn take_line(&mut self, units: &mut [u16]) -> Option<usize> {
        let typed = |record: &Record| match record {
            Record::Key(key) if key.down && key.unit != 0 => Some(key.unit),
            _ => None,
        };
        let end = self
            .records
            .iter()
            .position(|record| typed(record) == Some(u16::from(b'\r')))?;
        let mut line: Vec<u16> = self
            .records
            .drain(..=end)
            .filter_map(|r| typed(&r))
            .collect();
        line.push(u16::from(b'\n'));
        let count = line.len().min(units.len());
        units[..count].copy_from_slice(&line[..count]);
        Some(count)
    }

    /// Heeds what the program switches on by a sequence (`DECSET`), as far as it matters here.
    pub(super) fn note_modes(&mut self) {
        let written = String::from_utf16_lossy(&self.written);
        let (on, off) = (written.rfind("\x1b[?9001h"), written.rfind("\x1b[?9001l"));
        self.win32 = on.is_some() && on > off;
    }
}
