//! Every interleaving of the terminal's operations with signals, other threads and forks, executed
//! over a scripted terminal.
//!
//! A [run](run::Run) is two operations and a [schedule](Schedule); afterwards the terminal
//! must be as found where the process has ended or was stopped, and as wanted where it is alive.
//! The operations are those of [`Input`](crate::Input): nothing is simulated but the system.
//!
//! A test of one part of the terminal plays a process by itself: see [`Alone`].

mod alone;
mod backend;
mod conditions;
mod handlers;
mod run;
mod schedule;
mod screen;
pub(super) mod stage;
mod sweep;

pub(super) use alone::Alone;
pub(super) use backend::{Staged, StagedTty};
pub(super) use schedule::{Incident, Schedule};
