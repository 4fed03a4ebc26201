#!/usr/bin/env bash
# A test run is the same whatever it is started from: the tests that open terminals and start programs
# run as usual, then under nohup, with the three standard streams closed, in a session without a
# terminal, and as another user than root with an almost empty environment; each test has to come out
# as it did first. What a run that fails has printed is printed whole. Takes two minutes.
. "$(dirname "$0")/../lib.sh"

targets=(
  "ttyring-platform contract" "ttyring-platform tty" "ttyring-platform opening"
  "ttyring terminal" "ttyring input" "ttyring waiting" "ttyring password" "ttyring people"
  "ttyring-cli keys"
)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
chmod 1777 "$place"
binaries=()
for target in "${targets[@]}"; do
  read -r package name <<<"$target"
  binary=$(built test "$name" -p "$package")
  [ -x "$binary" ] || { echo "surroundings: $package has no test $name" >&2; exit 1; }
  binaries+=("$package" "$binary")
done

# run NAME COMMAND…: runs every test by way of a command, and notes how each came out.
run() {
  local name=$1 results=$place/$1 package binary folder
  shift
  : >"$results"
  set -- "$@"
  for ((index = 0; index < ${#binaries[@]}; index += 2)); do
    package=${binaries[index]} binary=${binaries[index + 1]}
    folder=$(cargo pkgid -p "$package" | sed 's|^path+file://||; s|#.*||')
    log=$place/log.$name.$index
    (
      cd "$folder"
      export TMPDIR=$place HOME=$place
      # Bursts of every size are a minute of one and the same.
      timeout 120 "$@" "$binary" --logfile "$log" --skip bursts_of_every_size
    ) >"$place/output" 2>&1 || {
      echo "surroundings: status $? of $(basename "$binary"), $name" >&2
      cat "$place/output" >&2
      # All that there is where the streams are closed.
      grep -v '^ok ' "$log" >&2 || echo "surroundings: the runner noted no failure" >&2
      exit 1
    }
    sed "s|^|$(basename "$binary") |" "$log" >>"$results"
  done
  sort -o "$results" "$results"
  if ! diff "$place/as-usual" "$results"; then
    echo "surroundings: tests come out differently: $name" >&2
    exit 1
  fi
  echo "surroundings: $(wc -l <"$results") tests, $name"
}

# Without reading or writing anything, as a daemon starts a program.
cat >"$place/closed" <<'SHELL'
#!/bin/sh
exec "$@" <&- >&- 2>&-
SHELL
chmod 755 "$place/closed"

run as-usual env
run nohup nohup
run closed-streams "$place/closed"
run no-terminal setsid --wait
if [ "$(id -u)" != 0 ]; then
  echo "SKIPPED another-user: this is another user than root already"
elif ! command -v setpriv >/dev/null; then
  echo "SKIPPED another-user: setpriv is not installed (Debian: util-linux)"
elif ! setpriv --reuid=65534 --regid=65534 --clear-groups test -x "${binaries[1]}"; then
  echo "SKIPPED another-user: nobody may not execute what is in $PWD/target"
else
  # As a service starts a program: no SHELL, no TERM, no locale.
  run another-user env -i PATH="$PATH" TMPDIR="$place" HOME="$place" \
    setpriv --reuid=65534 --regid=65534 --clear-groups
fi
