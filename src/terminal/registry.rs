//! What must be undone when the process dies: one record for each open terminal, in a list that a
//! signal handler can walk.
//!
//! The list only grows and its nodes are used again, so that walking it needs no lock. Terminals
//! that were opened later are undone first: what they found is what the earlier ones had made.
//! This module does not know which events end the process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::ThreadId;
use std::time::Duration;

use super::record::{Redone, Undo};
use super::report;
use super::slot::{Slot, Take, Taken};
use super::world::{Quiet, pause};

/// A record of any terminal.
pub(super) type Entry = Box<dyn Undo>;

/// How often a handler looks again while another has the record, a millisecond apart: longer than
/// late replies are waited for.
const ATTEMPTS: u32 = 400;

/// Stands for a node that is not in the list; no supervisor is told of it.
const UNLISTED: usize = usize::MAX / 4096;

/// The head of the list.
static FIRST: OnceLock<Box<Node>> = OnceLock::new();

/// Numbers terminals in the order in which they were opened; zero stands for none.
static OPENED: AtomicU64 = AtomicU64::new(1);

/// One place, and the way to the next.
#[derive(Debug)]
pub(super) struct Node {
    /// Its place in the list, for the supervisor's page.
    index: usize,
    slot: Slot<Entry>,
    claimed: AtomicBool,
    order: AtomicU64,
    next: OnceLock<Box<Node>>,
}

impl Node {
    fn new(index: usize) -> Box<Node> {
        Box::new(Node {
            index,
            slot: Slot::new(),
            claimed: AtomicBool::new(false),
            order: AtomicU64::new(0),
            next: OnceLock::new(),
        })
    }

    /// Takes the record out, waiting for other handlers for a while; the caller has blocked
    /// signals, so that none of them can be below it on its own stack.
    fn take(&self) -> Option<Taken<'_, Entry>> {
        for _ in 0..ATTEMPTS {
            match self.slot.take() {
                Take::Record(taken) => return Some(taken),
                Take::Empty => return None,
                Take::Busy => pause(Duration::from_millis(1)),
            }
        }
        None
    }
}

/// The place for the record of one terminal, until it is dropped.
#[derive(Debug)]
pub(super) enum Place {
    /// In the list: handlers find it.
    Listed(&'static Node),
    /// Where only the terminal itself finds it.
    Private(Box<Node>),
}

impl Place {
    /// Makes a place that handlers do not find.
    pub(super) fn private() -> Self {
        Place::Private(Node::new(UNLISTED))
    }

    /// Takes a place in the list for a terminal that is opened now.
    pub(super) fn listed() -> Self {
        let mut node = FIRST.get_or_init(|| Node::new(0));
        // Acquire: pairs with the Release in `drop`, after which the node is empty.
        while node.claimed.swap(true, Ordering::Acquire) {
            node = node.next.get_or_init(|| Node::new(node.index + 1));
        }
        // Relaxed: a number; the record that it belongs to is published by the slot.
        let order = OPENED.fetch_add(1, Ordering::Relaxed);
        node.order.store(order, Ordering::Relaxed);
        Place::Listed(node)
    }

    fn node(&self) -> &Node {
        match self {
            Place::Listed(node) => node,
            Place::Private(node) => node,
        }
    }

    /// Replaces what must be undone; returns what had to be undone until now.
    pub(super) fn publish(&self, entry: Entry) -> Option<Entry> {
        report::tell(self.node().index, entry.owed());
        self.node().slot.put(Box::new(entry)).map(|entry| *entry)
    }

    /// Lends what must be undone, while no handler has it.
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut Entry) -> R) -> Option<R> {
        let _quiet = Quiet::new();
        let node = self.node();
        let mut entry = node.take()?;
        let result = f(&mut entry);
        report::is_on(node.index, entry.owed().on);
        Some(result)
    }

    /// Undoes everything, with time to spare, and forgets it. Signals wait for that, and handlers
    /// on other threads wait for the record. A terminal that was opened later on the same device
    /// finds, from now on, what this one had found, and the settings stay as it wants them.
    pub(super) fn finish(&self) {
        let _quiet = Quiet::new();
        let node = self.node();
        if let Some(mut entry) = node.take() {
            newest_first(|other| {
                if order(other) <= order(node) {
                    return;
                }
                if other
                    .take()
                    .is_some_and(|mut later| later.inherit(entry.as_any()))
                {
                    entry.keep_settings();
                }
            });
            entry.end();
            report::is_on(node.index, entry.owed().on);
        }
        drop(node.slot.clear());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.node().slot.clear());
        report::is_on(self.node().index, false);
        self.node().order.store(0, Ordering::Relaxed);
        // Release: pairs with the Acquire in `listed`.
        self.node().claimed.store(false, Ordering::Release);
    }
}

/// Undoes everything on every terminal, the newest first. Async-signal-safe.
pub(super) fn undo_all() {
    undo_if(|_| true);
}

/// Undoes what was last used by this thread.
pub(super) fn undo_of(thread: ThreadId) {
    undo_if(|entry| entry.thread() == thread);
}

fn undo_if(condition: impl Fn(&Entry) -> bool) {
    let _quiet = Quiet::new();
    newest_first(|node| {
        if let Some(mut entry) = node.take() {
            if condition(&entry) {
                entry.undo();
                report::is_on(node.index, false);
            }
        }
    });
}

/// Ends the use of every terminal at the end of the program, the newest first.
pub(super) fn end_all() {
    let _quiet = Quiet::new();
    newest_first(|node| {
        if let Some(mut entry) = node.take() {
            entry.end();
            report::is_on(node.index, false);
        }
    });
}

/// Switches everything on again, the oldest first; false while the process is in the background.
/// Async-signal-safe.
pub(super) fn redo_all() -> bool {
    let _quiet = Quiet::new();
    let mut all = true;
    let mut above = 0;
    while let Some(node) = nodes()
        .filter(|node| order(node) > above)
        .min_by_key(|node| order(node))
    {
        above = order(node);
        if let Some(mut entry) = node.take() {
            all &= entry.redo() == Redone::Yes;
            report::is_on(node.index, entry.owed().on);
        }
    }
    all
}

fn newest_first(mut visit: impl FnMut(&Node)) {
    let mut below = u64::MAX;
    while let Some(node) = nodes()
        .filter(|node| (1..below).contains(&order(node)))
        .max_by_key(|node| order(node))
    {
        below = order(node);
        visit(node);
    }
}

fn order(node: &Node) -> u64 {
    // Relaxed: as the store in `Place::listed`.
    node.order.load(Ordering::Relaxed)
}

fn nodes() -> impl Iterator<Item = &'static Node> {
    let first = FIRST.get().map(|node| &**node);
    std::iter::successors(first, |node| node.next.get().map(|node| &**node))
}
