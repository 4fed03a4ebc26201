#!/usr/bin/env bash
# `ttyring-lab trace` by eBPF: lints and tests what the feature `trace` adds, which needs clang and libelf and
# zlib to build, and the right to load programs into the kernel to run. Where that right is missing, the
# tests say SKIPPED and why. Installs what it needs where it can.
. "$(dirname "$0")/../lib.sh"

missing=()
command -v clang >/dev/null || missing+=(clang)
command -v cc >/dev/null || missing+=(gcc)
command -v pkg-config >/dev/null || missing+=(pkg-config)
[ -e /usr/include/libelf.h ] || missing+=(libelf-dev)
[ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "SKIPPED trace: ${missing[*]} not installed, and nobody may install them here"
    exit 0
  fi
  packages "${missing[@]}"
fi

cargo clippy --locked -p ttyring-lab --all-targets --features trace -- -D warnings
cargo test --locked -p ttyring-lab --features trace --bin ttyring-lab trace::
cargo test --locked -p ttyring-lab --features trace --test trace -- --nocapture
# The probes are in the program, under the names that other tracers use.
lab=$(cargo build --locked -p ttyring-lab --features trace --message-format=json 2>/dev/null |
  python3 -c '
import json, sys
lines = (json.loads(line) for line in sys.stdin if line.startswith("{"))
print(next(line["executable"] for line in lines if line.get("executable")))')
for probe in read decoded handled; do
  grep -qa "ttyring.$probe" "$lab" || { echo "no probe ttyring:$probe in $lab"; exit 1; }
done
echo "trace: the probes ttyring:read, ttyring:decoded and ttyring:handled are there"
