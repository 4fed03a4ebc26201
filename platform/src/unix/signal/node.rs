//! The subscribers, in a list that a signal handler can walk: it only ever grows, and its nodes
//! are reused.
//!
//! A node is in one of two states. While `signals` is empty nobody owns its wake descriptor and a
//! handler leaves it alone. While it is not, a handler may write to the descriptor, and says so in
//! `visitors` beforehand. [`Node::release`] empties `signals` and then waits until `visitors` is
//! zero: either the visitor saw the empty set, or the release sees the visitor.
//!
//! This module knows nothing of dispositions; it is told when a signal has arrived.

use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU16, AtomicU32, Ordering};

use libc::c_int;

use super::{NUMBERS, from_number};
use crate::Signals;

/// The first node; others follow through `Node::next`. Nodes are never freed.
static HEAD: AtomicPtr<Node> = AtomicPtr::new(ptr::null_mut());

/// One subscriber, or the place for one.
#[derive(Debug)]
pub(super) struct Node {
    taken: AtomicBool,
    /// The process that took it: a forked child must not wait for the threads of its parent.
    owner: AtomicU32,
    signals: AtomicU16,
    arrived: AtomicU16,
    counts: [AtomicU32; NUMBERS.len()],
    wake: AtomicI32,
    visitors: AtomicU32,
    next: AtomicPtr<Node>,
}

/// Takes a free node, or a new one, for these signals.
pub(super) fn acquire(signals: Signals, wake: &OwnedFd) -> &'static Node {
    let node = reuse().unwrap_or_else(append);
    node.owner.store(std::process::id(), Ordering::Relaxed);
    node.arrived.store(0, Ordering::Relaxed);
    for count in &node.counts {
        count.store(0, Ordering::Relaxed);
    }
    node.wake.store(wake.as_raw_fd(), Ordering::Relaxed);
    // SeqCst: pairs with the load in `Node::tell`, which then sees the descriptor above.
    node.signals.store(signals.bits(), Ordering::SeqCst);
    node
}

/// Tells every subscriber of this signal. Async-signal-safe.
pub(super) fn tell_all(number: c_int) {
    let signal = from_number(number);
    if !signal.is_empty() {
        nodes().for_each(|node| node.tell(signal));
    }
}

impl Node {
    pub(super) fn take(&self) -> Signals {
        // Acquire: pairs with the Release in `tell`.
        Signals::from_bits_truncate(self.arrived.swap(0, Ordering::Acquire))
    }

    pub(super) fn count(&self, signals: Signals) -> u32 {
        // Relaxed: a statistic, ordered by nothing.
        let bits = signals.bits();
        (0..NUMBERS.len())
            .filter(|bit| bits & (1 << bit) != 0)
            .fold(0, |sum, bit| {
                sum.wrapping_add(self.counts[bit].load(Ordering::Relaxed))
            })
    }

    /// Gives the node back once no handler can touch its descriptor.
    pub(super) fn release(&self) {
        // SeqCst: pairs with the load in `tell`; with `visitors` below, one of the two sides sees
        // what the other stored first.
        self.signals.store(0, Ordering::SeqCst);
        let inherited = || self.owner.load(Ordering::Relaxed) != std::process::id();
        // SeqCst: pairs with the increment in `tell`.
        while self.visitors.load(Ordering::SeqCst) != 0 && !inherited() {
            std::thread::yield_now();
        }
        // Release: pairs with the Acquire in `reuse`.
        self.taken.store(false, Ordering::Release);
    }

    fn tell(&self, signal: Signals) {
        // SeqCst: pairs with the load in `release`.
        self.visitors.fetch_add(1, Ordering::SeqCst);
        // SeqCst: pairs with the stores in `acquire` and `release`.
        if self.signals.load(Ordering::SeqCst) & signal.bits() != 0 {
            let bit = signal.bits().trailing_zeros() as usize;
            self.counts[bit].fetch_add(1, Ordering::Relaxed);
            // Release: pairs with the Acquire in `take`.
            self.arrived.fetch_or(signal.bits(), Ordering::Release);
            self.ring();
        }
        // Release: pairs with the load in `release`, after which the descriptor may be closed.
        self.visitors.fetch_sub(1, Ordering::Release);
    }

    fn ring(&self) {
        let wake = self.wake.load(Ordering::Relaxed);
        // SAFETY: `Node::release` has not returned while this visitor is counted, so the
        // subscription still holds the descriptor open.
        let wake = unsafe { BorrowedFd::borrow_raw(wake) };
        // A full pipe or counter is as good as another byte: whoever waits is woken already.
        let _ = rustix::io::write(wake, &1u64.to_ne_bytes());
    }
}

fn nodes() -> impl Iterator<Item = &'static Node> {
    // Acquire: pairs with the Release in `append`.
    let mut at = HEAD.load(Ordering::Acquire);
    std::iter::from_fn(move || {
        // SAFETY: the list holds leaked nodes only.
        let node = unsafe { at.as_ref() }?;
        // Relaxed: `next` was written before the node was published.
        at = node.next.load(Ordering::Relaxed);
        Some(node)
    })
}

fn reuse() -> Option<&'static Node> {
    nodes().find(|node| {
        // A visitor that a fork left behind is never counted down: such a node stays unused.
        node.visitors.load(Ordering::Relaxed) == 0
            // Acquire: pairs with the Release in `release`.
            && !node.taken.swap(true, Ordering::Acquire)
    })
}

fn append() -> &'static Node {
    let node: &'static Node = Box::leak(Box::new(Node {
        taken: AtomicBool::new(true),
        owner: AtomicU32::new(0),
        signals: AtomicU16::new(0),
        arrived: AtomicU16::new(0),
        counts: [const { AtomicU32::new(0) }; NUMBERS.len()],
        wake: AtomicI32::new(-1),
        visitors: AtomicU32::new(0),
        next: AtomicPtr::new(ptr::null_mut()),
    }));
    let mut head = HEAD.load(Ordering::Relaxed);
    loop {
        node.next.store(head, Ordering::Relaxed);
        let new = ptr::from_ref(node).cast_mut();
        // Release: pairs with the Acquire in `nodes`.
        match HEAD.compare_exchange_weak(head, new, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => return node,
            Err(now) => head = now,
        }
    }
}

#[cfg(test)]
#[path = "node_tests.rs"]
mod tests;
