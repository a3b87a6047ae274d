"""TCP (RFC 9293): each direction of a connection is rewritten as one row of octets, and segments are views of it.

What comes in any order, twice, overlapping or not at all leaves in the same way: payload, sequence number,
acknowledgement and SACK edges (RFC 2018) of every segment follow from one map of each direction.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from functools import partial

from scrubber.capture.direction import TRUSTED, Direction
from scrubber.capture.framing import Emit, Framing, Named, Protocols
from scrubber.capture.packet import Flow, Segment
from scrubber.values import Values

DIRECTIONS = 20_000
"""Directions that are followed; the one that was silent for the longest time is given up first."""
OCTETS = 1 << 24
"""Octets held for all directions together; beyond that silent directions are given up."""

FORGOTTEN = "TCP streams given up to save memory"
RESET = "payload of a TCP reset"
PROBE = "octet of a TCP keep-alive"

_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_MASK = (1 << 32) - 1
_OWN = -1


class Pending:
    """A segment on its way: ready as soon as everything is known that it shows."""

    __slots__ = ("_alone", "_edges", "_missing", "_needs", "_payload", "_probe", "_segment", "_seq")

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._seq = segment.seq
        self._payload = segment.payload
        self._missing = segment.missing
        self._edges = [segment.ack, *segment.sack]
        self._needs: dict[int, tuple[Direction, int, int]] = {}
        self._probe = self._alone = False

    @property
    def ready(self) -> bool:
        """Whether :meth:`segment` may be called."""
        return not self._needs

    def segment(self) -> Segment:
        """The segment as it leaves."""
        old, edges = self._segment, self._edges
        return Segment(old.flow, self._seq, edges[0], old.flags, tuple(edges[1:]), self._payload, self._missing)

    def own(self, direction: Direction, place: int, to: Values) -> bool:
        """The segment belongs to ``direction`` and begins at ``place``. Gives whether the direction has to take it."""
        segment = self._segment
        payload = segment.payload
        start = place + (segment.flags >> 1 & 1)
        self._alone = bool(payload) and direction.contradicts(start, payload)
        if place == direction.top - 1 >= direction.start and _probes(segment) and self._alone == bool(payload):
            self._probe = True
            self._payload = to.blank(payload, PROBE)
            self._need(_OWN, direction, direction.top, direction.top)
            return False
        if self._alone:
            self._payload = direction.alone(payload)
            self._need(_OWN, direction, place, place)
            return False
        self._need(_OWN, direction, place, start + len(payload) + segment.missing)
        return bool(payload or segment.missing or segment.flags & _FIN)

    def acknowledge(self, direction: Direction) -> None:
        """The numbers that count octets of the other ``direction``."""
        place = direction.place(self._edges[0])
        direction.acknowledged = max(direction.acknowledged, place)
        self._need(0, direction, place, place)
        for index, edge in enumerate(self._edges[1:], 1):
            place = direction.place(edge)
            self._need(index, direction, place, place)

    def reset(self, direction: Direction | None, to: Values) -> None:
        """The segment resets ``direction``: its number is not waited for, and its payload is no part of a stream."""
        self._payload = to.blank(self._payload, RESET)
        if direction is not None:
            self._seq = direction.new(direction.place(self._seq)) & _MASK

    def force(self) -> None:
        """Become ready with what is there."""
        for slot, (direction, _, until) in list(self._needs.items()):
            direction.settle(until)
            self._settle(slot)

    def _need(self, slot: int, direction: Direction, place: int, until: int) -> None:
        if until <= direction.done:
            self._show(slot, direction, place, until)
        else:
            self._needs[slot] = (direction, place, until)
            direction.wait(until, partial(self._settle, slot))

    def _settle(self, slot: int) -> None:
        need = self._needs.pop(slot, None)
        if need is not None:
            self._show(slot, *need)

    def _show(self, slot: int, direction: Direction, place: int, until: int) -> None:
        new = direction.new(place)
        if slot != _OWN:
            self._edges[slot] = new & _MASK
        elif self._probe or self._alone:
            self._seq = (new - self._probe) & _MASK
        else:
            segment = self._segment
            self._seq = new & _MASK
            if segment.payload:
                self._payload = direction.octets(place + (segment.flags >> 1 & 1), segment.payload)
            if segment.missing:
                self._missing = direction.new(until) - direction.new(until - segment.missing)


class Streams:
    """All TCP connections of a capture, segment by segment in the order of the file."""

    def __init__(self, protocols: Protocols, named: Named, to: Values, notes: Counter[str]) -> None:
        """``protocols`` recognises the protocol where a message begins; ``named`` knows what a protocol switches to."""
        self._protocols = protocols
        self._named = named
        self._to = to
        self._notes = notes
        self._directions: OrderedDict[Flow, Direction] = OrderedDict()
        self._octets = 0

    def push(self, segment: Segment) -> Pending:
        """Take the next segment as captured."""
        pending = Pending(segment)
        flow = segment.flow._replace(cut=False) if segment.flow.cut else segment.flow
        direction = self._direction(flow, segment)
        peer = self._directions.get(flow.reverse) if segment.flags & (_ACK | _RST) else None
        if segment.flags & _RST:
            self._reset(segment, direction, peer)
            pending.reset(direction, self._to)
        elif direction is not None:
            self._take(pending, segment, direction)
        if peer is not None and segment.flags & _ACK:
            pending.acknowledge(peer)
        if self._octets > OCTETS:
            self._save()
        return pending

    def force(self, pending: Pending) -> None:
        """Make ``pending`` ready with what is there: messages may be cut, and octets missing before it are given up."""
        pending.force()

    def finish(self) -> None:
        """The capture ends: everything becomes ready, and every connection is forgotten."""
        for direction in self._directions.values():
            direction.finish()
        self._directions.clear()
        self._octets = 0

    def _direction(self, flow: Flow, segment: Segment) -> Direction | None:
        """The direction that a segment belongs to, a new one where a connection begins; none for a stray reset."""
        direction = self._directions.get(flow)
        if direction is None:
            return None if segment.flags & _RST else self._new(flow, segment)
        self._directions.move_to_end(flow)
        if segment.flags & _SYN and not segment.flags & _RST and _another(direction, segment.seq):
            self._drop(self._directions.pop(flow))
            return self._new(flow, segment)
        return direction

    def _new(self, flow: Flow, segment: Segment) -> Direction:
        if len(self._directions) >= DIRECTIONS:
            self._notes[FORGOTTEN] += 1
            self._drop(self._directions.popitem(last=False)[1])

        def frames(emit: Emit) -> Framing:
            return Framing(flow, self._protocols, self._named, self._to, emit)

        direction = self._directions[flow] = Direction(segment.seq, frames, self._to, self._notes)
        return direction

    def _take(self, pending: Pending, segment: Segment, direction: Direction) -> None:
        place = direction.place(segment.seq)
        syn = segment.flags & _SYN
        if syn:
            direction.open(place)
        elif segment.payload:
            direction.begin(place)
        if pending.own(direction, place, self._to):
            direction.take(place + (syn >> 1), segment.payload, segment.missing, last=bool(segment.flags & _FIN))
            self._count(direction)

    def _reset(self, segment: Segment, direction: Direction | None, peer: Direction | None) -> None:
        if direction is None or abs(direction.place(segment.seq) - direction.edge) > TRUSTED:
            return
        # The connection is over: nobody sends the rest.
        for side in (direction, peer):
            if side is not None:
                side.finish()
                self._count(side)

    def _count(self, direction: Direction) -> None:
        self._octets += direction.size - direction.counted
        direction.counted = direction.size

    def _drop(self, direction: Direction) -> None:
        direction.finish()
        self._octets -= direction.counted

    def _save(self) -> None:
        for direction in self._directions.values():
            if direction.size:
                self._notes[FORGOTTEN] += 1
                direction.compact()
                self._count(direction)
            if self._octets <= OCTETS // 2:
                break


def _another(direction: Direction, number: int) -> bool:
    """Whether an initial sequence number belongs to another connection than that of ``direction``."""
    place = direction.place(number)
    return place != direction.syn and (direction.syn is not None or place + 1 != direction.start)


def _probes(segment: Segment) -> bool:
    """Whether a segment may be a keep-alive: nothing in it, or one octet of garbage (RFC 9293 section 3.8.4)."""
    return len(segment.payload) <= 1 and not segment.missing and not segment.flags & (_FIN | _SYN | _RST)
