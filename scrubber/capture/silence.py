"""Which packets of a capture tell an audit nothing: silence behind headers that were searched before.

Most packets of a call are RTP in which, but for counters, only the payload differs from the packet before; in what was
rewritten, that is one octet over and over.
"""

from __future__ import annotations

import numpy as np

from scrubber.capture.bulk import Media, by_size
from scrubber.capture.vectors import Mask, Octets, Offsets, gathered
from scrubber.values import Values

STREAMS = 1 << 15
"""Different headers that are remembered."""


class Silence:
    """Tells the packets of one link type that need no search."""

    def __init__(self, link: int, to: Values) -> None:
        self._media = Media(link, to)
        self._known: set[bytes] = set()

    def __call__(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Which frames between ``starts`` and ``ends`` hold silence behind headers that an earlier one showed."""
        silent = np.zeros(len(starts), np.bool_)
        for headers in self._media.headers(buffer, starts, ends):
            known = self._met(headers.rows)
            silent[headers.which] = known & _is_filling(buffer, headers.payloads, ends[headers.which])
        return silent

    def _met(self, rows: Octets) -> Mask:
        """Which rows stood among the ones before."""
        known, width = self._known, rows.shape[1]
        if len(known) > STREAMS:
            known.clear()
        found = np.zeros(len(rows), np.bool_)
        for at, row in enumerate(np.ascontiguousarray(rows).view(f"V{width}").reshape(-1).tolist()):
            if row in known:
                found[at] = True
            else:
                known.add(row)
        return found


def _is_filling(buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
    """Which payloads are one octet over and over, or empty."""
    filling = np.ones(len(starts), np.bool_)
    for size, these in by_size(ends - starts):
        rows = gathered(buffer, starts[these], size)
        filling[these] = (rows == rows[:, :1]).all(axis=1)
    return filling
