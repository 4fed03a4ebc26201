//! What came while an answer was waited for is what would have come without the question.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use ttyring::query::VERSION;
use ttyring::{Builder, Event, Input, Polled, Signals, Size};
use ttyring_platform::sim::{Sim, Step};

const LONG: Duration = Duration::from_secs(3600);
const ANSWER: &[u8] = b"\x1bP>|term\x1b\\\x1b[?62c";

fn bytes() -> impl Strategy<Value = Step> {
    let text = "[a-z]{1,40}".prop_map(String::into_bytes);
    let sequences = prop::sample::select(vec![
        &b"\x1b"[..],
        b"\x1b[",
        b"\x1b[1;5",
        b"A",
        b"\xc3",
        b"\xa9",
        b"\x1b\x1b",
        b"\x1b[200~pas",
        b"ted\x1b[201~x",
        b"\x1b[1;2R",
        b"\x1b[3;4R",
        b"\x1b[<0;2;3M",
        b"\x1b[I",
        b"\x1b[97:65;2;65u",
        b"\x1b[48;24;80;0;0t",
        b"\x1b]52;c;aGk=\x07",
        b"\x1b]11;",
        b"\x18",
        b"\r",
        b"\0",
    ]);
    let any = vec(any::<u8>(), 1..6);
    let sequences = sequences.prop_map(<[u8]>::to_vec);
    let long = (60..70_usize).prop_map(|size| [&b"\x1b]x"[..], &vec![b'y'; size << 10]].concat());
    prop_oneof![8 => text, 16 => sequences, 2 => any, 1 => long].prop_map(Step::Bytes)
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
        12 => bytes(),
        1 => size,
        1 => Just(Step::Signal(Signals::TERM)),
        1 => Just(Step::Signal(Signals::CONT)),
        1 => Just(Step::Wake),
    ]
}

/// An input on which this happens in the end, and then the answer comes.
fn open(script: &[(u64, Step)], answer: &[u8]) -> Input<Sim> {
    let sim = Sim::new();
    let builder = Builder::new().signals(Signals::TERM);
    let input = builder.open_on(sim.clone()).unwrap();
    let mut after = Duration::ZERO;
    for (gap, step) in script {
        after += Duration::from_millis(*gap);
        sim.at(after, step.clone());
    }
    // No paste and no sequence takes the answer in.
    after += Duration::from_secs(2);
    sim.at(after, Step::Bytes(b"\x1b[201~".to_vec()));
    after += Duration::from_secs(2);
    sim.at(after, Step::Bytes(answer.to_vec()));
    input
}

fn events(input: &mut Input<Sim>, limit: Duration) -> Vec<(Event<'static>, Vec<u8>)> {
    let next = || match input.poll(limit).unwrap() {
        Polled::Event(event) => {
            let event = event.into_owned();
            Some((event, input.raw().to_vec()))
        }
        _ => None,
    };
    std::iter::from_fn(next).collect()
}

proptest! {
    #[test]
    fn question_changes_nothing_of_what_comes_meanwhile(
        script in vec((prop::sample::select(vec![0, 1, 30, 1000]), step()), 1..30),
    ) {
        let expected = events(&mut open(&script, b""), LONG);
        let mut input = open(&script, ANSWER);
        prop_assert_eq!(input.query(VERSION, LONG).unwrap(), "term");
        prop_assert_eq!(events(&mut input, Duration::ZERO), expected);
    }
}

/// The marks around a paste were gone, and its lines were typing to whoever read bytes.
#[test]
fn paste_that_was_kept_is_a_paste_again_for_who_wants_bytes() {
    use std::io::Read;
    let pasted = b"a\x1b[200~rm -rf\n\x1b[201~b";
    let mut input = open(&[(1, Step::Bytes(pasted.to_vec()))], ANSWER);
    input.query(VERSION, LONG).unwrap();
    let mut bytes = vec![0; pasted.len()];
    input.bytes().read_exact(&mut bytes).unwrap();
    assert_eq!(
        bytes.escape_ascii().to_string(),
        pasted.escape_ascii().to_string()
    );
}

#[test]
fn sequence_that_was_unfinished_when_time_was_up_stands_behind_what_was_kept() {
    use std::io::Read;
    let mut input = open(&[(1, Step::Bytes(b"ab\x1b[".to_vec()))], ANSWER);
    assert!(input.query(VERSION, Duration::from_millis(2)).is_err());
    let mut bytes = [0; 4];
    input.bytes().read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"ab\x1b[");
}

/// They were dropped with the events that bytes belong to.
#[test]
fn signal_that_was_kept_is_an_event_after_the_bytes_were_taken() {
    use std::io::Read;
    let script = [
        (1, Step::Bytes(b"ab".to_vec())),
        (1, Step::Signal(Signals::TERM)),
        (1, Step::Bytes(b"c".to_vec())),
    ];
    let mut input = open(&script, ANSWER);
    input.query(VERSION, LONG).unwrap();
    let mut bytes = [0; 3];
    input.bytes().read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"abc");
    let signal = input.poll(Duration::ZERO).unwrap();
    assert_eq!(signal, Polled::Event(Event::Signal(Signals::TERM)));
}
