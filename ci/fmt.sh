#!/usr/bin/env bash
# Format and lints: every member, every feature, warnings are errors.
set -euxo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
