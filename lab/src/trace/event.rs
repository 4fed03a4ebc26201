//! What a collector tells: one thing that happened at one time.
//!
//! The numbers and the layout are those of `ebpf/keys.bpf.c`.

use std::fmt;

/// What happened. The thread of the event is the one that it happened in or to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
// Some of them only eBPF tells.
#[cfg_attr(not(feature = "trace"), allow(dead_code))]
pub(super) enum Kind {
    /// A program began to write to the other side of the terminal.
    Write = 1,
    /// That write returned: `value` bytes, or a negative error.
    Written = 2,
    /// The work that carries the bytes to the line discipline was queued.
    Queued = 3,
    /// A kernel worker began that work.
    Runs = 4,
    /// The line discipline got the bytes. Only where the kernel has kprobes.
    Line = 5,
    /// Somebody, `other`, woke the thread.
    Waking = 6,
    /// A processor changed from thread `other`, left in state `value`, to this one.
    Switch = 7,
    /// A processor left idle state `other`, in which it was for `value` nanoseconds.
    Awake = 8,
    /// A read of the terminal returned: `value` bytes.
    Read = 9,
    /// The program has decoded an event.
    Decoded = 10,
    /// The program has dealt with it.
    Handled = 11,
    /// The kernel worker ended its work.
    Ends = 12,
    /// A driver handed its bytes over. Only where the kernel has kprobes.
    Pushed = 13,
}

#[cfg(any(test, feature = "trace"))]
impl Kind {
    const ALL: [Kind; 13] = [
        Kind::Write,
        Kind::Written,
        Kind::Queued,
        Kind::Runs,
        Kind::Line,
        Kind::Waking,
        Kind::Switch,
        Kind::Awake,
        Kind::Read,
        Kind::Decoded,
        Kind::Handled,
        Kind::Ends,
        Kind::Pushed,
    ];
}

/// The name of a thread, at most 15 bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Name([u8; 16]);

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        let mut name = Name::default();
        let length = text.len().min(15);
        name.0[..length].copy_from_slice(&text.as_bytes()[..length]);
        name
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(16);
        f.pad(&String::from_utf8_lossy(&self.0[..end]))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// One thing that happened, in nanoseconds of `CLOCK_MONOTONIC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: u64,
    pub(super) kind: Kind,
    pub(super) value: i64,
    pub(super) cpu: u32,
    pub(super) thread: u32,
    pub(super) process: u32,
    pub(super) other: u32,
    /// The control group of the thread that is woken or left had used up its quota.
    pub(super) throttled: bool,
    pub(super) name: Name,
    pub(super) other_name: Name,
}

impl Event {
    /// An event of which nothing more is known.
    pub(super) fn new(at: u64, kind: Kind) -> Self {
        Event {
            at,
            kind,
            value: 0,
            cpu: 0,
            thread: 0,
            process: 0,
            other: 0,
            throttled: false,
            name: Name::default(),
            other_name: Name::default(),
        }
    }

    /// Reads an event as the kernel's part wrote it.
    #[cfg(any(test, feature = "trace"))]
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let long = |at: usize| <[u8; 8]>::try_from(bytes.get(at..at + 8)?).ok();
        let word = |at: usize| {
            let bytes = <[u8; 4]>::try_from(bytes.get(at..at + 4)?).ok()?;
            Some(u32::from_ne_bytes(bytes))
        };
        let name = |at: usize| Some(Name(bytes.get(at..at + 16)?.try_into().ok()?));
        let number = word(16)?;
        Some(Event {
            at: u64::from_ne_bytes(long(0)?),
            value: i64::from_ne_bytes(long(8)?),
            kind: Kind::ALL.into_iter().find(|&kind| kind as u32 == number)?,
            cpu: word(20)?,
            thread: word(24)?,
            process: word(28)?,
            other: word(32)?,
            throttled: word(36)? & 1 != 0,
            name: name(40)?,
            other_name: name(56)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Kind};

    #[test]
    fn event_is_read_as_the_kernel_lays_it_out() {
        let mut bytes = Vec::new();
        bytes.extend(7_u64.to_ne_bytes());
        bytes.extend((-5_i64).to_ne_bytes());
        for word in [Kind::Switch as u32, 1, 20, 21, 30, 1] {
            bytes.extend(word.to_ne_bytes());
        }
        bytes.extend(*b"next\0\0\0\0\0\0\0\0\0\0\0\0");
        bytes.extend(*b"previous\0\0\0\0\0\0\0\0");
        let event = Event::parse(&bytes).expect("a whole event");
        assert_eq!((event.at, event.value, event.kind), (7, -5, Kind::Switch));
        assert_eq!((event.cpu, event.thread, event.other), (1, 20, 30));
        assert!(event.throttled && event.process == 21);
        assert_eq!(event.name.to_string(), "next");
        assert_eq!(event.other_name.to_string(), "previous");
        assert_eq!(Event::parse(&bytes[..71]), None);
        bytes[16..20].copy_from_slice(&99_u32.to_ne_bytes());
        assert_eq!(Event::parse(&bytes), None, "no such kind");
    }
}
