"""Names of members: what is refused, and what they become.

Members of one folder stay in one folder, links lead where they led, and no two files get the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scrubber.bundle.limits import COMPONENTS, LONGEST_NAME, LONGEST_PATH, NAMES, ExhaustedError
from scrubber.filenames import split

_DRIVE = re.compile(r"[A-Za-z]:")
_SEPARATORS = re.compile(r"[/\\]")
STAYS = ("", ".", "..")
"""Components that are no names."""
LEAVES = "a link that leaves the archive"


def fault(path: str, *, folder: bool) -> str:
    """Why a member cannot have this name: it would leave the folder it is unpacked into, or is none. Empty: it can."""
    if not path or not (folder or _names(path)):
        return "a member without a name"
    if path.startswith(("/", "\\")) or _DRIVE.match(path):
        return "an absolute name"
    if ".." in _SEPARATORS.split(path):
        return "a name that leaves the archive"
    return _unfit(path)


def link_fault(path: str, target: str, *, hard: bool) -> str:
    """Why a link at ``path`` may not lead to ``target``. Empty: it may."""
    if not target or target.startswith(("/", "\\")) or _DRIVE.match(target):
        return LEAVES
    # A hard link names a member; a symbolic one starts where it stands.
    up = 0 if hard else len(_names(path)) - 1
    below = False
    for part in _SEPARATORS.split(target):
        if part == "..":
            up -= 1
            # Behind a name that may be a link, "up" is nobody knows where.
            if below or up < 0:
                return LEAVES
        elif part not in STAYS:
            below = True
    return _unfit(target)


def _unfit(path: str) -> str:
    if len(path.encode("utf-8", "surrogateescape")) > LONGEST_PATH:
        return f"a name of more than {LONGEST_PATH:,} bytes"
    parts = path.split("/")
    if len(parts) > COMPONENTS:
        return f"a name in more than {COMPONENTS} folders"
    if any(len(part.encode("utf-8", "surrogateescape")) > LONGEST_NAME for part in parts):
        return f"a name with a component of more than {LONGEST_NAME} bytes"
    return "a name with a NUL octet" if "\0" in path else ""


def plain(path: str) -> str:
    """The name without what does not matter in it, to tell whether two are the same."""
    return "/".join(_names(path))


def _names(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in STAYS]


@dataclass(slots=True)
class _Node:
    """A name in a folder."""

    name: str = ""
    """What it has become."""
    file: bool = False
    folder: bool = False
    below: dict[str, _Node] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """New names in this folder, with the last number that was given to make another one of each."""


class Names:
    """The names of one archive."""

    def __init__(self, rewritten: Callable[[str], str]) -> None:
        """``rewritten`` gives what becomes of one component."""
        self._rewritten = rewritten
        self._root = _Node()
        self._count = 0

    def fault(self, path: str) -> str:
        """Why a member cannot have this name beside those before it. Empty: it can."""
        node = self._root
        for part in _names(path)[:-1]:
            known = node.below.get(part)
            if known is None:
                break
            if known.file:
                return "a name below a file or a link"
            node = known
        return ""

    def folder(self, path: str) -> str:
        """The new name of a folder, with the slash it had."""
        node, names = self._along(path.split("/"))
        node.folder = True
        return "/".join(names)

    def file(self, path: str, suffix: str = "") -> str:
        """The new name of a file or link, which nothing else has; ``suffix`` is added to it."""
        parts = path.split("/")
        while parts[-1] in STAYS:
            # A file with a slash at its end is a folder to whoever unpacks it.
            parts.pop()
        folder, names = self._along(parts[:-1])
        folder.folder = True
        node = self._below(folder, parts[-1])
        name = node.name
        if suffix or node.file or node.folder:
            self._counted()
            name = _unused(self._rewritten(parts[-1]) + suffix, folder.taken)
        node.file = True
        return "/".join([*names, name])

    def unnamed(self, number: int, suffix: str) -> str:
        """A name for a member whose own cannot be used."""
        return _unused(f"member-{number}{suffix}", self._root.taken)

    def target(self, path: str, target: str, *, hard: bool) -> str:
        """Where a link leads to now. Neither its path nor its target has a fault."""
        trail = [self._root]
        for part in () if hard else _names(path)[:-1]:
            trail.append(self._below(trail[-1], part))
        new = []
        for part in target.split("/"):
            if part == "..":
                trail.pop()
            elif part not in STAYS:
                trail.append(self._below(trail[-1], part))
            new.append(part if part in STAYS else trail[-1].name)
        return "/".join(new)

    def _along(self, parts: Sequence[str]) -> tuple[_Node, list[str]]:
        node, names = self._root, []
        for part in parts:
            if part not in STAYS:
                node.folder = True
                node = self._below(node, part)
            names.append(part if part in STAYS else node.name)
        return node, names

    def _below(self, node: _Node, part: str) -> _Node:
        known = node.below.get(part)
        if known is None:
            self._counted()
            known = node.below[part] = _Node(_unused(self._rewritten(part), node.taken))
        return known

    def _counted(self) -> None:
        self._count += 1
        if self._count > NAMES:
            raise ExhaustedError(f"the archive has more than {NAMES:,} names")


def _unused(name: str, taken: dict[str, int]) -> str:
    """``name``, or the same with a number before its extension."""
    if name in STAYS:
        name = "_"
    stem, extension = split(name)
    new = name
    while new in taken:
        taken[name] += 1
        new = f"{stem}-{taken[name]}{extension}"
    taken[new] = 1
    return new
