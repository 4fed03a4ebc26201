"""Checks what CONTRIBUTING.md says about sizes.

A Rust file has at most 400 lines, and a line of Markdown at most 100 columns. Tables, code blocks and
lines that cannot be broken (a link, a path) may be wider.
"""

import pathlib
import subprocess
import sys

LINES, COLUMNS = 400, 100


def wide(path):
    """The numbers of the lines of prose that are wider than allowed and could be broken."""
    fenced = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith("|") and len(line) > COLUMNS and " " in line[:COLUMNS].strip():
            yield number


def main():
    tracked = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, text=True).stdout
    files = [path for path in map(pathlib.Path, tracked.split("\0")) if path.is_file()]
    faults = []
    for path in files:
        if path.suffix == ".rs" and (lines := len(path.read_text().splitlines())) > LINES:
            faults.append(f"{path}: {lines} lines; split it, {LINES} are allowed")
        if path.suffix == ".md":
            faults += [f"{path}:{number}: wider than {COLUMNS} columns" for number in wide(path)]
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"sizes: {len(files)} files, {len(faults)} too large")
    sys.exit(bool(faults))


main()
