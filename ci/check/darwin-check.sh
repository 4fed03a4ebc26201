#!/usr/bin/env bash
# Type-checks every member for both Apple targets, with all tests and all features but `trace`, against the
# real std and libc. ci/prove/darwin.sh also lints, links and runs. Takes about two minutes.
. "$(dirname "$0")/../lib.sh"
set -x
features=$(ci/check/every-feature.sh)
for target in aarch64-apple-darwin x86_64-apple-darwin; do
  add_target "$target"
  cargo check --quiet --workspace --all-targets --features "$features" --locked --target "$target"
done
