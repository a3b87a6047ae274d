"""One direction of a TCP connection: its octets in order, what became of them, and where each stands now.

Places are sequence numbers counted on beyond 32 bits. Everything before :attr:`Direction.done` is final; a place behind
it is waited for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush

from scrubber.capture.early import Early, Stretch
from scrubber.capture.framing import Emit, Framing
from scrubber.capture.offsets import Offsets
from scrubber.values import Values

Frames = Callable[[Emit], Framing]
"""Makes the framing of a new direction, which gives its results to the function named."""
Waiter = Callable[[], None]

GAP = "octets of a TCP stream missing"
LATE = "octets of a TCP stream out of reach"

RETAINED = 1 << 18
"""Octets that are kept for retransmissions, old and new."""
REGIONS = 4096
"""Regions of the map that are kept exact."""
WAITING = 1 << 18
"""Octets that may wait behind a gap."""
STRETCHES = 4096
"""Stretches that may wait behind a gap, and places that may be waited for."""
ACKNOWLEDGED = 64
"""The same where the receiver has acknowledged what is missing, so that the capture has lost it."""
TRUSTED = 1 << 20
"""Octets by which a place may be ahead of all octets seen and still tell that those between are lost."""

_HALF = 1 << 31
_MODULUS = 1 << 32
_FILLED = 1 << 14  # lost octets up to which the octets before them stay for retransmissions
_GAPS = 64  # gaps that are remembered


class Direction:
    """The octets of one direction as they come, in any order, and as they leave."""

    __slots__ = (
        "_counter",
        "_early",
        "_framing",
        "_gaps",
        "_notes",
        "_offsets",
        "_old",
        "_old_start",
        "_out",
        "_out_start",
        "_to",
        "_waiters",
        "acknowledged",
        "counted",
        "edge",
        "start",
        "syn",
        "top",
    )

    def __init__(self, start: int, frames: Frames, to: Values, notes: Counter[str]) -> None:
        """``start`` is the first sequence number seen."""
        self.start = start
        self.edge = start
        """The first octet that is not there yet."""
        self.top = start
        """The end of the last octet seen."""
        self.syn: int | None = None
        """The initial sequence number."""
        self.acknowledged = start
        self.counted = 0
        """The size that whoever bounds the memory of all directions has counted."""
        self._to = to
        self._notes = notes
        self._framing = frames(self._emit)
        self._offsets = Offsets(start)
        self._early = Early()
        self._out = bytearray()
        self._out_start = start
        self._old = bytearray()
        self._old_start = start
        self._gaps: list[tuple[int, int]] = []
        self._waiters: list[tuple[int, int, Waiter]] = []
        self._counter = 0

    @property
    def size(self) -> int:
        """Octets held."""
        return len(self._out) + len(self._old) + len(self._framing) + self._early.octets

    @property
    def done(self) -> int:
        """The place before which everything is dealt with."""
        return self._offsets.end

    def place(self, number: int) -> int:
        """The place that a sequence number means: the nearest to what has been seen."""
        return self.edge + (number - self.edge + _HALF) % _MODULUS - _HALF

    # --- in

    def open(self, number: int) -> None:
        """The initial sequence number, which counts as an octet."""
        self.syn = number
        if number == self.edge == self.start:
            self._mark()
            self.top = self.edge

    def begin(self, place: int) -> None:
        """Payload begins at ``place``. Made-up connections do not always count the SYN as an octet."""
        if place == self.start == self.syn and self.edge == self.top == place + 1:
            self.edge = self.top = place
            self._offsets = Offsets(place)
            self._forget()

    def take(self, place: int, octets: bytes, missing: int, *, last: bool) -> None:
        """The payload of a segment, how many octets are missing at its end, and whether the stream ends there."""
        if self.top == self.start == place - 1:
            # A probe is one octet behind, and it was the first segment seen.
            self._lose(1)
        end = place + len(octets)
        if place == self.edge < end and not len(self._early):
            self._feed(octets)
        elif octets:
            self._put(Stretch(place, end, octets))
        if missing:
            self._put(Stretch(end, end + missing, None))
            end += missing
        if last:
            self._put(Stretch(end, end + 1, None, last=True))
            end += 1
        self.top = max(self.top, end)
        self._limit()
        self._advance()

    def _put(self, stretch: Stretch) -> None:
        if stretch.end <= self.edge:
            return
        fresh = stretch.part(max(stretch.start, self.edge), stretch.end)
        if fresh.start > self.edge or len(self._early):
            self._early.add(fresh)
            self._drain()
        else:
            self._next(fresh)

    def _drain(self) -> None:
        while len(self._early) and self._early.start == self.edge:
            self._next(self._early.pop())

    def _next(self, stretch: Stretch) -> None:
        if stretch.octets is not None:
            self._feed(stretch.octets)
        elif stretch.last:
            self._framing.flush()
            self._mark()
        else:
            self._lose(stretch.end - stretch.start)

    def _feed(self, octets: bytes) -> None:
        self._framing.feed(octets)
        self._old += octets
        self.edge += len(octets)

    def _mark(self) -> None:
        """SYN and FIN count as one octet each."""
        self._emit(1, b"\0")
        self._old += b"\0"
        self.edge += 1

    def _lose(self, octets: int) -> None:
        """The next octets will not come."""
        self._framing.gap(octets)
        self._advance()
        self._offsets.extend(octets, octets)
        if octets > _FILLED:
            self._forget()
            self._old_start += octets
        else:
            self._out += bytes(octets)
            self._old += bytes(octets)
        self._gaps.append((self.edge, self.edge + octets))
        del self._gaps[:-_GAPS]
        self.edge += octets

    def _emit(self, old: int, new: bytes) -> None:
        self._offsets.extend(old, len(new))
        self._out += new

    # --- limits

    def _limit(self) -> None:
        early, waiters = self._early, self._waiters
        while len(early):
            most = ACKNOWLEDGED if self.acknowledged >= early.start else STRETCHES
            if early.octets <= WAITING and max(len(early), len(waiters)) <= most:
                break
            self._miss()
            self._advance()
        if len(waiters) > STRETCHES:
            self.settle(waiters[0][0])
        if len(waiters) > STRETCHES:
            self._release()

    def _miss(self) -> None:
        self._notes[GAP] += 1
        self._lose(self._early.start - self.edge)
        self._drain()

    def settle(self, place: int) -> None:
        """Deal with what is there up to ``place`` without waiting for more."""
        while self.done < place:
            self._framing.flush()
            if self.done >= place:
                break
            if len(self._early):
                self._miss()
            elif place - self.edge <= TRUSTED:
                self._notes[GAP] += 1
                self._lose(place - self.edge)
            else:
                # All who still wait do so for octets that nobody has seen.
                self._advance()
                self._release()
                return
        self._advance()

    def finish(self) -> None:
        """Nothing more will come: deal with everything, and let nobody wait."""
        while len(self._early):
            self._miss()
        self._framing.flush()
        self._advance()
        self._release()

    def compact(self) -> None:
        """Keep as little as possible."""
        self.finish()
        self._framing.forget()
        self._forget()
        self._offsets.compact(1)

    def _forget(self) -> None:
        self._out.clear()
        self._out_start = self._offsets.new_end
        self._old.clear()
        self._old_start = self.edge

    # --- out

    def wait(self, place: int, waiter: Waiter) -> None:
        """Call ``waiter`` as soon as everything before ``place`` is dealt with."""
        if place <= self._offsets.end:
            waiter()
            return
        self._counter += 1
        heappush(self._waiters, (place, self._counter, waiter))
        if len(self._waiters) > ACKNOWLEDGED:
            self._limit()

    def _advance(self) -> None:
        waiters, done = self._waiters, self._offsets.end
        while waiters and waiters[0][0] <= done:
            heappop(waiters)[2]()
        if len(self._out) > 2 * RETAINED:
            self._out_start += len(self._out) - RETAINED
            del self._out[:-RETAINED]
        if len(self._old) > 2 * RETAINED:
            self._old_start += len(self._old) - RETAINED
            del self._old[:-RETAINED]
        if len(self._offsets) > 2 * REGIONS:
            self._offsets.compact(REGIONS)

    def _release(self) -> None:
        waiters = self._waiters[:]
        self._waiters.clear()
        for _, _, waiter in waiters:
            waiter()

    def contradicts(self, place: int, payload: bytes) -> bool:
        """Whether other octets than those from ``place`` on were there before."""
        start, end = max(place, self._old_start), min(place + len(payload), self.edge)
        if start >= end or (self._gaps and place < self._gaps[-1][1]):
            return False
        if end - start == 1 < len(payload):
            # Somebody miscounted; all the rest is new.
            return False
        return self._old[start - self._old_start : end - self._old_start] != payload[start - place : end - place]

    def alone(self, payload: bytes) -> bytes:
        """What stands for a payload that contradicts the others and is no part of the stream."""
        return self._framing.alone(payload)

    def new(self, place: int) -> int:
        """Where ``place`` stands now."""
        return self._offsets.at(place)

    def octets(self, place: int, payload: bytes) -> bytes:
        """What stands for the octets from ``place`` on; what is not known (any more) is blanked at its length."""
        start, end = self.new(place), self.new(place + len(payload))
        known = min(max(start, self._out_start, self.start), end)
        right = bytes(self._out[known - self._out_start : end - self._out_start])
        old = payload[: known - start].ljust(known - start, b"\0")
        new = self._to.blank(old, LATE) + right.ljust(end - known, b"\0")
        if not self._gaps or place >= self._gaps[-1][1]:
            return new
        return self._without_gaps(place, payload, start, new)

    def _without_gaps(self, place: int, payload: bytes, start: int, new: bytes) -> bytes:
        # What comes after it was given up.
        for gap, gap_end in self._gaps:
            begin, end = max(gap, place), min(gap_end, place + len(payload))
            if begin < end:
                late = self._to.blank(payload[begin - place : end - place], LATE)
                at = self.new(begin) - start
                new = new[:at] + late + new[at + len(late) :]
        return new
