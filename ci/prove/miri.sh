#!/usr/bin/env bash
# The ring under Miri, which sees what no processor shows: aliasing, provenance, races, bytes that
# were never written, and other interleavings and stale values for each seed. Then what a
# terminal's custody shares with signal handlers. About three minutes. Needs a nightly with miri and rust-src:
#   rustup toolchain install nightly --component miri,rust-src
. "$(dirname "$0")/../lib.sh"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export CARGO_TARGET_DIR=target/miri CARGO_TERM_COLOR=never
# The clock and the disk of the interpreter are its own: time-outs cost no time, and a failing case
# of proptest is not kept, but comes again with the same seed.
export PROPTEST_CASES=8 PROPTEST_DISABLE_FAILURE_PERSISTENCE=1
strict="-Zmiri-strict-provenance -Zmiri-env-forward=PROPTEST_CASES
    -Zmiri-env-forward=PROPTEST_DISABLE_FAILURE_PERSISTENCE"
ring=(cargo +nightly miri test -q --manifest-path ci/prove/ring/Cargo.toml)

# tested NAME COMMAND…: runs it, and fails also when no test ran.
tested() {
    local name=$1 passed
    shift
    "$@" 2>&1 | tee "$log"
    passed=$(grep -o '[0-9]* passed' "$log" | awk '{n += $1} END {print n + 0}')
    [ "$passed" -gt 0 ] || { echo "miri.sh: no test of $name ran"; exit 1; }
    echo "miri, $name: $passed tests passed"
}

# Each seed runs every test once. Two processors, so that waits spin before they sleep; the others
# have one, where they sleep at once.
MIRIFLAGS="$strict -Zmiri-num-cpus=2 -Zmiri-many-seeds=0..4" tested "the ring, two threads" \
    "${ring[@]}" --test stress_ring
export MIRIFLAGS=$strict
tested "the ring, one processor" "${ring[@]}" --test stress_ring
tested "the ring, one thread" "${ring[@]}" --test prop_ring
export MIRIFLAGS="$strict -Zmiri-many-seeds=0..16"
tested "the custody" cargo +nightly miri test -q -p ttyring --lib -- custody::shared
