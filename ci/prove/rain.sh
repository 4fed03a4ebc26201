#!/usr/bin/env bash
# usage: ci/prove/rain.sh [CYCLES]   (3000 by default)
#
# Signals at random moments: programs that open, change and drop the terminal while TSTP, CONT and
# WINCH rain on them, until a TERM ends each; then 600 runs of 64 threads that open and drop at
# once. The same seeds each time. Fails if the terminal is ever left, or shown to the shell, other than it
# was found. What two processes do to each other is printed and does not decide: see
# docs/restore.md. About two minutes.
. "$(dirname "$0")/../lib.sh"
instants=$(built test instants -p ttyring)
failed=0
"$instants" --rain "${1:-3000}" || failed=1
"$instants" --threads 600 || failed=1
"$instants" --two 200 || true
exit $failed
