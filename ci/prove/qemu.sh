#!/usr/bin/env bash
# The ring's tests as aarch64 code under qemu-user: other instructions, other sizes of cache line.
# It does not show that a weak memory model is survived, since qemu runs on a strong one: loom does.
# Then the decisions of the sandbox's filter for the calls of aarch64: qemu-user filters nothing, so
# the tests run the program themselves.
#
# The compiler is Debian's rustc-web, whose standard library for aarch64 is a package as well; it brings
# the C library of that system, which runs where that of the cross compiler hangs in pthread_create.
. "$(dirname "$0")/../lib.sh"
set -x
if ! command -v qemu-aarch64 || ! command -v aarch64-linux-gnu-gcc || ! [ -x /usr/bin/rustc ] ||
    ! [ -d /usr/lib/rustlib/aarch64-unknown-linux-gnu ]; then
    dpkg --add-architecture arm64
    packages qemu-user gcc-aarch64-linux-gnu \
        libc6-dev-arm64-cross rustc-web cargo-web libstd-rust-web-dev:arm64
fi
export RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=target/qemu
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64
PROPTEST_CASES=64 /usr/bin/cargo test --target aarch64-unknown-linux-gnu \
    --manifest-path ci/prove/ring/Cargo.toml --test stress_ring --test prop_ring
/usr/bin/cargo test --target aarch64-unknown-linux-gnu -p ttyring-platform --features sandbox \
    --lib -- linux::sandbox
