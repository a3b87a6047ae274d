"""The payloads of many RTP packets at once: their sums, and silence in place of what was said."""

from __future__ import annotations

import numpy as np

from scrubber.capture.dissectors import rtp
from scrubber.capture.vectors import MODULUS, Octets, Offsets, Sums, filled, gathered, sums

FILL = np.array([rtp.SILENCE.get(octet & 0x7F, 0) for octet in range(256)], np.uint8)
"""By the second octet of RTP, what silence is."""


def payload_sums(buffer: bytearray, places: Offsets, sizes: Offsets) -> Sums:
    """The unfolded sum of each payload."""
    result = np.zeros(len(places), np.int64)
    for size, these in by_size(sizes):
        if len(these) == len(places):
            return sums(gathered(buffer, places, size))
        result[these] = sums(gathered(buffer, places[these], size))
    return result


def silenced(buffer: bytearray, places: Offsets, sizes: Offsets, fills: Offsets | Octets, said: Sums) -> int:
    """Put silence into each payload; gives how many held anything else."""
    silent = np.zeros(len(places), np.int64)
    for size, these in by_size(sizes):
        for fill in np.flatnonzero(np.bincount(fills[these])).tolist():
            those = these[fills[these] == fill]
            blank = np.full((1, size), fill, np.uint8)
            # The sum tells silence from sound but for sounds of the very same sum.
            equal = those[said[those] == sums(blank)[0]]
            if len(equal):
                silent[equal] = (gathered(buffer, places[equal], size) == blank).all(axis=1)
            filled(buffer, places[those], size, fill)
    return int(np.count_nonzero((sizes > 0) & (silent == 0)))


def by_size(sizes: Offsets) -> list[tuple[int, Offsets]]:
    """The different sizes above zero, few in voice, with the places that have them."""
    different = np.flatnonzero(np.bincount(sizes)) if len(sizes) else ()
    return [(int(size), np.flatnonzero(sizes == size)) for size in different if size]


def silent_sums(sizes: Offsets, fills: Octets) -> Sums:
    """The folded sum of a silent payload that begins at an even offset."""
    fill = fills.astype(np.int64)
    total: Sums = (sizes // 2 * (fill | fill << 8) + sizes % 2 * fill) % MODULUS
    return total
