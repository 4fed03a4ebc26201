"""prompt_toolkit: its input in raw mode under asyncio, keys as its own parser gives them."""

import asyncio
import os
import struct
import time

from prompt_toolkit.input import create_input
from prompt_toolkit.keys import Keys

FD = int(os.environ.get("TTYRING_STAMP_FD", 3))
EVERY = int(os.environ.get("TTYRING_COUNT", 0))
ANSWERS = "TTYRING_ANSWER" in os.environ
seen = 0


def write():
    os.write(FD, struct.pack("=Q", time.clock_gettime_ns(time.CLOCK_MONOTONIC)))


def handle(key):
    global seen
    if ANSWERS:
        os.write(1, b".")
    elif EVERY == 0:
        write()
    else:
        seen += len(key.data) if key.key == Keys.BracketedPaste else 1
        while seen >= EVERY:
            seen -= EVERY
            write()


async def main():
    done = asyncio.Event()
    source = create_input()

    def ready():
        for key in source.read_keys():
            handle(key)
            if key.key == Keys.ControlD:
                done.set()

    with source.raw_mode(), source.attach(ready):
        os.write(1, b"\x1b[?2004h")
        if not ANSWERS:
            write()
        await done.wait()


asyncio.run(main())
