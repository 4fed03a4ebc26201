"""Mutants of the library, the platform crate and the crates of compat/: see mutants.sh, and mutants/README.md for a row."""

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
PACKAGES = {
    "ttyring": ".",
    "platform": "platform",
    "crossterm": "compat/crossterm",
    "ratatui": "compat/ratatui",
}
CRATES = {
    "ttyring": "ttyring",
    "platform": "ttyring-platform",
    "crossterm": "ttyring-crossterm",
    "ratatui": "ttyring-ratatui",
}
# Parts of a test binary that are named in a table like a binary of its own: the binary, its
# arguments, and what is added to the environment.
PARTS = {
    "ttyring/units": ("ttyring/lib", ["terminal::", "--skip", "terminal::simulation"], {}),
    # The simulation comes last, for what nothing quicker has noticed.
    "ttyring/lib": ("ttyring/lib", ["--skip", "terminal::simulation"], {}),
    "ttyring/simulation": (
        "ttyring/lib",
        ["terminal::simulation"],
        {"TTYRING_STRIDE": "7", "TTYRING_RUNS": "2000", "TTYRING_FIRST": "1"},
    ),
    "crossterm/lives": ("crossterm/terminal", ["lives::"], {}),
    "crossterm/stops": ("crossterm/terminal", ["stops::"], {}),
    "crossterm/asking": ("crossterm/terminal", ["asking::"], {}),
    # Half a minute: for what nothing else can notice.
    "crossterm/same": ("crossterm/terminal", ["events::bytes_are_the_same"], {}),
    "crossterm/better": ("crossterm/terminal", ["events::bytes_are_better"], {}),
}
# Which test has noticed a mutant, so that it is asked first.
NOTICED = pathlib.Path("ci/prove/mutants/noticed.txt")
# Of the mutants that are not equivalent.
ENOUGH = 0.9
# Runs at once.
WORKERS = 2
# A test that has not ended after so many times as long as without a mutant never will.
PATIENCE, AT_LEAST = 5, 20
MEMORY = 8 << 30

