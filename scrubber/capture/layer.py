"""What a header is to the walk through a frame: where it leads, and how it is put back.

Every kind of header has one function, a :data:`Layer`. It rewrites its own header and says what the octets behind it
are, so no header needs to know another; :mod:`scrubber.capture.peel` holds the table and walks. A kind is a number
within a number space: the link types of captures, the Ethernet types, the protocols of IP and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scrubber.capture.packet import Close, CloseSegment, Datagram, Inner
from scrubber.values import Values

LINK = 1 << 16
"""LINKTYPE_ values."""
ETHERTYPE = 2 << 16
"""Ethernet types (IEEE 802 numbers)."""
PROTOCOL = 3 << 16
"""Protocol numbers of IP, extension headers of IPv6 among them."""
LLC = 4 << 16
"""0 is the LLC header itself (IEEE 802.2), others are its service access points."""
CISCO = 5 << 16
"""Protocols in the SNAP space of Cisco."""
PPP = 6 << 16
"""PPP protocol numbers (RFC 1661)."""
TUNNEL = 7 << 16
"""What travels inside a datagram, by its usual port."""

IPV4 = ETHERTYPE | 0x0800
IPV6 = ETHERTYPE | 0x86DD
ETHERNET = LINK | 1

SOLICITED = b"\xff\x02" + bytes(9) + b"\x01\xff"
"""What solicited-node addresses begin with (RFC 4291 section 2.7.1); three octets of another address follow."""
STATIONS = b"\x33\x33\xff"
"""What the hardware addresses of solicited-node groups begin with."""
LARGEST = 0xFFFF
"""The largest value of a length field of 16 bits."""

Quote = Callable[[int, bytes, "Walk"], bytes]
"""From a kind of header and the packet that begins with it to that packet rewritten, at the same length."""


class Walk:
    """What the headers further out tell those further in, for one frame."""

    __slots__ = ("depth", "missing", "new_sum", "old_sum", "quote", "quoted", "solicited", "source", "target", "to")

    def __init__(self, to: Values, missing: int, quote: Quote, quoted: Callable[[Datagram], bytes]) -> None:
        self.to = to
        self.missing = missing
        """Octets that belong behind those that are there, but were cut off."""
        self.quote = quote
        self.quoted = quoted
        self.depth = 0
        """How many packets that quote this one stand around it."""
        self.source = b""
        self.target = b""
        """The addresses of the innermost IP header so far, as captured."""
        self.old_sum = 0
        self.new_sum = 0
        """Sums of the addresses of the pseudo header, as captured and rewritten."""
        self.solicited: bytes | None = None
        """The last three octets of a rewritten solicited-node address."""


class Inward(NamedTuple):
    """A header, and what stands behind it."""

    kind: int
    octets: bytes
    close: Close


class Within(NamedTuple):
    """The last header, and the payload behind it."""

    inner: Inner
    close: Close
    segment: CloseSegment | None = None


Step = Inward | Within | None
"""``None`` where there is no header of this kind: the octets are blanked."""

Layer = Callable[[bytes, Walk], Step]
"""Never raises, whatever the octets are."""


def unchanged(body: bytes) -> bytes:
    """The :data:`Close` of a header that needs none."""
    return body


def grown(length: int, growth: int) -> int:
    """A length field after its contents grew: as right or as wrong as before, within 16 bits."""
    return min(max(length + growth, 0), LARGEST)


def address(to: Values, octets: bytes) -> bytes:
    """An IPv4 or IPv6 address; what has the length of neither, because it was cut or is none, is blanked."""
    return to.address(octets) if len(octets) in (4, 16) else to.blank(octets, "address of unknown length")


def group(to: Values, target: bytes) -> bytes:
    """A multicast or other IPv6 address; a solicited-node group shows the end of an address, so that is mapped."""
    if target.startswith(SOLICITED) and len(target) == 16:
        return SOLICITED + solicited(to, target[13:])
    return to.ipv6(target)


def station(to: Values, octets: bytes) -> bytes:
    """A hardware address of six octets; the group of a solicited-node address hides that one (RFC 2464 section 7)."""
    return STATIONS + solicited(to, octets[3:]) if octets.startswith(STATIONS) else to.mac(octets)


def fitted(octets: bytes, length: int) -> bytes:
    """``octets`` in a field of so many."""
    return octets[:length].ljust(length, b"\0")


def solicited(to: Values, low: bytes) -> bytes:
    """What stands for the three octets of an unknown address that its solicited-node group shows."""
    return to.ipv6(b"\xfe\x80" + bytes(11) + low)[13:]
