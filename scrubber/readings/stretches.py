"""Where a long text is cut: free text is read in stretches, so that no line costs more than its length."""

from __future__ import annotations

from collections.abc import Iterator

PIECE = 1 << 15
"""Free text is read in stretches of at most this many bytes."""
_CUTS = ((b" ", b",", b";", b"&", b"\t", b"|"), (b'"', b"/", b"="))
"""Where a long line is cut: between items, and only without any of these between the parts of one."""


def stretches(text: bytes) -> Iterator[bytes]:
    """Stretches of at most :data:`PIECE` bytes, cut behind a delimiter where there is one in the second half."""
    position = 0
    while len(text) - position > PIECE:
        end = position + PIECE
        cut = next(filter(None, (_last_mark(text, marks, position + PIECE // 2, end) for marks in _CUTS)), 0)
        yield text[position : cut or end]
        position = cut or end
    yield text[position:]


def _last_mark(text: bytes, marks: tuple[bytes, ...], start: int, end: int) -> int:
    return max(text.rfind(mark, start, end) for mark in marks) + 1
