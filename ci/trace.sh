#!/usr/bin/env bash
# `ttyring-lab trace` by eBPF: lints and tests what the feature `trace` adds, which needs clang and libelf and
# zlib to build, and the right to load programs into the kernel to run. Where that right is missing, the
# tests say SKIPPED and why. Installs what it needs where it can.
set -euo pipefail
cd "$(dirname "$0")/.."

needs=()
command -v clang >/dev/null || needs+=(clang)
command -v cc >/dev/null || needs+=(gcc)
command -v pkg-config >/dev/null || needs+=(pkg-config)
[ -e /usr/include/libelf.h ] || needs+=(libelf-dev)
[ -e /usr/include/zlib.h ] || needs+=(zlib1g-dev)
if [ ${#needs[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "SKIPPED trace: ${needs[*]} not installed, and nobody may install them here"
    exit 0
  fi
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${needs[@]}" >/dev/null
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
