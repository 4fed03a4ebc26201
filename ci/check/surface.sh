#!/usr/bin/env bash
# The public types and functions of ttyring, counted and held to limits: surface.py has the rule. It needs
# rustdoc's JSON, which only a nightly toolchain writes. About a minute.
# With --list it names what it counts.
. "$(dirname "$0")/../lib.sh"
if ! rustup run nightly rustdoc --version >/dev/null 2>&1 &&
    ! timeout 300 rustup toolchain install nightly --profile minimal >/dev/null 2>&1; then
    echo "SKIPPED surface: no nightly toolchain here, and none can be installed"
    exit 0
fi
document() {
    cargo +nightly rustdoc -q -p "$@" --lib --target-dir target/surface -- \
        -Z unstable-options --output-format json --document-hidden-items
}
document ttyring --all-features
document ttyring-platform --features sandbox
python3 ci/check/surface.py target/surface/doc/ttyring.json target/surface/doc/ttyring_platform.json "$@"
