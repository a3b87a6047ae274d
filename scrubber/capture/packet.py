"""The nouns of a capture: frames, where a payload travels, and what stands inside the headers of a frame.

Names follow the capture world: a *frame* is what a capture file holds, a *datagram* is what UDP carries, a *segment* is
what TCP carries, a *fragment* a piece of an IP packet. None of these types shows a payload in its ``repr``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Frame(NamedTuple):
    """One captured frame."""

    data: bytes
    """The octets that were captured."""
    wire: int
    """Octets on the wire; more than ``len(data)`` when the snap length cut the frame."""
    link: int
    """LINKTYPE_ value of the first header."""

    def __repr__(self) -> str:
        return f"Frame({len(self.data)} of {self.wire} octets, link {self.link})"


class Flow(NamedTuple):
    """Where a payload travels: addresses as captured (4 or 16 octets each) and ports."""

    source: bytes
    target: bytes
    sport: int
    dport: int
    cut: bool = False
    """Whether the snap length cut the payload, so that its end is missing."""

    def __repr__(self) -> str:
        return f"Flow({self.sport} to {self.dport})"

    @property
    def reverse(self) -> Flow:
        """The other direction."""
        return Flow(self.target, self.source, self.dport, self.sport, self.cut)


class Datagram(NamedTuple):
    """The payload of a UDP header."""

    flow: Flow
    payload: bytes

    def __repr__(self) -> str:
        return f"Datagram({self.flow}, {len(self.payload)} octets)"


class Segment(NamedTuple):
    """A TCP segment (RFC 9293)."""

    flow: Flow
    seq: int
    ack: int
    """0 where the ACK flag is missing."""
    flags: int
    """The flag octet: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128."""
    sack: tuple[int, ...]
    """The edges of the SACK blocks, in the order of the option."""
    payload: bytes
    missing: int = 0
    """Octets of the payload that the snap length cut off."""

    def __repr__(self) -> str:
        return f"Segment({self.flow}, {len(self.payload)} octets)"


class Fragment(NamedTuple):
    """A piece of an IP packet, or of a message of SCTP: what it belongs to, and which octets it holds."""

    key: tuple[bytes, ...]
    """Source, target, protocol and identification as captured."""
    protocol: int
    offset: int
    """Octets before this piece."""
    more: bool
    """Whether another piece follows."""
    payload: bytes
    source: bytes
    target: bytes
    number: int = -1
    """Where pieces are counted, not octets, its number; the first piece has the offset 0, and others another one."""

    def __repr__(self) -> str:
        return f"Fragment(protocol {self.protocol}, {len(self.payload)} octets at {self.offset})"


class Done(NamedTuple):
    """Octets in which everything is dealt with already."""

    payload: bytes
    kind: int = 0
    """The kind of header they begin with, where that is worth counting."""

    def __repr__(self) -> str:
        return f"Done({len(self.payload)} octets)"


Inner = Datagram | Segment | Fragment | Done
"""What stands inside the headers of a frame."""

Close = Callable[[bytes], bytes]
"""From the rewritten octets behind a header to header and octets, lengths and checksums of that header repaired."""

CloseSegment = Callable[[Segment], bytes]
"""From a rewritten segment to its TCP header and payload, checksum and options repaired."""


class Peeled(NamedTuple):
    """A frame without its headers: what stands inside, and how the headers are put back."""

    inner: Inner
    closes: tuple[Close, ...]
    """Innermost first; the header of a datagram is among them, the header of a segment is :attr:`segment`."""
    segment: CloseSegment | None = None

    def around(self, body: bytes) -> bytes:
        """The frame around rewritten octets."""
        for close in self.closes:
            body = close(body)
        return body
