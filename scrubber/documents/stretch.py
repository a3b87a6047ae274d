"""A document read stretch by stretch, for notations in which a value may go on in the next block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from scrubber.engine import PLAIN, records


class Reading(Protocol):
    """A reading that goes on where it stopped."""

    def read(self, data: bytes, *, last: bool) -> tuple[bytes, int]:
        """``data`` rewritten up to its last whole unit, and where that ends; to its end if it is the ``last``."""


def stretches(chunks: Iterator[bytes], reading: Reading, longest: int | None = None) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a stretch of the document and what becomes of it.

    A unit that goes on for more than ``longest`` bytes is read in pieces; None where the reading sees to that.
    """
    rest = b""
    for block in records(chunks, PLAIN):
        data = rest + block
        new, end = reading.read(data, last=longest is not None and len(rest) > longest)
        rest = data[end:]
        if end:
            yield data[:end], new
    if rest:
        yield rest, reading.read(rest, last=True)[0]
