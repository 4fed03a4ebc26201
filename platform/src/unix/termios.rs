//! The settings of a terminal through rustix, which has them in the layout of the kernel.

use rustix::termios as system;
use rustix::termios::SpecialCodeIndex as Index;

use super::settings::{Layout, Settings};
use crate::LineMode;

/// The places of the flags on this system, from its own headers.
const LAYOUT: Layout = Layout {
    ignbrk: libc::IGNBRK as u64,
    brkint: libc::BRKINT as u64,
    parmrk: libc::PARMRK as u64,
    istrip: libc::ISTRIP as u64,
    inlcr: libc::INLCR as u64,
    igncr: libc::IGNCR as u64,
    icrnl: libc::ICRNL as u64,
    ixon: libc::IXON as u64,
    iutf8: crate::IUTF8,
    opost: libc::OPOST as u64,
    csize: libc::CSIZE as u64,
    cs8: libc::CS8 as u64,
    parenb: libc::PARENB as u64,
    echo: libc::ECHO as u64,
    echonl: libc::ECHONL as u64,
    icanon: libc::ICANON as u64,
    isig: libc::ISIG as u64,
    iexten: libc::IEXTEN as u64,
    vmin: libc::VMIN,
    vtime: libc::VTIME,
};

/// The control characters that every system has.
const CODES: [Index; 16] = [
    Index::VINTR,
    Index::VQUIT,
    Index::VERASE,
    Index::VKILL,
    Index::VEOF,
    Index::VTIME,
    Index::VMIN,
    Index::VSTART,
    Index::VSTOP,
    Index::VSUSP,
    Index::VEOL,
    Index::VREPRINT,
    Index::VDISCARD,
    Index::VWERASE,
    Index::VLNEXT,
    Index::VEOL2,
];

/// The settings of a terminal (`termios(3)`).
///
/// Two are equal when their flags, speeds and control characters are.
#[derive(Clone)]
pub struct Termios(pub(super) system::Termios);

impl Termios {
    fn settings(&self) -> Settings {
        Settings {
            input: self.0.input_modes.bits().into(),
            output: self.0.output_modes.bits().into(),
            control: self.0.control_modes.bits().into(),
            local: self.0.local_modes.bits().into(),
            vmin: self.0.special_codes[Index::VMIN],
            vtime: self.0.special_codes[Index::VTIME],
        }
    }
}

impl crate::Termios for Termios {
    fn with(&self, mode: &LineMode) -> Self {
        let new = LAYOUT.with(self.settings(), mode);
        let mut termios = self.0.clone();
        // The words were widened from the system's own type: nothing is cut off.
        termios.input_modes = system::InputModes::from_bits_retain(new.input as _);
        termios.output_modes = system::OutputModes::from_bits_retain(new.output as _);
        termios.control_modes = system::ControlModes::from_bits_retain(new.control as _);
        termios.local_modes = system::LocalModes::from_bits_retain(new.local as _);
        termios.special_codes[Index::VMIN] = new.vmin;
        termios.special_codes[Index::VTIME] = new.vtime;
        Termios(termios)
    }

    fn line_mode(&self) -> LineMode {
        LAYOUT.line_mode(&self.settings())
    }

    fn erase(&self) -> Option<u8> {
        Some(self.0.special_codes[Index::VERASE])
    }
}

impl PartialEq for Termios {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        a.input_modes == b.input_modes
            && a.output_modes == b.output_modes
            && a.control_modes == b.control_modes
            && a.local_modes == b.local_modes
            && a.input_speed() == b.input_speed()
            && a.output_speed() == b.output_speed()
            && CODES
                .into_iter()
                .all(|code| a.special_codes[code] == b.special_codes[code])
    }
}

impl Eq for Termios {}

impl std::fmt::Debug for Termios {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
