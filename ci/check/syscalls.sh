#!/usr/bin/env bash
# What a key costs in system calls, and a program from its opening of the terminal to its exit, and that
# nobody wakes up when nobody types. Fails if a key takes more than two calls multiplexed or more than
# one alone, in the library or in `ttyring keys`, if examples/keys makes more than 139 from open to
# exit, if a program wakes up while it is idle, or if more than a hundred instructions are between a
# key's read and its handler.
# Takes fifteen seconds after the build.
. "$(dirname "$0")/../lib.sh"
if ! command -v strace >/dev/null; then
  if [ "$(uname)" != Linux ]; then
    echo "SKIPPED: strace exists on Linux only"
    exit 0
  fi
  packages strace
fi
cargo build --quiet -p ttyring --example keys
# docs/latency.md says what they are for.
ci/check/calls.py 139 target/debug/examples/keys
cargo build --quiet --release -p ttyring-cli -p ttyring-lab
tool=$PWD/target/release/ttyring
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
"${tool}-lab" bench syscalls --shallow --json "$counts" \
  --contender "keys='$tool' keys --quiet --stamp-fd {fd}" \
  --contender "keys --alone='$tool' keys --quiet --alone --stamp-fd {fd}"
python3 - "$counts" <<'PYTHON'
import json
import sys

LIMITS = {"ttyring, alone": 1, "ttyring, multiplexed": 2, "keys": 2, "keys --alone": 1}
rows = {row["name"]: row for row in json.load(open(sys.argv[1]))["syscalls"]}
wrong = []
for name, limit in LIMITS.items():
    row = rows[name]
    if row["failures"]:
        wrong += row["failures"]
        continue
    # A key in fifty may find its neighbour still there, or a signal of the test's own.
    if not limit - 0.02 <= row["system_calls_sum"] <= limit + 0.02:
        wrong.append(f"{name}: {row['system_calls']}, the limit is {limit}")
    if row["idle_wake_ups_per_s"] != 0:
        wrong.append(f"{name}: {row['idle_wake_ups_per_s']} wake-ups a second when idle")
for row in rows.values():
    if row["instructions_from_read"] is None:
        sys.exit("\n".join(row["failures"]) or f"{row['name']}: its instructions were not counted")
# The lowest count of each: on a busy machine some keys have steps of the clock's that others have not.
steps = {name: row["instructions_from_read_range"][0] for name, row in rows.items()}
floor = steps["read(2), the floor"]
for name in ("ttyring, alone", "ttyring, multiplexed"):
    if steps[name] - floor > 100:
        wrong.append(f"{name}: {steps[name] - floor:.0f} instructions from the read to the handler")
if wrong:
    sys.exit("\n".join(wrong))
print("syscalls: 1 a key alone, 2 multiplexed, no wake-ups when idle,")
print(f"{steps['ttyring, alone'] - floor:.0f} instructions from a read to its handler")
PYTHON
