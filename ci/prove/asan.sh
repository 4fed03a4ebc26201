#!/usr/bin/env bash
# The ring's tests under AddressSanitizer, leaks included. Needs a nightly compiler; the standard
# library as shipped suffices, since the sanitizer watches memory and the ring's is its own.
. "$(dirname "$0")/../lib.sh"
set -x
export CARGO_TARGET_DIR=target/asan
RUSTFLAGS="-Zsanitizer=address" PROPTEST_CASES=64 cargo +nightly test \
    --target x86_64-unknown-linux-gnu --manifest-path ci/prove/ring/Cargo.toml --test stress_ring --test prop_ring
