//! Decodes the same mixes of input with ttyring and its peers, interleaved.
//!
//! `cargo bench --manifest-path benches/peers/Cargo.toml --bench decode` prints MB/s, the best of
//! several rounds, and allocations for each event. With `-- count MIX CONTENDER ROUNDS` it decodes
//! so often and prints the number of events: for `ci/measure/callgrind.sh`, which counts instructions.
//! `-- linear` prints how long twice the bytes of hostile input take.

mod allocations;
mod contenders;
mod mixes;

use std::time::{Duration, Instant};

use contenders::{CONTENDERS, Contender};
use mixes::{MIXES, Mix};

const SIZE: usize = 4 << 20;
const CHUNK: usize = 4096;
const ROUNDS: usize = 9;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(),
        ["linear"] => linear(),
        ["count", mix, contender, rounds] => count(mix, contender, rounds),
        _ => {
            eprintln!("usage: decode [linear | count MIX CONTENDER ROUNDS]");
            std::process::exit(2);
        }
    }
}

fn table() {
    print!("{:<8}", "MB/s");
    CONTENDERS
        .iter()
        .for_each(|contender| print!("{:>14}", contender.name));
    println!("   (allocations an event in brackets)");
    for mix in MIXES {
        let bytes = mix.bytes(if mix.name == "paste" { 16 << 20 } else { SIZE });
        let mut best = [Duration::MAX; CONTENDERS.len()];
        let mut allocated = [0.0; CONTENDERS.len()];
        for _ in 0..ROUNDS {
            for (index, contender) in CONTENDERS.iter().enumerate() {
                let (time, per_event) = run(contender, mix, &bytes);
                best[index] = best[index].min(time);
                allocated[index] = per_event;
            }
        }
        print!("{:<8}", mix.name);
        for (time, per_event) in best.iter().zip(allocated) {
            let speed = bytes.len() as f64 / time.as_secs_f64() / 1e6;
            print!("{speed:>8.0} [{per_event:.1}]");
        }
        println!();
    }
}

fn run(contender: &Contender, mix: &Mix, bytes: &[u8]) -> (Duration, f64) {
    let before = allocations::count();
    let start = Instant::now();
    let events = (contender.decode)(&mut bytes.chunks(CHUNK), mix);
    let time = start.elapsed();
    let allocations = allocations::count() - before;
    (time, allocations as f64 / events.max(1) as f64)
}

/// Decodes the same bytes so many times: the difference of two counts of rounds is decoding alone.
fn count(mix: &str, contender: &str, rounds: &str) {
    let mix = MIXES
        .iter()
        .find(|one| one.name == mix)
        .expect("a mix of the table");
    let contender = CONTENDERS
        .iter()
        .find(|one| one.name == contender)
        .expect("a contender of the table");
    let bytes = mix.bytes(40_000);
    let rounds: usize = rounds.parse().expect("a number of rounds");
    let events = (0..rounds).map(|_| (contender.decode)(&mut bytes.chunks(CHUNK), mix));
    println!("{}", events.sum::<usize>());
}

/// How long twice the input takes. The same block is decoded again and again, so that the larger
/// input is no harder on the caches.
fn linear() {
    let decode = CONTENDERS[0].decode;
    let any = &MIXES[0];
    for (name, prefix, body) in mixes::HOSTILE {
        let len = CHUNK / body.len() * body.len();
        let block: Vec<u8> = body.iter().copied().cycle().take(len).collect();
        let mut best = [Duration::MAX; 2];
        for _ in 0..ROUNDS {
            for (best, blocks) in best.iter_mut().zip([1024, 2048]) {
                let body = std::iter::repeat_n(&block[..], blocks);
                let start = Instant::now();
                decode(&mut std::iter::once(*prefix).chain(body), any);
                *best = start.elapsed().min(*best);
            }
        }
        let [once, twice] = best;
        let ratio = twice.as_secs_f64() / once.as_secs_f64();
        println!("{name:<22} {once:>10.2?} {twice:>10.2?}  x{ratio:.2}");
    }
}
