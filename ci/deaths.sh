#!/usr/bin/env bash
# Every way to die, seen from outside: on a bare terminal, in the shells that people use, and for
# other crates' programs.
#
#   ci/deaths.sh                 the matrix: 21 ways, alone and supervised, bare and in five shells
#   ci/deaths.sh --peers         the same ways for crossterm, termion and termina, as a table
#   ci/deaths.sh --readme        the same, put into README.md
set -euo pipefail
cd "$(dirname "$0")/.."

# The shells are the point: without one of them this fails rather than passing silently.
shells=(bash dash zsh fish mksh)
missing=()
for tool in "${shells[@]}" strace vim; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -q
    "${sudo[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
fi

# A test binary, by the name of its target.
binary() {
    cargo test --no-run --test "$1" --message-format=json 2>/dev/null |
        sed -n 's/.*"name":"'"$1"'".*"executable":"\([^"]*\)".*/\1/p' | tail -1
}

deaths=$(binary deaths)
export RUST_BACKTRACE=0

if [ "${1:-}" = --readme ]; then
    table=$(mktemp)
    trap 'rm -f "$table"' EXIT
    ci/deaths.sh --peers | tee "$table"
    python3 - "$table" <<'PY'
import re, sys
mark = "<!-- printed by ci/deaths.sh --readme -->\n"
text = open("README.md").read()
head, rest = text.split(mark)
rest = re.sub(r"\A(\|.*\n)+", "", rest)
open("README.md", "w").write(head + mark + open(sys.argv[1]).read() + rest)
PY
    exit
fi

if [ "${1:-}" = --peers ]; then
    peers=()
    for peer in crossterm termion termina; do
        directory=benches/peers/deaths-$peer
        cargo build -q --locked --manifest-path "$directory/Cargo.toml"
        peers+=("$peer=$directory/target/debug/deaths-$peer")
    done
    cargo build -q -p ttyring-cli --bin ttyring
    exec "$deaths" --peers target/debug/ttyring "${peers[@]}"
fi

echo "== on a bare terminal"
"$deaths"
echo "== where panics abort"
# A profile of its own: panics abort in the whole program, so the message is all that unwinds.
CARGO_TARGET_DIR=target/abort CARGO_PROFILE_DEV_PANIC=abort cargo build -q --example dies
"$deaths" --aborting target/abort/debug/examples/dies
echo "== in shells"
"$deaths" --shells "$(IFS=,; echo "${shells[*]}")"
echo "== kill -9 under bash"
"$deaths" --kills bash 200
echo "== stopped and continued"
"$(binary suspend)" --cycles 2000
echo "== any program"
cargo build -q -p ttyring-cli --bin ttyring
"$deaths" --any target/debug/ttyring
echo "== what the handler calls"
ci/handler-calls.sh "$deaths"
