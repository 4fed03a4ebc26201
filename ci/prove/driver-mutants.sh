#!/usr/bin/env bash
# Breaks what ci/prove/darwin.sh relies on, one thing at a time, in a copy: every entry of the Darwin tables
# (the target must not compile) and every rule of the emulated kernel, the emulated console and the two
# drivers (a test must fail). Prints what caught each; anything that survives is a failure.
#
# usage: ci/prove/driver-mutants.sh [tables|rules [TEXT]]   with TEXT, the rules in whose name it stands
. "$(dirname "$0")/cross.sh"
add_target aarch64-apple-darwin
python3 ci/prove/driver_mutants.py "$out/mutants" "${1:-all}" "${2:-}"
