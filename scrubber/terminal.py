"""Terminal sequences in a log: taken out before it is read, put back where they stood.

The last letter of a colour would pass for the first one of the value behind it, and a colour at the beginning of a line
hides its prefix. A line with backspaces is read as the terminal showed it at its end; where that cannot be told it is
suppressed, since pieces of a value lie over one another there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_SEQUENCE = re.compile(
    rb"\x1b(?:\[(?:[@A-HJKPm]|[0-?]{1,64}[@-Zdfhlmnrt]|[0-?]{0,64}[ -/]{0,8}[@-~](?![0-9A-Za-z]))"
    rb"|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\)?)"
)
"""Control sequences and operating system commands (ECMA-48 section 5.4, xterm).

A letter that ends hardly any sequence of a log ends none in front of another one: it is the first of a word.
"""
_HARMLESS = re.compile(rb"\x1b\[[<=>?]?(?:[0-9]{0,3}[;:]){0,16}[0-9]{0,3}[ -/]{0,2}[@-~]")
"""Control sequences whose parameters are too short to hold a value."""
_WORD = re.compile(rb"[^ \n]+")
_DRAWN = re.compile(
    rb"(?P<text>[^\x08\r\x1b]+)|(?P<back>\x08+)|(?P<erase>\x1b\[0?K)|\x1b\[[0-9;]{0,64}m"
    rb"|\x1b\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)"
)
"""What a terminal shows, a cursor moved back, the rest of a line erased; colours and titles, which show nothing."""
OVERDRAWN = b"[suppressed: line that a terminal drew over]"
"""What becomes of a line with backspaces that nobody can read without a terminal."""


def uncoloured(block: bytes) -> bytes:
    """A text without the sequences that colour it or move a cursor in it."""
    if b"\b" in block:
        block = b"\n".join(_shown(line) if b"\b" in line else line for line in block.split(b"\n"))
    return _SEQUENCE.sub(b"", block) if b"\x1b" in block else block


def _shown(line: bytes) -> bytes:
    """A line with backspaces as a terminal shows it."""
    drawn = line.rstrip(b"\r")
    # In other scripts an octet is no column.
    return _drawn(drawn) + line[len(drawn) :] if drawn.isascii() else OVERDRAWN


def _drawn(line: bytes) -> bytes:
    shown = bytearray()
    at = done = 0
    for match in _DRAWN.finditer(line):
        if match.start() != done:
            return OVERDRAWN
        done = match.end()
        if match["back"]:
            at = max(at - len(match[0]), 0)
        elif match["erase"]:
            del shown[at:]
        elif match["text"]:
            shown[at : at + len(match[0])] = match[0]
            at += len(match[0])
    return bytes(shown) if done == len(line) else OVERDRAWN


def recoloured(new: bytes, coloured: bytes) -> bytes:
    """``new``, the rewritten form of ``uncoloured(coloured)``, with the sequences of ``coloured`` back in their places.

    Inside a word that was replaced a sequence goes to its end. What may hold a value stays out: the title or link of an
    operating system command, a parameter of many digits. A line with backspaces stays as it was shown.
    """
    if b"\x1b" not in coloured:
        return new
    old_lines, new_lines = coloured.split(b"\n"), new.split(b"\n")
    if len(old_lines) != len(new_lines):
        return new
    return b"\n".join(
        _line(row, old) if b"\x1b" in old and b"\b" not in old else row
        for row, old in zip(new_lines, old_lines, strict=True)
    )


def _line(new: bytes, coloured: bytes) -> bytes:
    plain = _SEQUENCE.sub(b"", coloured)
    old_words = [match.span() for match in _WORD.finditer(plain)]
    new_words = [match.span() for match in _WORD.finditer(new)]
    if len(old_words) != len(new_words):
        old_words, new_words = [(0, len(plain))], [(0, len(new))]
    starts = [start for start, _ in old_words]
    pieces: list[bytes] = []
    done = removed = shared = 0
    word = -1
    for match in _SEQUENCE.finditer(coloured):
        place = match.start() - removed
        removed += len(match[0])
        if _HARMLESS.fullmatch(match[0]) is None:
            continue
        index = bisect_right(starts, place) - 1
        if index >= 0:
            (old_start, old_end), (new_start, new_end) = old_words[index], new_words[index]
            if index != word:
                word, shared = index, _shared(plain[old_start:old_end], new[new_start:new_end])
            if place >= old_end:
                place += new_end - old_end
            else:
                place = new_start + place - old_start if place - old_start <= shared else new_end
        at = min(max(place, done), len(new))
        pieces += (new[done:at], match[0])
        done = at
    return b"".join([*pieces, new[done:]])


def _shared(old: bytes, new: bytes) -> int:
    """How many bytes two words begin with alike."""
    pairs = enumerate(zip(old, new, strict=False))
    return len(old) if old == new else next((i for i, (a, b) in pairs if a != b), min(len(old), len(new)))


def offsets(coloured: bytes) -> Iterator[tuple[int, int]]:
    """Pairs of an offset in ``uncoloured(coloured)`` and how many bytes were taken out before it, ascending.

    In a line with backspaces an offset is as good as the line: the one behind it is right again.
    """
    yield 0, 0
    removed = 0
    for start, end, left in _taken_out(coloured):
        removed += end - start - left
        yield end - removed, removed


def _taken_out(coloured: bytes) -> Iterator[tuple[int, int, int]]:
    """Where something else is read than stands there, in order, and how many bytes are read instead."""
    if b"\b" not in coloured:
        if b"\x1b" in coloured:
            yield from ((*match.span(), 0) for match in _SEQUENCE.finditer(coloured))
        return
    start = 0
    for line in coloured.split(b"\n"):
        if b"\b" in line:
            yield start, start + len(line), len(uncoloured(line))
        else:
            yield from ((start + match.start(), start + match.end(), 0) for match in _SEQUENCE.finditer(line))
        start += len(line) + 1


def original(places: list[tuple[int, int]], offset: int) -> int:
    """The offset in the coloured text of an offset in the plain one."""
    return offset + places[bisect_right(places, (offset, 1 << 62)) - 1][1]
