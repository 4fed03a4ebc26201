#!/usr/bin/env bash
# Runs every benchmark with little of each, so that none of them breaks unseen. No figure decides:
# a machine of CI is never quiet. Takes two minutes after the build.
. "$(dirname "$0")/../lib.sh"
set -x
cargo build --quiet --release -p ttyring-lab
timeout 300 target/release/ttyring-lab bench all --quick
