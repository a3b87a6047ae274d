"""JSON (RFC 8259) of any layout: each value by its key, nothing moved, keys and escapes as they were.

Read lexically and in stretches, so a document may be of any size, cut, or wrong; only the row of open objects is
remembered. Objects that name their own members (``{"name": "secret", "value": …}``) are read by those names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from scrubber import encodings
from scrubber.documents.cell import Cells
from scrubber.engine import PLAIN, SUPPRESSED, records
from scrubber.readings.denial import UNTOLD

DEEPEST: Final = 256
"""Objects and arrays in each other whose keys are told apart."""
LONGEST: Final = 1 << 22
"""Bytes of a string; what is longer is suppressed."""
_TOKEN = re.compile(
    rb'"(?P<text>(?:[^"\\]|\\.)*+)(?P<end>")?|(?P<open>[{\[])|(?P<close>[}\]])|(?P<mark>[,:])|(?P<blank>\s++)'
    rb'|(?P<atom>[^\s"{}\[\],:]++)',
    re.DOTALL,
)
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_SMALL = re.compile(rb"-?(?:[0-9]{1,3}|[0-9]{1,3}\.[0-9]{1,2}|0\.[0-9]+)")
_WORDS: Final = (b"true", b"false", b"null")
_NAMING: Final = (b"name", b"key", b"keyword", b"id", b"param", b"setting", b"variable", b"option")
_STRAY = re.compile(rb"[\s{}\[\],:]*+")

Member = Callable[[bytes, bytes], bytes]
"""From a key, which may be empty, and a decoded value to what stands for it."""
Key = Callable[[bytes], bytes]
"""From a decoded key to what stands for it."""


class Walk:
    """The reading of one document, stretch by stretch; joined, what comes out has the shape of what went in."""

    def __init__(self, member: Member, key: Key, told: bytes = b"") -> None:
        """``told`` names what stands at the top."""
        self._member = member
        self._key = key
        self._told = told
        self._open: list[tuple[bytes, bytes]] = []
        """Of each open object or array, its bracket and the key it stands under."""
        self._beyond = 0
        """Open ones that are too deep to be remembered."""
        self._awaiting = b""
        """The key whose value comes next; empty where a key comes next."""
        self._named = b""
        """What the innermost object calls itself."""

    def read(self, text: bytes, *, last: bool) -> tuple[bytes, int]:
        """``text`` rewritten up to its last whole token, and where that ends; to its end if it is the ``last``."""
        pieces: list[bytes] = []
        position, stop = 0, len(text)
        while position < stop:
            match = _TOKEN.match(text, position)
            if match is None:  # half an escape at the end
                break
            if match.end() == stop and not last and match.lastgroup != "close":
                break
            if match["text"] is not None:
                if match["end"] is None and not last:
                    break
                behind = _STRAY.match(text, match.end())
                if not last and behind is not None and behind.end() == stop and b":" not in behind[0]:
                    break  # whether it is a key stands in the next stretch
                pieces.append(self._string(match, text))
            elif match["atom"] is not None:
                pieces.append(self._atom(match["atom"]))
            else:
                self._sign(match)
                pieces.append(match[0])
            position = match.end()
        if last and position < stop:
            pieces.append(self._member(self._awaiting, text[position:]))
            position = stop
        return b"".join(pieces), position

    def _sign(self, match: re.Match[bytes]) -> None:
        sign = match[0]
        if match["open"] is not None:
            if len(self._open) < DEEPEST:
                self._open.append((sign, self._awaiting or self._told_here()))
            else:
                self._beyond += 1
            self._awaiting = self._named = b""
        elif match["close"] is not None:
            if self._beyond:
                self._beyond -= 1
            elif self._open:
                self._open.pop()
            self._awaiting = self._named = b""
        elif sign == b",":
            self._awaiting = b""

    def _told_here(self) -> bytes:
        return self._open[-1][1] if self._open else self._told

    def _string(self, match: re.Match[bytes], text: bytes) -> bytes:
        raw = match["text"]
        decoded = encodings.json_unescape(raw) if b"\\" in raw else raw
        if decoded is None:
            decoded = raw
        end = match["end"] or b""
        in_object = bool(self._open) and self._open[-1][0] == b"{"
        if not self._awaiting and in_object and text[match.end() : match.end() + 64].lstrip()[:1] == b":":
            self._awaiting = decoded or b"value"
            new = self._key(decoded)
        else:
            new = self._member(self._label(decoded), decoded)
        return b'"' + (raw if new == decoded else encodings.json_escape_like(new, raw)) + end

    def _label(self, value: bytes) -> bytes:
        """The name of the next value; a value that names what follows is remembered."""
        key = self._awaiting or self._told_here()
        lowered = key.lower()
        if lowered in _NAMING and self._awaiting:
            self._named = value
        elif lowered in UNTOLD and self._named:
            return self._named
        return key

    def _atom(self, atom: bytes) -> bytes:
        if atom in _WORDS or _SMALL.fullmatch(atom):
            return atom
        new = self._member(self._label(atom), atom)
        if new == atom or _NUMBER.fullmatch(new) or _NUMBER.fullmatch(atom) is None:
            return new
        return b'"' + encodings.json_escape_like(new, b"") + b'"'


def reading(cells: Cells) -> Walk:
    """The reading that goes by the names of keys."""
    return Walk(cells.read, cells.key)


def walk(data: bytes, cells: Cells) -> bytes:
    """A whole document in memory."""
    return reading(cells).read(data, last=True)[0]


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a stretch of the document and what becomes of it."""
    reads = reading(cells)
    rest = b""
    for block in records(chunks, PLAIN):
        data = rest + block
        new, end = reads.read(data, last=False)
        if len(data) - end > LONGEST:
            new, end = new + b'"' + SUPPRESSED + b'"', len(data)
        rest = data[end:]
        if end:
            yield data[:end], new
    if rest:
        yield rest, reads.read(rest, last=True)[0]
