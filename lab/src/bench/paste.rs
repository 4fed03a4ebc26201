//! `ttyring-lab bench paste`: how fast much text goes through, and whether a burst stalls.
//!
//! Text is sent as a terminal sends it: as a bracketed paste, or as so many keys. A program stamps
//! every this many bytes of it, so that one that is too slow to finish still has a rate.

use std::io;
use std::time::Duration;

use crate::contender::Contender;
use crate::contender::protocol::{Mode, now};
use crate::contender::session::Session;
use crate::progress::{Progress, Stop, failure};

/// Bytes between two stamps.
const STEP: u64 = 64 * 1024;
/// How long a paste may take.
const LIMIT: Duration = Duration::from_secs(10);
/// How long a burst may take before it counts as stalled.
const STALLED: Duration = Duration::from_secs(2);
/// Bursts: around the buffers that programs read into, up to many times what the kernel keeps.
pub(crate) const BURSTS: [u64; 17] = [
    1, 2, 16, 255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097, 8192, 16384, 65536, 131_072,
    262_144,
];

/// How text is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Between `ESC [ 200 ~` and `ESC [ 201 ~`.
    Bracketed,
    /// As it is: every character is a key.
    Keys,
}

/// What one contender came to.
#[derive(Debug)]
pub(crate) struct Pasted {
    pub(crate) contender: Contender,
    /// Megabytes a second, one a round.
    pub(crate) bracketed: Vec<f64>,
    /// Megabytes a second, one a round.
    pub(crate) keys: Vec<f64>,
    /// The most memory that was resident, in kibibytes.
    pub(crate) resident: Option<u64>,
    /// Each burst that was sent, in bytes, and the longest that it took in milliseconds, unless
    /// it stalled.
    pub(crate) bursts: Vec<(u64, Option<f64>)>,
    /// Why it was given up, if it was.
    pub(crate) failure: Option<String>,
}

impl Pasted {
    fn new(contender: Contender) -> Self {
        Pasted {
            contender,
            bracketed: Vec::new(),
            keys: Vec::new(),
            resident: None,
            bursts: Vec::new(),
            failure: None,
        }
    }

    /// The smallest burst that stalled.
    pub(crate) fn stalled(&self) -> Option<u64> {
        let stalled = self.bursts.iter().filter(|(_, took)| took.is_none());
        stalled.map(|&(size, _)| size).min()
    }
}

/// Sends `size` bytes to each contender, `rounds` times in each form and in a new order each time,
/// then the bursts.
pub(crate) fn measure(
    contenders: Vec<Contender>,
    size: u64,
    rounds: usize,
    stop: &Stop,
) -> Vec<Pasted> {
    let mut rows: Vec<_> = contenders.into_iter().map(Pasted::new).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut progress = Progress::new((2 * rounds + 1) * rows.len());
    for turn in 0..2 * rounds {
        let form = if turn % 2 == 0 {
            Form::Bracketed
        } else {
            Form::Keys
        };
        fastrand::shuffle(&mut order);
        for &index in &order {
            if stop.asked() {
                return rows;
            }
            let row = &mut rows[index];
            progress.step(&row.contender.name);
            attempt(row, |row| paste(row, form, size, stop));
        }
    }
    for row in &mut rows {
        progress.step(&row.contender.name);
        attempt(row, |row| bursts(row, stop));
    }
    rows
}

/// Has a contender take part unless it failed before.
fn attempt(row: &mut Pasted, measure: impl FnOnce(&mut Pasted) -> io::Result<()>) {
    if row.failure.is_none() {
        row.failure = measure(row).err().and_then(|error| failure(&error));
    }
}

/// Pastes `size` bytes and adds the rate at which they were handled.
fn paste(row: &mut Pasted, form: Form, size: u64, stop: &Stop) -> io::Result<()> {
    let mut session = Session::start(&row.contender, Mode::Every(STEP.min(size)))?;
    let text = text(form, size);
    let sent = now();
    let wanted = size / STEP.min(size);
    let (mut written, mut stamps, mut last) = (0, 0, sent);
    while stamps < wanted && now().since(sent) < LIMIT && !stop.asked() {
        written += session.send_some(&text[written..])?;
        let wait = if written < text.len() {
            Duration::ZERO
        } else {
            LIMIT
        };
        match session.stamp(wait)? {
            Some(stamp) => (stamps, last) = (stamps + 1, stamp),
            None if written < text.len() => session.await_room()?,
            None => {}
        }
    }
    let seconds = last.since(sent).as_secs_f64();
    if stamps > 0 && seconds > 0.0 {
        let rate = (stamps * STEP.min(size)) as f64 / seconds / 1e6;
        match form {
            Form::Bracketed => row.bracketed.push(rate),
            Form::Keys => row.keys.push(rate),
        }
    }
    row.resident = row.resident.max(session.usage().resident);
    Ok(())
}

/// Sends each burst three times to a fresh program, with nothing after it.
fn bursts(row: &mut Pasted, stop: &Stop) -> io::Result<()> {
    for size in BURSTS {
        if stop.asked() {
            break;
        }
        let mut session = Session::start(&row.contender, Mode::Every(size))?;
        let mut longest = Some(0.0);
        for _ in 0..3 {
            longest = match burst(&mut session, size)? {
                Some(took) => longest.map(|longest: f64| longest.max(took)),
                None => None,
            };
            if longest.is_none() {
                break;
            }
        }
        row.bursts.push((size, longest));
    }
    Ok(())
}

/// Returns how many milliseconds a burst took, none if it stalled.
fn burst(session: &mut Session, size: u64) -> io::Result<Option<f64>> {
    let text = text(Form::Keys, size);
    let sent = now();
    let mut written = 0;
    while written < text.len() {
        written += session.send_some(&text[written..])?;
        if written < text.len() {
            if now().since(sent) > STALLED {
                return Ok(None);
            }
            session.await_room()?;
        }
    }
    let stamp = session.stamp(STALLED)?;
    Ok(stamp.map(|stamp| stamp.since(sent).as_secs_f64() * 1e3))
}

/// Lines of printable ASCII.
fn text(form: Form, size: u64) -> Vec<u8> {
    let (before, after): (&[u8], &[u8]) = match form {
        Form::Bracketed => (b"\x1b[200~", b"\x1b[201~"),
        Form::Keys => (b"", b""),
    };
    let line = b"The quick brown fox jumps over the lazy dog; 0123456789 times a day, it seems.\r";
    let end = before.len() + size as usize;
    let mut text = Vec::with_capacity(end + line.len());
    text.extend_from_slice(before);
    while text.len() < end {
        text.extend_from_slice(line);
    }
    text.truncate(end);
    text.extend_from_slice(after);
    text
}

#[cfg(test)]
mod tests {
    use super::{Form, text};

    #[test]
    fn text_has_the_size_that_was_asked_for() {
        assert_eq!(text(Form::Keys, 1000).len(), 1000);
        let pasted = text(Form::Bracketed, 10);
        assert!(
            pasted.starts_with(b"\x1b[200~The quick \x1b[201~"),
            "{pasted:?}"
        );
    }
}
