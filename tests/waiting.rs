//! A wait without a limit takes a shorter way to its event than one with a limit: what comes of
//! both has to be the same, whatever happens in which order.
#![cfg(not(loom))]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use ttyring::{Builder, Event, Input, Signals, Size, Wait, key};
use ttyring_platform::sim::{Operation, Sim, Step};

const LONG: Duration = Duration::from_secs(3600);

/// Every event until the end, and its bytes.
fn run(
    script: &[(u64, Step)],
    builder: &Builder,
    next: impl Fn(&mut Input<Sim>) -> Option<String>,
) -> Vec<(String, Vec<u8>)> {
    let sim = Sim::new();
    let mut input = builder.clone().open_on(sim.clone()).unwrap();
    let mut after = Duration::ZERO;
    for (gap, step) in script {
        after += Duration::from_millis(*gap);
        sim.at(after, step.clone());
    }
    sim.at(after + Duration::from_secs(1), Step::Hangup);
    let events = std::iter::from_fn(|| Some((next(&mut input)?, input.raw().to_vec())));
    events.collect()
}

fn without_limit(input: &mut Input<Sim>) -> Option<String> {
    let event = input.next_event().unwrap()?;
    Some(format!("{event:?}"))
}

fn with_limit(input: &mut Input<Sim>) -> Option<String> {
    let event = input.poll(LONG).unwrap().event()?;
    Some(format!("{event:?}"))
}

fn bytes() -> impl Strategy<Value = Step> {
    let text = "[a-z]{1,40}".prop_map(String::into_bytes);
    let keys = prop::sample::select(vec![
        &b"\x1b"[..],
        b"\x1b[A",
        b"\x1b[1;5",
        b"C",
        b"\xc3",
        b"\xa9",
        b"\x1b[200~pas",
        b"ted\x1b[201~x",
        b"\x1a",
    ]);
    let keys = keys.prop_map(<[u8]>::to_vec);
    prop_oneof![text, keys].prop_map(Step::Bytes)
}

fn step() -> impl Strategy<Value = Step> {
    let size = (1..200_u16).prop_map(|columns| {
        Step::Resize(Size {
            columns,
            rows: 24,
            ..Size::default()
        })
    });
    prop_oneof![
        6 => bytes(),
        1 => size,
        1 => Just(Step::Signal(Signals::TERM)),
        1 => Just(Step::Wake),
        1 => Just(Step::Spurious),
        1 => (1..9_usize).prop_map(|most| Step::ShortReads(Some(most))),
        1 => Just(Step::Fault(Operation::Read, libc::EAGAIN)),
    ]
}

fn script(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Vec<(u64, Step)>> {
    let gap = prop::sample::select(vec![0, 1, 30, 1000]);
    vec((gap, step), 1..40)
}

proptest! {
    #[test]
    fn wait_without_a_limit_gives_what_one_with_a_limit_gives(
        script in script(step()),
        capacity in prop::sample::select(vec![16, 64, 4096]),
    ) {
        let builder = Builder::new().capacity(capacity).signals(Signals::TERM);
        let expected = run(&script, &builder, with_limit);
        prop_assert_eq!(run(&script, &builder, without_limit), expected.clone());
        let stamped = builder.stamps(true);
        prop_assert_eq!(run(&script, &stamped, without_limit), expected);
    }

    #[test]
    fn wait_in_the_read_itself_gives_the_same_keys(
        script in script(bytes()),
        capacity in prop::sample::select(vec![16, 64, 4096]),
    ) {
        let builder = Builder::new().capacity(capacity);
        let expected = run(&script, &builder, with_limit);
        prop_assert_eq!(run(&script, &builder.wait(Wait::Read), without_limit), expected);
    }
}

#[test]
fn text_has_its_own_byte_wherever_it_lies_in_the_ring() {
    let text: Vec<u8> = (b' '..=b'~').cycle().take(1000).collect();
    let script: Vec<_> = text
        .chunks(11)
        .map(|chunk| (1, Step::Bytes(chunk.to_vec())))
        .collect();
    let events = run(&script, &Builder::new().capacity(16), without_limit);
    let raw: Vec<u8> = events.iter().flat_map(|(_, raw)| raw.clone()).collect();
    assert_eq!(raw, text);
    assert!(events.iter().all(|(_, raw)| raw.len() == 1));
}

#[test]
fn flowing_text_is_read_without_a_wait_each_time_and_hides_no_signal() {
    for limit in [None, Some(LONG)] {
        let sim = Sim::new();
        let builder = Builder::new().signals(Signals::TERM);
        let mut input = builder.open_on(sim.clone()).unwrap();
        sim.type_bytes(&[b'x'; 256 * 1024]);
        let mut next = || match limit {
            None => input.next_event().unwrap().map(Event::into_owned),
            Some(limit) => input.poll(limit).unwrap().event().map(Event::into_owned),
        };
        assert!(next().unwrap() == key!(x));
        sim.now_do(Step::Signal(Signals::TERM));
        let before = std::iter::from_fn(&mut next)
            .take_while(|event| *event == key!(x))
            .count();
        assert!(before <= 17 * 4096, "{before} keys before the signal");
        for _ in 0..256 * 1024 - 1 - before {
            assert!(next().unwrap() == key!(x));
        }
        let calls = sim.calls();
        assert!(calls.waits * 10 < calls.reads, "{calls:?}");
        sim.now_do(Step::Hangup);
        assert_eq!(next(), None);
    }
}

#[test]
fn reads_have_their_time_where_it_is_asked_for() {
    let sim = Sim::new();
    let mut plain = Builder::new().open_on(sim.clone()).unwrap();
    sim.type_bytes(b"a");
    plain.next_event().unwrap();
    assert_eq!(plain.read_at(), None);
    drop(plain);

    let sim = Sim::new();
    let mut input = Builder::new().stamps(true).open_on(sim.clone()).unwrap();
    assert_eq!(input.read_at(), None, "nothing was read yet");
    let start = input.now();
    for second in 1..4 {
        sim.at(Duration::from_secs(second), Step::Bytes(b"ab".to_vec()));
    }
    for second in 1..4 {
        for _ in 0..2 {
            input.next_event().unwrap();
            let read = input.read_at().unwrap();
            assert_eq!(read.since(start), Duration::from_secs(second));
        }
    }
}
