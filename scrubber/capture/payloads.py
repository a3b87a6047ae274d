"""The payloads of many RTP packets at once: their sums, and silence in place of what was said."""

from __future__ import annotations

import numpy as np

from scrubber.capture.dissectors import rtp
from scrubber.capture.vectors import MODULUS, Octets, Offsets, Sums, filled, gathered, sums

FILL = np.array([rtp.SILENCE.get(octet & 0x7F, 0) for octet in range(256)], np.uint8)
"""By the second octet of RTP, what silence is."""
_PART = 1 << 10
"""Payloads that are copied at once: so many that they stay near the processor."""


def payload_sums(buffer: bytearray, places: Offsets, sizes: Offsets) -> Sums:
    """The unfolded sum of each payload."""
    result = np.zeros(len(places), np.int64)
    for size, these in by_size(sizes):
        for at in range(0, len(these), _PART):
            part = these[at : at + _PART]
            result[part] = sums(gathered(buffer, places[part], size))
    return result


def silenced(buffer: bytearray, places: Offsets, sizes: Offsets, fills: Offsets | Octets, said: Sums) -> int:
    """Put silence into each payload; gives how many held anything else."""
    silent = 0
    for size, these in by_size(sizes):
        of_size = fills[these]
        for fill in np.flatnonzero(np.bincount(of_size)).tolist():
            those = these[of_size == fill]
            blank = np.full((1, size), fill, np.uint8)
            begins = places[those]
            # The sum tells silence from sound but for sounds of the very same sum.
            equal = begins[said[those] == sums(blank)[0]]
            if len(equal):
                silent += int(np.count_nonzero((gathered(buffer, equal, size) == blank).all(axis=1)))
            filled(buffer, begins, size, fill)
    return int(np.count_nonzero(sizes)) - silent


def by_size(sizes: Offsets) -> list[tuple[int, Offsets]]:
    """The different sizes above zero, few in voice, with the places that have them."""
    different = np.flatnonzero(np.bincount(sizes)).tolist() if len(sizes) else []
    if len(different) == 1 and different[0]:
        return [(different[0], np.arange(len(sizes)))]
    return [(size, np.flatnonzero(sizes == size)) for size in different if size]


def silent_sums(sizes: Offsets, fills: Octets) -> Sums:
    """The folded sum of a silent payload that begins at an even offset."""
    fill = fills.astype(np.int64)
    total: Sums = (sizes // 2 * (fill | fill << 8) + sizes % 2 * fill) % MODULUS
    return total
