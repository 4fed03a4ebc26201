#!/usr/bin/env bash
# Format and lints: every member, every feature (but `trace`: ci/measure/trace.sh), warnings are errors.
. "$(dirname "$0")/../lib.sh"
set -x
features=$(ci/check/every-feature.sh)
cargo fmt --all --check
cargo clippy --workspace --all-targets --features "$features" --locked -- -D warnings
