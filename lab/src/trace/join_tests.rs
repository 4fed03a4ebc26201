//! The joining over recorded lists of events: times in microseconds, on the way of one key or more.

use super::super::cause::{self, Cause};
use super::super::event::{Event, Kind, Name};
use super::super::key::{Key, Point};
use super::super::meanwhile;
use super::Joiner;

const WRITER: u32 = 10;
const WORKER: u32 = 20;
const READER: u32 = 30;
const HOG: u32 = 40;

fn event(micros: u64, kind: Kind, cpu: u32, thread: u32) -> Event {
    Event {
        cpu,
        thread,
        process: thread,
        ..Event::new(micros * 1000, kind)
    }
}

fn with(event: Event, value: i64) -> Event {
    Event { value, ..event }
}

fn switch(micros: u64, cpu: u32, from: (u32, i64), to: u32) -> Event {
    let name = |thread| match thread {
        0 => Name::from("swapper"),
        HOG => Name::from("hog"),
        _ => Name::from("reader"),
    };
    Event {
        other: from.0,
        value: from.1,
        name: name(to),
        other_name: name(from.0),
        ..event(micros, Kind::Switch, cpu, to)
    }
}

fn waking(micros: u64) -> Event {
    Event {
        other: WORKER,
        ..event(micros, Kind::Waking, 0, READER)
    }
}

/// A key as it should be: 60 µs, 10 of them until the reader's processor is awake.
fn usual() -> Vec<Event> {
    vec![
        event(0, Kind::Write, 0, WRITER),
        event(2, Kind::Queued, 0, WRITER),
        with(event(3, Kind::Written, 0, WRITER), 1),
        event(12, Kind::Runs, 0, WORKER),
        waking(13),
        event(14, Kind::Ends, 0, WORKER),
        with(event(23, Kind::Awake, 1, 0), 900_000),
        switch(30, 1, (0, 0), READER),
        with(event(35, Kind::Read, 1, READER), 1),
        event(40, Kind::Decoded, 1, READER),
        event(60, Kind::Handled, 1, READER),
    ]
}

fn join(probes: bool, events: impl IntoIterator<Item = Event>) -> Vec<Key> {
    let mut joiner = Joiner::new(probes);
    events
        .into_iter()
        .flat_map(|event| joiner.push(event))
        .collect()
}

fn one(probes: bool, events: Vec<Event>) -> Key {
    let mut keys = join(probes, events);
    assert_eq!(keys.len(), 1, "{keys:#?}");
    keys.remove(0)
}

fn later(events: &[Event], micros: u64) -> impl Iterator<Item = Event> {
    events.iter().map(move |&event| Event {
        at: event.at + micros * 1000,
        ..event
    })
}

fn of(key: &Key, cause: Cause) -> u64 {
    cause::split(key)[cause as usize] / 1000
}

const ALL: [Point; 8] = [
    Point::Written,
    Point::Queued,
    Point::Runs,
    Point::Woken,
    Point::On,
    Point::Read,
    Point::Decoded,
    Point::Handled,
];

#[test]
fn key_has_every_stage_and_they_add_up() {
    let key = one(true, usual());
    assert!(key.is_whole(&ALL), "{key:#?}");
    let stages: Vec<_> = key.stages().map(|(_, nanos)| nanos / 1000).collect();
    assert_eq!(stages, [2, 10, 1, 17, 5, 5, 20]);
    assert_eq!(
        key.stages().map(|(_, nanos)| nanos).sum::<u64>(),
        key.total()
    );
    assert_eq!(cause::split(&key).iter().sum::<u64>(), key.total());
    assert_eq!((key.cpu(), key.worker()), (Some(1), Some((WORKER, 0))));
}

#[test]
fn time_until_the_processor_is_awake_is_the_idle_states() {
    let key = one(true, usual());
    assert_eq!(of(&key, Cause::Idle), 10);
    assert_eq!(of(&key, Cause::Cpu), 7);
    assert_eq!(of(&key, Cause::WorkQueue), 10);
    assert_eq!(of(&key, Cause::Program), 25);
}