SWITCH = """//! Which mutant is switched on.
#![allow(missing_docs)]

use std::ffi::{c_char, c_int};
use std::sync::atomic::{AtomicU32, Ordering};

static CHOSEN: AtomicU32 = AtomicU32::new(u32::MAX);

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn atoi(text: *const c_char) -> c_int;
}

// Neither locks nor allocates: signal handlers ask, too.
pub fn is(number: u32) -> bool {
    let mut chosen = CHOSEN.load(Ordering::Relaxed);
    if chosen == u32::MAX {
        let text = unsafe { getenv(c"TTYRING_MUTANT".as_ptr()) };
        chosen = if text.is_null() { 0 } else { unsafe { atoi(text) as u32 } };
        CHOSEN.store(chosen, Ordering::Relaxed);
    }
    chosen == number
}
"""
# Where the switch is, and where it is made known in the copy.
ADDED = {
    "platform/src/mutant.rs": SWITCH,
    "platform/src/lib.rs": "\n#[doc(hidden)]\npub mod mutant;\n",
    "src/lib.rs": "\n#[allow(unused_imports)]\nuse ttyring_platform::mutant;\n",
    "compat/crossterm/src/lib.rs": "\n#[allow(unused_imports)]\nuse ttyring::platform::mutant;\n",
    "compat/ratatui/src/lib.rs": "\n#[allow(unused_imports)]\nuse ttyring::platform::mutant;\n",
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


def binary_of(test):
    return PARTS.get(test, (test, [], {}))[0]


def load(prover="tests"):
    """The rows of all tables that this prover runs, numbered from 1, and what is changed without a
    switch."""
    rows, prepared = [], []
    for path in sorted(pathlib.Path("ci/prove/mutants").glob("*.toml")):
        table = tomllib.loads(path.read_text())
        if table.get("prover", "tests") != prover:
            continue
        prepared += table.get("prepare", [])
        for row in table["mutant"]:
            row["area"] = path.stem
            if prover == "tests" and "tests" not in row:
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
    end = start + len(row["old"])
    # A name that has grown at one of its ends is another one.
    for place in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
        if re.fullmatch(r"\w\w", place):
            raise Broken(f"{where}: stands within a longer name: {row['old']!r}")
    return start, end


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
    places, broken = [], []
    for row in rows:
        if row["file"] == name:
            try:
                places.append((span(text, row), row))
            except Broken as error:
                broken.append(str(error))
    if broken:
        raise Broken("\n".join(broken))
    places.sort(key=lambda item: (item[0][0], -item[0][1], item[1]["number"]))
    return render(text, 0, len(text), places)


def copy(rows, prepared, tree=TREE, added=ADDED, parts=()):
    """Makes the copy of the repository, or of these parts of it; a file that is there already and is
    the same stays, so that it is not built again."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *parts],
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.split("\n") if name and pathlib.Path(name).is_file()]
    missing = {row["file"] for row in rows} - set(names)
    if missing:
        raise Broken(f"no such file: {', '.join(missing)}")
    wanted = {name: text.encode() for name, text in added.items() if name not in names}
    broken = []
    for name in names:
        content = pathlib.Path(name).read_bytes()
        if name.endswith(".rs") and not name.startswith(("fuzz/", "benches/")):
            try:
                content = mutated(name, content.decode(), rows, prepared).encode()
            except Broken as error:
                broken.append(str(error))
        wanted[name] = content + added.get(name, "").encode()
    if broken:
        raise Broken("rows that do not fit the code any more:\n" + "\n".join(broken))
    for old in tree.rglob("*"):
        if old.is_file() and str(old.relative_to(tree)) not in wanted:
            old.unlink()
    for name, content in wanted.items():
        target = tree / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def build(tests):
    """Builds the test binaries; returns where each is that has one of these tests."""
    tests = {binary_of(test) for test in tests}
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


def run(binaries, test, number, limit, only=""):
    """Runs a test binary, or a part of it, or one test, until a test fails: what failed, or nothing,
    and how long it took."""
    binary, arguments, added = PARTS.get(test, (test, [], {}))
    executable, folder = binaries[binary], PACKAGES[binary.split("/")[0]]
    if only:
        arguments = ["--exact", only]
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
    environment.update([mark.split("=")], **added)
    start = time.monotonic()
    process = subprocess.Popen(
        [executable, *arguments],
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


def baseline(binaries, tests):
    """Runs everything without a mutant: how long each test binary or part takes."""
    taken = {}
    for test in sorted(tests):
        failed, taken[test] = run(binaries, test, 0, 300)
        if failed:
            sys.exit(f"{test} fails without a mutant: {failed}")
    shown = (f"{test} {seconds:.1f} s" for test, seconds in sorted(taken.items(), key=lambda item: item[1]))
    print(f"without a mutant: {', '.join(shown)}", flush=True)
    return taken


def verdict(row, binaries, taken, noticed):
    """What notices a mutant; nothing, if it survives."""
    def limit(test):
        return max(AT_LEAST, PATIENCE * taken[test])

    tests = sorted(row["tests"], key=taken.get)
    first, name = noticed.get(row["name"], ("", ""))
    if first in tests:
        if name:
            failed, _ = run(binaries, first, row["number"], limit(first), name)
            if failed:
                return f"{first}: {failed if failed == name else f'{name} {failed}'}"
        else:
            tests.sort(key=lambda test: test != first)
    for test in tests:
        failed, _ = run(binaries, test, row["number"], limit(test))
        if failed:
            return f"{test}: {failed}"
    return ""


def recall():
    """Which test has noticed each mutant, as far as that was written down."""
    noticed = {}
    for line in NOTICED.read_text().splitlines() if NOTICED.is_file() else []:
        if line and not line.startswith("#"):
            name, test, *rest = line.split("\t")
            noticed[name] = (test, rest[0] if rest else "")
    return noticed


def write_down(noticed, rows):
    """Writes down which test has noticed what, for the rows that there are."""
    lines = ["# Which test has noticed a mutant: mutants.sh --learn writes this file."]
    for name in sorted({row["name"] for row in rows} & set(noticed)):
        lines.append("\t".join([name, *noticed[name]]).rstrip())
    NOTICED.write_text("\n".join(lines) + "\n")


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
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("text", nargs="?", default="")
    return parser.parse_args()


def judge(chosen, binaries, taken, noticed):
    """Runs the mutants; returns the survivors, and notes what has noticed the others."""
    survivors = []
    before = dict(noticed)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        jobs = {pool.submit(verdict, row, binaries, taken, before): row for row in chosen}
        for done in concurrent.futures.as_completed(jobs):
            row, caught = jobs[done], done.result()
            shown = f"caught    {row['name']}  <- {caught}" if caught else f"SURVIVED  {row['name']}"
            print(shown, flush=True)
            if not caught:
                survivors.append(row)
                noticed.pop(row["name"], None)
                continue
            test, failed = caught.split(": ", 1)
            known = before.get(row["name"], ("", ""))
            if failed == "does not end":
                # Something else may notice it sooner the next time.
                noticed.pop(row["name"], None)
            elif known[0] != test or known[1] not in failed.split():
                noticed[row["name"]] = (test, "" if " " in failed else failed)
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
        every = rows
        # Of another area the copy has nothing: its table may wait for its code.
        rows = [row for row in rows if options.area in ("", row["area"])]
        files = {row["file"] for row in rows}
        prepared = [change for change in prepared if change["file"] in files]
        copy(rows, prepared)
    except Broken as broken:
        sys.exit(str(broken))
    chosen = choose(rows, options)
    equivalent = [row for row in chosen if "equivalent" in row]
    chosen = [row for row in chosen if "equivalent" not in row]
    tests = {test for row in chosen for test in row["tests"]}
    binaries = build(tests)
    taken = baseline(binaries, tests)
    noticed = recall()
    survivors = judge(chosen, binaries, taken, noticed)
    if options.learn:
        write_down(noticed, every)
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


if __name__ == "__main__":
    main()
