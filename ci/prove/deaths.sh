#!/usr/bin/env bash
# Every way to die, seen from outside: on a bare terminal, in the shells that people use, and for
# other crates' programs.
#
#   ci/prove/deaths.sh                 the matrix: 21 ways, alone and supervised, bare and in five shells
#   ci/prove/deaths.sh --peers         the same ways for crossterm, termion and termina, as a table
#   ci/prove/deaths.sh --readme        the same, put into README.md
. "$(dirname "$0")/../lib.sh"

# The shells are the point: without one of them this fails rather than passing silently.
shells=(bash dash zsh fish mksh)
for tool in "${shells[@]}" strace vim; do
    needs "$tool"
done

deaths=$(built test deaths)
export RUST_BACKTRACE=0

if [ "${1:-}" = --readme ]; then
    table=$(mktemp)
    trap 'rm -f "$table"' EXIT
    ci/prove/deaths.sh --peers | tee "$table"
    python3 - "$table" <<'PY'
import re, sys
mark = "<!-- printed by ci/prove/deaths.sh --readme -->\n"
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
"$(built test suspend)" --cycles 2000
echo "== any program"
cargo build -q -p ttyring-cli --bin ttyring
"$deaths" --any target/debug/ttyring
echo "== what the handler calls"
ci/prove/handler-calls.sh "$deaths"