#[test]
fn without_probes_a_key_ends_where_the_read_returns() {
    let keys = join(false, usual());
    assert_eq!(keys[0].total(), 35_000);
    assert!(keys[0].is_whole(&ALL[..6]) && !keys[0].is_whole(&ALL));
}

#[test]
fn keys_follow_each_other() {
    let first = usual();
    let both: Vec<_> = later(&first, 0).chain(later(&first, 5000)).collect();
    let keys = join(true, both);
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|key| key.is_whole(&ALL) && !key.shared));
}

#[test]
fn one_read_takes_the_keys_that_waited_for_it() {
    let mut events = usual();
    events.insert(3, event(4, Kind::Write, 0, WRITER));
    events.insert(4, with(event(5, Kind::Written, 0, WRITER), 1));
    events[10].value = 2;
    assert_eq!(events[10].kind, Kind::Read);
    let keys = join(true, events);
    assert_eq!(keys.len(), 2, "{keys:#?}");
    assert_eq!(keys[1].total(), 56_000);
    assert!(keys.iter().all(|key| key.shared));
    assert!(!keys[1].is_whole(&ALL), "its work was queued already");
}

#[test]
fn bytes_of_a_sequence_are_one_key() {
    let mut events = usual();
    for event in &mut events {
        if matches!(event.kind, Kind::Written | Kind::Read) {
            event.value = 3;
        }
    }
    assert!(one(true, events).is_whole(&ALL));
}

#[test]
fn write_that_failed_is_no_key() {
    let mut events = usual();
    events[2].value = -11;
    assert!(join(true, events).is_empty());
}

#[test]
fn key_of_a_driver_begins_where_its_work_is_queued() {
    let events = usual();
    let keyboard = events
        .into_iter()
        .filter(|event| !matches!(event.kind, Kind::Write | Kind::Written));
    let key = one(true, keyboard.collect());
    assert_eq!(key.at(Point::Written), None);
    assert!(key.is_whole(&ALL[1..]));
    assert_eq!(key.total(), 58_000);
}

#[test]
fn busy_loop_on_the_processor_is_waiting_for_it() {
    let mut events = usual();
    events.remove(6);
    events[6] = switch(2500, 1, (HOG, 0), READER);
    for event in &mut events[7..] {
        event.at += 2_470_000;
    }
    let key = one(true, events);
    let (most, nanos) = cause::most(&cause::split(&key));
    assert_eq!((most, nanos / 1000), (Cause::Cpu, 2487));
    let spans = meanwhile::spans(&key.events, 1, 13_000, 2_500_000);
    let ran = meanwhile::by_thread(&spans);
    assert_eq!(ran[0].0.name.to_string(), "hog");
    assert_eq!(ran[0].1, 2_487_000);
}

#[test]
fn busy_loop_before_the_worker_is_waiting_for_the_processor() {
    let mut events = usual();
    events.insert(3, switch(4, 0, (WRITER, 1), HOG));
    events.insert(4, switch(11, 0, (HOG, 0), WORKER));
    let key = one(true, events);
    assert_eq!(of(&key, Cause::WorkQueue), 3);
    assert_eq!(of(&key, Cause::Cpu), 7 + 7);
    assert_eq!(cause::split(&key).iter().sum::<u64>(), key.total());
}

#[test]
fn preemption_in_the_program_is_waiting_for_the_processor() {
    let mut events = usual();
    events.insert(10, switch(45, 1, (READER, 0), HOG));
    events.insert(11, switch(55, 1, (HOG, 0), READER));
    let key = one(true, events);
    assert_eq!(of(&key, Cause::Cpu), 17);
    assert_eq!(of(&key, Cause::Program), 15);
}

