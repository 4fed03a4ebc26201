#!/usr/bin/env bash
# Real programs as they are, and with ttyring-crossterm in the place of crossterm by
# `[patch.crates-io]`: both are driven by the same script, and the table says what their screens
# show, what they leave behind, and what they cost. Nothing of the programs is kept in the repository.
#   ci/measure/apps.sh            six programs; about half an hour the first time, then ten minutes
#   ci/measure/apps.sh SECONDS    begins no further program after so many seconds
#   ci/measure/apps.sh SECONDS NAME…    only these
#   ci/measure/apps.sh --tests NAME     runs the program's own tests, with the patch
# A cell in which ours is worse ends it with an error.
. "$(dirname "$0")/../lib.sh"
needs strace
needs dash
needs python3
tests=
[ "${1:-}" != --tests ] || { tests=yes && shift && set -- 3600 "$@"; }
limit=${1:-3600}
shift || true
root=$PWD
work=$root/target/apps
mkdir -p "$work"
[ -d "$work/python/pyte" ] || python3 -m pip install --quiet --root-user-action ignore \
  --target "$work/python" pyte
# Small builds: what differs is what a program does, and its size is measured where it is released.
export CARGO_TARGET_DIR=$work/target CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=true
export CARGO_PROFILE_RELEASE_LTO=true CARGO_PROFILE_RELEASE_OPT_LEVEL=s

patches='
[patch.crates-io]
crossterm-new = { package = "crossterm", path = "'$root'/compat/patches/crossterm-0.29" }
crossterm-old = { package = "crossterm", path = "'$root'/compat/patches/crossterm-0.28" }
'

# source PACKAGE VERSION: where Cargo has the source, which it fetches first.
source_of() {
  local scratch=$work/fetch/$1
  if [ ! -e "$scratch/found" ]; then
    mkdir -p "$scratch/src"
    touch "$scratch/src/lib.rs"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' \
      >"$scratch/Cargo.toml"
    printf '[dependencies]\n%s = "=%s"\n' "$1" "$2" >>"$scratch/Cargo.toml"
    (cd "$scratch" && cargo fetch --quiet 2>/dev/null)
    find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -maxdepth 2 -name "$1-$2" >"$scratch/found"
  fi
  head -n1 "$scratch/found"
}

# build NAME TARGET…: both builds, as $work/bin/NAME.{upstream,ours}, from $work/NAME/{upstream,ours}.
build() {
  local name=$1 profile=debug kind
  shift
  [[ " $* " != *" --release "* ]] || profile=release
  for kind in upstream ours; do
    local folder=$work/src/$name/$kind
    (
      cd "$folder"
      # A lock file that knows upstream would keep it.
      [ "$kind" = upstream ] || for version in 0.28.1 0.29.0; do
        cargo update --quiet "crossterm@$version" 2>/dev/null || true
      done
      [ -z "$tests" ] || { [ "$kind" = upstream ] || cargo test --tests; exit; }
      cargo build --quiet "$@" 2>"$folder/log" || { tail -n 20 "$folder/log"; exit 1; }
    ) || return 1
    [ -z "$tests" ] || continue
    local file=$CARGO_TARGET_DIR/$profile
    [[ " $* " != *" --example "* ]] || file=$file/examples
    mkdir -p "$work/bin"
    cp "$file/${@: -1}" "$work/bin/$name.$kind"
    [ "$profile" = debug ] || touch "$work/bin/$name.$kind.released"
    (cd "$folder" && cargo tree --edges normal --prefix none 2>/dev/null |
      sed 's, (\*)$,,' | sort -u | wc -l) >"$work/bin/$name.$kind.crates"
  done
}

# copies NAME FOLDER: two copies of a program's source, one of them patched.
copies() {
  local kind
  for kind in upstream ours; do
    local folder=$work/src/$1/$kind
    [ -d "$folder" ] || { mkdir -p "$(dirname "$folder")" && cp -r "$2" "$folder"; }
    # Any toolchain does.
    rm -f "$folder"/rust-toolchain*
    # The manifest anew, for a patch that has changed; without what only tests and other examples need.
    awk -v keep=" ${dev-all} " '
      /^\[/ { skip = 0 }
      /^\[(target\..*\.)?dev-dependencies\./ && keep != " all " {
        name = $0
        gsub(/.*dev-dependencies\.|\]$/, "", name)
        skip = !index(keep, " " name " ")
      }
      !skip' "$2/Cargo.toml" >"$folder/Cargo.toml"
    grep -q '^\[workspace\]' "$folder/Cargo.toml" || printf '\n[workspace]\n' >>"$folder/Cargo.toml"
    [ "$kind" = upstream ] || printf '%s' "$patches" >>"$folder/Cargo.toml"
  done
}

# published NAME PACKAGE VERSION TARGET…: a program of a package in the registry, with the
# dev-dependencies that `dev` names, or with all.
published() {
  local name=$1 source
  source=$(source_of "$2" "$3")
  shift 3
  copies "$name" "$source"
  build "$name" "$@"
}

# written NAME DEPENDENCIES SOURCE: a program of a few lines, for a library that publishes no examples.
written() {
  local folder=$work/written/$1
  mkdir -p "$folder/src"
  printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s\n' \
    "$1" "$2" >"$folder/Cargo.toml"
  printf '%s' "$3" >"$folder/src/main.rs"
  copies "$1" "$folder"
  cp "$folder/src/main.rs" "$work/src/$1/upstream/src/main.rs"
  cp "$folder/src/main.rs" "$work/src/$1/ours/src/main.rs"
  build "$1" --release --bin "$1"
}

inquire='
use inquire::Text;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = Text::new("Name?").prompt()?;
    let family = Text::new("Family?").prompt()?;
    let more = Text::new("More?").prompt()?;
    println!("hello [{name}] [{family}] [{more}]");
    Ok(())
}
'

