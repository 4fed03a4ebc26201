#!/usr/bin/env bash
# Records a look at the inspector in a real terminal (tmux) and puts it into README.md.
. "$(dirname "$0")/../lib.sh"
needs tmux
cargo build --release --quiet --bin ttyring
name=ttyring-record-$$
tmux -L "$name" new-session -d -x 80 -y 24 "PS1='$ ' bash --norc"
trap 'tmux -L "$name" kill-server 2>/dev/null || true' EXIT

# Waits until the screen shows a text.
shows() {
  for _ in $(seq 100); do
    tmux -L "$name" capture-pane -p | grep -qF "$1" && return
    sleep 0.1
  done
  echo "the screen never showed: $1" >&2
  tmux -L "$name" capture-pane -p >&2
  exit 1
}

key() {
  tmux -L "$name" send-keys "$1"
  shows " $2 "
}

tmux -L "$name" send-keys "clear; PATH=target/release:\$PATH" Enter "clear; ttyring" Enter
shows "no events yet"
key a a
key é é
key Up up
key M-x alt-x
key C-a ctrl-a
key S-F5 shift-f5
tmux -L "$name" capture-pane -p | sed 's/ *$//' | sed '/^$/d' > target/screen.txt
python3 - <<'PY'
import re
text = open("README.md").read()
screen = open("target/screen.txt").read()
mark = "<!-- recorded by ci/measure/record.sh -->\n```text\n"
head, rest = text.split(mark)
open("README.md", "w").write(head + mark + screen + "```" + rest.split("```", 1)[1])
PY
