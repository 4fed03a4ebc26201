//! Nothing: this package holds the benchmarks against peers.
