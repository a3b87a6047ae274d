"""Which packets of a capture tell an audit nothing: silence behind headers that were searched before.

Most packets of a call are RTP in which, but for counters, only the payload differs from the packet before; in what was
rewritten, that is one octet over and over.
"""

from __future__ import annotations

import numpy as np

from scrubber.capture.bulk import Media
from scrubber.capture.payloads import by_size
from scrubber.capture.vectors import Mask, Octets, Offsets, gathered
from scrubber.values import Values

WORD = 8
_EACH = np.uint64(0x0101_0101_0101_0101)
"""Times an octet, a word of that octet alone."""


class Silence:
    """Tells the packets of one link type that need no search."""

    def __init__(self, link: int, to: Values) -> None:
        self._media = Media(link, to)

    def __call__(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Which frames between ``starts`` and ``ends`` hold silence behind headers that an earlier one showed."""
        silent = np.zeros(len(starts), np.bool_)
        for met in self._media.met(buffer, starts, ends):
            silent[met.which] = _is_filling(buffer, met.payloads, met.sizes)
        return silent


def _is_filling(buffer: bytearray, starts: Offsets, sizes: Offsets) -> Mask:
    """Which payloads are one octet over and over, or empty."""
    filling = np.ones(len(starts), np.bool_)
    for size, these in by_size(sizes):
        filling[these] = is_one_octet(gathered(buffer, starts[these], size))
    return filling


def is_one_octet(rows: Octets) -> Mask:
    """Which rows are one octet over and over; by columns of words, which is three times as fast as by octets."""
    count, size = rows.shape
    firsts = rows[:, 0]
    same = np.ones(count, np.bool_)
    words = np.ndarray((count, size // WORD), np.uint64, rows, 0, (size, WORD))
    of_firsts = firsts.astype(np.uint64) * _EACH
    for column in range(size // WORD):
        same &= words[:, column] == of_firsts
    for column in range(size // WORD * WORD, size):
        same &= rows[:, column] == firsts
    return same
