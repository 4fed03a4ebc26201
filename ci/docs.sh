#!/usr/bin/env bash
# The documentation builds without a warning, as docs.rs will build it.
set -euxo pipefail
cd "$(dirname "$0")/.."
features=$(ci/every-feature.sh)
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --features "$features" --no-deps --locked
