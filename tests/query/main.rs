//! Questions to a scripted terminal that answers as terminals do, and as they should not.
#![allow(clippy::unwrap_used)]

mod capabilities;
mod kept;
mod simulated;
mod storm;
mod terminal;
mod turns;
