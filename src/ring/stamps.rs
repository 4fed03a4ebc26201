//! The time of each read, beside the bytes that it brought.
//!
//! A stamp is a record of sixteen bytes in a second, smaller ring of the same kind: the position of
//! the first byte to which it applies, and a time. It is published before those bytes are, so
//! whoever sees a byte sees its stamp. The clock is not read here.

use super::{Consumer, Options, Producer};

/// Bytes in a record: two little-endian `u64`. It divides every capacity used here, so a record
/// never lies across the end of the storage.
const RECORD: usize = 16;

/// Makes the side ring for a ring of `capacity` bytes: a stamp for every sixteen bytes of it, and
/// at least sixteen.
pub(super) fn channel(capacity: usize) -> (StampWriter, StampReader) {
    let (producer, consumer) = Options::new(capacity.max(16 * RECORD))
        .spinning(true)
        .channel();
    let reader = StampReader {
        ring: consumer,
        current: None,
    };
    (StampWriter { ring: producer }, reader)
}

/// The producer's end of the stamps.
#[derive(Debug)]
pub(super) struct StampWriter {
    ring: Producer,
}

impl StampWriter {
    /// Gives the bytes from `position` on the time `nanos`. When there is no room, they join the
    /// read before: an earlier time, never a later one.
    pub(super) fn write(&mut self, position: usize, nanos: u64) {
        if let Some(mut grant) = self.ring.grant_at_least(RECORD) {
            let (record, _) = grant.slices();
            record[..8].copy_from_slice(&(position as u64).to_le_bytes());
            record[8..RECORD].copy_from_slice(&nanos.to_le_bytes());
            grant.commit(RECORD);
        }
    }
}

/// The consumer's end of the stamps.
#[derive(Debug)]
pub(super) struct StampReader {
    ring: Consumer,
    current: Option<u64>,
}

impl StampReader {
    /// Takes the stamps up to the one of the byte at `head`.
    pub(super) fn advance(&mut self, head: usize) {
        while let Some((position, nanos)) = self.next() {
            // Both lie within one capacity of each other, so the difference has a sign.
            if head.wrapping_sub(position) as isize >= 0 {
                self.current = Some(nanos);
                self.ring.release(RECORD);
            } else {
                break;
            }
        }
    }

    /// Returns the time of the byte up to which the stamps were taken.
    pub(super) fn current(&self) -> Option<u64> {
        self.current
    }

    fn next(&self) -> Option<(usize, u64)> {
        let grant = self.ring.peek_at_least(RECORD)?;
        let (position, rest) = grant.first().split_first_chunk::<8>()?;
        let (nanos, _) = rest.split_first_chunk::<8>()?;
        let position = u64::from_le_bytes(*position) as usize;
        Some((position, u64::from_le_bytes(*nanos)))
    }
}
