"""Looks into what was built for Darwin: usage macho.py OUT EXPECTED [--list].

OUT holds cargo's messages, checked-TARGET.json and linked-TARGET.json. Every linked file must be a
Mach-O executable of its target for macOS 11 or earlier that needs libSystem alone, and every symbol
that it leaves to it must be in EXPECTED: a new one is looked at before it gets a line there.
--list prints the symbols that are used.
"""

import json
import pathlib
import struct
import sys

CPU = {"aarch64": 0x0100_000C, "x86_64": 0x0100_0007}
MH_MAGIC_64, MH_EXECUTE = 0xFEED_FACF, 2
LC_SYMTAB, LC_LOAD_DYLIB, LC_BUILD_VERSION = 0x2, 0xC, 0x32
PLATFORM_MACOS, MACOS_11 = 1, 11 << 16
N_STAB, N_TYPE, N_EXT = 0xE0, 0x0E, 0x01
LIBSYSTEM = "/usr/lib/libSystem.B.dylib"


def messages(path):
    for line in path.read_text().splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and "path+file" in message["package_id"]:
            if not message["package_id"].startswith("path+file:///usr/lib/rustlib"):
                yield message


def zero_ended(data, at):
    return data[at : data.index(b"\0", at)].decode()


def inspect(path, target):
    """The undefined symbols of a Mach-O file that is as it should be."""
    data = path.read_bytes()
    magic, cpu, _, kind, count, _, _, _ = struct.unpack_from("<8I", data)
    assert magic == MH_MAGIC_64, f"{path}: no 64-bit Mach-O file"
    assert cpu == CPU[target.split("-")[0]], f"{path}: for processor {cpu:#x}"
    assert kind == MH_EXECUTE, f"{path}: a file of kind {kind}"
    symbols, libraries, platform = set(), [], None
    at = 32
    for _ in range(count):
        command, size = struct.unpack_from("<2I", data, at)
        if command == LC_SYMTAB:
            symbols |= undefined(data, *struct.unpack_from("<4I", data, at + 8))
        elif command == LC_LOAD_DYLIB:
            (offset,) = struct.unpack_from("<I", data, at + 8)
            libraries.append(zero_ended(data, at + offset))
        elif command == LC_BUILD_VERSION:
            platform = struct.unpack_from("<2I", data, at + 8)
        at += size
    assert libraries == [LIBSYSTEM], f"{path}: needs {libraries}"
    assert platform and platform[0] == PLATFORM_MACOS, f"{path}: for platform {platform}"
    assert platform[1] <= MACOS_11, f"{path}: needs macOS {platform[1] >> 16}"
    assert symbols, f"{path}: no symbols"
    return symbols


def undefined(data, table, count, strings, _size):
    found = set()
    for index in range(count):
        name, kind, _, _, _ = struct.unpack_from("<IBBHQ", data, table + 16 * index)
        if not kind & N_STAB and kind & N_EXT and kind & N_TYPE == 0:
            # `$INODE64`, `$1050` and the like name a version of the same function.
            found.add(zero_ended(data, strings + name).split("$")[0])
    return found


def main():
    out, expected = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    checked, files, used = set(), set(), {}
    for path in sorted(out.glob("checked-*.json")):
        for message in messages(path):
            test = message["profile"]["test"]
            name = message["target"]["name"]
            checked.add((path.name, message["package_id"], name, *message["target"]["kind"], test))
    for path in sorted(out.glob("linked-*.json")):
        target = path.stem.removeprefix("linked-")
        for message in messages(path):
            if message["executable"]:
                files.add((message["executable"], target))
    for file, target in sorted(files):
        for symbol in inspect(pathlib.Path(file), target):
            used.setdefault(symbol, file)
    if "--list" in sys.argv:
        print("\n".join(sorted(used)))
        return
    lines = expected.read_text().splitlines()
    known = {line for line in lines if line and not line.startswith("#")}
    strange = sorted(set(used) - known)
    if strange:
        sys.exit("\n".join(f"{symbol}: not expected; used by {used[symbol]}" for symbol in strange))
    assert checked and files, "nothing was built"
    print(f"{len(checked)} crates checked, {len(files)} Mach-O files linked")


main()
