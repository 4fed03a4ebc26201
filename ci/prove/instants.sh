#!/usr/bin/env bash
# usage: ci/prove/instants.sh [SECONDS|all]   (120 by default)
#
# Every system call of every operation on the terminal, hit by every signal, alone and supervised: the
# terminal must be right while the program is stopped, after the operation, and at the end. Runs
# what there is time for, in an order that is the same each time, or all of it (some ten minutes).
# Prints runs and failures, and fails on any; `--case OP:SIGNAL:K` runs one of them again.
. "$(dirname "$0")/../lib.sh"
instants=$(built test instants -p ttyring)
case "${1:-120}" in
all) exec "$instants" --all ;;
*) exec "$instants" --seconds "${1:-120}" ;;
esac
