#!/usr/bin/env bash
# Builds the programs that `ttyring-lab bench` can be measured against, each with dependencies and
# features of its own, and writes benches/peers/target/peers.txt: `ttyring-lab bench latency --peers
# benches/peers/target/peers.txt`. A language that is not installed is SKIPPED. Takes about a
# minute and a half.
. "$(dirname "$0")/../lib.sh"
cd benches/peers
peers=$PWD
mkdir -p target
list=$peers/target/peers.txt
: >"$list"

# In workspaces of their own: a shared one would merge the features of the two crossterms.
for peer in std thread-channel crossterm crossterm-dev-tty termion termina termwiz; do
  (cd "$peer" && CARGO_TARGET_DIR="$peers/target" cargo build --quiet --release --locked)
  echo "$peer='$peers/target/release/peer-$peer'" >>"$list"
done

if command -v go >/dev/null; then
  (cd go && for peer in ring bufio; do GOFLAGS=-mod=mod go build -o "$peers/target/go-$peer" "./$peer"; done)
  echo "Go, ring='$peers/target/go-ring'" >>"$list"
  echo "Go, bufio='$peers/target/go-bufio'" >>"$list"
else
  echo "SKIPPED: Go: go is not installed (Debian: golang-go)"
fi

if python=$(command -v python3) && "$python" -m venv target/python 2>/dev/null &&
  target/python/bin/pip install --quiet --disable-pip-version-check 'prompt_toolkit==3.0.52'; then
  echo "prompt_toolkit='$peers/target/python/bin/python' '$peers/prompt_toolkit/main.py'" >>"$list"
else
  echo "SKIPPED: prompt_toolkit: no python3 with venv, or the package could not be installed"
fi

if node=$(command -v node); then
  echo "Node='$node' '$peers/node/main.js'" >>"$list"
else
  echo "SKIPPED: Node: node is not installed"
fi
cat "$list"
