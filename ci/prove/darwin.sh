#!/usr/bin/env bash
# Darwin without a Mac: lints every crate, with every feature but `trace`, and links every test, example
# and binary for both of its targets with the real std and libc, looks into the files, and runs the
# driver over the emulated kernel. Says at the end what it proved. Needs rustup, and PyPI for the
# linker; ten minutes at most.
. "$(dirname "$0")/cross.sh"
set -x

targets=(aarch64-apple-darwin x86_64-apple-darwin)
install_linker
export CARGO_TARGET_DIR=$out/apple

# Integers have other widths on other systems: a conversion that one needs is none on another.
lints=(-D warnings -A clippy::unnecessary_cast -A clippy::useless_conversion)
build=(--workspace --all-targets --features "$(ci/check/every-feature.sh)" --locked
    --message-format=json-render-diagnostics)

for target in "${targets[@]}"; do
    add_target "$target"
    linker "$target" "${target%%-*}-macos.11.0"
    cargo clippy -q "${build[@]}" --target "$target" -- "${lints[@]}" >"$out/checked-$target.json"
    cargo test -q --no-run "${build[@]}" --target "$target" >"$out/linked-$target.json"
done
python3 ci/prove/macho.py "$out" ci/prove/macho-symbols.txt | tee "$out/summary"

# The driver that was compiled above, over the kernel of this machine.
unset CARGO_TARGET_DIR
env -u CARGO_PROFILE_DEV_DEBUG -u CARGO_INCREMENTAL \
    cargo test -p ttyring-platform --test kernel_rules --test darwin --test contract_darwin 2>&1 | tee "$out/emulated.log"
set +x
passed=$(sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' "$out/emulated.log" | paste -sd+ | bc)
[ "$passed" -gt 0 ]
echo "$(cat "$out/summary"), $passed emulated contract tests passed"
