#!/usr/bin/env bash
# Format and lints: every member, every feature (but `trace`: ci/trace.sh), warnings are errors.
set -euxo pipefail
cd "$(dirname "$0")/.."
features=$(ci/every-feature.sh)
cargo fmt --all --check
cargo clippy --workspace --all-targets --features "$features" --locked -- -D warnings
