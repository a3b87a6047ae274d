"""What the frames of a capture count to: media streams, events of TCP and ICMP, the longest silence.

The figures are the same for a capture and its rewritten copy. No address is kept but those of connections that go on.
"""

from __future__ import annotations

from collections import Counter, OrderedDict

import numpy as np
from numpy.typing import NDArray

from scrubber.capture import media
from scrubber.capture.bulk import Packets
from scrubber.capture.icmp import ICMP, ICMPV6
from scrubber.capture.layer import PROTOCOL
from scrubber.capture.media import MediaStream, MediaStreams, Rows
from scrubber.capture.overheard import Watcher
from scrubber.capture.packet import Datagram, Done, Flow, Fragment, Inner, Segment

DIRECTIONS = 1 << 14
"""Directions of TCP connections that are followed."""
HOLES = 32
"""Holes in a direction that a late segment may still fill."""
SINGLE = 1 << 12
"""Packets of media that wait to be counted together."""

_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_HALF, _MODULUS = 1 << 31, 1 << 32
_KINDS = {PROTOCOL | ICMP: "ICMP", PROTOCOL | ICMPV6: "ICMPv6"}


class _Side:
    """One direction of a TCP connection."""

    __slots__ = ("edge", "holes")

    def __init__(self, edge: int) -> None:
        self.edge = edge
        self.holes: list[tuple[int, int]] = []


class Tally(Watcher):
    """Counts while a capture is read."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        """What the frames carry, and what happens on connections."""
        self.silence = 0
        """Nanoseconds of the longest time between two frames."""
        self.media_streams = MediaStreams()
        self._sides: OrderedDict[Flow, _Side] = OrderedDict()
        self._forgotten = False
        self._last: int | None = None
        self._single: list[tuple[int, int, bytes, bytes]] = []
        self._runs: list[Rows] = []

    @property
    def full(self) -> bool:
        """Whether there were more streams or connections than are followed."""
        return self._forgotten or self.media_streams.full

    def finish(self) -> list[MediaStream]:
        """Count what waits; gives the media streams that began first."""
        self.settle()
        streams = self.media_streams
        streams.close()
        counts = (streams.begun, streams.packets, streams.lost, streams.late)
        for name, count in zip(("streams", "packets", "lost", "late"), counts, strict=True):
            if streams.begun:
                self.events["RTP " + name] = count
        return [stream for _, stream in sorted(streams.first.items())]

    # --- frames

    def frames(self, times: NDArray[np.int64]) -> None:
        """Times follow each other as the frames do."""
        if not len(times):
            return
        self.events["frames"] += len(times)
        if self._last is not None:
            self.silence = max(self.silence, int(times[0]) - self._last)
        if len(times) > 1:
            self.silence = max(self.silence, int(np.diff(times).max()))
        self._last = int(times[-1])

    def headers(self, inner: Inner) -> None:
        """Count what it is, and what happens on its connection."""
        if isinstance(inner, Datagram):
            self.events["UDP datagrams"] += 1
        elif isinstance(inner, Segment):
            self._segment(inner)
        elif isinstance(inner, Fragment):
            self.events["IP fragments"] += 1
        else:
            self._other(inner)

    def _other(self, inner: Done) -> None:
        name = _KINDS.get(inner.kind)
        if name is not None and len(inner.payload) > 1:
            self.events[f"{name} {inner.payload[0]}/{inner.payload[1]}"] += 1

    # --- TCP

    def _segment(self, segment: Segment) -> None:
        events, flags = self.events, segment.flags
        events["TCP segments"] += 1
        for flag, name in ((_SYN, "TCP SYN"), (_FIN, "TCP FIN"), (_RST, "TCP RST")):
            if flags & flag:
                events[name + " ACK" if flag == _SYN and flags & _ACK else name] += 1
        size = len(segment.payload) + segment.missing
        if flags & _RST or not (size or flags & (_SYN | _FIN)):
            return
        flow = segment.flow._replace(cut=False)
        end = (segment.seq + size + (flags >> 1 & 1) + (flags & 1)) % _MODULUS
        side = self._sides.get(flow)
        if side is None or flags & _SYN:
            if side is not None and side.edge == end:
                events["TCP retransmissions"] += 1
                return
            self._sides[flow] = _Side(end)
            if len(self._sides) > DIRECTIONS:
                self._forgotten = True
                self._sides.popitem(last=False)
            return
        self._sides.move_to_end(flow)
        ahead = (segment.seq - side.edge + _HALF) % _MODULUS - _HALF
        if ahead < 0:
            self._behind(side, segment.seq, end, size)
            return
        if ahead:
            events["TCP gaps"] += 1
            side.holes = [*side.holes[-HOLES:], (side.edge, segment.seq)]
        side.edge = end

    def _behind(self, side: _Side, start: int, end: int, size: int) -> None:
        """A segment before the end of what was sent."""
        if size <= 1 and (side.edge - start) % _MODULUS == 1:
            self.events["TCP keep-alives"] += 1
            return
        if (end - side.edge + _HALF) % _MODULUS > _HALF:
            side.edge = end
        fills = any((start - low) % _MODULUS < (high - low) % _MODULUS for low, high in side.holes)
        self.events["TCP out of order" if fills else "TCP retransmissions"] += 1

    # --- media

    def control(self) -> None:
        """Count it."""
        self.events["RTCP packets"] += 1

    def media(self, number: int, time: int | None, flow: bytes, header: bytes) -> None:
        """Keep it until its neighbours are there."""
        self._single.append((number, -1 if time is None else time, flow, header))
        if len(self._single) >= SINGLE and not self._runs:
            self.settle()

    def run(self, first: int, times: NDArray[np.int64], packets: Packets) -> None:
        """Keep them until their neighbours are there."""
        self.events["UDP datagrams"] += len(packets.which)
        self._runs.append(media.rows(packets.which + first, times[packets.which], packets))

    def settle(self) -> None:
        """Count what has come so far, in the order of the frames."""
        single, batch = self._single, self._runs
        self._single, self._runs = [], []
        # Addresses of one width at a time.
        widths = sorted({len(flow) for _, _, flow, _ in single})
        batch += (_gathered([one for one in single if len(one[2]) == width]) for width in widths)
        if batch:
            self.media_streams.feed(batch)


def _gathered(single: list[tuple[int, int, bytes, bytes]]) -> Rows:
    numbers = np.array([one[0] for one in single], np.int64)
    times = np.array([one[1] for one in single], np.int64)
    flows = np.frombuffer(b"".join(one[2] for one in single), np.uint8).reshape(len(single), -1)
    headers = np.frombuffer(b"".join(one[3] for one in single), np.uint8).reshape(len(single), -1)
    return media.rows(numbers, times, Packets(numbers, flows, headers))
