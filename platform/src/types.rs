//! The plain values of the backend traits: sizes, times, readiness, settings.

use std::ops::Add;
use std::time::Duration;

/// The size of a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Size {
    /// Width in character cells.
    pub columns: u16,
    /// Height in character cells.
    pub rows: u16,
    /// Width in pixels, 0 where the terminal does not say.
    pub width: u16,
    /// Height in pixels, 0 where the terminal does not say.
    pub height: u16,
}

/// A point on the monotonic clock, in nanoseconds.
///
/// On Linux and macOS this is `CLOCK_MONOTONIC` as `clock_gettime(2)` gives it, on Windows
/// `QueryPerformanceCounter`, so that stamps of different processes can be compared; a simulated
/// backend has a clock of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// Makes a time from nanoseconds of the monotonic clock.
    pub const fn from_nanos(nanos: u64) -> Self {
        Time(nanos)
    }

    /// Returns the nanoseconds of the monotonic clock.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Returns how long after `earlier` this is, zero if it is not after it.
    pub const fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, amount: Duration) -> Time {
        let nanos = u64::try_from(amount.as_nanos()).unwrap_or(u64::MAX);
        Time(self.0.saturating_add(nanos))
    }
}

/// The result of a read or write that does not block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// This many bytes were transferred; never zero.
    Bytes(usize),
    /// Nothing can be transferred now: `EAGAIN`, or a VMIN/VTIME timer that ran out.
    NotReady,
    /// The terminal is gone for good: hung up, revoked, or its other side closed. In canonical mode
    /// also the end-of-file character (Ctrl-D) on an empty line, after which reading goes on.
    End,
}

bitflags::bitflags! {
    /// A set of the signals that a program reading a terminal may want as events.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Signals: u16 {
        /// The window changed its size (`SIGWINCH`).
        const WINCH = 1 << 0;
        /// The process was continued (`SIGCONT`).
        const CONT = 1 << 1;
        /// A request to end (`SIGTERM`).
        const TERM = 1 << 2;
        /// The terminal hung up (`SIGHUP`).
        const HUP = 1 << 3;
        /// An interrupt sent by a process, or by the keyboard where ISIG is kept (`SIGINT`).
        const INT = 1 << 4;
        /// A quit sent by a process, or by the keyboard where ISIG is kept (`SIGQUIT`).
        const QUIT = 1 << 5;
        /// A request to stop (`SIGTSTP`).
        const TSTP = 1 << 6;
        /// User-defined (`SIGUSR1`).
        const USR1 = 1 << 7;
        /// User-defined (`SIGUSR2`).
        const USR2 = 1 << 8;
    }
}

bitflags::bitflags! {
    /// Input that a terminal sends only when it is asked for.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Reports: u8 {
        /// Buttons and wheels of the mouse.
        const BUTTONS = 1 << 0;
        /// Moves of the mouse while a button is down.
        const DRAGS = 1 << 1;
        /// All moves of the mouse.
        const MOTION = 1 << 2;
        /// The window gets or loses the focus.
        const FOCUS = 1 << 3;
        /// Keys in full (win32-input-mode, 9001).
        const KEYS = 1 << 4;
        /// Any of the mouse.
        const MOUSE = Self::BUTTONS.bits() | Self::DRAGS.bits() | Self::MOTION.bits();
    }
}

/// What ended a wait; all fields empty means that the time ran out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// A read of the terminal will not block: there are bytes, or the terminal is gone.
    pub tty: bool,
    /// [`Wake::wake`](crate::Wake::wake) was called since the last wait.
    pub woken: bool,
    /// The signals that arrived since the last wait.
    pub signals: Signals,
}

impl Ready {
    /// Returns whether the wait ended because its time ran out.
    pub fn is_empty(&self) -> bool {
        *self == Ready::default()
    }
}

/// When a change of the terminal's settings takes effect (`tcsetattr(3)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once (`TCSANOW`): the only choice in a signal handler, since it never blocks.
    Now,
    /// After everything written has been sent (`TCSADRAIN`).
    Drain,
    /// Like [`Drain`](When::Drain), and unread input is discarded (`TCSAFLUSH`).
    Flush,
}

/// How `read(2)` waits in non-canonical mode: the four cases of `termios(3)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// VMIN = 0, VTIME = 0: returns at once with whatever there is.
    Polling,
    /// VMIN = 0, VTIME > 0: waits for a byte for at most this many tenths of a second, counted
    /// from the call of `read(2)`.
    Timed {
        /// Tenths of a second, 1 to 255.
        deciseconds: u8,
    },
    /// VMIN > 0, VTIME = 0: waits for this many bytes without a limit.
    Counted {
        /// Bytes, 1 to 255.
        bytes: u8,
    },
    /// VMIN > 0, VTIME > 0: waits for the first byte without a limit, then until this many bytes
    /// have arrived or this many tenths of a second have passed between two of them.
    Interbyte {
        /// Bytes, 1 to 255.
        bytes: u8,
        /// Tenths of a second, 1 to 255.
        deciseconds: u8,
    },
}

/// The settings of the terminal's line discipline that a program chooses; everything else stays as
/// it was found.
///
/// Start from a preset and change single fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineMode {
    /// ICANON: input comes in lines that the kernel edits.
    pub canonical: bool,
    /// ECHO: the kernel shows what is typed.
    pub echo: bool,
    /// ISIG: Ctrl-C, Ctrl-\ and Ctrl-Z send signals instead of being read.
    pub signals: bool,
    /// IEXTEN: Ctrl-V and, on macOS, Ctrl-O, Ctrl-Y and Ctrl-T are the kernel's.
    pub extended: bool,
    /// IXON: Ctrl-S and Ctrl-Q stop and start output instead of being read.
    pub flow_control: bool,
    /// ICRNL: Enter is read as a newline (0x0a) instead of a carriage return (0x0d).
    pub newline: bool,
    /// OPOST: the kernel turns `\n` into `\r\n` on output.
    pub output_processing: bool,
    /// IGNBRK: a break condition of a serial line is not read.
    pub ignore_break: bool,
    /// IUTF8: the kernel's line editing erases whole UTF-8 characters; `None` keeps it as found.
    pub utf8: Option<bool>,
    /// VMIN and VTIME; without meaning while `canonical` is set.
    pub reading: Reading,
}

impl LineMode {
    /// Input is read as it was typed, and output written as it is: `cfmakeraw(3)`.
    pub const RAW: LineMode = LineMode {
        canonical: false,
        echo: false,
        signals: false,
        extended: false,
        flow_control: false,
        newline: false,
        output_processing: false,
        ignore_break: false,
        utf8: None,
        reading: Reading::Counted { bytes: 1 },
    };

    /// Keys come one by one, but Ctrl-C, Ctrl-Z and output processing work as in the shell:
    /// `cbreak` of curses.
    pub const CBREAK: LineMode = LineMode {
        signals: true,
        extended: true,
        flow_control: true,
        newline: true,
        output_processing: true,
        ..LineMode::RAW
    };

    /// Raw, but Ctrl-C, Ctrl-\ and Ctrl-Z send their signals.
    pub const RAW_WITH_SIGNALS: LineMode = LineMode {
        signals: true,
        ..LineMode::RAW
    };

    /// A line is read without being shown. The kernel wipes its buffer behind a canonical read
    /// only while ECHO is off.
    pub const PASSWORD: LineMode = LineMode {
        canonical: true,
        echo: false,
        ..LineMode::CBREAK
    };
}

impl Default for LineMode {
    fn default() -> Self {
        LineMode::RAW
    }
}
