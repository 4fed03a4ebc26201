"""Mutants of the Darwin backend: see darwin-mutants.sh."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

TARGET = "aarch64-apple-darwin"
DRIVER, KERNEL = "platform/src/darwin/", "platform/tests/kernel/"
ABI = DRIVER + "abi/"
# What must notice, the likeliest first: the driver has no part in the rules of the kernel.
TESTS = {KERNEL: ("kernel_rules", "darwin", "contract_darwin"), DRIVER: ("darwin", "contract_darwin")}
# A test that has not ended by then never will; the harness has named it after a minute.
PATIENCE = 100

# Layouts and encodings that are not constants: file, text, replacement.
LAYOUTS = [
    (ABI + "termios.rs", "#[repr(C, align(8))]", "#[repr(C, align(16))]"),
    (ABI + "termios.rs", "pub iflag: u64,", "pub iflag: u32,"),
    (ABI + "termios.rs", "pub oflag: u64,\n", ""),
    (ABI + "termios.rs", "pub rows: u16,\n", "pub rows: u32,\n"),
    (ABI + "event.rs", "#[repr(C, packed(4))]", "#[repr(C)]"),
    (ABI + "event.rs", "pub filter: i16,", "pub filter: i32,"),
    (ABI + "event.rs", "pub microseconds: i32,", "pub microseconds: i64,"),
    (ABI + "event.rs", "pub seconds: i64,\n    /// Nanoseconds", "pub seconds: i32,\n    /// Nanoseconds"),
    (ABI + "ioctl.rs", "& LENGTH as u32) << 16", "& LENGTH as u32) << 15"),
    (ABI + "ioctl.rs", "(group as u32) << 8", "(group as u32) << 7"),
    (ABI + "mod.rs", "((major as i32) << 24)", "((major as i32) << 20)"),
    (ABI + "mod.rs", "self.0 as u32 >> 24", "self.0 as u32 >> 25"),
]

# Rules: name, file, text, replacement.
RULES = [
    ("kernel: kqueue refuses /dev/tty", KERNEL + "knotes.rs", "terminal::is_dev_tty(fd) && !low", "false && !low"),
    ("kernel: a touch overwrites udata", KERNEL + "knotes.rs", "knote.change.udata = change.udata;", ""),
    ("kernel: level events come again", KERNEL + "knotes.rs", "} else if event.flags & ev::CLEAR != 0 {", "} else {"),
    ("kernel: edge events come once", KERNEL + "knotes.rs", "} else if event.flags & ev::CLEAR != 0 {", "} else if false {"),
    ("kernel: a receipt suppresses the wait", KERNEL + "knotes.rs", "if answers > 0 || events.is_empty()", "if events.is_empty()"),
    ("kernel: the end is flagged", KERNEL + "filters.rs", "knote.change.flags |= ev::EOF;", ""),
    ("kernel: revocation is one-shot", KERNEL + "knotes.rs", "knote.change.flags |= ev::EOF | ev::ONESHOT;", "knote.change.flags |= ev::EOF;"),
    ("kernel: several triggers are one", KERNEL + "filters.rs", "knote.triggered = false;", ""),
    ("kernel: signals are counted", KERNEL + "filters.rs", "knote.seen = sent;", ""),
    ("kernel: time-outs come late", KERNEL + "knotes.rs", "(asked / 8).min(SLOP)", "Duration::ZERO"),
    ("kernel: timers take one unit", KERNEL + "filters.rs", "_ => return Err(Errno::INVAL),", "_ => 1,"),
    ("kernel: a signal to a thread is no event", KERNEL + "signals.rs", "if !to_thread {", "if true {"),
    ("kernel: a hangup discards input", KERNEL + "mod.rs", "self.look_again(fd);\n        // ttread", "return rustix::io::read(fd, &mut buffer[..most]).map_err(errno);\n        // ttread"),
    ("kernel: a write after the hangup is EIO", KERNEL + "mod.rs", "return Err(Errno::IO);", "return Ok(bytes.len());"),
    ("kernel: settings survive the hangup", KERNEL + "mod.rs", "return terminal::ioctl_after_hangup(request, argument, kept);", "return Err(Errno::IO);"),
    ("kernel: select has a limit", KERNEL + "mod.rs", "return Err(Errno::INVAL);", ""),
    ("kernel: the clock counts microseconds", KERNEL + "mod.rs", "/ 1000 * 1000", ""),
    ("kernel: /dev/tty needs a controlling terminal", KERNEL + "terminal.rs", "controlling.ok_or(Errno::NXIO)?", "controlling.ok_or(Errno::NOENT)?"),
    ("kernel: PENDIN is shown", KERNEL + "terminal.rs", "shown.lflag |= lflag::PENDIN;", ""),
    ("driver: refusal of kqueue is a fallback", DRIVER + "queue.rs", "if new.add(readable(&new.tty)).is_err() {", "new.add(readable(&new.tty))?;\n        if false {"),
    ("driver: registration takes a receipt", DRIVER + "queue.rs", "change.flags |= ev::RECEIPT;", ""),
    ("driver: the terminal is a level", DRIVER + "queue.rs", "filter::READ, ev::ADD)", "filter::READ, ev::ADD | ev::CLEAR)"),
    ("driver: readiness without bytes is spurious", DRIVER + "queue.rs", "ready.tty |= end || event.data > 0;", "ready.tty = true;"),
    ("driver: the end is readiness", DRIVER + "queue.rs", "ready.tty |= end || event.data > 0;", "ready.tty |= event.data > 0;"),
    ("driver: a revoked terminal stays ready", DRIVER + "queue.rs", "self.revoked |= end && event.flags & ev::ONESHOT != 0;", ""),
    ("driver: an interrupted wait goes on", DRIVER + "queue.rs", "Err(Errno::INTR) => return Ok(ready),", ""),
    ("driver: an interrupted select goes on", DRIVER + "select.rs", "Ok(0) | Err(Errno::INTR) =>", "Ok(0) =>"),
    ("driver: error events are errors", DRIVER + "queue.rs", "return Err(change_error(event)),", "{}"),
    ("driver: short waits are critical", DRIVER + "queue.rs", "note::NSECONDS | note::CRITICAL", "note::NSECONDS"),
    ("driver: an old timer is removed", DRIVER + "queue.rs", "_ if self.armed => {", "_ if false => {"),
    ("driver: wakes coalesce", DRIVER + "queue.rs", "filter::USER, ev::ADD | ev::CLEAR", "filter::USER, ev::ADD"),
    ("driver: no wait ends early", DRIVER + "poller.rs", "self.now() + timeout + TICK", "self.now()"),
    ("driver: PENDIN is no setting", DRIVER + "termios.rs", "attributes.lflag &= !lflag::PENDIN;", ""),
    ("driver: nothing typed is not the end", DRIVER + "tty.rs", "if empty {", "if false {"),
    ("driver: VMIN = 0 still has an end", DRIVER + "tty.rs", "self.termios().is_ok_and(|termios| termios.reads_empty())", "true"),
    ("driver: settings of a hung-up terminal are EIO", DRIVER + "tty.rs", "if self.is_hung_up() {\n            return Err(Errno::IO);", "if false {\n            return Err(Errno::IO);"),
    ("driver: a write to a hung-up terminal is the end", DRIVER + "tty.rs", "Err(Errno::IO) if self.is_hung_up() =>", "Err(Errno::IO) if false =>"),
    ("driver: EIO alone is not the end", DRIVER + "tty.rs", "Err(Errno::IO) if self.is_hung_up() =>", "Err(Errno::IO) =>"),
    ("driver: interrupted calls are made again", DRIVER + "sys.rs", "Err(Errno::INTR) => {}", "Err(Errno::INTR) => return Err(Errno::INTR),"),
    ("driver: /dev/tty is not reopened by name", DRIVER + "open.rs", "if device.major() == MAJOR_DEV_TTY {", "if false {"),
    ("driver: a name must mean the same device", DRIVER + "open.rs", "(sys.device(fd.as_fd()) == Ok(Some(device)))", "(sys.device(fd.as_fd()).is_ok() || device.0 == 0)"),
    ("driver: the controlling device comes before /dev/tty", DRIVER + "open.rs", ".or_else(|| controlling(sys))", ""),
    ("driver: shared descriptions are left alone", DRIVER + "tty.rs", "if !self.private {", "if false {"),
]


def copy(place):
    shutil.rmtree(place, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split("\n"):
        if name and pathlib.Path(name).is_file():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(name, target)


def constants():
    """Every constant of the tables, with its value changed."""
    for name in ("mod", "errno", "event", "ioctl", "termios"):
        path = ABI + name + ".rs"
        text = pathlib.Path(path).read_text().split("#[cfg(test)]")[0]
        for found in re.finditer(r"^ *(?:pub )?const (\w+): [^=]+ = (.+);$", text, re.M):
            line = found.group(0)
            changed = re.sub(r"(0x[0-9a-f_]+|\d+)(?=\D*$)", r"(\1 ^ 0x40)", line)
            if found.group(1) in ("VOID", "OUT", "IN"):
                # Above the number of the ioctl, whose bits would hide the change.
                changed = line.replace(";", " ^ 0x0100_0000;")
            elif "Request" in line:
                changed = re.sub(r", (\d+)\)", r", \1 ^ 1)", line)
            elif "-" in line:
                changed = line.replace("-", "-1 + -")
            assert changed != line, line
            yield path, line, changed


def mutate(place, path, old, new):
    file = place / path
    text = file.read_text()
    assert old in text, f"{path} has no {old!r}"
    file.write_text(text.replace(old, new, 1))
    return lambda: file.write_text(text)


def check(place):
    command = ["cargo", "check", "-q", "-p", "ttyring-platform", "--target", TARGET]
    environment = dict(os.environ, CARGO_TARGET_DIR=str(place.parent / "mutants-target"))
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)


def tables(place):
    whole = check(place)
    assert whole.returncode == 0, whole.stderr
    survivors = []
    mutants = list(constants()) + LAYOUTS
    for path, old, new in mutants:
        restore = mutate(place, path, old, new)
        answer = check(place)
        restore()
        if answer.returncode == 0:
            survivors.append(f"{path}: {old.strip()}")
    print(f"{len(mutants)} entries of the tables broken, {len(survivors)} compiled")
    return survivors


def run(place, environment, tests):
    """Runs the tests until one file of them fails: whether all passed, and what did not."""
    options = {"cwd": place, "env": environment, "capture_output": True, "text": True}
    for test in tests:
        command = ["cargo", "test", "-p", "ttyring-platform", "--test", test]
        built = subprocess.run([*command, "--no-run"], **options)
        assert built.returncode == 0, built.stderr
        try:
            answer = subprocess.run(command, timeout=PATIENCE, **options)
        except subprocess.TimeoutExpired as hung:
            shown = (hung.stdout or b"").decode()
            failed = re.findall(r"^test (\S+) (?:\.\.\. FAILED|has been running)", shown, re.M)
            # Not a test by name is not caught.
            return not failed, f"{test}: {', '.join(failed) or 'hangs'} (does not end)"
        if answer.returncode != 0:
            failed = re.findall(r"^test (\S+) \.\.\. FAILED", answer.stdout, re.M)
            more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
            died = " ".join(answer.stderr.strip().splitlines()[-1:])
            return not failed, f"{test}: {failed[0] + more if failed else died}"
    return True, "nothing"


def rules(place, text):
    target = str(place.parent / "mutants-target")
    environment = dict(os.environ, CARGO_TARGET_DIR=target, RUST_BACKTRACE="0")
    passed, failed = run(place, environment, TESTS[KERNEL])
    assert passed and failed == "nothing", f"the tests fail without a mutant: {failed}"
    survivors = []
    chosen = [rule for rule in RULES if text in rule[0]]
    assert chosen, f"no rule is named {text!r}"
    for name, path, old, new in chosen:
        restore = mutate(place, path, old, new)
        passed, caught = run(place, environment, TESTS[KERNEL if path.startswith(KERNEL) else DRIVER])
        restore()
        if passed:
            survivors.append(name)
        print(f"{name:55} {'SURVIVES: ' if passed else ''}{caught}", flush=True)
    print(f"{len(chosen)} rules broken, {len(survivors)} not noticed by a named test")
    return survivors


def main():
    place, which, text = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    copy(place)
    survivors = []
    if which in ("all", "tables"):
        survivors += tables(place)
    if which in ("all", "rules"):
        survivors += rules(place, text)
    sys.exit("\n".join(survivors) if survivors else 0)


main()
