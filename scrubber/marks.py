"""Sets that never grow beyond a bound: of digests, and of values.

Of more than fit a sample stays, the same one in whatever order they come: those whose digest is low.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import TypeVar

MOST = 1 << 16
"""Values that a set keeps."""
MOST_MARKS = 1 << 18
"""Marks that are remembered: 4 MiB."""


class Marks:
    """A set of 64-bit digests in one array, which doubles until it is full; then those in the lower half stay."""

    __slots__ = ("_ceiling", "_table", "count")

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 << 8))
        self._ceiling = 1 << 64
        self.count = 0

    def add(self, run: bytes) -> None:
        """Remember a run of an identifier."""
        self._put(mark(run))

    def merge(self, other: Marks) -> None:
        """Take over the marks of another set."""
        if other._ceiling < self._ceiling:
            self._ceiling = other._ceiling
            self._refill([known for known in self if known < self._ceiling], len(self._table))
        for number in other:
            self._put(number)

    def _put(self, number: int) -> None:
        if number >= self._ceiling:
            return
        place = self._place(number)
        if self._table[place]:
            return
        self._table[place] = number
        self.count += 1
        while self.count > MOST_MARKS:
            self._ceiling >>= 1
            self._refill([known for known in self if known < self._ceiling], len(self._table))
        if 2 * self.count >= len(self._table):
            self._refill(list(self), 2 * len(self._table))

    def _refill(self, known: list[int], size: int) -> None:
        self._table = array("Q", bytes(8 * size))
        self.count = len(known)
        for number in known:
            self._table[self._place(number)] = number

    def _place(self, number: int) -> int:
        """Where a mark stands, or where it would."""
        table, last = self._table, len(self._table) - 1
        place = number & last
        while table[place] and table[place] != number:
            place = (place + 1) & last
        return place

    def __contains__(self, run: bytes) -> bool:
        number = mark(run)
        return self._table[self._place(number)] == number

    def __iter__(self) -> Iterator[int]:
        return filter(None, self._table)


def mark(run: bytes) -> int:
    """64 bits that stand for a run; never 0."""
    return int.from_bytes(blake2b(run, digest_size=8).digest(), "little") or 1


_Value = TypeVar("_Value", bound=int | bytes)


class Few(set[_Value]):
    """Values, no more of them than :data:`MOST`: when there are more, those whose digest is in the lower half stay."""

    def __init__(self, values: Iterable[_Value] = ()) -> None:
        super().__init__(values)
        self._ceiling = 1 << 64

    def keep(self, value: _Value) -> None:
        """Remember a value, if it is one of those that stay."""
        if self._ceiling >> 64 or _rank(value) < self._ceiling:
            self.add(value)
            while len(self) > MOST:
                self._lower(self._ceiling >> 1)

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return bool(self._ceiling >> 64)

    def unite(self, other: Few[_Value]) -> None:
        """Take over the values of another set."""
        if other._ceiling < self._ceiling:
            self._lower(other._ceiling)
        for value in other:
            self.keep(value)

    def _lower(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self.difference_update([value for value in self if _rank(value) >= ceiling])


def _rank(value: int | bytes) -> int:
    return mark(value if isinstance(value, bytes) else value.to_bytes(16, "big"))
