#!/usr/bin/env bash
# usage: ci/rain.sh [CYCLES]   (3000 by default)
#
# Signals at random moments: programs that open, change and drop the terminal while TSTP, CONT and
# WINCH rain on them, until a TERM ends each; then 600 runs of 64 threads that open and drop at
# once. The same seeds each time. Fails if the terminal is ever left, or shown to the shell, other than it
# was found. What two processes do to each other is printed and does not decide: see
# docs/restore.md. About two minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
instants=$(cargo test --no-run -p ttyring --test instants --message-format=json 2>/dev/null |
    sed -n 's/.*"name":"instants".*"executable":"\([^"]*\)".*/\1/p' | tail -1)
failed=0
"$instants" --rain "${1:-3000}" || failed=1
"$instants" --threads 600 || failed=1
"$instants" --two 200 || true
exit $failed
