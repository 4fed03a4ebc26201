#!/usr/bin/env bash
# Type-checks every member, with all tests and features but `trace`, for both Apple targets with the real std
# and libc. The quick part of ci/prove/darwin.sh, which also lints, links and runs. About two minutes.
. "$(dirname "$0")/../lib.sh"
set -x
features=$(ci/check/every-feature.sh)
for target in aarch64-apple-darwin x86_64-apple-darwin; do
  add_target "$target"
  cargo check --quiet --workspace --all-targets --features "$features" --locked --target "$target"
done
