"""Mutants of the library and the platform crate: see mutants.sh, and mutants/README.md for a row."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import sys
import threading
import time
import tomllib

PLACE = pathlib.Path("target/mutants").resolve()
TREE = PLACE / "tree"
PACKAGES = {"ttyring": ".", "platform": "platform"}
CRATES = {"ttyring": "ttyring", "platform": "ttyring-platform"}
# Of the mutants that are not equivalent.
ENOUGH = 0.9
# Runs at once.
WORKERS = 2
# A test that has not ended after so many times as long as without a mutant never will.
PATIENCE, AT_LEAST = 5, 20
MEMORY = 8 << 30

SWITCH = """//! Which mutant is switched on.
#![allow(missing_docs)]

use std::sync::atomic::{AtomicU32, Ordering};

static CHOSEN: AtomicU32 = AtomicU32::new(u32::MAX);

// Neither locks nor allocates: signal handlers ask, too.
pub fn is(number: u32) -> bool {
    let mut chosen = CHOSEN.load(Ordering::Relaxed);
    if chosen == u32::MAX {
        let text = unsafe { libc::getenv(c"TTYRING_MUTANT".as_ptr()) };
        chosen = if text.is_null() { 0 } else { unsafe { libc::atoi(text) as u32 } };
        CHOSEN.store(chosen, Ordering::Relaxed);
    }
    chosen == number
}
"""
# Where the switch is made known in the copy.
ADDED = {
    "platform/src/lib.rs": "\n#[doc(hidden)]\npub mod mutant;\n",
    "src/lib.rs": "\n#[allow(unused_imports)]\nuse ttyring_platform::mutant;\n",
    # What runs hundreds of times is optimized a little, what is only built is not.
    "Cargo.toml": """
[profile.dev.package."*"]
opt-level = 0

