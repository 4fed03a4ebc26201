//! Every interleaving of the two sides of the ring, and of the threads and handlers of a custody,
//! explored by loom.
//!
//! `ci/prove/loom.sh` runs these models on the code as it is, and then on each mutant of
//! `ci/prove/mutants/ring.toml` and `custody.toml`: one of them must fail each time. So a model is
//! here because some mutant needs it, and is as small as that mutant lets it be.
#![cfg(loom)]

mod custody;
mod ending;
// What the library keeps to itself.
#[path = "../../src/ring/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod ring;
#[path = "../../src/sync.rs"]
mod sync;
mod transfer;
mod waiting;

/// Explores a model with at most three preemptions: every one of the weakened rings fails within
/// two, and the number of executions grows about sixfold with the next.
fn explore(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// Something that one thread writes and another reads, which loom checks for races.
struct Witness(loom::cell::UnsafeCell<u8>);

impl Witness {
    fn new() -> loom::sync::Arc<Witness> {
        loom::sync::Arc::new(Witness(loom::cell::UnsafeCell::new(0)))
    }

    /// Writes; a race if another access is not ordered against this one.
    fn testify(&self) {
        self.0.with_mut(|_| ());
    }

    /// Reads; a race if the write is not ordered against this one.
    fn confirm(&self) {
        self.0.with(|_| ());
    }
}
