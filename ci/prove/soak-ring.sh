#!/usr/bin/env bash
# usage: ci/prove/soak-ring.sh SECONDS   Numbered bytes from thread to thread for so long, with random
# chunks, sleeps, waits and wakes: none may be lost and none out of place.
. "$(dirname "$0")/../lib.sh"
set -x
export CARGO_TARGET_DIR=target/ring TTYRING_SOAK=${1:?how many seconds}
cargo test --release --manifest-path ci/prove/ring/Cargo.toml --test stress_ring \
    every_byte_arrives_in_order -- --nocapture
