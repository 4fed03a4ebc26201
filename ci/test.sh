#!/usr/bin/env bash
# Exactly what the README tells a user to run.
set -euxo pipefail
cd "$(dirname "$0")/.."
cargo test
