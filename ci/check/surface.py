#!/usr/bin/env python3
"""Counts the public types and functions of ttyring and holds them to limits.

Usage: surface.py TTYRING.json PLATFORM.json [--list]

Both files are rustdoc's JSON, with hidden items: of ttyring with all features, of ttyring-platform with
those that ttyring can switch on. What is counted:

- Types: every struct, enum, union, trait and type alias with a public path that starts with `ttyring::`.
  A type of `ttyring-platform` that is re-exported by its name counts as well.
- Functions: free functions, inherent methods and the methods that a counted trait declares. Those of a
  type that is re-exported by its name count as well.
- Items with `#[doc(hidden)]` count like all others.

What is not: the methods that the macro `bitflags!` writes for a set of flags, methods of implemented
traits (derived or not), macros, constants, fields and variants. A crate that is re-exported as a whole
(`ttyring::platform`) has a surface of its own.
"""

import json
import sys

TYPES, FUNCTIONS = 45, 150

# What bitflags 2 writes for each set.
BITFLAGS = """empty all bits from_bits from_bits_truncate from_bits_retain from_name is_empty is_all
intersects contains insert remove toggle set intersection union difference symmetric_difference complement
iter iter_names""".split()


class Surface:
    def __init__(self, crates):
        self.crates = crates
        self.types, self.functions, self.seen = [], [], set()

    def module(self, crate, number, path):
        for child in crate["index"][str(number)]["inner"]["module"]["items"]:
            item = crate["index"].get(str(child))
            if item is None or item["visibility"] != "public":
                continue
            if "use" not in item["inner"]:
                self.item(crate, child, path, item["name"])
                continue
            use = item["inner"]["use"]
            target = use["id"]
            if use["is_glob"]:
                self.module(crate, target, path)
            elif str(target) in crate["index"]:
                self.item(crate, target, path, use["name"])
            else:
                self.foreign(crate, target, path, use["name"])

    def foreign(self, crate, number, path, name):
        """A name that is re-exported from another crate: found there by its path."""
        known = crate["paths"][str(number)]
        if len(known["path"]) == 1:
            return  # a whole crate
        for other in self.crates:
            for theirs, entry in other["paths"].items():
                if entry["path"] == known["path"] and entry["kind"] == known["kind"] and theirs in other["index"]:
                    return self.item(other, theirs, path, name)
        # Of the standard library.
        self.types.append(f"{path}::{name}")

    def item(self, crate, number, path, name):
        item = crate["index"][str(number)]
        key = (id(crate), str(number))
        if key in self.seen:
            return
        self.seen.add(key)
        (kind, inner), = item["inner"].items()
        full = f"{path}::{name}"
        if kind == "module":
            self.module(crate, number, full)
        elif kind == "function":
            self.functions.append(full)
        elif kind in ("struct", "enum", "union"):
            self.types.append(full)
            self.methods(crate, inner["impls"], full)
        elif kind == "trait":
            self.types.append(full)
            self.functions += [
                f"{full}::{crate['index'][str(member)]['name']}"
                for member in inner["items"]
                if "function" in crate["index"][str(member)]["inner"]
            ]
        elif kind == "type_alias":
            self.types.append(full)

    def methods(self, crate, impls, full):
        found = [crate["index"][str(number)]["inner"]["impl"] for number in impls if str(number) in crate["index"]]
        is_set = any(each["trait"] and each["trait"]["path"].endswith("Flags") for each in found)
        for each in found:
            if each["trait"]:
                continue
            for number in each["items"]:
                item = crate["index"].get(str(number))
                if item is None or "function" not in item["inner"] or item["visibility"] != "public":
                    continue
                if not (is_set and item["name"] in BITFLAGS):
                    self.functions.append(f"{full}::{item['name']}")


def main():
    crates = [json.load(open(path)) for path in sys.argv[1:3]]
    surface = Surface(crates)
    surface.module(crates[0], crates[0]["root"], "ttyring")
    types, functions = sorted(set(surface.types)), sorted(set(surface.functions))
    if "--list" in sys.argv:
        print("\n".join(types + functions))
    names = [path.rsplit("::", 1)[1] for path in types]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        sys.exit(f"surface: two public types are called {', '.join(twice)}")
    print(f"surface: {len(types)} types (at most {TYPES}), {len(functions)} functions (at most {FUNCTIONS})")
    platform = Surface(crates)
    platform.module(crates[1], crates[1]["root"], "ttyring::platform")
    print(f"beside them in ttyring::platform: {len(platform.types)} types, {len(platform.functions)} functions")
    if len(types) > TYPES or len(functions) > FUNCTIONS:
        sys.exit("surface: more than the limits; surface.py --list names them all")


main()