#[test]
fn sleep_of_the_program_is_its_own() {
    let mut events = usual();
    events.insert(10, switch(45, 1, (READER, 1), 0));
    events.insert(
        11,
        Event {
            other: 50,
            ..waking(52)
        },
    );
    events.insert(12, switch(55, 1, (0, 0), READER));
    let key = one(true, events);
    assert_eq!(of(&key, Cause::Program), 22);
    assert_eq!(of(&key, Cause::Cpu), 10);
}

#[test]
fn quota_that_ran_out_is_throttled() {
    let mut by_kernel = usual();
    by_kernel.insert(
        9,
        Event {
            throttled: true,
            ..switch(36, 1, (READER, 0), 0)
        },
    );
    by_kernel.insert(10, switch(39, 1, (0, 0), READER));
    let key = one(true, by_kernel);
    assert_eq!((of(&key, Cause::Throttled), of(&key, Cause::Cpu)), (20, 0));
    let mut by_count = one(true, usual());
    by_count.quota_ran_out = true;
    assert_eq!(of(&by_count, Cause::Throttled), 17);
}

#[test]
fn reader_that_was_awake_was_busy_with_something_else() {
    let events = usual();
    let busy = events
        .into_iter()
        .filter(|event| !matches!(event.kind, Kind::Waking | Kind::Switch | Kind::Awake));
    let key = one(true, busy.collect());
    assert_eq!(key.at(Point::On), None);
    assert_eq!(cause::most(&cause::split(&key)).0, Cause::Program);
    assert_eq!(cause::split(&key).iter().sum::<u64>(), key.total());
}

#[test]
fn key_that_nobody_reads_is_given_up() {
    let mut joiner = Joiner::new(true);
    let unread = usual().into_iter().take(6);
    let again: Vec<_> = later(&usual(), 6_000_000).collect();
    let keys: Vec<_> = unread
        .chain(again)
        .flat_map(|event| joiner.push(event))
        .collect();
    assert_eq!((keys.len(), joiner.unread), (1, 1));
    assert!(keys[0].is_whole(&ALL));
}

#[test]
fn key_that_ends_the_program_lacks_its_last_stage() {
    let mut joiner = Joiner::new(true);
    let last = usual().into_iter().take(10);
    assert_eq!(last.flat_map(|event| joiner.push(event)).count(), 0);
    let keys = joiner.finish();
    assert_eq!((keys.len(), joiner.unread), (1, 0));
    assert!(
        keys[0].is_whole(&ALL[..6]) && !keys[0].is_whole(&ALL),
        "{keys:#?}"
    );
}

#[test]
fn next_key_may_be_written_before_the_last_one_is_handled() {
    let mut events = usual();
    let second: Vec<_> = later(&usual(), 50).collect();
    events.extend(second);
    events.sort_by_key(|event| event.at);
    let keys = join(true, events);
    assert_eq!(keys.len(), 2);
    assert!(
        keys.iter().all(|key| key.is_whole(&ALL) && !key.shared),
        "{keys:#?}"
    );
    assert_eq!((keys[0].total(), keys[1].total()), (60_000, 60_000));
}

#[test]
fn read_that_was_not_seen_costs_one_key_only() {
    let mut joiner = Joiner::new(false);
    let first = usual().into_iter().filter(|event| event.kind != Kind::Read);
    let second: Vec<_> = later(&usual(), 5000).collect();
    let keys: Vec<_> = first
        .chain(second)
        .flat_map(|event| joiner.push(event))
        .collect();
    assert_eq!((keys.len(), joiner.unread), (1, 1));
    assert_eq!(keys[0].total(), 35_000);
}

#[test]
fn verdict_weighs_time_not_keys() {
    let splits: Vec<_> = [one(true, usual())].iter().map(cause::split).collect();
    let verdict = cause::verdict(splits.iter()).expect("one key");
    assert_eq!(verdict.cause, Cause::Program);
    assert!((verdict.share - 25.0 / 60.0).abs() < 1e-9);
    assert_eq!(cause::verdict(std::iter::empty()), None);
}
