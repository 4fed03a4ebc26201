#!/usr/bin/env bash
# Explores the interleavings of the ring and of the slot of the signal handlers with loom, then
# weakens every edge of their protocols in turn (src/sync.rs lists them) and demands that a model
# fails. Prints edge, models that caught it, time.
#
# Bounds: three preemptions, one more than the weakest mutant needs; capacities of one and two, where
# every wrap-around and every full and empty ring is a step away. One build serves all, since the
# mutant is chosen by an environment variable that only a loom build reads. Each mutant has a
# process of its own: a failed model leaves nothing behind for the next.
. "$(dirname "$0")/../lib.sh"

export RUSTFLAGS="--cfg loom" CARGO_TARGET_DIR=target/loom
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Cargo says where it put the test.
binary=$(cargo test --release --manifest-path ci/prove/ring/Cargo.toml --test loom_ring --no-run 2>&1 | tee /dev/stderr |
    sed -n 's|.*(\(target/loom/[^)]*\)).*|\1|p')

# Not on every system; a mutant that hangs then takes the time of the whole job.
limit=()
if command -v timeout >/dev/null; then
    limit=(timeout 120)
fi

# Seconds; `date` of macOS has no fractions.
now() {
    perl -MTime::HiRes=time -e 'printf "%.2f", time'
}

echo "== as they are"
"./$binary" --quiet

edges=$(sed -n '/^pub(crate) enum Edge {/,/^}/s/^    \([A-Z][A-Za-z]*\),$/\1/p' src/sync.rs)
[ "$(wc -w <<<"$edges")" -ge 20 ] || { echo "loom.sh: cannot read the edges of src/sync.rs"; exit 1; }

echo "== with one edge weakened"
survivors=0
printf '%-19s %7s  %-8s  %s\n' "edge" "seconds" "how" "caught by"
for edge in $edges; do
    begin=$(now)
    # Through a shell, since a model that fails in two threads at once aborts the process.
    TTYRING_MUTANT=$edge RUST_BACKTRACE=0 ${limit[@]+"${limit[@]}"} sh -c '"$0"; exit $?' "./$binary" \
        >"$log" 2>&1 && status=0 || status=$?
    seconds=$(awk "BEGIN {printf \"%.1f\", $(now) - $begin}")
    models=$(sed -n "s/^thread '\([a-z_:]*\)' .*panicked at.*/\1/p" "$log" | awk '!seen[$0]++')
    if [ "$status" -eq 0 ]; then
        survivors=$((survivors + 1)) how=SURVIVES models="nothing"
    elif [ "$status" -eq 124 ]; then
        survivors=$((survivors + 1)) how=HANGS models="nothing within two minutes"
    elif [ -z "$models" ]; then
        survivors=$((survivors + 1)) how="STATUS $status" models="no model"
    else
        case $(grep -A1 -m1 "panicked at" "$log" | tail -1) in
            deadlock*) how=deadlock ;;
            *Causality*) how=race ;;
            *) how=assert ;;
        esac
    fi
    count=$(wc -l <<<"$models")
    [ "$count" -gt 1 ] && models="$(head -1 <<<"$models") and $((count - 1)) more"
    printf '%-19s %7s  %-8s  %s\n' "$edge" "$seconds" "$how" "$models"
done
echo "$(wc -w <<<"$edges") edges weakened, $survivors survived"
[ "$survivors" -eq 0 ]
