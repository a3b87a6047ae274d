"""The SIP messages of a capture in their order, and what its frames tell to whoever counts them.

The layers, streams and dissectors of the passes do the reading, with values that stay as they are.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scrubber.capture import container, dissect, magic, pcap, runs
from scrubber.capture.bulk import Media, Packets, understands
from scrubber.capture.dissectors import rtcp, rtp, sip
from scrubber.capture.fragments import Pieces, Reassembly
from scrubber.capture.octets import Octets
from scrubber.capture.packet import Datagram, Flow, Fragment, Frame, Inner, Segment
from scrubber.capture.peel import peel, peel_transport
from scrubber.capture.stream import Stream
from scrubber.capture.tcp import Pending, Streams
from scrubber.model import Entity, Finding, RuleSet
from scrubber.readings.rewrite import Reader
from scrubber.values import Values

WAITING = 4096
"""Segments that may wait for octets before them; the oldest is then read with what is there."""
_MEDIA = 2
"""The version in the first octet of RTP and RTCP."""
_TELLING = frozenset(("sip", "websocket", "hep", "stun", "stun-framed", "stun-frame"))
"""Streams that may carry SIP; others are cut into messages, nothing more."""
_HEP = b"HEP3"


class Overheard(NamedTuple):
    """A SIP message."""

    number: int
    """The frame that completed it, from 1."""
    time: int | None
    """Nanoseconds since 1970."""
    flow: Flow
    transport: bytes
    """``UDP``, ``TCP`` or ``WS``."""
    message: bytes

    def __repr__(self) -> str:
        return f"Overheard(frame {self.number}, {len(self.message)} octets)"


class Watcher:
    """Counts what passes by; this one looks away. Times are nanoseconds since 1970, numbers those of frames."""

    def frames(self, times: NDArray[np.int64]) -> None:
        """Frames were captured at these times."""

    def headers(self, inner: Inner) -> None:
        """What stands inside the headers of a frame, or of a packet put together from fragments."""

    def control(self) -> None:
        """A packet of RTCP."""

    def media(self, number: int, time: int | None, flow: bytes, header: bytes) -> None:
        """A packet of RTP: source, target and both ports in one row, and the first twelve octets."""

    def run(self, first: int, times: NDArray[np.int64], packets: Packets) -> None:
        """Many of them, out of a stretch of frames whose first one and whose times are given."""

    def settle(self) -> None:
        """All packets before this moment were shown."""


def overheard(chunks: Iterator[bytes], rules: RuleSet, watcher: Watcher | None = None) -> Iterator[Overheard]:
    """The messages of a capture file, in the order in which they were complete.

    Errors: :class:`~scrubber.model.InputError` for what is no capture or begins with a damaged header.
    """
    return _Ear(rules, watcher or Watcher()).heard(Octets(chunks))


class _Still(Reader):
    """Lets every value stay."""

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        del entity, rule
        return value

    def text(self, text: bytes) -> bytes:
        return text

    def known(self, text: bytes) -> bytes:
        return text

    def settled(self, text: bytes, findings: list[Finding]) -> bytes:
        del findings
        return text

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        del rule, depth
        return value

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        del rule, depth
        return value

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        del header, payload, rule
        return value


class _Listening(Values):
    """Lets every value stay, and remembers the SIP messages among them."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(_Still(rules, None), _same)
        self.met: list[bytes] = []

    def message(self, message: bytes) -> bytes:
        self.met.append(message)
        return message

    def body(self, content_type: bytes, body: bytes) -> bytes:
        del content_type
        return body

    def ipv4(self, packed: bytes, rule: str = "") -> bytes:
        del rule
        return packed

    ipv6 = ipv4

    def mac(self, packed: bytes, rule: str = "") -> bytes:
        del rule
        return packed

    def blank(self, payload: bytes, reason: str, fill: bytes = b"\0") -> bytes:
        del reason, fill
        return payload


def _same(text: bytes) -> bytes:
    return text


