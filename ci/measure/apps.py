"""Drives each program of apps.sh twice, as it is and with the patch, and prints what differs.

Usage: apps.py FOLDER PROGRAM…

FOLDER has PROGRAM.upstream and PROGRAM.ours. A shell without line editing (dash) starts them on a
pseudo-terminal of 80 x 24 cells, so that nobody but the program changes the terminal. A model of the
terminal draws what they write, remembers which modes are on, and answers their questions.

Each row of the table is a situation. A cell is what the screen showed, what was left behind, or a count.
"""

import fcntl
import os
import pathlib
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte

COLUMNS, ROWS = 80, 24
# What a terminal is silent for before its screen is looked at, and the longest wait for that.
QUIET, PATIENCE = 0.35, 12.0

SEQUENCE = re.compile(
    rb"\x1b\[(?P<csi>[<-?]?[0-9;:]*[ !-/]*[@-~])"
    rb"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|\x1b[P_^X][^\x1b]*\x1b\\"
)
# The beginning of a sequence whose end has not come yet.
PARTIAL = re.compile(rb"\x1b(?:\[[<-?]?[0-9;:]*[ !-/]*|[\]P_^X][^\x07\x1b]*\x1b?)?$")
# Modes whose names the table uses; others count by their number.
NAMES = {1049: "alternate screen", 1000: "mouse", 1002: "mouse", 1003: "mouse", 1006: "mouse",
         1015: "mouse", 1004: "focus", 2004: "paste", 2026: "synchronized", 1: "cursor keys"}

# What is shown and does not decide.
NOT_JUDGED = ("calls, start and end", "of these, for signals")
LEGEND = """
- Calls are those that `strace -f -c` counts, without those of a start and an end; wake-ups are the
  voluntary context switches of all threads. Both are judged per key and per idle second: ours may be half
  of one more, which is noise.
- The calls of a start and an end are shown and not judged. Ours has more of them because it covers every
  signal that ends or stops a program: it installs a handler for each, blocks them while it changes the
  terminal, and puts back what was there. A program pays for this once, not per key.
- A size may be 100 KB more, and the number of crates one more, the patch."""


