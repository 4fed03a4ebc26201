"""The models of loom on the ring and the custody as they are, and on their mutants: see loom.sh."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import mutants

TREE = pathlib.Path("target/loom/tree").resolve()
PARTS = (
    "ci/prove/ring",
    "src/ring",
    "src/sync.rs",
    "src/terminal/custody/shared.rs",
    "tests/*_ring*",
)
ADDED = {
    "tests/loom_ring/mutant.rs": mutants.SWITCH,
    "tests/loom_ring/main.rs": "\nmod mutant;\n",
    "ci/prove/ring/lib.rs": "\n#[path = \"../../../tests/loom_ring/mutant.rs\"]\nmod mutant;\n",
}
# Seconds; without a mutant, all models take about ten.
LIMIT = 120


def build():
    """Builds the models of the copy; returns where the binary is."""
    environment = dict(
        os.environ,
        CARGO_TARGET_DIR=str(TREE.parent),
        RUSTFLAGS="--cfg loom --cap-lints allow",
    )
    command = ["cargo", "test", "--release", "--test", "loom_ring", "--no-run"]
    answer = subprocess.run(
        command, cwd=TREE / "ci/prove/ring", env=environment, stderr=subprocess.PIPE, text=True
    )
    if answer.returncode != 0:
        sys.exit(answer.stderr)
    return re.search(r"Executable .*\((.*)\)", answer.stderr).group(1)


def run(binary, number):
    """Runs the models until one fails: how, or SURVIVES or HANGS; which; and the seconds."""
    environment = dict(os.environ, TTYRING_MUTANT=str(number), RUST_BACKTRACE="0")
    start = time.monotonic()
    process = subprocess.Popen(
        [binary, "--nocapture"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    late = threading.Event()
    timer = threading.Timer(LIMIT, lambda: (late.set(), process.kill()))
    timer.start()
    how = model = ""
    for line in process.stdout:
        found = re.search(r"thread '([a-z_:]+)'.* panicked at", line)
        if found:
            model, message = found.group(1), next(process.stdout, "")
            how = "assert"
            for word, kind in {"deadlock": "deadlock", "Causality": "race"}.items():
                how = kind if word in message else how
            process.kill()
            break
    timer.cancel()
    status = process.wait()
    process.stdout.close()
    if not model:
        how = "HANGS" if late.is_set() else "SURVIVES" if status == 0 else f"STATUS {status}"
    return how, model, time.monotonic() - start


def main():
    try:
        rows, prepared = mutants.load("loom")
        mutants.copy(rows, prepared, TREE, ADDED, PARTS)
    except mutants.Broken as broken:
        sys.exit(str(broken))
    binary = build()
    how, model, seconds = run(binary, 0)
    print(f"as they are: {how.lower()} {model} ({seconds:.1f} s)", flush=True)
    if how != "SURVIVES":
        sys.exit("the models have to hold without a mutant")
    chosen = [row for row in rows if "equivalent" not in row]
    for row in rows:
        row["title"] = f"{row['area']}: {row['name']}"
    width = max(len(row["title"]) for row in rows)
    survivors = 0
    print(f"{'mutant':<{width}} {'seconds':>7}  {'how':<9} model")
    with concurrent.futures.ThreadPoolExecutor(mutants.WORKERS) as pool:
        runs = pool.map(lambda row: run(binary, row["number"]), chosen)
        for row, (how, model, seconds) in zip(chosen, runs):
            survivors += not model
            print(f"{row['title']:<{width}} {seconds:>7.1f}  {how:<9} {model}", flush=True)
    for row in rows:
        if row not in chosen:
            print(f"equivalent: {row['title']}: {row['equivalent']}")
    print(f"{len(chosen)} mutants, {survivors} survived")
    sys.exit(survivors > 0)


main()
