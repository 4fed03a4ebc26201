#!/usr/bin/env bash
# Type-checks every member, with all tests and features but `trace`, for both Apple targets with the real std
# and libc. The quick part of ci/darwin.sh, which also lints, links and runs. About two minutes.
set -euxo pipefail
cd "$(dirname "$0")/.."
features=$(ci/every-feature.sh)
for target in aarch64-apple-darwin x86_64-apple-darwin; do
  rustup target list --installed | grep -qx "$target" || rustup target add "$target"
  cargo check --quiet --workspace --all-targets --features "$features" --locked --target "$target"
done
