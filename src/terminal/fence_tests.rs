//! How long an answer is awaited, and what comes before it.

use super::super::simulation::Alone;
use super::*;

#[test]
fn an_answer_has_three_times_as_long_as_the_slowest_within_limits() {
    let milliseconds = Duration::from_millis;
    assert_eq!(timeout(Some(milliseconds(0))), SHORTEST_WAIT);
    assert_eq!(timeout(Some(milliseconds(200))), milliseconds(600));
    assert_eq!(timeout(Some(milliseconds(900))), LONGEST_WAIT);
    assert_eq!(timeout(Some(Duration::MAX)), LONGEST_WAIT);
}

fn ends_in(chunks: &[&[u8]]) -> bool {
    let mut heard = Heard::default();
    chunks.iter().any(|chunk| heard.answered_by(chunk))
}

#[test]
fn answer_is_found_behind_other_replies_and_across_reads() {
    assert!(ends_in(&[b"\x1b[<0;1;1M\x1b[?62;22c"]));
    assert!(ends_in(&[b"abc\x1b[?6", b"2c"]));
    assert!(ends_in(&[b"\x1b", b"[", b"?", b"1;2", b"c"]));
}

#[test]
fn the_rest_is_kept_in_its_order() {
    let mut heard = Heard::default();
    assert!(!heard.answered_by(b"ab\x1b[<0;1;1M\x1b[?6"));
    assert!(heard.answered_by(b"2;22cde"));
    assert_eq!(heard.bytes, b"ab\x1b[<0;1;1Mde");
}

#[test]
fn other_replies_are_not_the_answer() {
    assert!(!ends_in(&[b"\x1b[?1;2u"]));
    assert!(!ends_in(&[b"\x1b[3;4R\x1b[c"]));
    assert!(!ends_in(&[b"\x1b[?2026;2$yc"]));
    assert!(!ends_in(&[b"\x1b[>1;2c"]));
}

/// Asks a terminal that may never answer, and waits for what it says.
fn ask(process: &Alone, timeout: Duration, is_over: impl Fn() -> bool) -> (Last, Duration) {
    let tty = process.tty();
    // A wait without an end aborts.
    process.arm(true);
    let begun = process.now();
    tty.write(QUESTION).expect("a scripted terminal");
    let last = wait(&*tty, timeout, is_over);
    (last, process.now().since(begun))
}

#[test]
fn remote_link_has_longer_until_an_answer_is_measured() {
    assert_eq!(timeout_on(None, || false), SHORTEST_WAIT);
    assert_eq!(timeout_on(None, || true), REMOTE);
    assert_eq!(timeout_on(Some(Duration::ZERO), || true), SHORTEST_WAIT);
}

#[test]
fn answer_that_does_not_come_is_awaited_for_its_time() {
    let process = Alone::new();
    process.conditions.mute();
    process.sim().type_bytes(b"typed");
    let (last, taken) = ask(&process, SHORTEST_WAIT, || false);
    assert_eq!(last.bytes, b"typed");
    assert_eq!(last.round_trip, None);
    assert!(
        taken >= SHORTEST_WAIT && taken < SHORTEST_WAIT * 2,
        "{taken:?}"
    );
}

#[test]
fn silence_is_one_call_a_turn() {
    let process = Alone::new();
    process.conditions.mute();
    ask(&process, SHORTEST_WAIT, || false);
    let waits = process
        .trace()
        .iter()
        .filter(|&&name| name == "poll")
        .count();
    assert_eq!(waits as u128, SHORTEST_WAIT.as_millis() / TURN.as_millis());
}

#[test]
fn answer_is_measured_and_taken_out() {
    let process = Alone::new();
    process.sim().type_bytes(b"typed");
    let (last, taken) = ask(&process, LONGEST_WAIT, || false);
    assert_eq!(last.bytes, b"typed");
    let measured = last.round_trip.expect("it came");
    assert!(measured > Duration::ZERO && measured <= taken);
}

#[test]
fn end_of_the_process_ends_the_wait() {
    let process = Alone::new();
    process.conditions.mute();
    let looks = std::cell::Cell::new(0);
    let is_over = || {
        looks.set(looks.get() + 1);
        looks.get() > 2
    };
    let (_, taken) = ask(&process, LONGEST_WAIT, is_over);
    assert!(taken < SHORTEST_WAIT, "{taken:?}");
}

#[test]
fn what_is_kept_has_a_limit() {
    let process = Alone::new();
    process.conditions.mute();
    process.sim().type_bytes(&vec![b'x'; 2 * KEPT_BYTES]);
    let (last, _) = ask(&process, LONGEST_WAIT, || false);
    assert!((KEPT_BYTES..KEPT_BYTES + 4096).contains(&last.bytes.len()));
}
