#!/usr/bin/env bash
# Counts with strace what a pair of threads asks of the system for the ring's sake: a busy pair
# moves 100 MiB without a system call, an idle consumer sleeps three seconds without being woken.
. "$(dirname "$0")/../lib.sh"
shopt -s inherit_errexit
needs strace
cargo build --release -q -p ttyring --example ring_threads
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Prints the calls between the two lines, without those that write them and the idle producer's nap.
calls() {
    strace -f -o "$log" target/release/examples/ring_threads "$1" 2>/dev/null
    grep -q '"begin' "$log" && grep -q '"end' "$log"
    sed -n '/"begin/,/"end/p' "$log" | grep -vE 'write\(2, |clock_nanosleep|--- SIG' || true
}

for pair in busy idle; do
    found=$(calls "$pair")
    echo "$pair: $(grep -c . <<<"$found" || true) system calls and wake-ups"
    [ -z "$found" ] || { echo "$found"; exit 1; }
done
