"""Checks the source against the tables "Who may import whom" of docs/architecture.md."""

import pathlib
import re
import sys

DOCUMENT = pathlib.Path("docs/architecture.md")


def table(folder):
    """The table below the heading of a folder: module -> the modules it may name, and whether the platform
    crate."""
    heading = f"\n### {folder}\n"
    text = DOCUMENT.read_text()
    if heading not in text:
        sys.exit(f"{DOCUMENT}: no table for {folder}")
    rows = {}
    for line in text.split(heading)[1].split("\n#")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        modules = re.findall(r"`(\w+)`", cells[0])
        if line.startswith("|") and modules:
            row = set(re.findall(r"`(\w+)`", cells[1])), "the platform crate" in cells[1]
            rows |= dict.fromkeys(modules, row)
    return rows


# What the root re-exports from where, so that `crate::Name` counts as naming its module.
LIBRARY_ROOT = {"Event": "event", "Key": "event", "Input": "input", "Terminal": "terminal"}
PLATFORM_ROOT = {
    **dict.fromkeys(["Backend", "Tty", "Termios", "Poller", "Wake"], "backend"),
    **dict.fromkeys(["Error", "Result"], "error"),
    **dict.fromkeys(
        ["LineMode", "Reading", "Ready", "Reports", "Signals", "Size", "Time", "Transfer", "When"], "types"
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


def check(folder, types, wrong):
    root, rows = pathlib.Path(folder), table(folder)
    modules = {p.stem for p in root.iterdir() if p.suffix == ".rs" or p.is_dir()}
    modules -= {"lib", "main"}
    for module in sorted(modules - set(rows)):
        wrong.append(f"{root}/{module}: no row in {DOCUMENT}")
    count = 0
    for module in sorted(modules & set(rows)):
        allowed, platform = rows[module]
        for path in sources(root, module):
            count += 1
            text = code(path.read_text())
            for other in sorted((named(text, types) & set(rows)) - allowed - {module}):
                wrong.append(f"{path}: names {other}, which {module} may not")
            if folder == "src" and not platform and "ttyring_platform" in text:
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
    count = check("src", LIBRARY_ROOT, wrong)
    count += check("platform/src", PLATFORM_ROOT, wrong)
    count += check("cli/src", {}, wrong)
    count += check("lab/src", {}, wrong)
    conditions(wrong)
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"layers: {count} files keep to the arrows of docs/architecture.md")


main()
