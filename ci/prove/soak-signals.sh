#!/usr/bin/env bash
# usage: ci/prove/soak-signals.sh [SECONDS]   (60 by default)
#
# A stream of bytes through a pseudo-terminal while WINCH, TSTP, CONT and USR1 arrive at about
# 1 kHz: fails if a byte is lost, changed or out of place.
. "$(dirname "$0")/../lib.sh"
soak=$(built test suspend --release)
exec "$soak" --soak "${1:-60}"
