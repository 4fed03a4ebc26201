//! The time of each read, beside the bytes that it brought.
//!
//! A stamp is a record of 16 bytes in a second, smaller ring: the position of the first byte to
//! which it applies, and a time. It is published before those bytes, so whoever sees a byte sees its
//! stamp. The clock is not read here.

use super::storage::{self, ReadHalf, WriteHalf};

/// Bytes in a record: two little-endian `u64`. It divides every capacity used here, so a record
/// never lies across the end of the storage.
const RECORD: usize = 16;

/// Makes the stamps of a ring of `capacity` bytes: room for one for every 16 bytes of it, and for
/// at least 16.
pub(super) fn channel(capacity: usize) -> (StampWriter, StampReader) {
    let (write, read) = storage::split(capacity.max(16 * RECORD), false);
    let reader = StampReader {
        half: read,
        current: None,
    };
    (StampWriter(write), reader)
}

/// The producer's side of the stamps.
#[derive(Debug)]
pub(super) struct StampWriter(WriteHalf);

impl StampWriter {
    /// Gives the bytes from `position` on the time `nanos`. When there is no room, they join the
    /// read before them: they seem older than they are, never younger.
    pub(super) fn write(&mut self, position: usize, nanos: u64) {
        let half = &mut self.0;
        if half.known() >= RECORD || half.refresh() >= RECORD {
            let (record, _) = half.slices();
            record[..8].copy_from_slice(&(position as u64).to_le_bytes());
            record[8..RECORD].copy_from_slice(&nanos.to_le_bytes());
            half.advance(RECORD);
        }
    }
}

/// The consumer's side of the stamps.
#[derive(Debug)]
pub(super) struct StampReader {
    half: ReadHalf,
    current: Option<u64>,
}

impl StampReader {
    /// Takes the stamps up to that of the byte at `head`.
    #[inline(never)] // Most rings have no stamps.
    pub(super) fn advance(&mut self, head: usize) {
        while let Some(nanos) = self.next().and_then(|record| applies(record, head)) {
            self.current = Some(nanos);
            self.half.advance(RECORD);
        }
    }

    /// Returns the time of the byte at `position`, which is not before the last one that was
    /// advanced to.
    pub(super) fn at(&self, position: usize) -> Option<u64> {
        self.half.refresh();
        let (first, second) = self.half.slices();
        let records = [first, second].into_iter();
        let records = records.flat_map(|span| span.chunks_exact(RECORD));
        let applying = records.map_while(|bytes| applies(record(bytes)?, position));
        applying.last().or(self.current)
    }

    /// Returns the time of the byte up to which the stamps were taken.
    pub(super) fn current(&self) -> Option<u64> {
        self.current
    }

    fn next(&self) -> Option<(usize, u64)> {
        if self.half.known() < RECORD {
            self.half.refresh();
        }
        record(self.half.slices().0)
    }
}

/// Reads the record at the front of `bytes`: a position and a time.
fn record(bytes: &[u8]) -> Option<(usize, u64)> {
    let (position, rest) = bytes.split_first_chunk::<8>()?;
    let (nanos, _) = rest.split_first_chunk::<8>()?;
    let position = u64::from_le_bytes(*position) as usize;
    Some((position, u64::from_le_bytes(*nanos)))
}

/// Returns the time of a record if it applies to the byte at `position`. Both lie within one
/// capacity of each other, so the difference has a sign.
fn applies((from, nanos): (usize, u64), position: usize) -> Option<u64> {
    (position.wrapping_sub(from) as isize >= 0).then_some(nanos)
}
