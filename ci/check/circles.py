"""Looks for files of a crate that import each other in a circle.

An arrow A -> B says that A names something by a path that leads into the module B. A module is a part
of its ancestors and may use what they define or pass on, so an arrow to an ancestor does not count;
nor do declarations, re-exports, macros and tests.
"""

import pathlib
import re
import sys

CRATES = ("src", "platform/src", "cli/src", "lab/src", "compat/crossterm/src", "compat/ratatui/src")


def code(text):
    """The text without comments, strings and the test module, which may name anything."""
    text = re.split(r"^#\[cfg\((?:all\()?test\b", text, maxsplit=1, flags=re.M)[0]
    return re.sub(r'//.*|"(?:\\.|[^"\\])*"', "", text)


def leaves(tree, before=()):
    """The paths of a `use` tree: ("a", "b", "c", as) for `a::{b::c as d, …}`."""
    depth, part, parts = 0, "", []
    for letter in tree:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    for part in filter(None, (part.strip() for part in [*parts, part])):
        head, brace, rest = part.partition("{")
        path = before + tuple(name for name in re.split(r"\s*::\s*", head) if name.strip())
        if brace:
            yield from leaves(rest.rstrip().removesuffix("}"), path)
        else:
            name, _, alias = path[-1].partition(" as ")
            path = path[:-1] + (name.strip(),)
            yield (path[:-1], path[-2]) if name == "self" else (path, (alias or name).strip())


class File:
    """A module that is a file: its place in the crate, what it imports and what else it names."""

    def __init__(self, path, module):
        raw = path.read_text()
        text = code(raw)
        self.path, self.module = path, module
        # `#[path]` is a string, so it is looked for where strings still are.
        self.children = re.findall(
            r'(?:#\[path = "([^"]+)"\]\s*(?:#\[[^\]]*\]\s*)*)?'
            r"(?:pub(?:\([^)]*\))? )?mod (\w+);",
            re.sub(r"//.*", "", re.split(r"^#\[cfg\(test", raw, maxsplit=1, flags=re.M)[0]),
        )
        self.uses = []
        for public, tree in re.findall(r"\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", text):
            for leaf, alias in leaves(tree):
                self.uses.append((leaf, alias, bool(public)))
        body = re.sub(r"\b(pub(\([^)]*\))?\s+)?use\s+[^;]+;", "", text)
        self.named = {
            tuple(path.split("::")) for path in re.findall(r"(?<![\w:])\w+(?:::\w+)+", body)
        }


class Crate:
    def __init__(self, root):
        self.root, self.files = root, {}
        top = next(root / name for name in ("lib.rs", "main.rs") if (root / name).exists())
        self.load(top, (), root)

    def load(self, path, module, folder):
        """Reads a module, and those that it declares, which stand in `folder`."""
        file = self.files[module] = File(path, module)
        for place, name in file.children:
            if place:
                child = path.parent / place
                inside = child.parent if child.name == "mod.rs" else child.with_suffix("")
            else:
                child, inside = folder / f"{name}.rs", folder / name
                if not child.exists():
                    child = inside / "mod.rs"
            if child.exists():
                self.load(child, (*module, name), inside)

    def absolute(self, path, module):
        """A path as one from the crate's root; None if it leads elsewhere."""
        if path[0] == "crate":
            return path[1:]
        if path[0] == "self":
            return module + path[1:]
        while path and path[0] == "super":
            module, path = module[:-1], path[1:]
            if not path or path[0] != "super":
                return module + path
        return module + path if (*module, path[0]) in self.files else None

    def owner(self, path):
        """The innermost module on an absolute path, and what the path names in it."""
        length = len(path)
        while path[:length] not in self.files:
            length -= 1
        return path[:length], next(iter(path[length:]), None)

    def arrows(self):
        """module -> module -> the names taken."""
        arrows = {module: {} for module in self.files}
        for module, file in self.files.items():
            aliases = {alias: leaf for leaf, alias, _ in file.uses}
            taken = [leaf for leaf, _, public in file.uses if not public]
            for path in file.named:
                if path[0] in aliases:
                    path = (*aliases[path[0]], *path[1:])
                taken.append(path)
            for path in taken:
                path = self.absolute(path, module)
                if path is None:
                    continue
                other, name = self.owner(path)
                # The name of a module alone takes nothing of it.
                if name and name != "*" and other != module[: len(other)]:
                    arrows[module].setdefault(other, set()).add(name)
        return arrows


def circles(arrows):
    """Groups of modules of which each reaches each."""

    def reached(start):
        seen, left = set(), [start]
        while left:
            for other in arrows[left.pop()]:
                if other not in seen:
                    seen.add(other)
                    left.append(other)
        return seen

    reach = {module: reached(module) for module in arrows}
    found = {
        frozenset(other for other in reach[module] if module in reach[other])
        for module in arrows
        if module in reach[module]
    }
    return sorted(found, key=sorted)


def main():
    found = count = 0
    for root in CRATES:
        crate = Crate(pathlib.Path(root))
        count += len(crate.files)
        arrows = crate.arrows()
        for circle in circles(arrows):
            found += 1
            print(f"{root}: circle {found}:")
            for module in sorted(circle):
                for other in sorted(set(arrows[module]) & circle):
                    here, there = crate.files[module].path, crate.files[other].path
                    print(f"  {here} -> {there}: {', '.join(sorted(arrows[module][other]))}")
    print(f"circles: {count} files, {found} circles")
    sys.exit(bool(found))


main()
