"""Types keys at `ttyring keys` under Wine, in tmux, and looks for their events in its output.

usage: windows_keys.py PROGRAM OUTPUT   OUTPUT is a file for the events. The status is 0 when each key
was one, in the order in which they were typed, and the program ended well.
"""

import pathlib
import re
import subprocess
import sys
import time

# What is typed, as tmux names it, and the event. Wine marks no key as an enhanced one, so that the
# cursor keys are those of the keypad.
KEYS = [
    ("a", "a"),
    ("é", "é"),
    ("日", "日"),
    ("😀", "😀"),
    ("Up", "kp_up"),
    ("M-b", "alt-b"),
    ("C-a", "ctrl-a"),
    ("S-F5", "shift-f5"),
    ("S-F5", "shift-f5 released"),
]
PATIENCE = 60
SERVER = ["tmux", "-L", "ttyring-windows-keys", "-f", "/dev/null"]


def tmux(*words):
    return subprocess.run([*SERVER, *words], check=True, capture_output=True, text=True).stdout


def wait_for(what, look):
    """Looks until there is an answer; ends the check where none comes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.05)
    sys.exit(f"never shown: {what}\n{tmux('capture-pane', '-p')}")


def main():
    program, output = sys.argv[1], pathlib.Path(sys.argv[2])
    output.write_text("")
    shown = lambda: output.read_text(errors="replace")
    command = f"wine '{program}' keys >'{output}'; echo ended with $?; read wait"
    tmux("new-session", "-d", "-x", "150", "-y", "50", command)
    try:
        wait_for("the head of the table", lambda: re.search("^bytes", shown()))
        behind, before = 0, None
        for key, event in KEYS:
            if key != before:
                tmux("send-keys", key)
            row = re.compile(rf"^(?:[0-9a-f]{{2}} )+.* {re.escape(event)}  ", re.M)
            behind = wait_for(event, lambda: row.search(shown(), behind)).end()
            print(f"test typed {key} ... ok ({event})")
            before = key
        tmux("send-keys", "q", "q")
        wait_for("ended with 0", lambda: re.search("ended with 0", tmux("capture-pane", "-p")))
    finally:
        subprocess.run([*SERVER, "kill-server"], check=False)
    print(f"test result: ok. {len(KEYS)} passed; 0 failed")


main()
