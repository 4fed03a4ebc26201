#!/usr/bin/env bash
# Prints the features of all members for Cargo's --features. Two are left out: ttyring-lab/trace, which
# needs clang and Linux (ci/measure/trace.sh lints and runs it), and ttyring-ratatui/scrolling-regions,
# which gives ratatui's trait methods that the tool's own backend does not have (features.sh checks it).
. "$(dirname "$0")/../lib.sh"
cargo metadata --no-deps --format-version 1 --locked | python3 -c '
import json, sys
apart = {"ttyring-lab/trace", "ttyring-ratatui/scrolling-regions"}
names = {package["name"] + "/" + feature
         for package in json.load(sys.stdin)["packages"] for feature in package["features"]}
print(",".join(sorted(names - apart)))'
