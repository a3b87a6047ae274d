"""The chunked transfer coding (RFC 9112 section 7.1): a body in pieces, each behind its size."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

CHUNKS: Final = 4096
"""Chunks of one body; one of more is no message."""

_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8})([ \t]*(?:;[^\r\n]*+)?)(\r?\n)")
_END = re.compile(rb"(?=\r?\n)|(?:[^\r\n]++\r?\n)++(?=\r?\n)")
_BREAK = re.compile(rb"\r?\n")
_HEXADECIMAL: Final = b"0123456789ABCDEFabcdef"


class Chunk(NamedTuple):
    """One piece of a body: size, extension and line break before it, and the break behind it."""

    digits: bytes
    extension: bytes
    mark: bytes
    data: bytes
    behind: bytes


class Chunked(NamedTuple):
    """A body as far as it is there."""

    chunks: tuple[Chunk, ...]
    """Those that hold data."""
    last: Chunk | None
    """The one of size 0: its data are the trailer fields, what is behind it is the blank line."""
    end: int
    """Offset behind all of it."""


def read(data: bytes, start: int) -> Chunked | None:
    """The chunks from an offset; ``None`` where no chunk can stand. Linear."""
    chunks: list[Chunk] = []
    position = start
    while len(chunks) < CHUNKS:
        head = _HEAD.match(data, position)
        if head is None:
            rest = data[position : position + 10]
            if len(rest) == 10 or rest.strip(_HEXADECIMAL + b"\r\n"):
                return None
            return Chunked(tuple(chunks), None, position)
        if not head[1].strip(b"0"):
            return _closed(data, chunks, head)
        stop = head.end() + int(head[1], 16)
        mark = _BREAK.match(data, stop)
        behind = data[stop : stop + 2] if mark is None else mark[0]
        if mark is None and behind not in (b"", b"\r"):
            return None
        chunks.append(Chunk(head[1], head[2], head[3], data[head.end() : stop], behind))
        position = min(len(data), stop) + len(behind)
        if mark is None:
            return Chunked(tuple(chunks), None, position)
    return None


def _closed(data: bytes, chunks: list[Chunk], head: re.Match[bytes]) -> Chunked:
    trailer = _END.match(data, head.end())
    if trailer is None:
        return Chunked(tuple(chunks), None, head.start())
    mark = _BREAK.match(data, trailer.end())
    behind = b"" if mark is None else mark[0]
    end = trailer.end() + len(behind)
    return Chunked(tuple(chunks), Chunk(head[1], head[2], head[3], trailer[0], behind), end)


def written(body: Chunked, new: bytes, extension: Callable[[bytes], bytes]) -> bytes:
    """``new`` in the chunks of ``body``: the last one grows or shrinks; chunks for which nothing is left are gone.

    The size of a chunk that is not all there still counts what is missing. ``extension`` rewrites chunk extensions.
    """
    sizes = [len(chunk.data) for chunk in body.chunks]
    growth = len(new) - sum(sizes)
    while growth < 0 and sizes and sizes[-1] + growth < 1:
        growth += sizes.pop()
    if sizes:
        sizes[-1] += growth
    pieces: list[bytes] = []
    position = 0
    for chunk, size in zip(body.chunks, sizes, strict=False):
        changed = size - len(chunk.data)
        digits = _sized(chunk.digits, int(chunk.digits, 16) + changed) if changed else chunk.digits
        pieces += digits, extension(chunk.extension), chunk.mark, new[position : position + size], chunk.behind
        position += size
    return b"".join(pieces)


def _sized(digits: bytes, size: int) -> bytes:
    """A size as wide as before, in letters of the same case."""
    text = b"%0*X" if digits.isupper() else b"%0*x"
    return text % (len(digits), max(1, size))
