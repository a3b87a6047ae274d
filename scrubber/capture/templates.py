"""Headers that many packets share, remembered in tables of fixed size.

The packets of a stream differ in few octets of their headers: identification, checksums, sequence number, time. The
headers with these octets zero are a *template*. Whatever is decided by the rest of the headers is decided once for all
packets of a template, by whoever keeps what became of it under its number.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from scrubber.capture.vectors import Words

MOST = 1 << 15
"""Templates that are remembered; with one more, all are forgotten."""
_BITS = 17
"""Slots, many more than templates: two are open to each."""
_SPREAD = 0x9E37_79B9_7F4A_7C15
_KEPT, _GONE = 0xFF, 0

Numbers = NDArray[np.int64]


class Templates:
    """The templates of headers of one width."""

    def __init__(self, width: int, changing: Collection[int]) -> None:
        """``width`` octets are compared but those at the places ``changing``."""
        self.words = -(-width // 8)
        octets = bytes(_KEPT if at < width and at not in changing else _GONE for at in range(8 * self.words))
        self._mask = np.frombuffer(octets, np.uint64)
        factors = [pow(_SPREAD, power, 1 << 64) for power in range(1, self.words + 1)]
        self._factors = np.array(factors, np.uint64)
        self._numbers = np.zeros(1 << _BITS, np.int32)
        self._rows = np.zeros((MOST, self.words), np.uint64)
        self._count = 1

    def constant(self, rows: Words) -> Words:
        """Headers of :attr:`words` words a row without what changes."""
        return rows & self._mask

    def found(self, constant: Words) -> Numbers:
        """By row, the number of its template; 0 where it was never met."""
        slots = self._slots(constant)
        numbers, same = self._at(slots, constant)
        if not same.all():
            missing = np.flatnonzero(~same)
            numbers[missing], beside = self._at(slots[missing] ^ 1, constant[missing])
            numbers[missing[~beside]] = 0
        return numbers

    def added(self, constant: Words) -> tuple[Numbers, NDArray[np.intp]]:
        """The numbers of rows that were not found, and which of them brought a number into being.

        A row may be left without one, which is 0: it is met again.
        """
        mixed = constant @ self._factors
        _, firsts = np.unique(mixed, return_index=True)
        firsts = firsts[: MOST - 1]
        if self._count + len(firsts) > MOST:
            self._numbers[:] = 0
            self._count = 1
        new = np.arange(self._count, self._count + len(firsts), dtype=np.int32)
        self._count += len(firsts)
        self._rows[new] = constant[firsts]
        slots = (mixed[firsts] >> np.uint64(64 - _BITS)).astype(np.intp)
        slots ^= self._numbers[slots] != 0
        self._numbers[slots] = new
        numbers = self.found(constant)
        return numbers, firsts[numbers[firsts] == new]

    def _slots(self, constant: Words) -> NDArray[np.intp]:
        return (constant @ self._factors >> np.uint64(64 - _BITS)).astype(np.intp)

    def _at(self, slots: NDArray[np.intp], constant: Words) -> tuple[Numbers, NDArray[np.bool_]]:
        """The numbers in the slots, and whether they are those of the rows."""
        numbers = self._numbers[slots].astype(np.int64)
        whole = f"V{8 * self.words}"
        same: NDArray[np.bool_] = constant.view(whole)[:, 0] == self._rows.view(whole)[:, 0][numbers]
        same &= numbers != 0
        return numbers, same
