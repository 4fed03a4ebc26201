#!/usr/bin/env bash
# usage: ci/soak-ring.sh SECONDS   Numbered bytes from thread to thread for so long, with random
# chunks, sleeps, waits and wakes: none may be lost and none out of place.
set -euxo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=target/ring TTYRING_SOAK=${1:?how many seconds}
cargo test --release --manifest-path ci/ring/Cargo.toml --test stress_ring \
    every_byte_arrives_in_order -- --nocapture
