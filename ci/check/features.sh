#!/usr/bin/env bash
# Each feature alone, and none: what a dependent gets who asks for one must compile without the
# others. Development dependencies stay out, since they turn features on for the tests.
. "$(dirname "$0")/../lib.sh"

features() {
  cargo metadata --no-deps --format-version 1 --locked |
    python3 -c '
import json, sys
for package in json.load(sys.stdin)["packages"]:
    if package["name"] == sys.argv[1]:
        print("\n".join(sorted(package["features"])))' "$1"
}

for package in ttyring-platform ttyring ttyring-cli ttyring-lab ttyring-crossterm ttyring-ratatui; do
  echo "$package: none"
  cargo check --quiet --locked --package "$package" --no-default-features
  for feature in $(features "$package"); do
    # It needs clang: ci/measure/trace.sh builds it.
    [ "$package/$feature" != ttyring-lab/trace ] || continue
    echo "$package: $feature"
    cargo check --quiet --locked --package "$package" --no-default-features --features "$feature"
  done
done
