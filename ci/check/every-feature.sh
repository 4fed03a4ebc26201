#!/usr/bin/env bash
# Prints every feature of every member for Cargo's --features, but the one that needs clang and is for
# Linux alone (ttyring-lab/trace): ci/measure/trace.sh lints and runs that.
. "$(dirname "$0")/../lib.sh"
cargo metadata --no-deps --format-version 1 --locked | python3 -c '
import json, sys
names = (package["name"] + "/" + feature
         for package in json.load(sys.stdin)["packages"] for feature in package["features"])
print(",".join(sorted(name for name in names if name != "ttyring-lab/trace")))'
