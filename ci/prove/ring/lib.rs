//! The ring of ttyring and nothing else: what the sanitizers and other processors are shown, so
//! that they need not build a whole library first.
#![deny(unsafe_code)]

#[path = "../../../src/ring/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the library has the rest of it")]
pub mod ring;
#[path = "../../../src/sync.rs"]
#[allow(dead_code)]
mod sync;
