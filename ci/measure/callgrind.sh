#!/usr/bin/env bash
# Counts instructions for each event, of ttyring and its peers, under callgrind: the same on a loaded
# machine. Needs valgrind; about five minutes with all contenders. Usage: ci/measure/callgrind.sh [CONTENDER…]
# Fails if a plain key takes more than 50 instructions or an arrow more than 120 (contender `feed`).
. "$(dirname "$0")/../lib.sh"
command -v valgrind >/dev/null || { echo "SKIPPED: valgrind is not installed" >&2; exit 0; }
bench=$(built bench decode --manifest-path benches/peers/Cargo.toml)

# One run: events and instructions.
run() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" count "$1" "$2" "$3" 2>&1 |
        awk '/^[0-9]+$/ { events = $1 } /Collected/ { print events, $NF }'
}

failed=0
printf '%-8s %-10s %s\n' mix contender 'instructions an event'
for mix in keys utf8 arrows mouse kitty; do
    for contender in "${@:-feed}"; do
        read -r events_1 count_1 < <(run "$mix" "$contender" 1)
        read -r events_3 count_3 < <(run "$mix" "$contender" 3)
        each=$(awk "BEGIN { printf \"%.1f\", ($count_3 - $count_1) / ($events_3 - $events_1) }")
        printf '%-8s %-10s %s\n' "$mix" "$contender" "$each"
        case $mix-$contender in
            keys-feed) limit=50 ;;
            arrows-feed) limit=120 ;;
            *) continue ;;
        esac
        awk "BEGIN { exit !($each > $limit) }" && { echo "over the limit of $limit" >&2; failed=1; }
    done
done
exit "$failed"
