#!/usr/bin/env bash
# The documentation builds without a warning, as docs.rs will build it.
set -euxo pipefail
cd "$(dirname "$0")/.."
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked
