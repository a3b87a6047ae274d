"""Octets of a stream that came earlier than those in front of them."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Stretch(NamedTuple):
    """A run of octets; ``octets`` is ``None`` where only their number is known."""

    start: int
    end: int
    octets: bytes | None
    last: bool = False
    """Whether this is the one octet that a FIN counts as."""

    def __repr__(self) -> str:
        return f"Stretch({self.start} to {self.end})"

    def part(self, start: int, end: int) -> Stretch:
        """The octets between two offsets within this stretch."""
        if start == self.start and end == self.end:
            return self
        octets = None if self.octets is None else self.octets[start - self.start : end - self.start]
        return Stretch(start, end, octets, self.last)


class Early:
    """Stretches in the order of the stream, none over another: of octets that came twice, the first stay."""

    __slots__ = ("_starts", "_stretches", "octets")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stretches: list[Stretch] = []
        self.octets = 0
        """Octets that are held."""

    def __len__(self) -> int:
        return len(self._stretches)

    @property
    def start(self) -> int:
        """Where the first stretch begins; there has to be one."""
        return self._starts[0]

    def add(self, stretch: Stretch) -> None:
        """Take in what is new of ``stretch``, in time linear in its octets."""
        starts, stretches = self._starts, self._stretches
        at, end = stretch.start, stretch.end
        index = bisect_right(starts, at)
        if index:
            at = max(at, stretches[index - 1].end)
        while at < end:
            stop = min(end, starts[index]) if index < len(starts) else end
            if at < stop:
                starts.insert(index, at)
                stretches.insert(index, stretch.part(at, stop))
                self.octets += stop - at if stretch.octets is not None else 0
                index += 1
            if index == len(starts):
                break
            at = stretches[index].end
            index += 1

    def pop(self) -> Stretch:
        """Take out the first stretch."""
        stretch = self._stretches.pop(0)
        del self._starts[0]
        self.octets -= len(stretch.octets or b"")
        return stretch
