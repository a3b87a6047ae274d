"""Which packets are usual RTP: what so many have in common that all of them can be read at once.

Usual is: not cut by the snap length; Ethernet with up to two VLAN tags, Linux cooked, or nothing before IP; IPv4
without options and fragments, or IPv6 without extension headers, and no trailer; UDP with a right checksum or with
none; RTP with a plain header of twelve octets that is no text, no telephone event and nothing redundant.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scrubber.capture.dissectors import rtp
from scrubber.capture.vectors import MODULUS, Mask, Octets, Offsets, Sums, Words, gathered, numbers, stored, sums

UDP, RTP = 8, 12
"""Octets of their headers."""
_UDP_PROTOCOL = 17
_TAGS = 2
_TAG_KINDS = (0x8100, 0x88A8, 0x9100, 0x9200)
_FIRST = 0x80
"""Version 2 without padding, extension and contributing sources."""
_FIRST_DYNAMIC = 96

_MEDIA_PORT = np.zeros(1 << 16, np.bool_)
_MEDIA_PORT[rtp.LOWEST :] = True
_MEDIA_PORT[list(rtp.SIGNALLING)] = False
_MEDIA_TYPE = np.array([not 64 <= octet & 0x7F < _FIRST_DYNAMIC for octet in range(256)])
"""By the second octet of RTP: marker and payload type."""
_ONES, _SEVEN, _TOP = np.uint64(0x0101_0101_0101_0101), np.uint64(7), np.uint64(56)
_HIGH, _BLANKS = np.uint64(0x8080_8080_8080_8080), np.uint64(0x6060_6060_6060_6060)
_PRINTABLE = np.array([32 <= octet < 127 for octet in range(256)])
_UNASSIGNED = np.array([octet & 0x7F >= rtp.UNASSIGNED for octet in range(256)])
_READABLE = _PRINTABLE | np.isin(np.arange(256), (0, 9, 10, 13))


class Network(NamedTuple):
    """How a version of IP is read."""

    kind: int
    """Its Ethernet type."""
    head: int
    """Octets of the header."""
    addresses: int
    """Where the two addresses begin."""
    width: int
    """Octets of an address."""
    checked: bool
    """Whether the header has an identification and a checksum of its own."""

    @property
    def whole(self) -> int:
        """Octets of all headers from this one on."""
        return self.head + UDP + RTP

    @property
    def changing(self) -> tuple[int, ...]:
        """Columns of identification, checksums, RTP sequence number and time: in no packet as in the one before."""
        own = (_ID, _ID + 1, CHECK, CHECK + 1) if self.checked else ()
        media = self.head + UDP
        return (*own, media - 2, media - 1, *range(media + 2, media + 8))


_ID, CHECK = 4, 10
"""Where these two stand in an IPv4 header."""
IPV4 = Network(0x0800, 20, 12, 4, checked=True)
IPV6 = Network(0x86DD, 40, 8, 16, checked=False)
NETWORKS = (IPV4, IPV6)


class Link(NamedTuple):
    """What stands before IP, and where."""

    head: int
    macs: tuple[int, ...] = ()
    kind: int = -1
    """Where the Ethernet type stands; negative where there is none."""
    tagged: bool = False
    six: int = -1
    """Where an octet says that the hardware address has six octets; negative where they all have."""
    zeros: tuple[int, ...] = ()
    """Octets that are zero in any usual packet."""


LINKS = {
    1: Link(14, (0, 6), 12, tagged=True),
    113: Link(16, (6,), 14, six=5, zeros=(2, 4, 12, 13)),
    276: Link(20, (12,), 0, six=11, zeros=(2, 3, 8, 18, 19)),
    **dict.fromkeys((12, 14, 101, 228, 229), Link(0)),
}


def networks(link: Link, buffer: bytearray, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
    """Where the IP header of each packet begins, and the Ethernet type that announces it; 0 for anything else."""
    places = starts + link.head
    kinds = np.zeros(len(starts), np.int64)
    fitting = np.flatnonzero(ends - places >= IPV4.head)
    if not len(fitting):
        return places, kinds
    if link.kind < 0:
        version = gathered(buffer, places[fitting], 1)[:, 0] >> 4
        kinds[fitting] = np.where(version == 4, IPV4.kind, np.where(version == 6, IPV6.kind, 0))
        return places, kinds
    heads = gathered(buffer, starts[fitting], link.head)
    kinds[fitting] = numbers(heads, link.kind)
    if link.six >= 0:
        plain = (heads[:, link.six] == 6) & ~heads[:, link.zeros].any(axis=1)
        kinds[fitting[~plain]] = 0
    for _ in range(_TAGS if link.tagged else 0):
        tagged = np.flatnonzero(np.isin(kinds, _TAG_KINDS) & (ends - places >= 4 + IPV4.head))
        if not len(tagged):
            break
        kinds[tagged] = numbers(gathered(buffer, places[tagged], 4), 2)
        places[tagged] += 4
    return places, kinds


def candidates(network: Network, buffer: bytearray, kinds: Offsets, places: Offsets, ends: Offsets) -> Offsets:
    """Which packets are long enough, and have the first octet of RTP where it would stand."""
    long = np.flatnonzero((kinds == network.kind) & (ends - places >= network.whole))
    found: Offsets = long[begins(buffer, places[long] + network.head + UDP)]
    return found


def begins(buffer: bytearray, places: Offsets) -> Mask:
    """Whether the usual first octet of RTP stands at each place."""
    first: Mask = np.frombuffer(buffer, np.uint8)[places] == _FIRST
    return first


def media(network: Network, buffer: bytearray, headers: Octets, places: Offsets, ends: Offsets) -> Offsets:
    """Which headers are those of RTP with nothing unusual in them, and no text (:func:`rtp.is_spoken`)."""
    fine = _is_media(network, headers, ends - places)
    start = network.head + UDP
    doubtful = np.flatnonzero(fine)[may_be_text(headers[fine], start)]
    size = rtp.SPOKEN - RTP
    payloads = places[doubtful] + headers.shape[1]
    long = ends[doubtful] - payloads >= size
    unread = ~_READABLE[gathered(buffer, payloads[long], size)]
    long[long] = 4 * np.count_nonzero(unread, axis=1) > size
    fine[doubtful[~long]] = False
    rest = np.flatnonzero(fine)
    fine[rest[may_be_redundant(buffer, headers[rest, start + 1], places[rest] + headers.shape[1], ends[rest])]] = False
    return np.flatnonzero(fine)


def may_be_redundant(buffer: bytearray, types: Octets, payloads: Offsets, ends: Offsets) -> Offsets:
    """Which payloads might begin with the headers of blocks (rule 5 of :mod:`rtp`)."""
    some = np.flatnonzero(_UNASSIGNED[types] & (ends - payloads > rtp.OLDER))
    octets = np.frombuffer(buffer, np.uint8)
    some = some[octets[payloads[some]] >= rtp.AGAIN]
    found: Offsets = some[(octets[payloads[some]] ^ octets[payloads[some] + rtp.OLDER]) << 1 == 0]
    return found


def may_be_text(rows: Octets, start: int) -> Offsets:
    """In which rows the RTP header at column ``start`` might be text."""
    if not len(rows):
        return np.zeros(0, np.int64)
    numbers: Words = np.ndarray((len(rows),), "<u8", rows, start + 4, rows.strides[:1])
    # In eight octets at once, the highest bit of each that is no printable character: below a blank, DEL, or above.
    low = numbers & ~_HIGH
    unprintable = (numbers | ~(low + _BLANKS) | (low + _ONES)) & _HIGH
    # The product adds these bits up.
    count = ((unprintable >> _SEVEN) * _ONES) >> _TOP
    doubtful = np.flatnonzero(count <= rtp.UNSPOKEN)
    printable = np.count_nonzero(_PRINTABLE[rows[doubtful, start + 2 : start + RTP]], axis=1)
    found: Offsets = doubtful[printable >= RTP - 2 - rtp.UNSPOKEN]
    return found


def _is_media(network: Network, headers: Octets, lengths: Offsets) -> Mask:
    """Which headers are those of RTP with nothing unusual in them."""
    udp = network.head
    start = udp + UDP
    if network.checked:
        fine = (headers[:, 0] == 0x45) & (headers[:, 9] == _UDP_PROTOCOL) & (numbers(headers, 2) == lengths)
        fine &= (headers[:, 6] & 0x3F | headers[:, 7]) == 0
        fine &= (stored(headers, CHECK) != 0) & (sums(headers[:, :udp]) % MODULUS == 0)
    else:
        fine = (headers[:, 0] >> 4 == 6) & (headers[:, 6] == _UDP_PROTOCOL)
        # Multicast groups may follow the address of a host, which a single packet cannot tell.
        fine &= (numbers(headers, 4) == lengths - network.head) & (headers[:, network.addresses + 16] != 0xFF)
    fine &= numbers(headers, udp + 4) == lengths - network.head
    fine &= _MEDIA_PORT[numbers(headers, udp)] & _MEDIA_PORT[numbers(headers, udp + 2)]
    fine &= (headers[:, start] == _FIRST) & _MEDIA_TYPE[headers[:, start + 1]]
    sizes = lengths - headers.shape[1]
    dynamic = headers[:, start + 1] & 0x7F >= _FIRST_DYNAMIC
    events: Mask = dynamic & (sizes > 0) & (sizes <= 4 * rtp.EVENTS) & (sizes % 4 == 0)
    usual: Mask = fine & ~events
    return usual


def pseudo(network: Network, headers: Octets) -> Sums:
    """The sum of the pseudo header (RFC 768, RFC 8200 section 8.1)."""
    addresses = headers[:, network.addresses : network.addresses + 2 * network.width]
    return sums(addresses) + stored(headers, network.head + 4) + (_UDP_PROTOCOL << 8)
