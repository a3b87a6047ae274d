"""Media streams of a capture: packets, loss, order and jitter (RFC 3550), for many streams at once.

A stream is what has the same ends and the same SSRC. Its key is kept as a number that is mixed out of these octets. All
figures of a batch are computed by vector operations over packets sorted by stream, so that thousands of streams between
each other cost no more than one.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scrubber.capture.bulk import Packets

STREAMS = 1 << 14
"""Streams that are followed; beyond that those are closed that were silent for the longest time."""
DETAILED = 256
"""Streams whose figures are told one by one; the first of a capture."""

_HALF, _MODULUS = 1 << 31, 1 << 32
_BIG = 1 << 40
"""More than any count of one batch."""
_NANO = 1_000_000_000
_APART = 10 * _NANO
"""A packet that is further from where its time stamp puts it begins a new count of time."""
_MICRO = 1000
_CLOCKS = {6: 16000, 10: 44100, 11: 44100, 14: 90000, 16: 11025, 17: 22050}
_CLOCKS |= dict.fromkeys((25, 26, 28, 31, 32, 33, 34), 90000)
_CLOCK = np.array([_CLOCKS.get(kind, 8000) for kind in range(128)], np.int64)
"""By payload type, ticks of the time stamp in a second (RFC 3551 tables 4 and 5). What a dynamic type means is not
known here; it counts as 8000."""
_SPREAD = np.uint64(0x9E37_79B9_7F4A_7C15)
_SHIFT = np.uint64(29)

Numbers = NDArray[np.int64]


class MediaStream(NamedTuple):
    """The figures of one stream."""

    packets: int
    lost: int
    """Sequence numbers between the first and the last that never came."""
    late: int
    """Packets behind one with a higher number, or that came twice."""
    jitter: int
    """Microseconds: how much the spacing of two packets differs from that of their time stamps, in the mean (the
    absolute D of RFC 3550 section 6.4.1, not smoothed)."""


class Rows(NamedTuple):
    """Packets, a row each."""

    numbers: Numbers
    """Their frames."""
    times: Numbers
    """Nanoseconds since 1970; negative where not known."""
    keys: NDArray[np.uint64]
    sequences: Numbers
    stamps: Numbers
    clocks: Numbers


class MediaStreams:
    """All streams of one capture."""

    def __init__(self) -> None:
        self.begun = self.packets = self.lost = self.late = 0
        self.full = False
        """Whether there were more streams than are followed."""
        self.first: dict[int, MediaStream] = {}
        """The figures of the streams that began first, in that order, once :meth:`close` was called."""
        self.digest = 0
        """A number that tells whether all streams have the same figures."""
        self._slots: dict[int, int] = {}
        self._free = list(range(STREAMS - 1, -1, -1))
        # In each slot, one stream: the order in which it began, and what is known about it.
        self._order, self._used = _column(), _column()
        self._lowest, self._highest, self._extended = _column(), _column(), _column()
        self._count, self._behind = _column(), _column()
        self._time, self._stamp, self._jitter, self._spaced = _column(), _column(), _column(), _column()

    def feed(self, batch: list[Rows]) -> None:
        """Count packets; a batch holds all packets between its first and its last frame."""
        rows = Rows(*(np.concatenate(columns) for columns in zip(*batch, strict=True)))
        rows = _only(rows, np.argsort(rows.numbers, kind="stable"))
        order = np.argsort(rows.keys, kind="stable")
        starts = np.flatnonzero(np.concatenate(([True], np.diff(rows.keys[order]) != 0)))
        if len(starts) > STREAMS // 2:
            # Too many at once: one half after the other, so that each finds room.
            half = len(rows.numbers) // 2
            self.feed([_only(rows, slice(half))])
            self.feed([_only(rows, slice(half, None))])
            return
        slots = self._slots_of(rows, order, starts)
        self._count_batch(_only(rows, order), starts, slots)

    def close(self) -> None:
        """No more packets will come."""
        self._end(np.fromiter(self._slots.values(), np.int64, len(self._slots)))
        self._slots.clear()

    def _slots_of(self, rows: Rows, order: Numbers, starts: Numbers) -> Numbers:
        """The slot of each stream of a batch, new ones in the order of their frames."""
        firsts = order[starts]
        keys = rows.keys[firsts].tolist()
        if len(keys) > len(self._free):
            self._make_room(set(keys))
        slots = self._slots
        for at in np.argsort(firsts).tolist():
            key = keys[at]
            if key not in slots:
                slot = slots[key] = self._free.pop()
                first = int(rows.sequences[firsts[at]])
                self._order[slot] = self.begun
                self.begun += 1
                self._lowest[slot] = self._extended[slot] = first
                self._highest[slot] = first - 1
                self._count[slot] = self._behind[slot] = self._jitter[slot] = self._spaced[slot] = 0
                self._time[slot] = -1
        return np.array([slots[key] for key in keys], np.int64)

    def _make_room(self, wanted: set[int]) -> None:
        self.full = True
        going = [(int(self._used[slot]), key) for key, slot in self._slots.items() if key not in wanted]
        going.sort()
        ended = [self._slots.pop(key) for _, key in going[: STREAMS // 2]]
        self._end(np.array(ended, np.int64))
        self._free += ended

    def _count_batch(self, rows: Rows, starts: Numbers, slots: Numbers) -> None:
        """Packets sorted by stream; the stream that begins at row ``starts[i]`` has slot ``slots[i]``."""
        sizes = np.diff(starts, append=len(rows.numbers))
        group = np.repeat(np.arange(len(starts)), sizes)
        before = np.concatenate(([0], rows.sequences[:-1]))
        before[starts] = self._extended[slots] % 65536
        steps = (rows.sequences - before + 32768) % 65536 - 32768
        walked = np.cumsum(steps)
        base = walked[starts] - steps[starts]
        # Sequence numbers counted on beyond 16 bits, from the highest of each stream.
        places = walked - base[group] + (self._extended[slots] - self._highest[slots])[group]
        lift = group * _BIG
        tops = np.maximum.accumulate(np.maximum(places, 0) + lift)
        prior = np.concatenate(([0], tops[:-1]))
        prior[starts] = lift[starts]
        self._behind[slots] += np.add.reduceat((places + lift <= prior).astype(np.int64), starts)
        ends = starts + sizes - 1
        highest = self._highest[slots]
        self._lowest[slots] = np.minimum(self._lowest[slots], highest + np.minimum.reduceat(places, starts))
        self._extended[slots] = highest + places[ends]
        self._highest[slots] = highest + tops[ends] - lift[ends]
        self._count[slots] += sizes
        self._used[slots] = rows.numbers[ends]
        self._space(rows, starts, ends, slots)

    def _space(self, rows: Rows, starts: Numbers, ends: Numbers, slots: Numbers) -> None:
        before, stamps = np.concatenate(([0], rows.times[:-1])), np.concatenate(([0], rows.stamps[:-1]))
        before[starts], stamps[starts] = self._time[slots], self._stamp[slots]
        ticks = (rows.stamps - stamps + _HALF) % _MODULUS - _HALF
        apart = np.abs(rows.times - before - ticks * _NANO // rows.clocks)
        known = (before >= 0) & (rows.times >= 0) & (apart < _APART)
        self._jitter[slots] += np.add.reduceat(np.where(known, apart, 0), starts)
        self._spaced[slots] += np.add.reduceat(known.astype(np.int64), starts)
        self._time[slots], self._stamp[slots] = rows.times[ends], rows.stamps[ends]

    def _end(self, slots: Numbers) -> None:
        """The streams in these slots are over."""
        for slot in slots.tolist():
            packets, late, order = int(self._count[slot]), int(self._behind[slot]), int(self._order[slot])
            lost = max(int(self._highest[slot] - self._lowest[slot]) + 1 - packets, 0)
            jitter = int(self._jitter[slot]) // max(int(self._spaced[slot]) * _MICRO, 1)
            stream = MediaStream(packets, lost, late, jitter)
            self.packets += packets
            self.lost += lost
            self.late += late
            if order < DETAILED:
                self.first[order] = stream
            told = blake2b(repr((order, *stream)).encode(), digest_size=8).digest()
            self.digest = (self.digest + int.from_bytes(told)) % (1 << 64)


def rows(numbers: Numbers, times: Numbers, packets: Packets) -> Rows:
    """Packets as they are counted: with the numbers of their frames, and their times."""
    headers = packets.headers.astype(np.int64)
    stamps = headers[:, 4] << 24 | headers[:, 5] << 16 | headers[:, 6] << 8 | headers[:, 7]
    keys = _mixed(np.concatenate((packets.flows, packets.headers[:, 8:12]), axis=1))
    clocks = _CLOCK[headers[:, 1] & 0x7F]
    return Rows(numbers, times, keys, headers[:, 2] << 8 | headers[:, 3], stamps, clocks)


def _mixed(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    width = -(-keys.shape[1] // 8)
    padded = np.zeros((len(keys), 8 * width), np.uint8)
    padded[:, : keys.shape[1]] = keys
    words = padded.view(np.uint64)
    mixed: NDArray[np.uint64] = np.full(len(keys), width, np.uint64)
    for column in range(width):
        mixed = (mixed ^ words[:, column]) * _SPREAD
        mixed ^= mixed >> _SHIFT
    return mixed


def _only(rows_: Rows, which: Any) -> Rows:  # noqa: ANN401 - any index of an array
    return Rows(*(column[which] for column in rows_))


def _column() -> Numbers:
    return np.zeros(STREAMS, np.int64)
