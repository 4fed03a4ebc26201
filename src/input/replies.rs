//! Who waits for which reply of the terminal.
//!
//! A terminal answers in the order in which it was asked, so each batch of questions ends with a
//! fence: one or two questions whose replies say that everything before them was answered or never
//! will be. The first is DA1 (`CSI c`), which every terminal answers. The second is DECRQM for a
//! mode that does not exist, with a number of the batch's own: terminals that answer it tell the
//! fences apart, and a batch whose replies were lost on the way, or come late, cannot be taken for
//! another. Until a terminal has answered one of those, DA1 counts alone.
//!
//! The second is asked only of a terminal that calls itself a VT200 or later in its answer to the
//! first: others, such as macOS's Terminal.app, end the sequence at its `$` and print the `p`.
//!
//! This module reads and writes nothing, and knows no question's meaning.

use std::collections::VecDeque;
use std::fmt;
use std::mem::take;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use ttyring_platform::Time;

use super::turn::Turn;
use crate::event::Reply;

/// Decides whether a reply answers a question.
pub(crate) type Matches = Box<dyn Fn(&Reply<'_>) -> bool + Send>;

/// The replies to a batch, in the order of its questions; `None` where there will be none.
pub(crate) type Answers = Vec<Option<Arc<Reply<'static>>>>;

/// How long the fence of a batch that nobody waits for is still expected.
const LATE: Duration = Duration::from_secs(3);

/// The numbers of modes that do not exist: no terminal or standard uses them, and they fit in
/// 15 bits, to which some terminals cut parameters.
const TAGS: RangeInclusive<u32> = 20_000..=29_999;

/// The first parameter of DA1 from a VT200 on (DEC STD 070, "operating level").
const VT200: u32 = 62;

/// The most replies that are kept between two fences.
const KEPT_REPLIES: usize = 64;

/// Names a batch of questions, by the mode number in its fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u32);

impl Ticket {
    /// Returns the fence at the end of a batch, for a terminal that knows DECRQM or not.
    fn fence(self, knows_modes: bool) -> String {
        match knows_modes {
            true => format!("\x1b[c\x1b[?{}$p", self.0),
            false => "\x1b[c".to_owned(),
        }
    }

    fn next(self) -> Ticket {
        let next = self.0 + 1;
        Ticket(if TAGS.contains(&next) {
            next
        } else {
            *TAGS.start()
        })
    }
}

impl Default for Ticket {
    fn default() -> Self {
        Ticket(*TAGS.end())
    }
}

/// The batches that were sent and whose fences have not come back.
#[derive(Debug, Default)]
pub(crate) struct Replies {
    /// Something was asked, ever: until then, input costs one load.
    asked: AtomicBool,
    /// What takes a reply. It is set by the first question, so that a program that asks nothing does
    /// not link it.
    take: OnceLock<Take>,
    batches: Mutex<Batches>,
    changed: Condvar,
    /// Who reads them.
    pub(crate) turn: Turn,
}

type Take = fn(&Replies, Reply<'_>, Time) -> bool;

#[derive(Debug, Default)]
struct Batches {
    /// In the order in which they were sent.
    queue: VecDeque<Batch>,
    /// Those that are over and not yet asked for.
    over: Vec<(Ticket, Answers)>,
    /// The replies since the last fence.
    since: VecDeque<Arc<Reply<'static>>>,
    /// The replies before it: one that comes again is a terminal's mistake and nobody's event.
    before: VecDeque<Arc<Reply<'static>>>,
    last: Ticket,
    /// The terminal knows DECRQM.
    knows_modes: bool,
    /// The terminal answers the second half of fences.
    tagged: bool,
    /// How many questions were asked whose reply could be taken for a key, ever; and to how many
    /// of them no reply came.
    like_keys: (usize, usize),
}

struct Batch {
    ticket: Ticket,
    questions: Vec<Matches>,
    /// The reply could be taken for a key.
    like_a_key: bool,
    /// When the fence is given up; set once nobody waits any more.
    given_up: Option<Time>,
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("ticket", &self.ticket)
            .field("questions", &self.questions.len())
            .field("given_up", &self.given_up)
            .finish_non_exhaustive()
    }
}

impl Replies {
    /// Sends a batch by calling `send`, which gets the fence to put behind it, and remembers it, in
    /// one step for all threads: the order of the queue is the order on the wire.
    pub(crate) fn ask<E>(
        &self,
        questions: Vec<Matches>,
        like_a_key: bool,
        send: impl FnOnce(&str) -> Result<(), E>,
    ) -> Result<Ticket, E> {
        let mut batches = self.lock();
        let ticket = batches.last.next();
        batches.last = ticket;
        self.take.get_or_init(|| Replies::take);
        // Relaxed: replies come by way of the terminal, and whoever reads them takes the lock.
        self.asked.store(true, Ordering::Relaxed);
        send(&ticket.fence(batches.knows_modes))?;
        batches.like_keys.0 += usize::from(like_a_key);
        batches.queue.push_back(Batch {
            ticket,
            questions,
            like_a_key,
            given_up: None,
        });
        Ok(ticket)
    }

    /// Returns whether replies are to be [offered](Replies::offer) at all.
    #[inline]
    pub(crate) fn is_expecting(&self) -> bool {
        // Relaxed: see `ask`.
        self.asked.load(Ordering::Relaxed)
    }

    /// Offers a reply that was read at `now`; returns whether it belongs to a question, be it one
    /// that nobody waits for any more.
    pub(crate) fn offer(&self, reply: Reply<'_>, now: Time) -> bool {
        self.take.get().is_some_and(|take| take(self, reply, now))
    }

    fn take(&self, reply: Reply<'_>, now: Time) -> bool {
        let mut batches = self.lock();
        batches.expire(now);
        let taken = batches.offer(reply);
        self.changed.notify_all();
        taken
    }

    /// Returns how many questions whose reply could be taken for a key were asked, and how many of
    /// them got none: both since the beginning.
    pub(crate) fn like_keys(&self) -> (usize, usize) {
        self.lock().like_keys
    }

    /// Returns the answers of a batch once no more can come.
    pub(crate) fn answers(&self, ticket: Ticket) -> Option<Answers> {
        self.lock().collect(ticket)
    }

    /// Waits for the answers of a batch while another thread reads the terminal.
    pub(crate) fn wait(&self, ticket: Ticket, timeout: Duration) -> Option<Answers> {
        let mut answers = None;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), timeout, |batches| {
                answers = batches.collect(ticket);
                answers.is_none()
            });
        drop(waited);
        answers
    }

    /// Stops waiting: what still comes for this batch is dropped. Returns the answers that are
    /// there and cannot be another batch's.
    pub(crate) fn give_up(&self, ticket: Ticket, now: Time) -> Answers {
        let mut batches = self.lock();
        if let Some(answers) = batches.collect(ticket) {
            return answers;
        }
        let alone = batches.queue.len() == 1;
        let Batches { queue, since, .. } = &mut *batches;
        match queue.iter_mut().find(|batch| batch.ticket == ticket) {
            Some(batch) => {
                batch.given_up = Some(now + LATE);
                if alone { batch.pick(since) } else { Vec::new() }
            }
            None => Vec::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Batches> {
        // Every change is complete before anything that could panic.
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch {
    /// Picks the answers out of the replies since the last fence. Of two that fit, the later one
    /// is to this batch, the earlier one to a batch whose fence was lost.
    fn pick(&self, since: &VecDeque<Arc<Reply<'static>>>) -> Answers {
        let fits = |question: &Matches| since.iter().rev().find(|reply| question(reply)).cloned();
        self.questions.iter().map(fits).collect()
    }
}

impl Batches {
    fn offer(&mut self, reply: Reply<'_>) -> bool {
        if let Reply::Mode {
            private: true,
            mode,
            ..
        } = &reply
        {
            if TAGS.contains(mode) {
                self.tagged = true;
                let ticket = Ticket(*mode);
                match self.queue.iter().position(|batch| batch.ticket == ticket) {
                    Some(place) => self.fence(place),
                    // It comes a second time: so did what stands before it.
                    None => self.since.clear(),
                }
                return true;
            }
        }
        let attributes = matches!(reply, Reply::PrimaryAttributes(_));
        if let Reply::PrimaryAttributes(level) = &reply {
            self.knows_modes |= level.first().is_some_and(|level| *level >= VT200);
        }
        let fits = |batch: &Batch| batch.questions.iter().any(|question| question(&reply));
        if !self.queue.iter().any(|batch| attributes || fits(batch)) {
            return self.before.iter().any(|before| **before == reply);
        }
        if self.since.len() == KEPT_REPLIES {
            self.since.pop_front();
        }
        self.since.push_back(Arc::new(reply.into_owned()));
        if attributes && !self.tagged {
            self.fence(0);
        }
        true
    }

    /// The fence of the batch at `place` has come back; those before it have lost theirs.
    fn fence(&mut self, place: usize) {
        for lost in 0..=place {
            let Some(batch) = self.queue.pop_front() else {
                break;
            };
            let answers = match lost == place {
                true => batch.pick(&self.since),
                false => batch.questions.iter().map(|_| None).collect(),
            };
            self.end(&batch, answers);
        }
        self.before = take(&mut self.since);
    }

    /// Gives up the fences that are later than any terminal is.
    fn expire(&mut self, now: Time) {
        let expired = |batch: &Batch| batch.given_up.is_some_and(|at| at <= now);
        while let Some(place) = self.queue.iter().position(expired) {
            if let Some(batch) = self.queue.remove(place) {
                self.end(&batch, Vec::new());
            }
        }
    }

    fn end(&mut self, batch: &Batch, answers: Answers) {
        let answered = answers.iter().any(Option::is_some);
        self.like_keys.1 += usize::from(batch.like_a_key && !answered);
        if batch.given_up.is_none() {
            self.over.push((batch.ticket, answers));
        }
    }

    fn collect(&mut self, ticket: Ticket) -> Option<Answers> {
        let place = self.over.iter().position(|&(over, _)| over == ticket)?;
        Some(self.over.swap_remove(place).1)
    }
}

#[cfg(test)]
mod tests;
