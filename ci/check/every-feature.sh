#!/usr/bin/env bash
# Prints the features of all members for Cargo's --features. One is left out: ttyring-lab/trace, which
# needs clang and Linux (ci/measure/trace.sh lints and runs it).
. "$(dirname "$0")/../lib.sh"
cargo metadata --no-deps --format-version 1 --locked | python3 -c '
import json, sys
apart = {"ttyring-lab/trace"}
names = {package["name"] + "/" + feature
         for package in json.load(sys.stdin)["packages"] for feature in package["features"]}
print(",".join(sorted(names - apart)))'
