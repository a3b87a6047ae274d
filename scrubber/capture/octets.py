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

    def lent(self, count: int) -> bytearray:
        """As :meth:`take`, as octets that may be changed."""
        pieces = [memoryview(self._buffer)[self._at : self._at + count]]
        size = len(pieces[0])
        self._at += size
        while size < count and (piece := next(self._chunks, None)) is not None:
            self._buffer, self._at = piece, min(len(piece), count - size)
            pieces.append(memoryview(piece)[: self._at])
            size += self._at
        return bytearray().join(pieces)

    def back(self, octets: bytes | bytearray) -> None:
        """Octets that were taken come again."""
        self._buffer = b"".join((octets, memoryview(self._buffer)[self._at :]))
        self._at = 0

    def _fill(self, count: int) -> None:
        pieces = [self._buffer[self._at :]]
        size = len(pieces[0])
        while size < count and (piece := next(self._chunks, None)) is not None:
            pieces.append(piece)
            size += len(piece)
        self._buffer = b"".join(pieces)
        self._at = 0
