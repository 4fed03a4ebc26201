#!/usr/bin/env bash
# The ring's unsafe code under Miri with strict provenance. Needs a nightly with miri and rust-src:
#   rustup toolchain install nightly --component miri,rust-src
set -euxo pipefail
cd "$(dirname "$0")/.."
MIRIFLAGS="-Zmiri-strict-provenance -Zmiri-disable-isolation" \
  cargo +nightly miri test -p ttyring --lib -- ring:: terminal::slot::
