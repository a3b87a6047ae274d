"""One pass over the frames of a capture: frames in, frames out, in their order.

What stands inside a frame may need frames that come later: a message of a stream goes on in other segments, a datagram
in other fragments. So frames wait in a queue until everything in them and before them is settled; when the queue is
full, the oldest is settled with what is there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scrubber.capture import dissect
from scrubber.capture.block import Block
from scrubber.capture.fragments import Pieces, Reassembly
from scrubber.capture.glance import Glance
from scrubber.capture.packet import Datagram, Done, Fragment, Frame, Peeled
from scrubber.capture.peel import peel, peel_transport
from scrubber.capture.tcp import Pending, Streams
from scrubber.values import Values

WAITING_FRAMES = 16_384
"""Frames that wait at most."""
WAITING_OCTETS = 1 << 23
"""Octets of the frames that wait at most."""
LOST = "fragment without the rest of its packet"

Passed = tuple[Block, Frame | None]
"""A block and the frame that takes the place of its own."""


@dataclass(slots=True)
class _Held:
    """A frame on its way: its block, and what gives its octets once nothing is missing."""

    block: Block
    frame: Frame | None
    peeled: Peeled
    body: bytes | None = None
    """What stands inside the headers, rewritten."""
    pending: Pending | None = None
    packet: _Packet | None = None

    @property
    def size(self) -> int:
        return 0 if self.frame is None else len(self.frame.data)

    @property
    def settled(self) -> bool:
        """Whether the frame can go, its body being known from now on."""
        if self.body is None and self.pending is not None and self.pending.ready:
            self.body = _with_segment(self.peeled, self.pending)
        return self.body is not None

    def passed(self) -> Passed:
        """The block and its new frame. What a snap length cut stays as long as it was; the rest is on the wire."""
        if self.frame is None or self.body is None:
            return self.block, None
        old = self.frame
        new = self.peeled.around(self.body)
        wire = old.wire + len(new) - len(old.data)
        if old.wire > len(old.data):
            new = new[: len(old.data)]
        return self.block, Frame(new, max(wire, len(new)), old.link)


@dataclass(slots=True)
class _Packet:
    """An IP packet that came in pieces, and the frames that hold them."""

    pieces: Pieces
    frames: list[_Held] = field(default_factory=list)


_NOTHING = Peeled(Done(b""), ())


class Traffic:
    """The pass over one capture."""

    def __init__(self, to: Values) -> None:
        self._to = to
        self._peel = Glance(lambda frame: peel(frame, to, self._datagram), to)
        self._streams = Streams(dissect.begin, dissect.named, to, to.reader.notes)
        self._fragments = Reassembly()
        self._packets: dict[tuple[bytes, ...], _Packet] = {}
        self._waiting: deque[_Held] = deque()
        self._octets = 0

    def frames(self, blocks: Iterable[Block]) -> Iterator[Passed]:
        """Each block with the frame that takes the place of its own, in order."""
        return (held.passed() for held in self._settled(blocks))

    def blocks(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Each block once it is settled, in order: for a pass that is not after new frames."""
        return (held.block for held in self._settled(blocks))

    def _settled(self, blocks: Iterable[Block]) -> Iterator[_Held]:
        for block in blocks:
            held = self._held(block)
            if not self._waiting and held.settled:
                yield held
                continue
            self._waiting.append(held)
            self._octets += held.size
            while len(self._waiting) > WAITING_FRAMES or self._octets > WAITING_OCTETS:
                self._force(self._waiting[0])
                yield from self._ready()
            yield from self._ready()
        self._streams.finish()
        while self._waiting:
            self._force(self._waiting[0])
            yield from self._ready()

    def _ready(self) -> Iterator[_Held]:
        while self._waiting and self._waiting[0].settled:
            held = self._waiting.popleft()
            self._octets -= held.size
            yield held

    def _held(self, block: Block) -> _Held:
        frame = block.frame
        if frame is None:
            return _Held(block, None, _NOTHING, b"")
        peeled = self._peel(frame)
        inner = peeled.inner
        if isinstance(inner, Datagram):
            return _Held(block, frame, peeled, self._datagram(inner))
        if isinstance(inner, Done):
            return _Held(block, frame, peeled, inner.payload)
        held = _Held(block, frame, peeled)
        if isinstance(inner, Fragment):
            self._push(held, inner)
        else:
            held.pending = self._streams.push(inner)
        return held

    def _datagram(self, datagram: Datagram) -> bytes:
        return dissect.datagram(datagram.payload, datagram.flow, self._to)

    def _force(self, held: _Held) -> None:
        if held.pending is not None and held.body is None:
            self._streams.force(held.pending)
        elif held.packet is not None and held.body is None:
            self._lose(held.packet)

    # --- fragments

    def _push(self, held: _Held, fragment: Fragment) -> None:
        pieces = self._fragments.push(fragment)
        packet = self._packets.get(fragment.key)
        if packet is None or packet.pieces is not pieces:
            packet = self._packets[fragment.key] = _Packet(pieces)
        held.packet = packet
        packet.frames.append(held)
        octets = pieces.whole()
        if octets is not None:
            self._fragments.done(fragment)
            self._settle_all(packet, pieces.split(self._transport(fragment, octets, cut=False)))
        for lost in self._fragments.lost():
            given_up = self._packets.get(lost.fragments[0].key)
            # The piece that was one too many may have been the last one that was missing.
            if given_up is not None and given_up.pieces is lost:
                self._lose(given_up)

    def _lose(self, packet: _Packet) -> None:
        """No more is expected of a packet: its beginning is read as far as it goes, the rest is blanked."""
        fragments = packet.pieces.fragments
        self._fragments.done(fragments[0])
        bodies = []
        for fragment in fragments:
            octets = fragment.payload
            if not fragment.offset:
                new = self._transport(fragment, octets, cut=True)[: len(octets)].ljust(len(octets), b"\0")
            else:
                new = self._to.blank(octets, LOST)
            bodies.append(new)
        self._settle_all(packet, bodies)

    def _settle_all(self, packet: _Packet, bodies: Iterable[bytes]) -> None:
        for held, body in zip(packet.frames, bodies, strict=True):
            held.body = body
            held.packet = None
        del self._packets[packet.pieces.fragments[0].key]

    def _transport(self, fragment: Fragment, octets: bytes, *, cut: bool) -> bytes:
        peeled = peel_transport(
            fragment.protocol, octets, fragment.source, fragment.target, self._to, cut=cut, quoted=self._datagram
        )
        inner = peeled.inner
        if isinstance(inner, Datagram):
            return peeled.around(self._datagram(inner))
        if isinstance(inner, Done):
            return peeled.around(inner.payload)
        if isinstance(inner, Fragment):
            return self._to.blank(octets, LOST)
        pending = self._streams.push(inner)
        self._streams.force(pending)
        return peeled.around(_with_segment(peeled, pending))


def _with_segment(peeled: Peeled, pending: Pending) -> bytes:
    segment = pending.segment()
    return b"" if peeled.segment is None else peeled.segment(segment)
