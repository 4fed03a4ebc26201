#!/usr/bin/env bash
# Exactly what the README tells a user to run.
. "$(dirname "$0")/../lib.sh"
set -x
cargo test
