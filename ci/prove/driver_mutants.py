"""Mutants of the Darwin and the Windows backend: see driver-mutants.sh."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

TARGET = "aarch64-apple-darwin"
DRIVER, KERNEL = "platform/src/darwin/", "platform/tests/kernel/"
WINDOWS, CONSOLE = "platform/src/windows/", "platform/tests/console/"
ABI = DRIVER + "abi/"
# What must notice, the likeliest first: the driver has no part in the rules of the kernel.
TESTS = {
    KERNEL: ("kernel_rules", "darwin", "contract_darwin"),
    DRIVER: ("darwin", "contract_darwin"),
    CONSOLE: ("console_rules", "windows", "contract_windows"),
    WINDOWS: ("windows", "contract_windows"),
}
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
    ("driver: nothing typed is not the end", DRIVER + "tty.rs", "Ok(mode) if !mode.canonical => Transfer::NotReady,", ""),
    ("driver: VMIN = 0 still has an end", DRIVER + "tty.rs", "_ => Transfer::End,", "_ => Transfer::NotReady,"),
    ("driver: settings of a hung-up terminal are EIO", DRIVER + "tty.rs", "if self.is_hung_up() {\n            return Err(Errno::IO);", "if false {\n            return Err(Errno::IO);"),
    ("driver: a write to a hung-up terminal is the end", DRIVER + "tty.rs", "Err(Errno::IO) if self.is_hung_up() =>", "Err(Errno::IO) if false =>"),
    ("driver: EIO alone is not the end", DRIVER + "tty.rs", "Err(Errno::IO) if self.is_hung_up() =>", "Err(Errno::IO) =>"),
    ("driver: interrupted calls are made again", DRIVER + "sys.rs", "Err(Errno::INTR) => {}", "Err(Errno::INTR) => return Err(Errno::INTR),"),
    ("driver: /dev/tty is not reopened by name", DRIVER + "open.rs", "if device.major() == MAJOR_DEV_TTY {", "if false {"),
    ("driver: a name must mean the same device", DRIVER + "open.rs", "sys.device(fd.as_fd())? == Some(device)", "sys.device(fd.as_fd())?.is_some() || device.0 == 0"),
    ("driver: the controlling device comes before /dev/tty", DRIVER + "open.rs", ".or_else(|| refusal.note(\"open\", controlling(sys)))", ""),
    ("driver: shared descriptions are left alone", DRIVER + "tty.rs", "!self.private || blocking == self.blocking.waits()", "blocking == self.blocking.waits()"),
    # The emulated console, and the Windows driver over it.
    ("console: a refused input mode takes effect", CONSOLE + "mod.rs", "self.input_mode = mode & !PRIVATE;\n        let known", "let known"),
    ("console: echo alone is refused", CONSOLE + "mod.rs", "let echo_alone = mode & input::ECHO != 0 && mode & input::LINE == 0;", "let echo_alone = false;"),
    ("console: a refused output mode has no effect", CONSOLE + "mod.rs", "if mode & !known != 0 {\n            return", "self.output_mode = mode;\n        if mode & !known != 0 {\n            return"),
    ("console: private flags stay", CONSOLE + "mod.rs", "if self.shows_private {\n            self.private", "if true {\n            self.private"),
    ("console: private flags are shown on demand", CONSOLE + "mod.rs", "self.shows_private = mode & PRIVATE != 0;", "self.shows_private = true;"),
    ("console: a write has a limit", CONSOLE + "mod.rs", "units.len() > HEAP", "false"),
    ("console: an old console knows no VT", CONSOLE + "mod.rs", "Vt::Unknown => INPUT & !input::VIRTUAL_TERMINAL,", "Vt::Unknown => INPUT,"),
    ("console: no console is an invalid handle", CONSOLE + "mod.rs", "if self.present {", "if true {"),
    ("console: a closed console refuses", CONSOLE + "mod.rs", "if self.closed {\n            Err(Code::INVALID_HANDLE)", "if false {\n            Err(Code::INVALID_HANDLE)"),
    ("console: VT mode delivers text", CONSOLE + "host.rs", "if !self.is_vt() {\n            return self.store_key(key);", "if true {\n            return self.store_key(key);"),
    ("console: releases pass through old consoles", CONSOLE + "host.rs", "if self.vt == Vt::HeededButReleases {", "if false {"),
    ("console: win32-input-mode is heeded", CONSOLE + "host.rs", "if self.win32 {", "if false {"),
    ("console: text may be wrapped", CONSOLE + "host.rs", "self.win32 && self.is_vt() && self.wraps_text", "false"),
    ("console: a paste is typed", CONSOLE + "host.rs", "self.type_text(text);", "self.text(text);"),
    ("console: NUL is a key", CONSOLE + "host.rs", "if self.is_vt() && unit == 0 {", "if false {"),
    ("console: text is pressed and released", CONSOLE + "host.rs", "if !self.is_vt() {\n            record.down = false;", "if false {\n            record.down = false;"),
    ("console: repeats are counted", CONSOLE + "host.rs", "if last.down && key.down && same && !surrogate {", "if false {"),
    ("console: moves are joined", CONSOLE + "host.rs", "if last.flags == mouse::MOVED && record.flags == mouse::MOVED {", "if false {"),
    ("console: the mouse has a mode", CONSOLE + "host.rs", "self.is_vt() || self.input_mode & input::MOUSE == 0", "self.is_vt()"),
    ("console: the focus is no record in VT mode", CONSOLE + "host.rs", "if !self.is_vt() {\n            self.records.push_back(Record::Focus", "if true {\n            self.records.push_back(Record::Focus"),
    ("console: the window has a mode", CONSOLE + "host.rs", "if self.input_mode & input::WINDOW != 0 {", "if true {"),
    ("console: records signal the input", CONSOLE + "objects.rs", "Ok(self.closed || !self.records.is_empty())", "Ok(self.closed)"),
    ("console: a closed console is signalled", CONSOLE + "objects.rs", "Ok(self.closed || !self.records.is_empty())", "Ok(!self.records.is_empty())"),
    ("console: an event resets itself", CONSOLE + "objects.rs", "self.objects.events[*index] &= !reset;", ""),
    ("console: a wait resets one handle", CONSOLE + "objects.rs", "state.is_signalled(handle, true)?;", "for handle in handles { state.is_signalled(handle, true)?; }"),
    ("console: a timer resets itself", CONSOLE + "objects.rs", "self.objects.timers[*index] = None;", ""),
    ("console: a timer counts anew", CONSOLE + "objects.rs", "self.timers[*index] = Some(", "*self.timers[*index].get_or_insert("),
    ("console: a line ends with Enter", CONSOLE + "host.rs", "line.push(u16::from(b'\\n'));", ""),
    ("windows: unknown modes are left out", WINDOWS + "console.rs", "Err(Code::INVALID_PARAMETER) if mode & optional != 0 => {", "Err(Code::INVALID_PARAMETER) if false => {"),
    ("windows: modes are set again", WINDOWS + "console.rs", "if (found ^ expected) & DECIDED != 0 {", "if false {"),
    ("windows: modes are set only if they differ", WINDOWS + "console.rs", "if (found ^ expected) & DECIDED != 0 {", "if true {"),
    ("windows: a lent console is left alone", WINDOWS + "console.rs", ".filter(|wanted| !wanted.is_canonical())", ""),
    ("windows: the mouse is no setting", WINDOWS + "console.rs", "input: found.input & !self.mouse(&found),", "input: found.input,"),
    ("windows: selection needs EXTENDED_FLAGS", WINDOWS + "modes.rs", "input::WINDOW | input::EXTENDED_FLAGS,", "input::WINDOW,"),
    ("windows: an echo has lines", WINDOWS + "modes.rs", "mode.canonical && mode.echo", "mode.echo"),
    ("windows: text is told from keys", WINDOWS + "record.rs", "self.key == 0 && self.unit != 0", "false"),
    ("windows: a release of text says nothing", WINDOWS + "encode.rs", "if !record.down {\n            return;", "if false {\n            return;"),
    ("windows: repeated text is repeated", WINDOWS + "encode.rs", "0..record.repeat.max(1)", "0..1"),
    ("windows: pairs are one character", WINDOWS + "encode.rs", "0xd800..=0xdbff => self.high = Some(unit),", "0xd800..=0xdbff => sequence(&half(unit), bytes),"),
    ("windows: a release needs its press", WINDOWS + "encode.rs", "record.down || was_down ||", "true ||"),
    ("windows: the character of Alt and digits", WINDOWS + "encode.rs", "!record.down && record.key == key::MENU && record.unit != 0", "false"),
    ("windows: NUL is a byte", WINDOWS + "encode.rs", "if is_nul(record) {", "if false {"),
    ("windows: NUL has no scan code", WINDOWS + "encode.rs", "&& record.scan == 0", ""),
    ("windows: records are found in text", WINDOWS + "unwrap.rs", "if self.len > 2 && byte == b'_' {", "if false {"),
    ("windows: another record may begin in one", WINDOWS + "unwrap.rs", "(self.text[0], self.len) = (byte, 1);", "text.behind = Some(unit);"),
    ("windows: the start of a record is text at last", WINDOWS + "console.rs", "self.encoder.settle(&mut self.bytes);", ""),
    ("windows: keys of a paste are text", WINDOWS + "encode.rs", "if self.paste.is_open() {", "if false {"),
    ("windows: a paste ends", WINDOWS + "unwrap.rs", "END => self.open = false,", ""),
    ("windows: a release waits for the end of a paste", WINDOWS + "encode.rs", "self.released.push(", "drop("),
    ("windows: keys in full are asked for again", WINDOWS + "console.rs", "if console.reports().contains(Reports::KEYS) {", "if false {"),
    ("windows: the focus is asked for", WINDOWS + "encode.rs", "if reports.contains(Reports::FOCUS) =>", "if true =>"),
    ("windows: the mouse counts from the window", WINDOWS + "mouse.rs", "i32::from(at) - i32::from(start);\n", "i32::from(at);\n"),
    ("windows: a move to the same cell is none", WINDOWS + "mouse.rs", "&& self.place != Some(place)", ""),
    ("windows: parts of a notch add up", WINDOWS + "mouse.rs", "before + turn", "turn"),
    ("windows: a wheel that turns back starts anew", WINDOWS + "mouse.rs", "before.signum() * turn.signum() < 0", "false"),
    ("windows: the event comes first", WINDOWS + "poller.rs", "Ok(Some(0)) => Ok(sys.wait", "Ok(Some(0)) if false => Ok(sys.wait"),
    ("windows: bytes that wait end a wait", WINDOWS + "poller.rs", "ready.tty = !canonical && self.is_readable();", ""),
    ("windows: no wait ends early", WINDOWS + "poller.rs", "Some(self.now() + timeout)", "Some(self.now())"),
    ("windows: a timer that is refused is done without", WINDOWS + "poller.rs", "let timer = console.sys.timer().ok();", "let timer = Some(console.sys.timer().map_err(refused(\"timer\"))?);"),
    ("windows: a wait that fails is the end", WINDOWS + "poller.rs", "Err(code) if code.is_gone() => Ok(true),", ""),
    ("windows: a resize is told", WINDOWS + "console.rs", "self.subscribers.tell(Signals::WINCH);", ""),
    ("windows: a cut character is kept", WINDOWS + "tty.rs", "if is_cut(&all[sent..]) {", "if false {"),
    ("windows: what was kept is not lost", WINDOWS + "tty.rs", "self.cut.put(&kept[..len]);\n                return", "return"),
    ("windows: a newline is one", WINDOWS + "tty.rs", ".replace(\"\\r\\n\", \"\\n\")", ".to_owned()"),
    ("windows: Ctrl-Z ends", WINDOWS + "tty.rs", "line.is_empty() || line.starts_with(END_OF_FILE)", "line.is_empty()"),
    ("windows: a pipe of mintty is named", WINDOWS + "open.rs", "if (0..3).any(is_pty) {", "if false {"),
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
    passed, failed = run(place, environment, (*TESTS[KERNEL], *TESTS[CONSOLE]))
    assert passed and failed == "nothing", f"the tests fail without a mutant: {failed}"
    survivors = []
    chosen = [rule for rule in RULES if text in rule[0]]
    assert chosen, f"no rule is named {text!r}"
    for name, path, old, new in chosen:
        restore = mutate(place, path, old, new)
        tests = next(tests for prefix, tests in TESTS.items() if path.startswith(prefix))
        passed, caught = run(place, environment, tests)
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
