#!/usr/bin/env bash
# Whole trees with `[patch.crates-io]`: ratatui 0.29 on crossterm 0.28, ratatui 0.30 on crossterm 0.29,
# and both versions in one program. Each compiles, and no crossterm of the registry is in it. Takes
# about three minutes the first time.
. "$(dirname "$0")/../lib.sh"
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/patches

# program NAME DEPENDENCIES PATCHES: a program that uses what a ratatui program uses of crossterm.
program() {
  mkdir -p "$work/$1/src"
  printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' "$1" \
    >"$work/$1/Cargo.toml"
  printf '[dependencies]\n%s\n[patch.crates-io]\n%s\n' "$2" "$3" >>"$work/$1/Cargo.toml"
  cat >"$work/$1/src/main.rs" <<'RUST'
use crossterm::event::{Event, EnableMouseCapture, KeyCode, read};
use ratatui::crossterm::{execute, terminal::EnterAlternateScreen};

fn main() -> std::io::Result<()> {
    let mut terminal = ratatui::init();
    // One line takes commands and events of the program's own crossterm and of ratatui's.
    execute!(std::io::stdout(), EnterAlternateScreen, EnableMouseCapture)?;
    terminal.draw(|frame| frame.render_widget("any key", frame.area()))?;
    let event: Event = read()?;
    let own = matches!(event, Event::Key(key) if key.code == KeyCode::Enter);
    ratatui::restore();
    println!("{own}");
    Ok(())
}
RUST
  (cd "$work/$1" && cargo check --quiet)
  local found
  found=$(cd "$work/$1" && cargo tree --edges normal --prefix none | grep '^crossterm v' |
    sed 's, (\*)$,,' | sort -u)
  echo "$1: $found"
  if grep -vE "^crossterm v0\.[0-9]+\.99 \($root/compat/patches/" <<<"$found"; then
    echo "patches: $1 has a crossterm of the registry" >&2
    exit 1
  fi
}

new='{ path = "'$root'/compat/patches/crossterm-0.29" }'
old='{ path = "'$root'/compat/patches/crossterm-0.28" }'
program ratatui-0-30 $'ratatui = "0.30"\ncrossterm = "0.29"' "crossterm = $new"
program ratatui-0-29 $'ratatui = "0.29"\ncrossterm = "0.28"' "crossterm = $old"
# Their types are the same here.
program both-versions $'ratatui = "0.29"\ncrossterm = "0.29"' \
  "crossterm-new = ${new/\{ /\{ package = \"crossterm\", }
crossterm-old = ${old/\{ /\{ package = \"crossterm\", }"
