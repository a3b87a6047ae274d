"""Which cleaned file was made of which original, though names were scrubbed.

In this order: a path that is the same; the position that the manifest of a run gives; then files of one kind, by the
shape of their names and the length of their content, in their order, as long as there are as many on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

Path = tuple[str, ...]

_SCRUBBED = re.compile(r"\.scrubbed(?=\.|\Z)|\.removed\.txt\Z")
"""What an output beside its input, or the note in its place, has in its name."""
_ENDING = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,7}){0,3}\Z")
_WORD = re.compile(r"[^\W_]")


class File(NamedTuple):
    """One file of a side."""

    path: Path
    """Its name below the folder that was given."""
    kind: str
    """The name of its format; empty when it cannot be read."""
    length: Callable[[], int]
    """How many lines or octets it has: asked only when nothing else decides."""


Pairs = list[tuple[int | None, int | None]]
"""Positions of an original and of what was made of it; ``None``: no counterpart."""


def matched(originals: Sequence[File], cleaned: Sequence[File], order: Sequence[Path] = ()) -> Pairs:
    """The pairs in the order of the originals, then what is left of the cleaned files.

    ``order`` has the paths of the outputs of a run in the order of its inputs, or nothing.
    """
    found: dict[int, int] = {}
    _by(found, dict(enumerate(file.path for file in originals)), dict(enumerate(file.path for file in cleaned)))
    _by(found, dict(enumerate(file.path for file in originals)), dict(enumerate(_plain(file.path) for file in cleaned)))
    if len(order) == len(originals):
        _by(found, dict(enumerate(order)), dict(enumerate(file.path for file in cleaned)))
    for key in (_close, _near, _kind):
        left = set(range(len(cleaned))) - set(found.values())
        _by(
            found,
            {place: key(file) for place, file in enumerate(originals) if place not in found},
            {place: key(cleaned[place]) for place in sorted(left)},
        )
    left = set(range(len(cleaned))) - set(found.values())
    pairs: Pairs = [(place, found.get(place)) for place in range(len(originals))]
    return pairs + [(None, place) for place in sorted(left)]


def _by(found: dict[int, int], before: dict[int, Hashable], after: dict[int, Hashable]) -> None:
    """Pair what has a key in common and is not paired yet, when as many have it on both sides."""
    taken = set(found.values())
    groups: dict[Hashable, tuple[list[int], list[int]]] = {}
    for place, key in before.items():
        if place not in found:
            groups.setdefault(key, ([], []))[0].append(place)
    for place, key in after.items():
        if place not in taken:
            groups.setdefault(key, ([], []))[1].append(place)
    for key, (olds, news) in groups.items():
        if key is not None and len(olds) == len(news):
            found.update(zip(olds, news, strict=True))


def _plain(path: Path) -> Path:
    """The path of an output without what tells it from its input."""
    return (*path[:-1], _SCRUBBED.sub("", path[-1], count=1)) if path else path


def _kind(file: File) -> Hashable:
    return (file.kind, len(file.path)) if file.kind else None


def _near(file: File) -> Hashable:
    return (file.kind, _shape(file.path)) if file.kind else None


def _close(file: File) -> Hashable:
    return (file.kind, _shape(file.path), file.length()) if file.kind else None


def _shape(path: Path) -> Hashable:
    """What scrubbing leaves of a path: its depth, the length of its name, the separators in it, its ending."""
    name = _plain(path)[-1] if path else ""
    ending = _ENDING.search(name)
    stem = name[: ending.start()] if ending else name
    return len(path), _WORD.sub("x", stem), name[len(stem) :]
