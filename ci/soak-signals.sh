#!/usr/bin/env bash
# usage: ci/soak-signals.sh [SECONDS]   (60 by default)
#
# A stream of bytes through a pseudo-terminal while WINCH, TSTP, CONT and USR1 arrive at about
# 1 kHz: fails if a byte is lost, changed or out of place.
set -euo pipefail
cd "$(dirname "$0")/.."
soak=$(cargo test --release --no-run --test suspend --message-format=json 2>/dev/null |
    sed -n 's/.*"name":"suspend".*"executable":"\([^"]*\)".*/\1/p' | tail -1)
exec "$soak" --soak "${1:-60}"
