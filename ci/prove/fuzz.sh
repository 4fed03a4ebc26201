#!/usr/bin/env bash
# usage: ci/prove/fuzz.sh SECONDS [TARGET...]   Fuzzes every target, or those named, for so long each.
#
# AddressSanitizer is cargo-fuzz's default, and what libFuzzer finds is kept in fuzz/artifacts. The
# corpus grows in fuzz/corpus on this machine and is not part of the repository. Inputs are at most
# 4 KiB: longer ones find nothing that repeats could not, and are slow.
. "$(dirname "$0")/../lib.sh"
set -x
seconds=${1:?how many seconds for each target}
shift
cargo +nightly fuzz --version || cargo install cargo-fuzz --locked
[ $# -gt 0 ] || mapfile -t targets < <(cargo +nightly fuzz list)
for target in "${@:-${targets[@]}}"; do
    corpus=(fuzz/corpus/"$target")
    options=()
    case $target in
        *decode*)
            corpus+=(fuzz/seeds/decode)
            options+=(-dict=fuzz/decode.dict)
            ;;
    esac
    mkdir -p "${corpus[0]}"
    cargo +nightly fuzz run "$target" "${corpus[@]}" -- -max_total_time="$seconds" -max_len=4096 -timeout=10 "${options[@]}"
done
