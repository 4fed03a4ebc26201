#!/usr/bin/env bash
# Darwin without a Mac: lints every crate and links every test, example and binary for both of its
# targets with the real std and libc, looks into the files, and runs the driver over the emulated
# kernel. Says at the end what it proved. Needs Linux, Debian's packages and PyPI.
. "$(dirname "$0")/cross.sh"
set -x

targets=(aarch64-apple-darwin x86_64-apple-darwin)
install_compiler
install_linker
use_compiler

# Integers have other widths on other systems: a conversion that one needs is none on another.
lints=(-D warnings -A clippy::unnecessary_cast -A clippy::useless_conversion)
build=(--workspace --all-targets --features "$(ci/every-feature.sh)" -Zbuild-std=std,panic_abort
    --message-format=json-render-diagnostics)

for target in "${targets[@]}"; do
    linker "$target" "${target%%-*}-macos.11.0"
    cargo clippy -q "${build[@]}" --target "$target" -- "${lints[@]}" >"$out/checked-$target.json"
    cargo test -q --no-run "${build[@]}" --target "$target" >"$out/linked-$target.json"
    cargo build -q -p ttyring-cli -Zbuild-std=std,panic_abort --target "$target" \
        --message-format=json-render-diagnostics >>"$out/linked-$target.json"
done
python3 ci/macho.py "$out" ci/macho-symbols.txt | tee "$out/summary"

# The driver that was compiled above, over the kernel of this machine.
tests=(--test kernel_rules --test darwin)
if [ -e platform/tests/contract_darwin.rs ]; then
    tests+=(--test contract_darwin)
fi
host_cargo test -p ttyring-platform "${tests[@]}" 2>&1 | tee "$out/emulated.log"
set +x
passed=$(sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' "$out/emulated.log" | paste -sd+ | bc)
[ "$passed" -gt 0 ]
echo "$(cat "$out/summary"), $passed emulated contract tests passed"
