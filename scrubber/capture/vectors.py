"""Many octets at once: gathering them from a buffer, summing them, and a map of addresses that is asked with arrays.

A gather reads the same number of octets at many offsets through a view of overlapping items, which costs one copy; the
same view takes them back. Sums are those of the Internet checksum (RFC 1071), modulo 65535, of little-endian words: the
order of octets does not matter as long as it is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Offsets = NDArray[np.int64]
Octets = NDArray[np.uint8]
"""Of shape (n, width): a row of octets for each place."""
Sums = NDArray[np.int64]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

MODULUS = 0xFFFF
_SHORT = 512
"""Octets whose words of 16 bits have a sum below 2^24."""
_BITS = 16
"""Slots of a table: few enough for memory, many more than a capture has addresses."""
_SPREAD = np.uint64(0x9E37_79B9_7F4A_7C15)
"""2^64 divided by the golden ratio: consecutive keys land far from each other."""
_ROTATE = np.uint64(0xC2B2_AE3D_27D4_EB4F)
_FOLD, _HALF = np.uint64(15), np.uint64(32)


def gathered(buffer: bytearray, places: Offsets, width: int) -> Octets:
    """``width`` octets at each place; all of them must lie in the buffer."""
    return _view(buffer, width)[places].view(np.uint8).reshape(len(places), width)


def scattered(buffer: bytearray, places: Offsets, rows: Octets) -> None:
    """Put rows of octets back at their places."""
    width = rows.shape[1]
    _view(buffer, width)[places] = np.ascontiguousarray(rows).view(f"V{width}").reshape(len(rows))


def filled(buffer: bytearray, places: Offsets, width: int, fill: int) -> None:
    """Put ``width`` octets ``fill`` at each place."""
    _view(buffer, width)[places] = np.frombuffer(bytes((fill,)) * width, f"V{width}")


def numbers(rows: Octets, start: int) -> NDArray[np.int64]:
    """The 16-bit number, in network order, at one column of all rows."""
    high: Offsets = rows[:, start].astype(np.int64) << 8
    return high | rows[:, start + 1]


def sums(rows: Octets) -> Sums:
    """The sum of each row, not yet folded: rows of one width that are equal have equal sums."""
    rows = np.ascontiguousarray(rows)
    count, width = rows.shape
    # Whole words by a product of matrices, which is the fastest sum over short rows. It is exact below 2^24 of single
    # precision, which halves of words stay below in what a packet of voice holds, and below 2^53 of double precision.
    size, kind = (2, np.float32) if width <= _SHORT else (4, np.float64)
    words = np.ndarray((count, width // size), f"<u{size}", rows, 0, (width, size)).astype(kind)
    total: Sums = (words @ np.ones(width // size, kind)).astype(np.int64)
    for column in range(width // size * size, width):
        total += rows[:, column].astype(np.int64) << 8 * (column % size)
    return total


def stored(rows: Octets, start: int) -> Sums:
    """The two octets at one column of all rows, as the word that :func:`sums` counts."""
    high: Sums = rows[:, start + 1].astype(np.int64) << 8
    return high | rows[:, start]


def store(rows: Octets, start: int, words: Sums) -> None:
    """Put words back as :func:`stored` gives them."""
    rows[:, start] = words & 0xFF
    rows[:, start + 1] = words >> 8


def _view(buffer: bytearray, width: int) -> NDArray[Any]:
    return np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, 0, (1,))


class VectorMap:
    """A map between rows of ``width`` octets, remembered in a table of fixed size; two slots are open to each row."""

    def __init__(self, width: int, one: Callable[[bytes], bytes]) -> None:
        """``one`` maps a single key; it is asked again for a key that another one drove out."""
        self._width = width
        self._one = one
        self._words = -(-width // 8)
        self._keys = np.zeros((1 << _BITS, self._words), np.uint64)
        self._values = np.zeros((1 << _BITS, self._words), np.uint64)
        self._full = np.zeros(1 << _BITS, np.bool_)

    def __call__(self, rows: Octets) -> Octets:
        """What stands for each row."""
        padded = np.zeros((len(rows), 8 * self._words), np.uint8)
        padded[:, : self._width] = rows
        values = self._looked_up(padded.view(np.uint64))
        return values.view(np.uint8).reshape(padded.shape)[:, : self._width]

    def _looked_up(self, keys: Words) -> Words:
        slots = self._slots(keys)
        known = self._holds(slots, keys)
        values = self._values[slots]
        if not known.all():
            missing = np.flatnonzero(~known)
            self._beside(missing, slots, keys, values)
        return values

    def _beside(self, missing: NDArray[np.intp], slots: NDArray[np.intp], keys: Words, values: Words) -> None:
        """Fill in what stands in the slots beside, or nowhere yet."""
        others = slots[missing] ^ 1
        known = self._holds(others, keys[missing])
        values[missing] = self._values[others]
        if not known.all():
            missing = missing[~known]
            values[missing] = self._mapped(keys[missing])

    def _holds(self, slots: NDArray[np.intp], keys: Words) -> Mask:
        """Whose key stands in the slot."""
        known: Mask = self._full[slots]
        for word in range(self._words):
            known &= self._keys[slots, word] == keys[:, word]
        return known

    def _slots(self, keys: Words) -> NDArray[np.intp]:
        """Numbers that say nothing of how the keys resemble each other, as addresses of one network do."""
        mixed = keys[:, 0] ^ keys[:, 0] >> _FOLD
        mixed *= _SPREAD
        if self._words > 1:
            mixed ^= keys[:, 1] * _ROTATE
        mixed ^= mixed >> _HALF
        mixed *= _ROTATE
        return (mixed >> np.uint64(64 - _BITS)).astype(np.intp)

    def _mapped(self, keys: Words) -> Words:
        flat = self._words == 1  # rows of one word need no comparison of rows
        different, places = np.unique(keys[:, 0] if flat else keys, axis=None if flat else 0, return_inverse=True)
        different = different.reshape(-1, self._words)
        values = np.zeros_like(different)
        for row, key in enumerate(different):
            value = self._one(key.tobytes()[: self._width])
            values[row] = np.frombuffer(value.ljust(8 * self._words, b"\0"), np.uint64)
        slots = self._slots(different)
        slots ^= self._full[slots]
        # Two keys may share a slot; the last of them is what stands there, whole.
        self._keys[slots], self._values[slots], self._full[slots] = different, values, True
        all_values: Words = values[places.reshape(-1)]
        return all_values
