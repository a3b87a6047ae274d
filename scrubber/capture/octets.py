"""The octets of a file in their order, whatever pieces they come in."""

from __future__ import annotations

from collections.abc import Iterator


class Octets:
    """A row of octets to take from. Holds one piece and what is asked for."""

    __slots__ = ("_at", "_buffer", "_chunks")

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next ``count`` octets; fewer only at the end of the file."""
        taken = self.look(count)
        self._at += len(taken)
        return taken

    def look(self, count: int) -> bytes:
        """As :meth:`take`, but they come again."""
        end = self._at + count
        if end > len(self._buffer):
            self._fill(count)
            end = count
        return self._buffer[self._at : end]

    def skip(self, count: int) -> None:
        """Leave out ``count`` octets that were looked at."""
        self._at += count

    def _fill(self, count: int) -> None:
        pieces = [self._buffer[self._at :]]
        size = len(pieces[0])
        while size < count and (piece := next(self._chunks, None)) is not None:
            pieces.append(piece)
            size += len(piece)
        self._buffer = b"".join(pieces)
        self._at = 0
