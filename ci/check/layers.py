"""Checks the table "Who may import whom" of docs/architecture.md against the source."""

import pathlib
import re
import sys

# The library: module -> the modules of the crate it may name, and whether the platform crate.
LIBRARY = {
    "sync": (set(), False),
    "ring": ({"sync"}, False),
    "event": ({"sanitize"}, True),
    "decode": ({"event"}, False),
    "encode": ({"event"}, False),
    "sanitize": (set(), False),
    "sandbox": (set(), True),
    "probe": (set(), False),
    "profile": (set(), True),
    "terminal": ({"event", "sync"}, True),
    "input": ({"ring", "decode", "event", "terminal", "probe"}, True),
    "query": ({"event", "input", "decode", "terminal"}, True),
    "adapter": ({"event", "input", "decode"}, True),
}
# The platform crate: module -> the modules it may name.
PLATFORM = {
    "error": set(),
    "types": set(),
    "backend": {"types", "error"},
    "sandbox": set(),
    "unix": {"backend", "types", "error", "sandbox"},
    "linux": {"backend", "types", "error", "unix", "sandbox"},
    "darwin": {"backend", "types", "error", "unix"},
    "portable": {"backend", "types", "error", "unix"},
    "sim": {"backend", "types", "error"},
}
# The tools: subcommand or shared module -> the modules it may name.
CLI = dict.fromkeys(["decode", "doctor", "keys", "supervise"], set())
REPORTS = {"contender", "machine", "progress", "report", "stats", "svg", "table"}
LAB = {
    **dict.fromkeys(["contender", "machine", "progress", "stats", "table"], set()),
    "svg": {"stats"},
    "report": {"machine", "table"},
    "bench": REPORTS,
    "jitter": REPORTS | {"bench"},
    "trace": REPORTS,
}
# What the root re-exports from where, so that `crate::Name` counts as naming its module.
LIBRARY_ROOT = {"Event": "event", "Key": "event", "Input": "input", "Terminal": "terminal"}
PLATFORM_ROOT = {
    **dict.fromkeys(["Backend", "Tty", "Termios", "Poller", "Wake"], "backend"),
    **dict.fromkeys(["Error", "Result"], "error"),
    **dict.fromkeys(
        ["LineMode", "Outcome", "Reading", "Ready", "Signals", "Size", "Time", "When"], "types"
    ),
}


def sources(root, module):
    for path in (root / f"{module}.rs", *sorted((root / module).glob("**/*.rs"))):
        # The simulation is a test of the whole: it stands in `terminal` for what is private there.
        if path.is_file() and "simulation" not in path.parts:
            yield path


def code(text):
    """The text without comments, and without the test module, which may name anything."""
    text = re.split(r"^#\[cfg\((?:all\()?test\b", text, maxsplit=1, flags=re.M)[0]
    return re.sub(r"//.*", "", text)


def named(text, types):
    """The top-level modules that `crate::…` paths name."""
    found = set()
    for path in re.findall(r"\bcrate::(\{[^;]*?\};|\w+)", text):
        names = re.findall(r"(?:^\{|,)\s*(\w+)", path) if path[0] == "{" else [path]
        found |= {types.get(name, name) for name in names}
    return found


def check(root, table, types, wrong):
    modules = {p.stem for p in root.iterdir() if p.suffix == ".rs" or p.is_dir()}
    modules -= {"lib", "main"}
    for module in sorted(modules - set(table)):
        wrong.append(f"{root}/{module}: no row in ci/check/layers.py and docs/architecture.md")
    count = 0
    for module in sorted(modules & set(table)):
        row = table[module]
        allowed, platform = row if isinstance(row, tuple) else (row, True)
        for path in sources(root, module):
            count += 1
            text = code(path.read_text())
            for other in sorted((named(text, types) & set(table)) - allowed - {module}):
                wrong.append(f"{path}: names {other}, which {module} may not")
            if not platform and "ttyring_platform" in text:
                wrong.append(f"{path}: names the platform crate, which {module} may not")
    return count


def conditions(wrong):
    """`target_os` stands in the one cfg_if! of the platform crate, `cfg(loom)` in sync.rs."""
    for root in ("src", "platform/src"):
        for path in pathlib.Path(root).glob("**/*.rs"):
            text = re.sub(r"//.*", "", path.read_text())
            if "target_os" in text and str(path) != "platform/src/lib.rs":
                wrong.append(f"{path}: target_os outside platform/src/lib.rs")
            if re.search(r"cfg\w*\(.*\bloom\b", text) and str(path) not in ("src/sync.rs", "src/lib.rs"):
                wrong.append(f"{path}: cfg(loom) outside src/sync.rs and src/lib.rs")


def main():
    wrong = []
    count = check(pathlib.Path("src"), LIBRARY, LIBRARY_ROOT, wrong)
    count += check(pathlib.Path("platform/src"), PLATFORM, PLATFORM_ROOT, wrong)
    count += check(pathlib.Path("cli/src"), CLI, {}, wrong)
    count += check(pathlib.Path("lab/src"), LAB, {}, wrong)
    conditions(wrong)
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"layers: {count} files keep to the arrows of docs/architecture.md")


main()
