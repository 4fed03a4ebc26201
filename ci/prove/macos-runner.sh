#!/usr/bin/env bash
# What only a Mac can show, besides `cargo test`: the real kernel keeps the rules that the emulated
# one was written from, the contract holds on it, /dev/tty works in a session of its own, terminals
# come back after every death, and how long a wake-up takes. Runners have no terminal: each test opens
# its own. A test that was skipped, or a file without tests, is a failure.
. "$(dirname "$0")/../lib.sh"

[ "$(uname)" = Darwin ] || { echo "macos-runner.sh: this is $(uname)" >&2; exit 1; }
sw_vers
uname -m

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# tests LEAST PACKAGE TARGET: runs a file of tests, of which there must be that many.
tests() {
    local least=$1 package=$2 target=$3
    cargo test -p "$package" --test "$target" -- --nocapture 2>&1 | tee "$log"
    local result
    result=$(grep '^test result: ok\.' "$log" | tail -1)
    local passed skipped
    passed=$(sed 's/.* \([0-9]*\) passed.*/\1/' <<<"$result")
    skipped=$(sed 's/.* \([0-9]*\) ignored.*/\1/' <<<"$result")
    if [ "$skipped" -ne 0 ] || [ "$passed" -lt "$least" ]; then
        echo "$target: $passed passed, $skipped skipped; at least $least must run" >&2
        exit 1
    fi
    total=$((total + passed))
}

total=0
# The rules of the kernel, asked of the kernel.
tests 24 ttyring-platform kernel_rules
tests 3 ttyring-platform macos
# Every backend that runs here, over the contract.
tests 100 ttyring-platform contract
# A controlling terminal: streams, window changes, hangup, the background, wake latency.
tests 8 ttyring-platform controlling
# Every death, and suspending, on real terminals: programs of their own, which end with a status.
cargo test -p ttyring --test deaths
cargo test -p ttyring --test suspend
echo "$total passed, 0 failed"
