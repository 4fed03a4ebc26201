#!/usr/bin/env bash
# Lints the library, the platform crate, the ratatui backend, the tool and the laboratory for Windows,
# then builds tests and runs them over a console: the contract of every backend, the modes of the console
# after every way to end, and the tool. On Windows the tests make their pseudo-consoles themselves.
# Elsewhere they are built for the GNU target and run under Wine, once on a pseudo-terminal and once on
# Wine's pseudo-console; MinGW and Wine are installed where they are missing. Three minutes, and two more
# for the first build.
. "$(dirname "$0")/../lib.sh"
set -x

features=ttyring/mio,ttyring/tokio,ttyring/async-io,ttyring/crossterm,ttyring/serde
native=no
case $(uname -s) in MINGW* | MSYS* | CYGWIN*) native=yes ;; esac
if [ $native = yes ]; then
    target=$(rustc -vV | sed -n 's/^host: //p')
    linted=("$target")
    # Arguments that begin with a slash are no paths.
    export MSYS2_ARG_CONV_EXCL='*'
else
    target=x86_64-pc-windows-gnu
    linted=("$target" x86_64-pc-windows-msvc aarch64-pc-windows-msvc)
    needs x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
    needs wine wine wine64
    needs tmux
fi
for each in "${linted[@]}"; do
    add_target "$each"
    cargo clippy -q -p ttyring-platform -p ttyring -p ttyring-ratatui -p ttyring-cli -p ttyring-lab --features "$features" --locked \
        --target "$each" -- -D warnings
done

# tested PACKAGE TEST: builds a test and prints the path of its program.
tested() {
    cargo test -q -p "$1" --locked --target "$target" --no-run --message-format=json --test "$2" |
        sed -n 's/.*"executable":"\([^"]*\.exe\)".*/\1/p' | tr -s '\\' /
}
out=${CARGO_TARGET_DIR:-target}/windows
mkdir -p "$out"
cp "$(tested ttyring-platform console_native)" "$out/console_native.exe"
cp "$(tested ttyring-platform pseudo_console)" "$out/pseudo_console.exe"
cp "$(tested ttyring restore_windows)" "$out/restore_windows.exe"
# The same once more where a panic aborts; the library has to know.
cargo build -q -p ttyring --lib --locked --target "$target" --target-dir "$out/abort" --config 'profile.dev.panic="abort"'
rustc --edition 2024 --target "$target" -C panic=abort --extern "ttyring=$out/abort/$target/debug/libttyring.rlib" \
    -L "dependency=$out/abort/$target/debug/deps" -o "$out/restore_abort.exe" tests/restore_windows.rs
cargo build -q -p ttyring-cli -p ttyring-lab --locked --target "$target"
built=${CARGO_TARGET_DIR:-target}/$target/debug
cp "$built/ttyring.exe" "$built/ttyring-lab.exe" "$out"
if [ $native = no ]; then
    x86_64-w64-mingw32-gcc -shared -o "$out/bcryptprimitives.dll" ci/check/prng.c -ladvapi32
    # Without a debugger that asks what to do about a fault.
    WINEPREFIX=$(realpath "$out")/prefix
    export WINEPREFIX WINEDEBUG=-all WINEDLLOVERRIDES=winedbg.exe=d
    [ -d "$WINEPREFIX" ] || timeout 120 wineboot --init
fi
set +x

# run PROGRAM ARGUMENT…: runs a program of Windows.
run() {
    if [ $native = yes ]; then "$@"; else wine "$@"; fi
}
# on_pseudo SECONDS PROGRAM ARGUMENT…: on a pseudo-console of its own, without another console.
# Its status is what it says, as Wine may kill a program that ends slowly.
on_pseudo() {
    local log=$out/pseudo.log said
    if [ $native = yes ]; then
        "$out/pseudo_console.exe" "$@" </dev/null 2>"$log" || true
    else
        setsid wine "$out/pseudo_console.exe" "$@" </dev/null 2>"$log" || true
    fi
    said=$(tr -d '\r' <"$log" | sed -n 's/^status //p')
    [ -n "$said" ] || { cat "$log" >&2; return 1; }
    return $((said == 0 ? 0 : said & 255 ? said & 255 : 1))
}
# on_pty SECONDS PROGRAM ARGUMENT…: on a pseudo-terminal of its own, which is the console of Wine.
on_pty() {
    python3 ci/check/windows_pty.py "$1" wine "${@:2}"
}

status=0
# on_console HOW PROGRAM ARGUMENT…: runs tests on a console, and prints what failed and the counts.
on_console() {
    local log=$out/$2.$1.log
    if ! "$1" 120 "$out/$2.exe" "${@:3}" >"$log" 2>&1; then
        status=1
        tail -n 200 "$log"
    fi
    grep -aE '^test .*FAILED|SKIPPED' "$log" || true
    # As libtest prints it, without the colours: the count of all tests reads this line.
    grep -aoE 'test result:.*' "$log" | sed -E 's/^test result: ?/test result: /'
}
for how in on_pty on_pseudo; do
    if [ "$how" = on_pty ] && [ $native = yes ]; then
        continue
    fi
    on_console $how console_native --show-output
    on_console $how restore_windows
    on_console $how restore_abort panic
done

# The tool: keys that are typed in tmux, what needs no console, and what says that there is none.
passed=0 failed=0
# holds NAME CONDITION: counts a check, and prints one that fails.
holds() {
    if eval "$2"; then
        passed=$((passed + 1))
    else
        echo "test $1 ... FAILED: $2"
        failed=$((failed + 1)) status=1
    fi
}
decoded=$(printf 'a\033[A\033[65;30;97;1;0;1_' | run "$out/ttyring.exe" decode | tr -d '\r')
holds "decode without a console" '[ "$(grep -c "\"type\":\"key\"" <<<"$decoded")" = 3 ]'
code=0
on_pseudo 60 "$out/ttyring.exe" supervise -- cmd /c exit 7 >"$out/supervise.log" || code=$?
holds "supervise passes the exit code on" '[ $code = 7 ]'
doctor=$(on_pseudo 60 "$out/ttyring.exe" doctor)
holds "doctor looks at the console" '[[ $doctor == *host*input*output*selection*pages* ]]'
code=0
refused=$(run "$out/ttyring-lab.exe" bench 2>&1 </dev/null) || code=$?
holds "the laboratory is unsupported" '[ $code = 2 ] && [[ $refused == *unsupported* ]]'
if [ $native = yes ]; then
    echo "SKIPPED keys in tmux, keys without a console: a program of MSYS2 cannot show them"
    cargo test -q -p ttyring-platform --locked --target "$target" --test contract_windows --test console_rules \
        --test windows || status=1
    cargo test -q -p ttyring --locked --target "$target" --test windows_console --test windows_streams \
        --test windows_layouts --test prop_windows --test decode_windows || status=1
else
    timeout 100 python3 ci/check/windows_keys.py "$out/ttyring.exe" "$(realpath "$out")/keys.txt" || status=1
    code=0
    refused=$(setsid timeout 60 wine "$out/ttyring.exe" keys </dev/null 2>&1) || code=$?
    holds "keys without a console" '[ $code = 2 ] && [[ $refused == *"no terminal"* ]]'
    # No server of Wine is left behind.
    wineserver -k || true
fi
echo "test result: $([ $failed = 0 ] && echo ok || echo FAILED). $passed passed; $failed failed"
exit $status