class Screen:
    """The terminal: its two screens, its modes, its answers."""

    def __init__(self):
        self.screens = [pyte.Screen(COLUMNS, ROWS), pyte.Screen(COLUMNS, ROWS)]
        self.streams = [pyte.ByteStream(screen) for screen in self.screens]
        self.alternate = 0
        self.modes = set()
        self.hidden = False
        self.no_wrap = False
        self.keyboard = [0, 0]
        self.rest = b""
        self.written = 0

    def feed(self, data):
        """Draws, and returns the answers."""
        self.written += len(data)
        data = self.rest + data
        partial = PARTIAL.search(data)
        self.rest = data[partial.start():] if partial else b""
        data = data[:partial.start()] if partial else data
        answers, last = b"", 0
        for match in SEQUENCE.finditer(data):
            self.draw(data[last:match.start()])
            last = match.end()
            answers += self.sequence(match)
        self.draw(data[last:])
        return answers

    def draw(self, data):
        if data:
            self.streams[self.alternate].feed(data)

    def sequence(self, match):
        csi, osc = match["csi"], match["osc"]
        if osc is not None:
            asked = re.fullmatch(rb"(1[01]);\?", osc)
            return b"\x1b]%s;rgb:2222/3333/4444\x1b\\" % asked[1] if asked else b""
        if csi is None:
            return b""
        if mode := re.fullmatch(rb"\?([0-9;]+)([hl])", csi):
            for number in map(int, mode[1].split(b";")):
                self.mode(number, mode[2] == b"h")
            return b""
        if csi == b"6n":
            cursor = self.screens[self.alternate].cursor
            return b"\x1b[%d;%dR" % (cursor.y + 1, cursor.x + 1)
        if csi in (b"c", b"0c"):
            return b"\x1b[?62;22c"
        if csi == b"?u":
            return b"\x1b[?%du" % (1 if self.keyboard[self.alternate] else 0)
        if asked := re.fullmatch(rb"\?([0-9]+)\$p", csi):
            return b"\x1b[?%s;0$y" % asked[1]
        if re.fullmatch(rb">[0-9;]*u", csi):
            self.keyboard[self.alternate] += 1
        elif popped := re.fullmatch(rb"<([0-9]*)u", csi):
            count = self.keyboard[self.alternate] - int(popped[1] or 1)
            self.keyboard[self.alternate] = max(0, count)
        elif not re.search(rb"^[<-?]|[ !-/]", csi):
            self.draw(match[0])
        return b""

    def mode(self, number, on):
        if number == 25:
            self.hidden = not on
        elif number == 7:
            self.no_wrap = not on
        elif number == 1049 and bool(self.alternate) != on:
            self.alternate = int(on)
            self.screens[1].reset()
        if number not in (7, 12, 25):
            (self.modes.add if on else self.modes.discard)(number)

    def text(self):
        text = "\n".join(row.rstrip() for row in self.screens[self.alternate].display).rstrip()
        # What differs from one run to the next.
        text = re.sub(r"/tmp/apps-\w+", "FOLDER", text)
        return re.sub(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M", "TIME", text)

    def left(self):
        names = {NAMES.get(mode, f"mode {mode}") for mode in self.modes}
        names |= {"cursor hidden"} if self.hidden else set()
        names |= {"no wrap"} if self.no_wrap else set()
        names |= {"keyboard flags"} if any(self.keyboard) else set()
        return names


def as_a_login_has_it():
    """The terminal is the shell's, and no signal is ignored, as nohup and background jobs have it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Session:
    """A shell on a terminal, and the program that it runs."""

    def __init__(self, environment, folder):
        self.screen = Screen()
        self.master, slave = os.openpty()
        self.resize(COLUMNS, ROWS)
        self.found = termios.tcgetattr(slave)
        environment = {**os.environ, "TERM": "xterm-256color", "PS1": "$ ", "ENV": "", **environment}
        self.shell = subprocess.Popen(
            ["dash", "-i"], stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment,
            start_new_session=True, preexec_fn=as_a_login_has_it)
        os.close(slave)
        self.settle()

    def resize(self, columns, rows):
        for screen in self.screen.screens:
            screen.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, data):
        os.write(self.master, data)

    def settle(self, until=None):
        """Draws until the screen stays as it is and `until` holds."""
        end = time.monotonic() + PATIENCE
        seen, since = None, 0
        while time.monotonic() < end:
            shown = (self.screen.text(), self.screen.left(), self.screen.alternate)
            if shown != seen:
                seen, since = shown, time.monotonic()
            elif time.monotonic() - since >= QUIET and (until is None or until()):
                return True
            ready, _, _ = select.select([self.master], [], [], QUIET / 4)
            if not ready:
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return False
            if answers := self.screen.feed(data):
                self.type(answers)
        return False

    def program(self):
        """The process that the shell runs, below strace if there is one."""
        process = self.shell.pid
        for _ in range(2):
            children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
            if not children:
                return None if process == self.shell.pid else process
            process = int(children[0])
            if pathlib.Path(f"/proc/{process}/comm").read_text().strip() != "strace":
                return process
        return process

    def start(self, command, typed=b""):
        self.type(command.encode() + b"\n" + typed)
        self.settle(lambda: self.program() is not None)

    def gone(self):
        return self.settle(lambda: self.program() is None)

    def left(self):
        """What differs from the terminal that the shell had before."""
        now = termios.tcgetattr(self.master)
        names = self.screen.left()
        if now[3] & (termios.ICANON | termios.ECHO) != self.found[3] & (termios.ICANON | termios.ECHO):
            names.add("raw mode")
        elif now[:4] != self.found[:4]:
            names.add("settings")
        return ", ".join(sorted(names)) or "nothing"

    def close(self):
        for process in (self.program(), self.shell.pid):
            if process is not None:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.shell.wait()
        os.close(self.master)


class Program:
    """How a program is started, driven and ended."""

    def __init__(self, arguments="", steps=(), end=b"q", key=b"j", environment=None, prepare=None,
                 mouse=True, ahead=None, answers=None, full=True):
        self.arguments, self.steps, self.end, self.key = arguments, steps, end, key
        self.environment, self.prepare = environment or {}, prepare
        self.mouse, self.ahead, self.answers, self.full = mouse, ahead, answers, full


def spreadsheet(folder):
    rows = "".join(f"{row},name {row},{row * row},猫{row}\n" for row in range(200))
    (folder / "data.csv").write_text("number,name,square,cat\n" + rows)


def repository(folder):
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for number in range(3):
        (folder / f"file {number}").write_text(f"{number}\n")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", f"commit {number}"], check=True,
                       env={**os.environ, "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z",
                            "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z"})


DOWN, UP, LEFT, ENTER = b"\x1b[B", b"\x1b[A", b"\x1b[D", b"\r"
PASTE = b"\x1b[200~two words \xc3\xa9\x1b[201~"
PROGRAMS = {
    "inquire": Program(steps=[b"bob", LEFT, b"x", ENTER, PASTE], end=b"\x1b", key=b"x",
                       ahead=b"bob\rsmith\r\r", answers="hello [bob] [smith] []", mouse=False, full=False),
    "reedline": Program(steps=[b"hello", LEFT, b"X", b"\x01", b"\x1b[1;5C", b"\x17", b"word\r", UP, PASTE],
                        end=b"\x05\x15\x04", key=b"x", ahead=b"first\rsecond\r", mouse=False, full=False),
    "csvlens": Program("data.csv", [DOWN, b"jj", b"G", b"g", b"\x1b[C", b"/name 7\r", b"n"],
                       prepare=spreadsheet, ahead=b"jjj"),
    "user_input": Program(steps=[b"e", b"hello", LEFT, b"X", "猫é".encode(), ENTER, PASTE, b"\x1b"],
                          ahead=b"ehello\r"),
    "textarea": Program(steps=[b"hello\rworld", LEFT, UP, b"X", b"\x0b", b"\x1a", PASTE], end=b"\x1b",
                        key=b"x", ahead=b"hello"),
    "async": Program(steps=[b"j", b"\x1b[1;5C", PASTE, b"e", b"for the editor\r", b"jj"], ahead=b"jjj"),
    "television": Program("--source-command 'seq 500 599' --no-remote", [b"57", DOWN, b"\x7f", UP],
                          end=b"\x1b", key=b"5", environment={"HOME": "."}, ahead=b"57"),
    "systemctl-tui": Program(steps=[DOWN, b"sys", b"\x1b"], end=b"\x03"),
    "gitui": Program(steps=[b"2", DOWN, ENTER, b"1", b"h", b"\x1b"], prepare=repository,
                     environment={"HOME": ".", "XDG_CONFIG_HOME": "."}),
}


class Driven:
    """One build of a program in every situation: a cell for each."""

    def __init__(self, name, binary):
        self.how = PROGRAMS[name]
        # The same name for both: a shell shows what was typed.
        self.command = f"./app {self.how.arguments}".strip()
        self.binary = binary
        self.cells = {}

    def run(self):
        for situation in (self.keys, self.resized, self.moused, self.typed_ahead, self.stopped, self.deaths,
                          self.costs):
            situation()
        return self.cells

    def session(self, start=True, wrap="", typed=b""):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="apps-"))
        if self.how.prepare:
            self.how.prepare(folder)
        (folder / "app").symlink_to(self.binary.resolve())
        session = Session(self.how.environment, folder)
        session.folder = folder
        if start:
            session.start(wrap + self.command, typed)
        return session

    def close(self, session):
        session.close()
        shutil.rmtree(session.folder, ignore_errors=True)

    def keys(self):
        session = self.session()
        shown = [("shown at the start", session.screen.text())]
        for step in self.how.steps:
            session.type(step)
            session.settle()
            what = "paste" if step == PASTE else f"keys {step.decode(errors='replace')!r}"
            shown.append((what, session.screen.text()))
        self.cells["screens"] = shown
        tasks = pathlib.Path(f"/proc/{session.program()}/task")
        self.cells["threads"] = len(list(tasks.iterdir())) if session.program() else 0
        session.type(self.how.end)
        self.cells["ended by its key"] = session.left() if session.gone() else "still runs"
        self.close(session)

    def resized(self):
        session = self.session()
        # Larger: a model that shrinks forgets its first rows, which terminals do not agree about.
        session.resize(100, 30)
        session.settle()
        self.cells["resized"] = session.screen.text()
        self.close(session)

    def moused(self):
        if not self.how.mouse:
            return
        session = self.session()
        for report in (b"\x1b[<65;10;5M", b"\x1b[<0;10;6M", b"\x1b[<0;10;6m"):
            session.type(report)
            session.settle()
        self.cells["mouse"] = session.screen.text()
        self.close(session)

    def typed_ahead(self):
        if not self.how.ahead:
            return
        session = self.session()
        session.type(self.how.ahead)
        session.settle()
        self.cells["typed at once"] = without_command(session.screen.text())
        if self.how.answers:
            answered = self.how.answers in self.cells["typed at once"]
            self.cells["answers of what was typed at once"] = "all" if answered else "not all"
        self.close(session)
        session = self.session(typed=self.how.ahead)
        session.settle()
        self.cells["typed before the start"] = without_command(session.screen.text())
        self.close(session)

    def stopped(self):
        for number in (signal.SIGTSTP, signal.SIGSTOP):
            session = self.session()
            name = number.name
            if session.program() is None:
                self.cells[f"{name}: screen after fg"] = "does not run"
                self.close(session)
                continue
            before = session.screen.text()
            os.kill(session.program(), number)
            session.settle()
            self.cells[f"{name}: left"] = session.left()
            session.type(b"\necho in the shell\n")
            session.settle()
            session.type(b"fg\n")
            session.settle()
            session.settle()
            after = session.screen.text()
            last = before.splitlines()[-1] if before else ""
            drawn = after == before if self.how.full else after.splitlines()[-1:] == [last]
            self.cells[f"{name}: screen after fg"] = "drawn anew" if drawn else "not drawn"
            session.type(self.how.key)
            session.settle()
            session.type(self.how.end)
            self.cells[f"{name}: ended after fg"] = session.left() if session.gone() else "still runs"
            self.close(session)

    def deaths(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGSEGV,
                       signal.SIGABRT, signal.SIGKILL):
            session = self.session()
            if session.program() is not None:
                os.kill(session.program(), number)
                self.cells[f"{number.name}: left"] = session.left() if session.gone() else "still runs"
            self.close(session)

    def costs(self):
        """Calls per key, and per second without any, above those of a start and an end."""
        base, signals = self.calls(lambda session: None)
        self.cells[NOT_JUDGED[0]], self.cells[NOT_JUDGED[1]] = base, signals
        calls, _ = self.calls(self.twenty_keys)
        self.cells["calls per key"] = round(max(0, calls - base) / 20, 1)
        calls, _ = self.calls(lambda session: time.sleep(4))
        self.cells["calls per idle second"] = round(max(0, calls - base) / 4, 1)
        self.wake_ups()
        # A build for debugging says nothing of sizes.
        if os.path.exists(f"{self.binary}.released"):
            self.cells["size in KB"] = round(os.path.getsize(self.binary) / 1000)
        self.cells["crates"] = int(open(f"{self.binary}.crates").read())

    def calls(self, between):
        """How many system calls there were, and how many of them were for signals."""
        with tempfile.NamedTemporaryFile() as report:
            session = self.session(wrap=f"strace -f -c -o {report.name} ")
            session.settle(lambda: session.program() is not None)
            between(session)
            session.type(self.how.end)
            session.gone()
            self.close(session)
            counts = re.findall(r"^ *\d+\.\d+ +\S+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$",
                                open(report.name).read(), re.M)
        counts = {name: int(count) for count, name in counts}
        return counts.pop("total", 0), sum(counts.get(name, 0) for name in ("rt_sigaction", "rt_sigprocmask"))

    def twenty_keys(self, session):
        for _ in range(20):
            session.type(self.how.key)
            session.settle()

    def wake_ups(self):
        """How often its threads have waited, per key and per second without any."""
        def waits():
            tasks = pathlib.Path(f"/proc/{session.program()}/task").glob("*/status")
            found = (re.search(r"^voluntary_ctxt_switches:\s+(\d+)", task.read_text(), re.M) for task in tasks)
            return sum(int(count[1]) for count in found)

        session = self.session()
        if session.program() is not None:
            before = waits()
            self.twenty_keys(session)
            self.cells["wake-ups per key"] = round((waits() - before) / 20, 1)
            before = waits()
            time.sleep(4)
            self.cells["wake-ups per idle second"] = round((waits() - before) / 4, 1)
        self.close(session)


def without_command(text):
    """What is shown below the command line, which is shown differently where it was typed over."""
    return text.split("\n", 1)[-1] if text.startswith("$") else text


def rows(upstream, ours):
    """The rows of a program: situation, two cells, and whether ours is worse."""
    for (what, theirs), (_, own) in zip(upstream.pop("screens"), ours.pop("screens")):
        yield what, theirs, own, theirs != own
    for what, theirs in upstream.items():
        own = ours.get(what)
        if isinstance(theirs, (int, float)):
            # A size may grow by 100 KB; the patch itself is one crate. Counts of calls and wake-ups vary
            # with the moment that a thread wakes.
            room = {"size in KB": 100, "crates": 1, "threads": 0}.get(what, 0.5)
            yield what, theirs, own, own > theirs + room and what not in NOT_JUDGED
        elif what == "typed before the start":
            # Enter is Enter, whether the terminal was in raw mode when it was typed or not; what was
            # typed then is echoed above.
            yield what, theirs, own, own != theirs and not own.endswith(ours["typed at once"])
        elif what.startswith("answers"):
            yield what, theirs, own, own != "all"
        elif "left" in what or "ended" in what or "fg" in what:
            good = ("nothing", "drawn anew")
            yield what, theirs, own, theirs != own and own not in good
        else:
            yield what, theirs, own, theirs != own


def cell(value, other):
    if isinstance(value, (int, float)):
        return f"{value:g}" if value < 1000 else str(value)
    if "\n" in value or len(value) > 60:
        return "as expected" if value == other else "another screen"
    return value or "an empty screen"


def main():
    folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
    worse = []
    print("| program | situation | upstream | ours |\n|---|---|---|---|")
    for name in names:
        driven = [Driven(name, folder / f"{name}.{kind}").run() for kind in ("upstream", "ours")]
        for what, theirs, own, is_worse in rows(*driven):
            mark = " **worse**" if is_worse else ""
            shown = ("the same", "the same") if theirs == own and isinstance(own, str) and "\n" in own else (
                cell(theirs, None), cell(own, theirs))
            print(f"| {name} | {what} | {shown[0]} | {shown[1]}{mark} |", flush=True)
            if is_worse:
                worse.append((name, what, theirs, own))
    for name, what, theirs, own in worse:
        print(f"\n--- {name}: {what}\nupstream:\n{theirs}\nours:\n{own}")
    print(LEGEND)
    print(f"\n{len(names)} programs, {len(worse)} cells in which ours is worse")
    sys.exit(1 if worse or not names else 0)


main()
