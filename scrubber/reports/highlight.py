"""Which words of a rewritten text stand for others: both texts are compared, the new one alone comes out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from scrubber.reports.evidence import Excerpt, Piece

LINES = 40
"""Lines of an excerpt."""
WINDOW = 14
"""Lines of an excerpt out of the middle of a log."""
LONGEST = 600
"""Octets of a line that are shown."""

_TOKEN = re.compile(rb"[0-9A-Za-z\x80-\xff_.+%~-]+|[^0-9A-Za-z\x80-\xff_.+%~-]")
_SIGHT = re.compile(
    rb"(?:2(?:4[0-9]|5[0-5]))(?:\.[0-9]{1,3}){3}|[\w.-]{1,253}\.invalid|2001:db8:[0-9a-fA-F:]{1,32}|REDACTED[a-z]*"
)
_JOINTS = frozenset((b" ", b"/"))
_CUT = "\u2026"


class Pair(NamedTuple):
    """A text of the output, and what stood there in the input where that is known."""

    place: int
    after: bytes
    before: bytes | None


def highlighted(pair: Pair, limit: int = LINES) -> Excerpt:
    """The first lines of a text of the output, each cut into what stayed and what was replaced."""
    lines = pair.after.rstrip(b"\r\n").split(b"\n")
    old = [] if pair.before is None else pair.before.rstrip(b"\r\n").split(b"\n")
    known = len(old) == len(lines)
    shown = [_line(line, old[number] if known else None) for number, line in enumerate(lines[:limit])]
    return Excerpt(pair.place, tuple(shown), max(0, len(lines) - limit), known)


def best(after: Sequence[bytes], before: Sequence[bytes], skipped: set[int]) -> Pair | None:
    """The stretch of :data:`WINDOW` lines with the most replaced ones.

    ``skipped`` are numbers of lines, from 0, that are shown elsewhere. ``None`` where nothing was replaced, or the
    texts have not the same lines.
    """
    length = min(len(after), len(before))
    if abs(len(after) - len(before)) > 1:
        return None
    changed = [number not in skipped and after[number] != before[number] for number in range(length)]
    most, start, total = 0, 0, 0
    for number, here in enumerate(changed):
        total += here - (changed[number - WINDOW] if number >= WINDOW else 0)
        if total > most:
            most, start = total, max(0, number - WINDOW + 1)
    if not most:
        return None
    while not changed[start]:
        start += 1
    stop = min(length, start + WINDOW)
    return Pair(start + 1, b"\n".join(after[start:stop]), b"\n".join(before[start:stop]))


def _line(after: bytes, before: bytes | None) -> tuple[Piece, ...]:
    after = after.rstrip(b"\r")
    cut = after[:LONGEST]
    replaced = _on_sight(cut) if before is None else _compared(cut, before.rstrip(b"\r")[: 2 * LONGEST])
    pieces = [Piece(cut[start:end].decode("utf-8", "replace"), other) for start, end, other in replaced]
    if len(cut) < len(after):
        pieces.append(Piece(_CUT, replaced=False))
    return tuple(pieces)


def _compared(after: bytes, before: bytes) -> list[tuple[int, int, bool]]:
    """Spans of ``after``: the same as in ``before``, or other."""
    new, old = _TOKEN.findall(after), _TOKEN.findall(before)
    if len(new) == len(old):
        other = [one != two for one, two in zip(new, old, strict=True)]
    else:
        other = [True] * len(new)
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            other[block.b : block.b + block.size] = [False] * block.size
    for place in range(1, len(new) - 1):
        # What joins two words of a name, or two halves of a token, belongs to it.
        if new[place] in _JOINTS and other[place - 1] and other[place + 1]:
            other[place] = True
    return _joined([len(token) for token in new], other)


def _on_sight(after: bytes) -> list[tuple[int, int, bool]]:
    sizes: list[int] = []
    other: list[bool] = []
    end = 0
    for match in _SIGHT.finditer(after):
        sizes += (match.start() - end, match.end() - match.start())
        other += (False, True)
        end = match.end()
    return _joined([*sizes, len(after) - end], [*other, False])


def _joined(sizes: Sequence[int], other: Sequence[bool]) -> list[tuple[int, int, bool]]:
    """Neighbours of one kind as one span."""
    spans: list[tuple[int, int, bool]] = []
    start = 0
    for size, kind in zip(sizes, other, strict=True):
        if not size:
            continue
        if spans and spans[-1][2] is kind:
            spans[-1] = (spans[-1][0], start + size, kind)
        else:
            spans.append((start, start + size, kind))
        start += size
    return spans
