//! The Windows driver over an emulated console: what it makes of records and modes.

#[path = "../console/mod.rs"]
mod console;

mod modes;
mod opening;
mod prop_records;
mod reading;
mod records;
mod wrapped;
mod writing;

use std::time::Duration;

use console::{Emulated, Vt};
use ttyring_platform::windows::abi::key;
use ttyring_platform::windows::record::KeyRecord;
use ttyring_platform::windows::{Windows, WindowsTty};
use ttyring_platform::{Backend, LineMode, Poller, Signals, Termios, Transfer, Tty, When};

/// A look without waiting.
const NOW: Option<Duration> = Some(Duration::ZERO);

/// A console in raw mode.
struct Raw {
    console: Emulated,
    backend: Windows<Emulated>,
    tty: WindowsTty<Emulated>,
}

impl Raw {
    fn new(vt: Vt) -> Self {
        let console = Emulated::new(vt);
        let backend = Windows::new(console.clone());
        let tty = backend.open().expect("a console");
        let raw = tty.termios().expect("GetConsoleMode").with(&LineMode::RAW);
        tty.set_termios(When::Now, &raw).expect("SetConsoleMode");
        Raw {
            console,
            backend,
            tty,
        }
    }

    /// Everything that can be read now.
    #[track_caller]
    fn read(&self) -> String {
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        while let Transfer::Bytes(count) = self.tty.read(&mut buffer).expect("read") {
            all.extend_from_slice(&buffer[..count]);
        }
        String::from_utf8(all).expect("characters")
    }

    fn poller(&self, signals: Signals) -> impl Poller {
        self.backend.poller(&self.tty, signals).expect("a poller")
    }
}

/// A press of a key.
const fn down(key: u16, scan: u16, unit: u16, state: u32) -> KeyRecord {
    KeyRecord {
        down: true,
        repeat: 1,
        key,
        scan,
        unit,
        state,
    }
}

/// The release that belongs to a press.
fn up(press: KeyRecord) -> KeyRecord {
    KeyRecord {
        down: false,
        ..press
    }
}

const A: KeyRecord = down(0x41, 0x1e, b'a' as u16, 0);
const ALT: KeyRecord = down(key::MENU, 0x38, 0, 2);
