#!/usr/bin/env bash
# How many crates a program gets with each way to read and draw: what `cargo tree` lists on this system,
# without the program itself. README.md has these figures. Seconds.
. "$(dirname "$0")/../lib.sh"
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
touch "$work/src/lib.rs"

# count WORDS DEPENDENCIES
count() {
  printf '[package]\nname = "program"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' \
    >"$work/Cargo.toml"
  printf '[dependencies]\n%s\n' "$2" >>"$work/Cargo.toml"
  rm -f "$work/Cargo.lock"
  local crates
  crates=$(cd "$work" && cargo tree --quiet --edges normal --prefix none | sed 's, (\*)$,,' | sort -u)
  echo "| $1 | $(($(wc -l <<<"$crates") - 1)) |"
}

all='"all-widgets", "macros", "layout-cache", "underline-color"'
echo '| a program with | crates |'
echo '|---|---|'
count 'ttyring' "ttyring = { path = \"$root\" }"
count 'ttyring-crossterm' "ttyring-crossterm = { path = \"$root/compat/crossterm\" }"
count 'crossterm 0.29' 'crossterm = "0.29"'
count 'termwiz 0.23' 'termwiz = "0.23"'
count 'ratatui 0.30 and ttyring-ratatui' \
  "ttyring-ratatui = { path = \"$root/compat/ratatui\", features = [\"underline-color\"] }
ratatui = { version = \"0.30\", default-features = false, features = [$all] }"
count 'ratatui 0.30 on crossterm' 'ratatui = "0.30"'
