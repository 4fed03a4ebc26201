#!/usr/bin/env bash
# Type-checks the library and the backend layer, with std from source, for the systems that the
# portable backend is for, and for Android and musl. Nothing is linked or run. Every target of the
# list must pass; those below it cannot be checked here, with the reason.
. "$(dirname "$0")/cross.sh"

targets=(
    x86_64-unknown-freebsd
    x86_64-unknown-netbsd
    x86_64-unknown-openbsd
    x86_64-unknown-illumos
    aarch64-linux-android
    x86_64-unknown-linux-musl
)
install_compiler
use_compiler

for target in "${targets[@]}"; do
    cargo check -q -p ttyring-platform -p ttyring -Zbuild-std=std,panic_abort --target "$target"
    echo "$target: checked"
done
echo "${#targets[@]} targets checked"
