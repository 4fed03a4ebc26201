//! Who waits for which reply of the terminal.
//!
//! A terminal answers in the order in which it was asked, so each batch of questions ends with a
//! fence: two questions whose replies say that everything before them was answered or never will
//! be. The first is DA1 (`CSI c`), which every terminal answers. The second is DECRQM for a mode
//! that does not exist, with a number of the batch's own: terminals that answer it tell the fences
//! apart, and a batch whose replies were lost on the way, or come late, cannot be taken for
//! another. Until a terminal has answered one of those, DA1 counts alone.
//!
//! This module reads and writes nothing, and knows no question's meaning.

use std::collections::VecDeque;
use std::fmt;
use std::mem::take;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ttyring_platform::Time;

use crate::event::Reply;

/// Decides whether a reply answers a question.
pub(crate) type Matches = Box<dyn Fn(&Reply<'_>) -> bool + Send>;

/// The replies to a batch, in the order of its questions; `None` where there will be none.
pub(crate) type Answers = Vec<Option<Reply<'static>>>;

/// How long the fence of a batch that nobody waits for is still expected.
const LATE: Duration = Duration::from_secs(3);

/// The numbers of modes that do not exist: no terminal or standard uses them, and they fit in
/// 15 bits, to which some terminals cut parameters.
const TAGS: RangeInclusive<u32> = 20_000..=29_999;

/// The most replies that are kept between two fences.
const KEPT: usize = 64;

/// Names a batch of questions, by the mode number in its fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u32);

impl Ticket {
    /// Writes the fence at the end of a batch.
    pub(crate) fn write_fence(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(format!("\x1b[c\x1b[?{}$p", self.0).as_bytes());
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
    batches: Mutex<Batches>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Batches {
    /// In the order in which they were sent.
    queue: VecDeque<Batch>,
    /// Those that are over and not yet asked for.
    over: Vec<(Ticket, Answers)>,
    /// The replies since the last fence.
    since: VecDeque<Reply<'static>>,
    /// The replies before it: one that comes again is a terminal's mistake and nobody's event.
    before: VecDeque<Reply<'static>>,
    last: Ticket,
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
    /// Sends a batch by calling `send` and remembers it, in one step for all threads: the order of
    /// the queue is the order on the wire.
    pub(crate) fn ask<E>(
        &self,
        questions: Vec<Matches>,
        like_a_key: bool,
        send: impl FnOnce(Ticket) -> Result<(), E>,
    ) -> Result<Ticket, E> {
        let mut batches = self.lock();
        let ticket = batches.last.next();
        batches.last = ticket;
        // Relaxed: replies come by way of the terminal, and whoever reads them takes the lock.
        self.asked.store(true, Ordering::Relaxed);
        send(ticket)?;
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
    pub(crate) fn offer(&self, reply: &Reply<'_>, now: Time) -> bool {
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
    fn pick(&self, since: &VecDeque<Reply<'static>>) -> Answers {
        let fits = |question: &Matches| since.iter().rev().find(|reply| question(reply)).cloned();
        self.questions.iter().map(fits).collect()
    }
}

impl Batches {
    fn offer(&mut self, reply: &Reply<'_>) -> bool {
        if let Reply::Mode {
            private: true,
            mode,
            ..
        } = reply
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
        let fits = |batch: &Batch| batch.questions.iter().any(|question| question(reply));
        if !self.queue.iter().any(|batch| attributes || fits(batch)) {
            return self.before.contains(reply);
        }
        if self.since.len() == KEPT {
            self.since.pop_front();
        }
        self.since.push_back(reply.clone().into_owned());
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
mod tests {
    use super::*;
    use crate::event::Params;

    const NOW: Time = Time::from_nanos(1);

    fn at(row: u32) -> Reply<'static> {
        Reply::CursorPosition {
            row,
            column: 1,
            page: None,
            private: false,
        }
    }

    fn attributes() -> Reply<'static> {
        Reply::PrimaryAttributes(Params::new(vec![62]))
    }

    fn tag(ticket: Ticket) -> Reply<'static> {
        Reply::Mode {
            private: true,
            mode: ticket.0,
            value: 0,
        }
    }

    fn ask(replies: &Replies, fits: fn(&Reply<'_>) -> bool) -> Ticket {
        replies
            .ask(vec![Box::new(fits)], true, |_| Ok::<_, ()>(()))
            .expect("sent")
    }

    fn ask_cursor(replies: &Replies) -> Ticket {
        ask(replies, |reply| {
            matches!(reply, Reply::CursorPosition { .. })
        })
    }

    fn offer_all(replies: &Replies, all: &[Reply<'static>]) {
        for reply in all {
            assert!(replies.offer(reply, NOW), "{reply:?} was not taken");
        }
    }

    #[test]
    fn answer_stands_before_its_fence() {
        let replies = Replies::default();
        let ticket = ask_cursor(&replies);
        offer_all(&replies, &[at(3)]);
        assert_eq!(replies.answers(ticket), None);
        offer_all(&replies, &[attributes()]);
        assert_eq!(replies.answers(ticket), Some(vec![Some(at(3))]));
        offer_all(&replies, &[tag(ticket)]);
        offer_all(&replies, &[at(3), attributes()]);
        assert!(!replies.offer(&at(4), NOW), "nobody has asked for another");
    }

    #[test]
    fn fence_alone_means_that_there_is_no_answer() {
        let replies = Replies::default();
        let ticket = ask_cursor(&replies);
        offer_all(&replies, &[attributes()]);
        assert_eq!(replies.answers(ticket), Some(vec![None]));
        assert_eq!(replies.like_keys(), (1, 1));
    }

    #[test]
    fn fence_is_the_answer_to_its_own_question() {
        let replies = Replies::default();
        for _ in 0..2 {
            let ticket = ask(&replies, |reply| {
                matches!(reply, Reply::PrimaryAttributes(_))
            });
            offer_all(&replies, &[attributes(), tag(ticket)]);
            assert_eq!(replies.answers(ticket), Some(vec![Some(attributes())]));
        }
    }

    #[test]
    fn late_answer_is_not_taken_for_the_next_one() {
        let replies = Replies::default();
        let first = ask_cursor(&replies);
        assert_eq!(replies.give_up(first, NOW), vec![None]);
        let second = ask_cursor(&replies);
        offer_all(
            &replies,
            &[
                at(1),
                attributes(),
                tag(first),
                at(2),
                attributes(),
                tag(second),
            ],
        );
        assert_eq!(replies.answers(second), Some(vec![Some(at(2))]));
        assert_eq!(replies.answers(first), None);
    }

    #[test]
    fn answer_that_comes_twice_is_taken_once() {
        let replies = Replies::default();
        let first = ask_cursor(&replies);
        offer_all(&replies, &[at(1), at(1), attributes(), tag(first)]);
        assert_eq!(replies.answers(first), Some(vec![Some(at(1))]));
        let second = ask_cursor(&replies);
        offer_all(&replies, &[tag(first), at(2), attributes(), tag(second)]);
        assert_eq!(replies.answers(second), Some(vec![Some(at(2))]));
    }

    #[test]
    fn lost_replies_do_not_shift_those_that_follow() {
        let replies = Replies::default();
        let known = ask_cursor(&replies);
        offer_all(&replies, &[attributes(), tag(known)]);
        let lost = ask_cursor(&replies);
        replies.give_up(lost, NOW);
        let next = ask_cursor(&replies);
        offer_all(&replies, &[at(2), attributes(), tag(next)]);
        assert_eq!(replies.answers(next), Some(vec![Some(at(2))]));
    }

    #[test]
    fn fence_without_a_tag_is_given_up_in_the_end() {
        let replies = Replies::default();
        let first = ask_cursor(&replies);
        replies.give_up(first, NOW);
        let second = ask_cursor(&replies);
        let later = NOW + LATE;
        assert!(replies.offer(&at(2), later));
        assert!(replies.offer(&attributes(), later));
        assert_eq!(replies.answers(second), Some(vec![Some(at(2))]));
    }

    #[test]
    fn answer_without_a_fence_counts_once_the_time_is_over() {
        let replies = Replies::default();
        let ticket = ask_cursor(&replies);
        offer_all(&replies, &[at(5)]);
        assert_eq!(replies.give_up(ticket, NOW), vec![Some(at(5))]);
    }

    #[test]
    fn unasked_reply_belongs_to_nobody() {
        let replies = Replies::default();
        assert!(!replies.offer(&at(1), NOW));
        ask(&replies, |reply| matches!(reply, Reply::Version(_)));
        assert!(!replies.offer(&at(1), NOW));
    }

    #[test]
    fn question_that_could_not_be_sent_is_forgotten() {
        let replies = Replies::default();
        let sent = replies.ask(Vec::new(), true, |_| Err(()));
        assert_eq!(sent, Err(()));
        assert!(!replies.offer(&attributes(), NOW));
        assert_eq!(replies.like_keys(), (0, 0));
    }
}
