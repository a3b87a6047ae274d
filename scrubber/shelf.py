"""A list for more things than memory should hold: most of it lies in a file without a name."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Generic, Protocol, TypeVar

PAGE = 128
"""Things that are read and written together."""
PAGES = 4
"""Pages in memory."""
SMALL = 1 << 20
"""Octets up to which all of it stays in memory."""

T = TypeVar("T")


class Listed(Protocol[T]):
    """What a list and a shelf have in common."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[T]: ...
    def __getitem__(self, number: int, /) -> T: ...
    def __setitem__(self, number: int, item: T, /) -> None: ...


class Shelf(Generic[T]):
    """Things that can be pickled, by their numbers; best when those asked for lie near each other.

    What is taken from it is a copy: to change a thing, put it back. Errors of all methods: :class:`OSError`.
    """

    def __init__(self, things: Iterable[T] = ()) -> None:
        self._file = SpooledTemporaryFile(SMALL, prefix="scrubber-")  # noqa: SIM115 - as long as the shelf
        self._places = array("q")
        self._held: dict[int, list[T]] = {}
        self._changed: set[int] = set()
        self._count = 0
        for thing in things:
            self.append(thing)

    def __del__(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return (self[number] for number in range(self._count))

    def __getitem__(self, number: int) -> T:
        if not 0 <= number < self._count:
            raise IndexError(number)
        return self._page(number // PAGE)[number % PAGE]

    def __setitem__(self, number: int, thing: T) -> None:
        if not 0 <= number < self._count:
            raise IndexError(number)
        self._page(number // PAGE)[number % PAGE] = thing
        self._changed.add(number // PAGE)

    def append(self, thing: T) -> None:
        """One more, at the end."""
        page = self._count // PAGE
        if page == len(self._places):
            self._places.append(-1)
            self._hold(page, [])
        self._page(page).append(thing)
        self._changed.add(page)
        self._count += 1

    def _page(self, page: int) -> list[T]:
        known = self._held.get(page)
        if known is None:
            self._file.seek(self._places[page])
            known = pickle.load(self._file)  # noqa: S301 - written below, to a file that nobody else can open
            self._hold(page, known)
        return known

    def _hold(self, page: int, things: list[T]) -> None:
        while len(self._held) >= PAGES:
            oldest = next(iter(self._held))
            self._put(oldest, self._held.pop(oldest))
        self._held[page] = things

    def _put(self, page: int, things: list[T]) -> None:
        if page in self._changed:
            self._changed.discard(page)
            self._places[page] = self._file.seek(0, 2)
            pickle.dump(things, self._file, pickle.HIGHEST_PROTOCOL)
