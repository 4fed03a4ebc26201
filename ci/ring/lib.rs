//! The ring of ttyring and nothing else: what the sanitizers and other processors are shown, so
//! that they need not build a whole library first.
#![deny(unsafe_code)]

#[path = "../../src/ring/mod.rs"]
pub mod ring;
#[path = "../../src/sync.rs"]
mod sync;