class _Ear:
    """One pass over one capture."""

    def __init__(self, rules: RuleSet, watcher: Watcher) -> None:
        self._to = _Listening(rules)
        self._watcher = watcher
        self._streams = Streams(self._begin, self._named, self._to, Counter())
        self._fragments = Reassembly()
        self._waiting: deque[Pending] = deque()
        self._heard: list[Overheard] = []
        self._number = 0
        self._time: int | None = None

    def heard(self, octets: Octets) -> Iterator[Overheard]:
        """The messages of a file."""
        if magic.kind(octets.look(12)) == magic.PCAP:
            form, _ = pcap.opened(octets.take(pcap.HEADER))
            if understands(form.link):
                media = Media(form.link, self._to)
                for head, walked in runs.walks(octets, form):
                    yield from self._stretch(head, walked, form, media)
            blocks: Iterator[container.Block] = pcap.records(octets, form, Counter())
        else:
            blocks = container.read(octets, Counter())
        for block in blocks:
            frame = block.frame
            if frame is not None:
                yield from self._one(frame, block.time)
        self._watcher.settle()
        self._streams.finish()
        for lost in self._fragments.close():
            self._beginning(lost)
        yield from self._met()

    def _stretch(self, buffer: bytearray, walked: runs.Walked, form: pcap.Form, media: Media) -> Iterator[Overheard]:
        """Whole records: RTP in bulk, any other frame by itself."""
        size, first = form.record.size, self._number + 1
        times = pcap.times(buffer, walked.starts, form)
        done = np.zeros(len(times), np.bool_)
        whole = np.flatnonzero(walked.whole)
        for packets in media.packets(buffer, walked.starts[whole] + size, walked.ends[whole]):
            which = whole[packets.which]
            done[which] = True
            self._watcher.run(first, times, packets._replace(which=which))
        others = np.flatnonzero(~done)
        wires = pcap.wires(buffer, walked.starts, form)
        for at in others.tolist():
            self._number, self._time = first + at, int(times[at])
            data = bytes(buffer[int(walked.starts[at]) + size : int(walked.ends[at])])
            self._frame(Frame(data, int(wires[at]), form.link))
            if self._heard:
                yield from self._met()
        self._watcher.frames(times)
        self._watcher.settle()
        self._number = first + len(times) - 1

    def _one(self, frame: Frame, time: int | None) -> Iterator[Overheard]:
        self._number += 1
        self._time = time
        if time is not None:
            self._watcher.frames(np.array((time,), np.int64))
        self._frame(frame)
        return self._met()

    def _met(self) -> Iterator[Overheard]:
        heard, self._heard = self._heard, []
        return iter(heard)

    def _frame(self, frame: Frame) -> None:
        self._inner(peel(frame, self._to).inner)

    def _inner(self, inner: Inner) -> None:
        self._watcher.headers(inner)
        if isinstance(inner, Datagram):
            self._datagram(inner.payload, inner.flow)
        elif isinstance(inner, Segment):
            self._segment(inner)
        elif isinstance(inner, Fragment):
            self._piece(inner)

    def _datagram(self, payload: bytes, flow: Flow) -> None:
        if not payload:
            return
        if payload[0] >> 6 == _MEDIA:
            self._conversation(payload, flow)
        elif b"IP/" in payload or b"ip/" in payload or payload.startswith(_HEP):
            if sip.claims(payload, flow):
                sip.dissect(payload, flow, self._to)
            else:
                dissect.datagram(payload, flow, self._to)
            self._note(flow, b"UDP")

    def _conversation(self, payload: bytes, flow: Flow) -> None:
        if rtcp.claims(payload, flow):
            self._watcher.control()
        elif rtp.claims(payload, flow) and not _is_other(payload, flow):
            ends = flow.source + flow.target + flow.sport.to_bytes(2) + flow.dport.to_bytes(2)
            self._watcher.media(self._number, self._time, ends, payload[:12])

    def _segment(self, segment: Segment) -> None:
        pending = self._streams.push(segment)
        if not pending.ready:
            self._waiting.append(pending)
            if len(self._waiting) > WAITING:
                self._streams.force(self._waiting.popleft())

    # --- fragments

    def _piece(self, fragment: Fragment) -> None:
        pieces = self._fragments.push(fragment)
        octets = pieces.whole()
        if octets is not None:
            self._fragments.done(fragment)
            self._packet(fragment, octets, cut=False)
        for lost in self._fragments.lost():
            if lost is not pieces or octets is None:
                self._beginning(lost)

    def _beginning(self, pieces: Pieces) -> None:
        """What is there of a packet of which no more is expected."""
        for fragment in pieces.fragments:
            if not fragment.offset:
                self._packet(fragment, fragment.payload, cut=True)
                return

    def _packet(self, fragment: Fragment, octets: bytes, *, cut: bool) -> None:
        ends = fragment.source, fragment.target
        inner = peel_transport(fragment.protocol, octets, *ends, self._to, cut=cut).inner
        if not isinstance(inner, Fragment):
            self._inner(inner)

    # --- streams

    def _begin(self, data: bytes, flow: Flow) -> Stream | None:
        return self._listening(dissect.begin(data, flow))

    def _named(self, name: str) -> Stream | None:
        return self._listening(dissect.named(name))

    def _listening(self, stream: Stream | None) -> Stream | None:
        if stream is None:
            return None
        if stream.name not in _TELLING:
            return stream._replace(rewrite=_kept)
        return stream._replace(rewrite=partial(self._listen, stream))

    def _listen(self, stream: Stream, payload: bytes, flow: Flow, to: Values) -> bytes:
        stream.rewrite(payload, flow, to)
        self._note(flow, b"WS" if stream.name == "websocket" else b"TCP")
        return payload

    def _note(self, flow: Flow, transport: bytes) -> None:
        """The messages that were just met came by on this flow."""
        met = self._to.met
        if met:
            self._heard += (Overheard(self._number, self._time, flow, transport, message) for message in met)
            met.clear()


def _kept(payload: bytes, flow: Flow, to: Values) -> bytes:
    del flow, to
    return payload


def _is_other(payload: bytes, flow: Flow) -> bool:
    """Whether a surer protocol than RTP claims a datagram."""
    return any(protocol.claims(payload, flow) for protocol in dissect.DATAGRAMS if protocol.claims is not rtp.claims)
