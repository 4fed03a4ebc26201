//! Batches, fences and what terminals make of them.

use super::*;

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
    Reply::PrimaryAttributes(vec![62].into())
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
        assert!(replies.offer(reply.clone(), NOW), "{reply:?} was not taken");
    }
}

#[test]
fn answer_stands_before_its_fence() {
    let replies = Replies::default();
    let ticket = ask_cursor(&replies);
    offer_all(&replies, &[at(3)]);
    assert_eq!(replies.answers(ticket), None);
    offer_all(&replies, &[attributes()]);
    assert_eq!(replies.answers(ticket), Some(vec![Some(at(3).into())]));
    assert_eq!(replies.like_keys(), (1, 0), "none was missed");
    offer_all(&replies, &[tag(ticket)]);
    offer_all(&replies, &[at(3), attributes()]);
    assert!(!replies.offer(at(4), NOW), "nobody has asked for another");
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
        assert_eq!(
            replies.answers(ticket),
            Some(vec![Some(attributes().into())])
        );
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
    assert_eq!(replies.answers(second), Some(vec![Some(at(2).into())]));
    assert_eq!(replies.answers(first), None);
}

#[test]
fn answer_that_comes_twice_is_taken_once() {
    let replies = Replies::default();
    let first = ask_cursor(&replies);
    offer_all(&replies, &[at(1), at(1), attributes(), tag(first)]);
    assert_eq!(replies.answers(first), Some(vec![Some(at(1).into())]));
    let second = ask_cursor(&replies);
    offer_all(&replies, &[tag(first), at(2), attributes(), tag(second)]);
    assert_eq!(replies.answers(second), Some(vec![Some(at(2).into())]));
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
    assert_eq!(replies.answers(next), Some(vec![Some(at(2).into())]));
}

#[test]
fn fence_without_a_tag_is_given_up_in_the_end() {
    let replies = Replies::default();
    let first = ask_cursor(&replies);
    replies.give_up(first, NOW);
    let second = ask_cursor(&replies);
    let later = NOW + LATE;
    assert!(replies.offer(at(2), later));
    assert!(replies.offer(attributes(), later));
    assert_eq!(replies.answers(second), Some(vec![Some(at(2).into())]));
}

#[test]
fn answer_without_a_fence_counts_once_the_time_is_over() {
    let replies = Replies::default();
    let ticket = ask_cursor(&replies);
    offer_all(&replies, &[at(5)]);
    assert_eq!(replies.give_up(ticket, NOW), vec![Some(at(5).into())]);
}

#[test]
fn unasked_reply_belongs_to_nobody() {
    let replies = Replies::default();
    assert!(!replies.offer(at(1), NOW));
    ask(&replies, |reply| matches!(reply, Reply::Version(_)));
    assert!(!replies.offer(at(1), NOW));
}

#[test]
fn question_that_could_not_be_sent_is_forgotten() {
    let replies = Replies::default();
    let sent = replies.ask(Vec::new(), true, |_| Err(()));
    assert_eq!(sent, Err(()));
    assert!(!replies.offer(attributes(), NOW));
    assert_eq!(replies.like_keys(), (0, 0));
}

#[test]
fn replies_without_a_fence_are_kept_up_to_a_limit_and_the_newest_count() {
    let replies = Replies::default();
    let ticket = ask_cursor(&replies);
    for row in 0..=2 * KEPT_REPLIES as u32 {
        offer_all(&replies, &[at(row)]);
        assert!(replies.lock().since.len() <= KEPT_REPLIES);
    }
    offer_all(&replies, &[attributes()]);
    let newest = at(2 * KEPT_REPLIES as u32);
    assert_eq!(replies.answers(ticket), Some(vec![Some(newest.into())]));
}

#[test]
fn answer_without_a_fence_is_nobodys_where_two_have_asked() {
    let replies = Replies::default();
    let first = ask_cursor(&replies);
    let second = ask_cursor(&replies);
    offer_all(&replies, &[at(5)]);
    assert_eq!(replies.give_up(second, NOW), Vec::new());
    assert_eq!(replies.give_up(first, NOW), Vec::new());
}

#[test]
fn first_half_of_a_fence_is_none_once_the_second_has_come() {
    let replies = Replies::default();
    let first = ask_cursor(&replies);
    offer_all(&replies, &[attributes(), tag(first)]);
    let second = ask_cursor(&replies);
    offer_all(&replies, &[attributes()]);
    assert_eq!(replies.answers(second), None);
    offer_all(&replies, &[at(7), tag(second)]);
    assert_eq!(replies.answers(second), Some(vec![Some(at(7).into())]));
}

#[test]
fn numbers_of_fences_begin_again_behind_the_last() {
    let last = Ticket(*TAGS.end());
    assert_eq!(last.next(), Ticket(*TAGS.start()));
    assert_eq!(last.next().next(), Ticket(TAGS.start() + 1));
}

#[test]
fn who_gave_up_is_not_waited_for_and_leaves_nothing_behind() {
    let replies = Replies::default();
    let ticket = ask_cursor(&replies);
    replies.give_up(ticket, NOW);
    offer_all(&replies, &[at(1), attributes(), tag(ticket)]);
    assert_eq!(replies.answers(ticket), None);
    assert!(replies.lock().over.is_empty());
    let given_up = ask_cursor(&replies);
    replies.give_up(given_up, NOW);
    // Just before its time it is still expected, and what is asked later is not answered by it.
    let soon = Time::from_nanos((NOW + LATE).as_nanos() - 1);
    assert!(replies.offer(at(2), soon));
    assert!(!replies.offer(at(3), NOW + LATE));
}

#[test]
fn batch_that_comes_twice_answers_no_later_one() {
    let replies = Replies::default();
    let first = ask_cursor(&replies);
    let echoed = [at(1), attributes(), tag(first)];
    offer_all(&replies, &echoed);
    let second = ask_cursor(&replies);
    offer_all(&replies, &echoed);
    offer_all(&replies, &[attributes(), tag(second)]);
    assert_eq!(replies.answers(second), Some(vec![None]));
}

#[test]
fn batch_whose_fence_was_lost_has_no_answers_when_the_next_fence_comes() {
    let replies = Replies::default();
    let (first, second) = (ask_cursor(&replies), ask_cursor(&replies));
    offer_all(&replies, &[at(1), at(2), tag(second)]);
    assert_eq!(replies.answers(first), Some(vec![None]));
    assert_eq!(replies.answers(second), Some(vec![Some(at(2).into())]));
}
