#!/usr/bin/env python3
"""Counts the system calls of a program from the opening of its input to its exit.

Usage: calls.py LIMIT PROGRAM

Runs PROGRAM, which is examples/keys, under strace on a terminal that answers DA1, types Ctrl-C, and
prints how often it made each call. Fails if there are more than LIMIT. What the loader and the runtime
do before the first look at the terminal is printed and does not count.
"""

import collections
import os
import pty
import re
import select
import signal
import sys
import tempfile
import time

# What the standard library adds to each close where debug assertions are on.
ASSERTION = re.compile(r"fcntl\(\d+, F_GETFD\)")
FIRST_LOOK = re.compile(r"(fstat|newfstatat|statx)\(0,")


def life(program, log):
    """Runs the program once; returns what it wrote."""
    child, terminal = pty.fork()
    if child == 0:
        # Python ignores these, and so would the program.
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.execvp("strace", ["strace", "-qq", "-o", log, program])
    written, answered, asked_to_end, end = b"", 0, False, time.monotonic() + 30
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            read = os.read(terminal, 4096)
        except OSError:
            break
        written += read
        if written.count(b"\x1b[c") > answered:
            answered += 1
            os.write(terminal, b"\x1b[?62;22c")
        if b"Ctrl-C ends" in written and not asked_to_end:
            asked_to_end = True
            os.write(terminal, b"\x03")
    else:
        os.kill(child, signal.SIGKILL)
        sys.exit(f"{program} did not end: {written!r}")
    if os.waitpid(child, 0)[1] != 0 or answered != 1:
        sys.exit(f"{program} failed: {written!r}")


def main():
    limit, program = int(sys.argv[1]), sys.argv[2]
    with tempfile.NamedTemporaryFile(mode="r") as log:
        life(program, log.name)
        lines = [line for line in log if re.match(r"\w+\(", line) and not ASSERTION.match(line)]
    first = next(number for number, line in enumerate(lines) if FIRST_LOOK.match(line))
    names = collections.Counter(line.split("(")[0] for line in lines[first:])
    table = ", ".join(f"{count} {name}" for name, count in names.most_common())
    count = len(lines) - first
    print(f"open to exit: {count} calls, {limit} at most ({first} before them): {table}")
    if count > limit:
        sys.exit("open to exit: too many calls")


main()
