#!/usr/bin/env bash
# Type-checks the library and the backend layer for the systems that the portable backend is for, and
# for Android, musl and aarch64: with the standard library that rustup brings, and from source, by
# Debian's compiler, where it brings none. Nothing is linked or run. Every target must pass.
. "$(dirname "$0")/cross.sh"

targets=(
    x86_64-unknown-freebsd
    x86_64-unknown-netbsd
    x86_64-unknown-illumos
    aarch64-linux-android
    x86_64-unknown-linux-musl
    aarch64-unknown-linux-gnu
    aarch64-unknown-linux-musl
)
# No standard library is distributed for these.
from_source=(x86_64-unknown-openbsd)

packages=(-q --locked -p ttyring-platform -p ttyring)
for target in "${targets[@]}"; do
    add_target "$target"
    cargo check "${packages[@]}" --target "$target"
    echo "$target: checked"
done

install_compiler
use_compiler
for target in "${from_source[@]}"; do
    cargo check "${packages[@]}" -Zbuild-std=std,panic_abort --target "$target"
    echo "$target: checked, with std from source"
done
echo "$((${#targets[@]} + ${#from_source[@]})) targets checked"