[profile.dev.package.proptest]
opt-level = 1
""",
}


# The programs that run now: none of them outlives this one.
running = set()


class Broken(Exception):
    """A table that does not fit the code."""


def load():
    """The rows of all tables, numbered from 1, and what is changed without a switch."""
    rows, prepared = [], []
    for path in sorted(pathlib.Path("ci/prove/mutants").glob("*.toml")):
        table = tomllib.loads(path.read_text())
        prepared += table.get("prepare", [])
        for row in table["mutant"]:
            row["area"] = path.stem
            if "tests" not in row:
                fits = [prefix for prefix in table["tests"] if row["file"].startswith(prefix)]
                if not fits:
                    raise Broken(f"{path}: no tests for {row['file']}")
                row["tests"] = table["tests"][max(fits, key=len)]
            rows.append(row)
    for number, row in enumerate(rows, 1):
        row["number"] = number
    names = [row["name"] for row in rows]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Broken(f"two mutants of one name: {', '.join(twice)}")
    return rows, prepared


def once(text, part, where):
    if text.count(part) != 1:
        raise Broken(f"{where}: found {text.count(part)} times: {part!r}")
    return text.index(part)


def span(text, row):
    """Where the text that a mutant replaces stands."""
    where = f"{row['file']}: {row['name']}"
    start, around = 0, text
    if "within" in row:
        around = row["within"]
        start = once(text, around, where)
    start += once(around, row["old"], where)
    return start, start + len(row["old"])


def call(row):
    return f"crate::mutant::is({row['number']})"


def switched(group, old):
    """The text `old` with the mutants of one place behind their switches."""
    if any("MUTANT" in row["new"] for row in group):
        if len(group) > 1:
            raise Broken(f"{group[0]['name']}: MUTANT must be alone in its place")
        return group[0]["new"].replace("MUTANT", call(group[0]))
    arms = [f"if {call(row)} {{ {row['new']} }} else " for row in group]
    whole = "".join(arms) + f"{{ {old} }}"
    return whole if group[0]["old"].rstrip().endswith((";", "}")) else f"({whole})"


def render(text, start, end, places):
    """The text from `start` to `end` with the mutants of `places` in it, the inner ones first."""
    out, at = [], start
    while places:
        outer = places[0][0]
        group = [row for place, row in places if place == outer]
        inner = [item for item in places if item[0] != outer and item[0][0] < outer[1]]
        places = [item for item in places if item[0][0] >= outer[1]]
        for (_, last), row in inner:
            if last > outer[1]:
                raise Broken(f"{row['name']}: overlaps {group[0]['name']}")
            if "MUTANT" in group[0]["new"]:
                raise Broken(f"{row['name']}: lies in {group[0]['name']}, whose text is replaced whole")
        out += [text[at : outer[0]], switched(group, render(text, *outer, inner))]
        at = outer[1]
    return "".join([*out, text[at:end]])


def mutated(name, text, rows, prepared):
    for change in prepared:
        if change["file"] == name:
            if change["old"] not in text:
                raise Broken(f"{name}: not found: {change['old']!r}")
            text = text.replace(change["old"], change["new"])
    places = [(span(text, row), row) for row in rows if row["file"] == name]
    places.sort(key=lambda item: (item[0][0], -item[0][1], item[1]["number"]))
    return render(text, 0, len(text), places)


def copy(rows, prepared):
    """Makes the copy; a file that is there already and is the same stays, so that it is not built
    again."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\n") if name and pathlib.Path(name).is_file()]
    missing = {row["file"] for row in rows} - set(names)
    if missing:
        raise Broken(f"no such file: {', '.join(missing)}")
    wanted = {"platform/src/mutant.rs": SWITCH.encode()}
    for name in names:
        content = pathlib.Path(name).read_bytes()
        if name.endswith(".rs") and not name.startswith(("fuzz/", "benches/")):
            content = mutated(name, content.decode(), rows, prepared).encode()
        wanted[name] = content + ADDED.get(name, "").encode()
    for old in TREE.rglob("*"):
        if old.is_file() and str(old.relative_to(TREE)) not in wanted:
            old.unlink()
    for name, content in wanted.items():
        target = TREE / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def build(tests):
    """Builds the test binaries; returns where each is."""
    environment = dict(
        os.environ,
        CARGO_TARGET_DIR=str(PLACE / "target"),
        CARGO_PROFILE_DEV_DEBUG="0",
        CARGO_PROFILE_DEV_OPT_LEVEL="1",
        CARGO_INCREMENTAL="0",
        RUSTFLAGS="--cap-lints allow",
    )
    found = {}
    for package, folder in PACKAGES.items():
        names = [test.split("/")[1] for test in sorted(tests) if test.startswith(package + "/")]
        if not names:
            continue
        chosen = [part for name in names for part in (["--lib"] if name == "lib" else ["--test", name])]
        command = ["cargo", "test", "-p", CRATES[package], "--no-run", *chosen]
        command.append("--message-format=json-render-diagnostics")
        answer = subprocess.run(
            command, cwd=TREE / folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        if answer.returncode != 0:
            sys.exit("the copy does not compile: a mutant is of another type, or its text no expression")
        for line in answer.stdout.splitlines():
            message = json.loads(line)
            if message.get("executable") and message["profile"]["test"]:
                kind = "lib" if "lib" in message["target"]["kind"] else message["target"]["name"]
                found[f"{package}/{kind}"] = message["executable"]
    return {test: found[test] for test in tests}


def reap(mark):
    """Kills what a run has left behind: programs in sessions of their own."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            pass


def run(executable, folder, number, limit):
    """Runs a test binary until a test fails: what failed, or nothing, and how long it took."""
    mark = f"TTYRING_MUTANT_RUN={os.getpid()}-{threading.get_ident()}-{number}"
    environment = dict(
        os.environ,
        TTYRING_MUTANT=str(number),
        CARGO_MANIFEST_DIR=str(TREE / folder),
        RUST_BACKTRACE="0",
        # The same cases each time, and no time lost on making a failure small.
        PROPTEST_RNG_SEED="1",
        PROPTEST_MAX_SHRINK_ITERS="0",
        PROPTEST_DISABLE_FAILURE_PERSISTENCE="1",
    )
    environment.update([mark.split("=")])
    start = time.monotonic()
    process = subprocess.Popen(
        [executable],
        cwd=TREE / folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    running.add(process.pid)
    late = threading.Event()

    def end():
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(limit, end)
    timer.start()
    failed = ""
    for line in process.stdout:
        found = re.match(r"test (\S+) .*FAILED", line)
        if found:
            failed = found.group(1)
            os.killpg(process.pid, signal.SIGKILL)
            break
    timer.cancel()
    process.stdout.close()
    status = process.wait()
    running.discard(process.pid)
    reap(mark)
    if not failed and late.is_set():
        failed = "does not end"
    if not failed and status != 0:
        failed = f"ends with status {status}"
    return failed, time.monotonic() - start


def baseline(binaries):
    """Runs everything without a mutant: how long each binary takes."""
    taken = {}
    for test, executable in binaries.items():
        failed, taken[test] = run(executable, PACKAGES[test.split("/")[0]], 0, 300)
        if failed:
            sys.exit(f"{test} fails without a mutant: {failed}")
    shown = (f"{test} {seconds:.1f} s" for test, seconds in sorted(taken.items(), key=lambda item: item[1]))
    print(f"without a mutant: {', '.join(shown)}", flush=True)
    return taken


def verdict(row, binaries, taken):
    """What notices a mutant; nothing, if it survives."""
    for test in sorted(row["tests"], key=taken.get):
        limit = max(AT_LEAST, PATIENCE * taken[test])
        failed, _ = run(binaries[test], PACKAGES[test.split("/")[0]], row["number"], limit)
        if failed:
            return f"{test}: {failed}"
    return ""


def choose(rows, options):
    chosen = [
        row
        for row in rows
        if options.text in row["name"] + row["file"]
    ]
    if options.sample:
        print(f"a sample with the seed {options.seed}")
        candidates = [row for row in chosen if "equivalent" not in row]
        chosen = random.Random(options.seed).sample(candidates, min(options.sample, len(candidates)))
    if not chosen:
        sys.exit("there is no such mutant")
    return chosen


def arguments():
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", default=head.stdout.strip())
    parser.add_argument("--area", default="")
    parser.add_argument("text", nargs="?", default="")
    return parser.parse_args()


def judge(chosen, binaries, taken):
    """Runs the mutants; returns the survivors."""
    survivors = []
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        jobs = {pool.submit(verdict, row, binaries, taken): row for row in chosen}
        for done in concurrent.futures.as_completed(jobs):
            row, caught = jobs[done], done.result()
            shown = f"caught    {row['name']}  <- {caught}" if caught else f"SURVIVED  {row['name']}"
            print(shown, flush=True)
            if not caught:
                survivors.append(row)
    return survivors


def interrupted(*_):
    for process in list(running):
        os.killpg(process, signal.SIGKILL)
    os._exit(1)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGINT, interrupted)
    try:
        rows, prepared = load()
        # Of another area the copy has nothing: its table may wait for its code.
        rows = [row for row in rows if options.area in ("", row["area"])]
        copy(rows, prepared)
    except Broken as broken:
        sys.exit(str(broken))
    chosen = choose(rows, options)
    equivalent = [row for row in chosen if "equivalent" in row]
    chosen = [row for row in chosen if "equivalent" not in row]
    binaries = build({test for row in chosen for test in row["tests"]})
    taken = baseline(binaries)
    survivors = judge(chosen, binaries, taken)
    for row in equivalent:
        print(f"equivalent: {row['name']}: {row['equivalent']}")
    for row in survivors:
        print(f"survived: {row['name']} ({row['file']}: {row['old']!r} -> {row['new']!r})")
    caught = len(chosen) - len(survivors)
    share = caught / max(len(chosen), 1)
    print(
        f"{len(chosen)} mutants, {caught} caught, {len(survivors)} survived, "
        f"{len(equivalent)} equivalent: {100 * share:.1f} % caught"
    )
    if share < ENOUGH:
        sys.exit(f"fewer than {100 * ENOUGH:.0f} % were caught")


main()
