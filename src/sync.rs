//! The one place that chooses between the types of std and those of loom, which explores the
//! interleavings of the ring and of the terminal's custody (`ci/prove/loom.sh`).

#[cfg(not(loom))]
pub(crate) use native::*;

#[cfg(loom)]
pub(crate) use model::*;

/// Takes a lock that no code panics under.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("no code panics while it holds the lock")
}

/// The types of the standard library.
#[cfg(not(loom))]
mod native {
    use std::sync::OnceLock;

    pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, fence};
    pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard};
    pub(crate) use std::thread::yield_now;

    /// Leaves the processor to itself for a moment.
    #[inline(always)]
    pub(crate) fn pause(times: u32) {
        for _ in 0..times {
            core::hint::spin_loop();
        }
    }

    /// Returns how often to look before sleeping: never with one processor, which the other side
    /// needs.
    pub(crate) fn bound_spin(looks: u32) -> u32 {
        static PROCESSORS: OnceLock<usize> = OnceLock::new();
        let count = || std::thread::available_parallelism().map_or(1, usize::from);
        if *PROCESSORS.get_or_init(count) > 1 {
            looks
        } else {
            0
        }
    }

    /// Which bytes are touched by whom: only a model asks.
    #[derive(Debug)]
    pub(crate) struct Marks;

    impl Marks {
        pub(crate) fn new(_capacity: usize) -> Self {
            Marks
        }

        #[inline(always)]
        pub(crate) fn read(&self, _position: usize, _len: usize) {}

        #[inline(always)]
        pub(crate) fn write(&self, _position: usize, _len: usize) {}
    }
}

/// The same names on loom's types.
#[cfg(loom)]
mod model {
    use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, fence};
    pub(crate) use loom::sync::{Arc, Condvar, Mutex, MutexGuard};
    pub(crate) use loom::thread::yield_now;

    /// Lets the other threads of the model run.
    pub(crate) fn pause(_times: u32) {
        yield_now();
    }

    /// Returns how often to look before sleeping: never, since spinning hides what sleeping does.
    pub(crate) fn bound_spin(_looks: u32) -> u32 {
        0
    }

    /// One cell per byte. loom reports a race when accesses to one are not ordered; it is enough to
    /// mark the moment at which a side gets at bytes, since the borrow checker keeps later ones in it.
    #[derive(Debug)]
    pub(crate) struct Marks(Vec<UnsafeCell<()>>);

    impl Marks {
        pub(crate) fn new(capacity: usize) -> Self {
            Marks((0..capacity).map(|_| UnsafeCell::new(())).collect())
        }

        pub(crate) fn read(&self, position: usize, len: usize) {
            self.cells(position, len).for_each(|cell| cell.with(|_| ()));
        }

        pub(crate) fn write(&self, position: usize, len: usize) {
            self.cells(position, len)
                .for_each(|cell| cell.with_mut(|_| ()));
        }

        fn cells(&self, position: usize, len: usize) -> impl Iterator<Item = &UnsafeCell<()>> {
            let mask = self.0.len() - 1;
            (0..len).map(move |offset| &self.0[position.wrapping_add(offset) & mask])
        }
    }
}
