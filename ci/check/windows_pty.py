"""Runs a command on a pseudo-terminal of its own, and prints what it shows without the sequences.

usage: windows_pty.py SECONDS COMMAND…   Nothing is typed. The status is that of the command.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


def main():
    limit, command = time.monotonic() + float(sys.argv[1]), sys.argv[2:]
    child, master = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    shown = b""
    while time.monotonic() < limit:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            read = os.read(master, 65536)
        except OSError:
            break
        if not read:
            break
        shown += read
    else:
        os.kill(child, signal.SIGKILL)
        print(f"ended after {sys.argv[1]} seconds")
    text = re.sub(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][0-9A-B]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)", b"", shown)
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    sys.stdout.write(text.decode(errors="replace"))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
