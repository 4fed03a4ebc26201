//! A single-producer single-consumer ring of bytes, for one thread or between two.
//!
//! [`Input`](crate::Input) reads the terminal into such a ring. You can use one for bytes of your
//! own: the [`Producer`] is granted the free bytes and fills them in place, for example by
//! `read(2)`; the [`Consumer`] looks at the bytes where they lie. Neither takes a lock, and neither
//! makes a system call unless it waits or the other side sleeps.
//!
//! This module knows nothing of terminals, of events or of the clock. `docs/ring.md` explains the
//! protocol between the two sides.
//!
//! # Examples
//!
//! ```
//! use std::io::{BufRead, Write};
//! use std::thread;
//!
//! let (mut producer, mut consumer) = ttyring::ring::channel(8);
//! let writer = thread::spawn(move || producer.write_all(b"longer than the ring\n"));
//! let mut line = String::new();
//! consumer.read_line(&mut line)?;
//! assert_eq!(line, "longer than the ring\n");
//! # writer.join().expect("the writer does not panic")?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod consumer;
mod notify;
mod options;
mod parker;
mod producer;
mod stamps;
mod storage;
mod wait;

pub use consumer::Consumer;
pub(crate) use notify::Waited;
pub use options::{Options, channel};
pub use producer::Producer;
pub(crate) use wait::Waker;
