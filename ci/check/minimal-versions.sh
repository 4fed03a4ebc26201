#!/usr/bin/env bash
# The oldest versions of the dependencies that the manifests allow, with default features also the
# oldest of what these need: the libraries compile with them. In a copy, since it takes another Cargo.lock. Needs a nightly
# toolchain to choose the versions; the stable one compiles. Two minutes.
. "$(dirname "$0")/../lib.sh"
if ! rustup run nightly cargo --version >/dev/null 2>&1 &&
  ! timeout 300 rustup toolchain install nightly --profile minimal >/dev/null 2>&1; then
  echo "SKIPPED minimal-versions: no nightly toolchain here, and none can be installed"
  exit 0
fi
root=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents --target-directory "$copy" 2>/dev/null || true
cd "$copy"
export CARGO_TARGET_DIR=$root/target/minimal

rm -f Cargo.lock
cargo +nightly -Z minimal-versions generate-lockfile --quiet
# Without development dependencies: nobody else gets them. `sandbox`, `async-io` and `mio` are left out
# where what they need itself does not compile with its own oldest dependencies.
for features in ttyring-platform: ttyring:tokio,serde,crossterm ttyring-crossterm:event-stream,serde \
  ttyring-ratatui:; do
  cargo check --quiet --locked --package "${features%:*}" --features "${features#*:}"
  echo "${features%:*} (${features#*:}) compiles with the oldest versions that it allows"
done
