"""Terminal sequences in a log: taken out before it is read, put back where they stood.

The last letter of a colour would pass for the first one of the value behind it, and a colour at the beginning of a line
hides its prefix.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)?)")
"""Control sequences and operating system commands (ECMA-48 section 5.4, xterm)."""
_COMMAND = b"\x1b]"
_WORD = re.compile(rb"[^ \n]+")


def uncoloured(block: bytes) -> bytes:
    """A text without the sequences that colour it or move a cursor in it."""
    return _SEQUENCE.sub(b"", block) if b"\x1b" in block else block


def recoloured(new: bytes, coloured: bytes) -> bytes:
    """``new``, the rewritten form of ``uncoloured(coloured)``, with the sequences of ``coloured`` back in their places.

    Inside a word that was replaced a sequence goes to its end. Operating system commands stay out: a title or a link
    may hold anything.
    """
    if b"\x1b" not in coloured:
        return new
    old_lines, new_lines = coloured.split(b"\n"), new.split(b"\n")
    if len(old_lines) != len(new_lines):
        return new
    return b"\n".join(_line(row, old) if b"\x1b" in old else row for row, old in zip(new_lines, old_lines, strict=True))


def _line(new: bytes, coloured: bytes) -> bytes:
    plain = _SEQUENCE.sub(b"", coloured)
    old_words = [match.span() for match in _WORD.finditer(plain)]
    new_words = [match.span() for match in _WORD.finditer(new)]
    starts = [start for start, _ in old_words]
    same = len(old_words) == len(new_words)
    pieces: list[bytes] = []
    done = removed = 0
    for match in _SEQUENCE.finditer(coloured):
        place = match.start() - removed
        removed += len(match[0])
        if match[0].startswith(_COMMAND):
            continue
        at = place
        index = bisect_right(starts, place) - 1
        if place >= len(plain):
            at = len(new)
        elif index >= 0 and not same:
            at = done
        elif index >= 0:
            (old_start, old_end), (new_start, new_end) = old_words[index], new_words[index]
            if place >= old_end:
                at = new_end + place - old_end
            elif place > old_start:
                unchanged = plain[old_start:place] == new[new_start : new_start + place - old_start]
                at = new_start + place - old_start if unchanged else new_end
            else:
                at = new_start
        at = min(max(at, done), len(new))
        pieces += (new[done:at], match[0])
        done = at
    return b"".join([*pieces, new[done:]])


def offsets(coloured: bytes) -> Iterator[tuple[int, int]]:
    """Pairs of an offset in ``uncoloured(coloured)`` and how many bytes were taken out before it, ascending."""
    removed = 0
    yield 0, 0
    for match in _SEQUENCE.finditer(coloured) if b"\x1b" in coloured else ():
        removed += len(match[0])
        yield match.end() - removed, removed


def original(places: list[tuple[int, int]], offset: int) -> int:
    """The offset in the coloured text of an offset in the plain one."""
    return offset + places[bisect_right(places, (offset, 1 << 62)) - 1][1]
