//! `select(2)` of the emulated kernel, by the `poll(2)` of Linux.

use std::os::fd::{BorrowedFd, RawFd};

use rustix::event::{PollFd, PollFlags};
use ttyring_platform::darwin::abi::{Errno, FdSet, Timeval};
use ttyring_platform::darwin::sys::Answer;

use super::{Emulated, errno};

impl Emulated {
    pub(super) fn select_ready(
        &self,
        limit: i32,
        reading: &mut FdSet,
        writing: &mut FdSet,
        timeout: Option<Timeval>,
    ) -> Answer<usize> {
        // The select(2) of the C library refuses more than FD_SETSIZE.
        if !(0..=FdSet::LIMIT as i32).contains(&limit) {
            return Err(Errno::INVAL);
        }
        let of = |set: &FdSet, flag| {
            let asked = (0..limit).filter(|fd| set.contains(*fd));
            asked.map(|fd| (fd, flag)).collect::<Vec<_>>()
        };
        let asked = [of(reading, PollFlags::IN), of(writing, PollFlags::OUT)].concat();
        let ready = self.ready(&asked, timeout)?;
        (*reading, *writing) = (FdSet::default(), FdSet::default());
        let inserted = ready.iter().filter(|(fd, flag)| match *flag {
            PollFlags::IN => reading.insert(*fd),
            _ => writing.insert(*fd),
        });
        Ok(inserted.count())
    }

    /// Waits for any of the descriptors; a terminal that was revoked is always ready.
    fn ready(
        &self,
        asked: &[(RawFd, PollFlags)],
        timeout: Option<Timeval>,
    ) -> Answer<Vec<(RawFd, PollFlags)>> {
        // SAFETY: the caller of select(2) holds its descriptors open for the length of the call.
        let borrowed = asked
            .iter()
            .map(|(fd, _)| unsafe { BorrowedFd::borrow_raw(*fd) });
        let borrowed: Vec<BorrowedFd<'_>> = borrowed.collect();
        let gone = |fd: &BorrowedFd<'_>| self.node(*fd).is_gone();
        let at_once = borrowed.iter().any(gone);
        let interest = borrowed
            .iter()
            .zip(asked)
            .map(|(fd, (_, flag))| PollFd::from_borrowed_fd(*fd, *flag));
        let mut interest: Vec<PollFd<'_>> = interest.collect();
        let timeout = timeout.map(|timeout| rustix::time::Timespec {
            tv_sec: if at_once { 0 } else { timeout.seconds },
            tv_nsec: if at_once {
                0
            } else {
                i64::from(timeout.microseconds) * 1000
            },
        });
        rustix::event::poll(&mut interest, timeout.as_ref()).map_err(errno)?;
        let ready = asked.iter().zip(borrowed.iter().zip(&interest));
        let ready = ready.filter(|(_, (fd, found))| !found.revents().is_empty() || gone(fd));
        Ok(ready.map(|(asked, _)| *asked).collect())
    }
}

/// Reads what is there from every descriptor of a set, as another process would.
pub(super) fn steal(limit: i32, from: &FdSet) {
    for fd in (0..limit).filter(|fd| from.contains(*fd)) {
        // SAFETY: the caller of select(2) holds its descriptors open for the length of the call.
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        assert!(
            rustix::io::read(fd, &mut [0; 64]).is_ok(),
            "nothing to steal"
        );
    }
}
