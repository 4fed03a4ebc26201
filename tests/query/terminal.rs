//! A terminal that finds questions in what is written to it and answers as it is told, while
//! somebody types.

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The question for the cursor's position, as it stands in the output.
const QUESTION: &[u8] = b"\x1b[6n\x1b[c";

/// How a terminal treats a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Prompt,
    /// After the program has stopped waiting.
    Late,
    /// Neither the answer nor the fence.
    Never,
    /// The fence alone.
    Unsupported,
    /// The answer twice before one fence.
    Twice,
    /// Everything twice, the fence included.
    Echoed,
    /// With sequences around it that mean nothing.
    Garbage,
}

/// A generator of small random numbers (xorshift), the same for the same seed.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn manner(&mut self) -> Manner {
        match self.below(100) {
            0 => Manner::Late,
            1 => Manner::Never,
            2..=5 => Manner::Unsupported,
            6..=10 => Manner::Twice,
            11..=13 => Manner::Echoed,
            14..=20 => Manner::Garbage,
            _ => Manner::Prompt,
        }
    }
}

/// What the terminal and the test tell each other.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) typed: AtomicUsize,
    pub(crate) over: AtomicBool,
}

/// The key that is typed as number `index`: so an order can be told.
pub(crate) fn key(index: usize) -> u8 {
    b'a' + (index % 26) as u8
}

/// The row that is reported for question number `index`.
pub(crate) fn row(index: usize) -> u32 {
    index as u32 + 2
}

/// Answers until the test is over. `patience` is how long the program waits for an answer.
pub(crate) fn run(master: BorrowedFd<'_>, shared: &Shared, mut dice: Dice, patience: Duration) {
    let mut unread = Vec::new();
    let mut asked = 0;
    while !shared.over.load(Ordering::Acquire) {
        read_some(master, &mut unread);
        while let Some((tag, end)) = question(&unread) {
            unread.drain(..end);
            let manner = dice.manner();
            if manner == Manner::Late {
                std::thread::sleep(patience + patience / 2);
            }
            let mut bytes = Vec::new();
            for part in answer(manner, asked, &tag) {
                type_keys(&mut bytes, shared, &mut dice);
                bytes.extend_from_slice(&part);
            }
            type_keys(&mut bytes, shared, &mut dice);
            write_all(master, &bytes);
            asked += 1;
        }
    }
}

/// Finds the first whole question; returns the number in its fence and where it ends.
fn question(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let start = bytes
        .windows(QUESTION.len())
        .position(|window| window == QUESTION)?
        + QUESTION.len();
    // The first fences have no number; the whole question comes at once.
    let Some(tag) = bytes[start..].strip_prefix(b"\x1b[?") else {
        return Some((Vec::new(), start));
    };
    let len = tag.iter().position(|&byte| byte == b'$')?;
    let end = start + b"\x1b[?".len() + len + b"$p".len();
    (end <= bytes.len()).then(|| (tag[..len].to_vec(), end))
}

fn answer(manner: Manner, index: usize, tag: &[u8]) -> Vec<Vec<u8>> {
    let reply = format!("\x1b[{};5R", row(index)).into_bytes();
    let attributes = b"\x1b[?62;22c".to_vec();
    let fence = match tag {
        b"" => Vec::new(),
        tag => [b"\x1b[?", tag, b";0$y"].concat(),
    };
    match manner {
        Manner::Prompt | Manner::Late => vec![reply, attributes, fence],
        Manner::Never => vec![],
        Manner::Unsupported => vec![attributes, fence],
        Manner::Twice => vec![reply.clone(), reply, attributes, fence],
        Manner::Echoed => vec![
            reply.clone(),
            attributes.clone(),
            fence.clone(),
            reply,
            attributes,
            fence,
        ],
        Manner::Garbage => vec![
            b"\x1b[?99z".to_vec(),
            reply,
            b"\x1b]9;junk\x1b\\".to_vec(),
            attributes,
            b"\xff".to_vec(),
            fence,
        ],
    }
}

/// Types up to three keys, or pastes them.
fn type_keys(bytes: &mut Vec<u8>, shared: &Shared, dice: &mut Dice) {
    let count = dice.below(4) as usize;
    let first = shared.typed.fetch_add(count, Ordering::AcqRel);
    let keys: Vec<u8> = (first..first + count).map(key).collect();
    if count > 0 && dice.below(8) == 0 {
        bytes.extend_from_slice(&[b"\x1b[200~", &keys[..], b"\x1b[201~"].concat());
    } else {
        bytes.extend_from_slice(&keys);
    }
}

fn read_some(master: BorrowedFd<'_>, unread: &mut Vec<u8>) {
    let timeout = Timespec {
        tv_sec: 0,
        tv_nsec: 10_000_000,
    };
    let mut fds = [PollFd::new(&master, PollFlags::IN)];
    if poll(&mut fds, Some(&timeout)) == Ok(1) {
        let mut buffer = [0; 4096];
        if let Ok(count) = rustix::io::read(master, &mut buffer) {
            unread.extend_from_slice(&buffer[..count]);
        }
    }
}

fn write_all(master: BorrowedFd<'_>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let count = rustix::io::write(master, bytes).unwrap();
        bytes = &bytes[count..];
    }
}
