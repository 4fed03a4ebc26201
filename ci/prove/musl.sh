#!/usr/bin/env bash
# What depends on the C library, with musl: the sandbox's list of calls, dying, stopping, failing
# calls, signals, secrets.
. "$(dirname "$0")/../lib.sh"
target=x86_64-unknown-linux-musl
add_target "$target"
export CARGO_TARGET_DIR=target/musl
cargo test --target "$target" -p ttyring-platform -p ttyring --features ttyring/sandbox \
    --test sandbox --test secret --test deaths --test suspend --test faults --test signal \
    --test hand_over --test terminal --test input --test instants
cargo test --target "$target" -p ttyring-cli --test keys sandbox::
