#!/usr/bin/env bash
# The documentation builds without a warning, as docs.rs will build it.
. "$(dirname "$0")/../lib.sh"
set -x
features=$(ci/check/every-feature.sh)
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --features "$features" --no-deps --locked
