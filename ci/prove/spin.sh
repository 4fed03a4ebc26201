#!/usr/bin/env bash
# Checks the parking protocol of the ring with spin: the whole state space of ci/prove/parking.pml,
# under sequential consistency (which the two fences provide) and without it for the two accesses
# that the fences keep apart. Then it checks that the model can fail: each step left out must be
# found.
. "$(dirname "$0")/../lib.sh"
shopt -s inherit_errexit
cd ci/prove
needs spin spin gcc libc6-dev
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Prints how many errors spin finds with these definitions: 0, or 1 as it stops at the first.
errors() {
    (
        cd "$work"
        spin -a "$@" "$OLDPWD/parking.pml" >spin.log
        gcc -O2 -DSAFETY -DBFS -w -o pan pan.c
        ./pan >pan.log
        grep -q "^Full statespace search" pan.log || { cat pan.log >&2; exit 1; }
        sed -n 's/.*errors: \([0-9]*\).*/\1/p' pan.log
    )
}

echo "the protocol: $(errors) errors"
[ "$(errors)" -eq 0 ]
for step in NO_NOTIFY_FENCE NO_ANNOUNCE_FENCE NO_RECHECK NOTIFY_FIRST; do
    found=$(errors "-D$step")
    echo "$step: $found errors"
    [ "$found" -gt 0 ] || { echo "spin.sh: $step is not found"; exit 1; }
done
