//! The settings of a terminal on Darwin, behind the trait that all systems share.
//!
//! Which bits a mode means is the same everywhere and lives in `unix::settings`; this module says
//! where Darwin keeps them.

use super::abi::{Attributes, cc, cflag, iflag, lflag, oflag};
use crate::unix::settings::{Layout, Settings};
use crate::{LineMode, Termios};

/// The settings of a terminal in Darwin's layout.
///
/// # Platform notes
///
/// PENDIN is left out: the kernel sets it in the flags that `tcgetattr(3)` reads whenever canonical
/// mode was switched on with input unread, and keeps its own note of it whatever is set, so with it
/// settings that were put back would not compare equal to themselves.
///
/// Ctrl-Y (VDSUSP) and Ctrl-T (VSTATUS) reach the program through IEXTEN, ISIG and ICANON alone, so
/// the control characters stay as they were found. CLOCAL stays as well: with it Darwin would not
/// send SIGHUP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DarwinTermios(pub(super) Attributes);

const LAYOUT: Layout = Layout {
    ignbrk: iflag::IGNBRK,
    brkint: iflag::BRKINT,
    parmrk: iflag::PARMRK,
    istrip: iflag::ISTRIP,
    inlcr: iflag::INLCR,
    igncr: iflag::IGNCR,
    icrnl: iflag::ICRNL,
    ixon: iflag::IXON,
    iutf8: iflag::IUTF8,
    opost: oflag::OPOST,
    csize: cflag::CSIZE,
    cs8: cflag::CS8,
    parenb: cflag::PARENB,
    echo: lflag::ECHO,
    echonl: lflag::ECHONL,
    icanon: lflag::ICANON,
    isig: lflag::ISIG,
    iexten: lflag::IEXTEN,
    vmin: cc::VMIN,
    vtime: cc::VTIME,
};

impl DarwinTermios {
    /// Takes what the kernel answered, without its own note in it.
    pub fn new(mut attributes: Attributes) -> Self {
        attributes.lflag &= !lflag::PENDIN;
        DarwinTermios(attributes)
    }

    /// Returns the settings as the kernel takes them.
    pub fn attributes(&self) -> Attributes {
        self.0
    }

    fn settings(&self) -> Settings {
        Settings {
            input: self.0.iflag,
            output: self.0.oflag,
            control: self.0.cflag,
            local: self.0.lflag,
            vmin: self.0.cc[LAYOUT.vmin],
            vtime: self.0.cc[LAYOUT.vtime],
        }
    }
}

impl Termios for DarwinTermios {
    fn with(&self, mode: &LineMode) -> Self {
        let new = LAYOUT.with(self.settings(), mode);
        let mut attributes = self.0;
        attributes.iflag = new.input;
        attributes.oflag = new.output;
        attributes.cflag = new.control;
        attributes.lflag = new.local;
        attributes.cc[LAYOUT.vmin] = new.vmin;
        attributes.cc[LAYOUT.vtime] = new.vtime;
        DarwinTermios(attributes)
    }

    fn line_mode(&self) -> LineMode {
        LAYOUT.line_mode(&self.settings())
    }

    fn erase(&self) -> Option<u8> {
        Some(self.0.cc[cc::VERASE])
    }
}