# The shape of an async program on ratatui: a stream of events, and an editor in between.
async_program='
use std::{io, process::Command};

use crossterm::event::{DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::event::{DisableBracketedPaste, Event, EventStream, KeyCode};
use crossterm::execute;
use futures_util::StreamExt;
use ratatui::widgets::{Paragraph, Wrap};

fn open() -> io::Result<ratatui::DefaultTerminal> {
    let terminal = ratatui::init();
    execute!(io::stdout(), EnableMouseCapture, EnableBracketedPaste)?;
    Ok(terminal)
}

fn close() -> io::Result<()> {
    execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste)?;
    ratatui::restore();
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut terminal = open()?;
    let mut events = EventStream::new();
    let (mut count, mut last) = (0, String::new());
    loop {
        terminal.draw(|frame| {
            let text = Paragraph::new(format!("{count} events\n{last}")).wrap(Wrap::default());
            frame.render_widget(text, frame.area());
        })?;
        let Some(event) = events.next().await else { break };
        let event = event?;
        if let Event::Key(key) = event {
            if key.code == KeyCode::Char('\''q'\'') {
                break;
            }
            if key.code == KeyCode::Char('\''e'\'') {
                close()?;
                let script = "echo the editor; read line; echo \"it got $line\"; sleep 1";
                Command::new("sh").args(["-c", script]).status()?;
                terminal = open()?;
                terminal.clear()?;
            }
        }
        // After a stop, crossterm is silent and its replacement announces the size.
        if !matches!(event, Event::Resize(..)) {
            count += 1;
            last = format!("{event:?}");
        }
    }
    close()
}
'

make_program() {
  case $1 in
  inquire) written inquire 'inquire = "=0.9.4"' "$inquire" ;;
  reedline) published reedline reedline 0.52.1 --example basic ;;
  async) written async 'ratatui = "0.30"
crossterm = { version = "0.29", features = ["event-stream"] }
tokio = { version = "1", features = ["rt", "macros"] }
futures-util = { version = "0.3", default-features = false }' "$async_program" ;;
  csvlens) dev= published csvlens csvlens 0.15.1 --bin csvlens ;;
  systemctl-tui) published systemctl-tui systemctl-tui 0.5.0 --bin systemctl-tui ;;
  user_input) dev=color-eyre published user_input ratatui 0.29.0 --example user_input ;;
  textarea) dev= published textarea tui-textarea 0.7.0 --features crossterm --example minimal ;;
  television) dev= published television television 0.15.9 --bin tv ;;
  gitui) dev= published gitui gitui 0.28.1 --no-default-features --features regex-fancy --bin gitui ;;
  *) echo "apps: no program is called $1" >&2 && return 1 ;;
  esac
}

# Not among them, but tried when they are named:
# - television, which draws by the clock, so that its idle calls (some 270 a second) differ from one
#   run to the next, and whose matcher panics in a build for debugging, on crossterm as well, once a
#   filter is typed. What it shows until then, and leaves behind, is in its table;
# - gitui, whose 345 crates take longer to build than all of the others;
# - systemctl-tui, which panics at its start where no systemd answers on D-Bus. `async` has its shape:
#   ratatui, tokio, and an EventStream.
programs=("$@")
[ $# -gt 0 ] || programs=(inquire reedline csvlens user_input textarea async)
built=()
for program in "${programs[@]}"; do
  if [ "$SECONDS" -gt "$limit" ]; then
    echo "apps: $program is left out, $limit seconds are over"
  elif make_program "$program"; then
    built+=("$program")
  else
    echo "apps: $program does not build here"
  fi
done
[ -z "$tests" ] || exit "$((${#built[@]} != ${#programs[@]}))"
PYTHONPATH=$work/python python3 ci/measure/apps.py "$work/bin" "${built[@]}"
