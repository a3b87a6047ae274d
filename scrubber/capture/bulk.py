"""RTP in bulk: most packets of a VoIP capture, rewritten in place by vector operations on long stretches of the file.

What is done here is what the reading of single packets does (:mod:`peel <scrubber.capture.peel>`,
:mod:`rtp <scrubber.capture.dissectors.rtp>`), to the octet; a packet with anything unusual in it is left to that. Usual
is: not cut by the snap length; Ethernet with up to two VLAN tags, Linux cooked, or nothing before IP; IPv4 without
options and fragments, or IPv6 without extension headers, and no trailer; UDP with a right checksum or with none; RTP
with a plain header of twelve octets that is no text, and no telephone event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from scrubber.capture.dissectors import rtp
from scrubber.capture.vectors import (
    MODULUS,
    Mask,
    Octets,
    Offsets,
    Sums,
    VectorMap,
    filled,
    gathered,
    numbers,
    scattered,
    store,
    stored,
    sums,
)
from scrubber.values import Values

NOTE = "rtp-payload"
"""The same note as for single packets."""
_UDP, _RTP = 8, 12
_UDP_PROTOCOL = 17
_TAGS = 2
_TAG_KINDS = (0x8100, 0x88A8, 0x9100, 0x9200)
_FIRST_DYNAMIC = 96

_MEDIA_PORT = np.zeros(1 << 16, np.bool_)
_MEDIA_PORT[rtp.LOWEST :] = True
_MEDIA_PORT[list(rtp.SIGNALLING)] = False
_MEDIA_TYPE = np.array([not 64 <= octet & 0x7F < _FIRST_DYNAMIC for octet in range(256)])
"""By the second octet of RTP: marker and payload type."""
_ONES, _SEVEN, _TOP = np.uint64(0x0101_0101_0101_0101), np.uint64(7), np.uint64(56)
_PRINTABLE = np.array([32 <= octet < 127 for octet in range(256)])
_READABLE = _PRINTABLE | np.isin(np.arange(256), (0, 9, 10, 13))
_SAMPLED = 256
"""Of so many packets of a run one is a sample."""
_FILL = np.array([rtp.SILENCE.get(octet & 0x7F, 0) for octet in range(256)], np.uint8)


class _Network(NamedTuple):
    """How a version of IP is read."""

    kind: int
    """Its Ethernet type."""
    head: int
    """Octets of the header."""
    addresses: int
    """Where the two addresses begin."""
    width: int
    """Octets of an address."""
    changing: tuple[int, ...]
    """Columns of identification, checksums, RTP sequence number and time: in no packet as in the one before."""


_IPV4 = _Network(0x0800, 20, 12, 4, (4, 5, 10, 11, 26, 27, *range(30, 36)))
_IPV6 = _Network(0x86DD, 40, 8, 16, (46, 47, *range(50, 56)))
_NETWORKS = (_IPV4, _IPV6)


class _Link(NamedTuple):
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


class Packets(NamedTuple):
    """What many RTP packets tell, without their payload: a row each."""

    which: Offsets
    """Their numbers among those asked for."""
    flows: Octets
    """Source, target, and both ports."""
    headers: Octets
    """The RTP header."""


class Headers(NamedTuple):
    """All headers of many RTP packets, what changes with every packet set to zero: a row each."""

    which: Offsets
    """Their numbers among those asked for."""
    rows: Octets
    payloads: Offsets
    """Where the payload of each begins."""


_LINKS = {
    1: _Link(14, (0, 6), 12, tagged=True),
    113: _Link(16, (6,), 14, six=5, zeros=(2, 4, 12, 13)),
    276: _Link(20, (12,), 0, six=11, zeros=(2, 3, 8, 18, 19)),
    **dict.fromkeys((12, 14, 101, 228, 229), _Link(0)),
}


def understands(link: int) -> bool:
    """Whether packets of this link type can be read in bulk."""
    return link in _LINKS


class Media:
    """Rewrites the RTP packets of one link type in a buffer."""

    def __init__(self, link: int, to: Values) -> None:
        self._link = _LINKS[link]
        self._replaces = to.reader.replaces
        self._notes = to.reader.notes
        self._blanked = to.reader.blanked
        self._macs = VectorMap(6, to.mac)
        self._addresses = {_IPV4: VectorMap(4, to.ipv4), _IPV6: VectorMap(16, to.ipv6)}

    def rewrite(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Rewrite in ``buffer`` the usual packets among those between ``starts`` and ``ends``; says which they were.

        A reading that replaces nothing is told the same values, and the buffer stays as it is.
        """
        if not self._replaces:
            return self._told(buffer, starts, ends)
        done = np.zeros(len(starts), np.bool_)
        places, kinds = self._networks(buffer, starts, ends)
        for network in _NETWORKS:
            chosen = np.flatnonzero((kinds == network.kind) & (ends - places >= network.head + _UDP + _RTP))
            if len(chosen):
                done[chosen[self._packets(network, buffer, places[chosen], ends[chosen])]] = True
        usual = starts[done]
        for offset in self._link.macs:
            if len(usual):
                scattered(buffer, usual + offset, self._macs(gathered(buffer, usual + offset, 6)))
        return done

    def _told(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Tell the values of the usual packets; whether a checksum is right makes no difference to them."""
        done = np.zeros(len(starts), np.bool_)
        for network, which, places, headers in self._usual(buffer, starts, ends):
            done[which] = True
            for start in (network.addresses, network.addresses + network.width):
                self._addresses[network](headers[:, start : start + network.width])
            payloads = places + headers.shape[1]
            self._sampled(buffer, payloads, ends[which] - payloads)
        usual = starts[done]
        for offset in self._link.macs:
            self._macs(gathered(buffer, usual + offset, 6))
        return done

    def _sampled(self, buffer: bytearray, payloads: Offsets, sizes: Offsets) -> None:
        for at in range(0, len(payloads), _SAMPLED):
            first = int(payloads[at])
            self._blanked(bytes(buffer[first : first + int(sizes[at])]), NOTE)

    def packets(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Iterator[Packets]:
        """The usual packets among those between ``starts`` and ``ends``, left as they are; checksums do not matter."""
        for network, which, _, headers in self._usual(buffer, starts, ends):
            addresses = headers[:, network.addresses : network.addresses + 2 * network.width]
            flows = np.concatenate((addresses, headers[:, network.head : network.head + 4]), axis=1)
            yield Packets(which, flows, headers[:, network.head + _UDP :])

    def headers(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Iterator[Headers]:
        """The headers of the same packets, from the link inward."""
        for network, which, places, headers in self._usual(buffer, starts, ends):
            constant = headers.copy()
            constant[:, network.changing] = 0
            before = places - starts[which]
            for width in np.unique(before).tolist():
                these = np.flatnonzero(before == width)
                link = gathered(buffer, starts[which[these]], width) if width else constant[these, :0]
                rows = np.concatenate((link, constant[these]), axis=1)
                yield Headers(which[these], rows, places[these] + headers.shape[1])

    def _usual(
        self, buffer: bytearray, starts: Offsets, ends: Offsets
    ) -> Iterator[tuple[_Network, Offsets, Offsets, Octets]]:
        """The usual packets of each version of IP: their numbers, where IP begins, and the headers from there on."""
        places, kinds = self._networks(buffer, starts, ends)
        for network in _NETWORKS:
            chosen = np.flatnonzero((kinds == network.kind) & (ends - places >= network.head + _UDP + _RTP))
            if not len(chosen):
                continue
            headers = gathered(buffer, places[chosen], network.head + _UDP + _RTP)
            fine = _media(network, buffer, headers, places[chosen], ends[chosen])
            if len(fine):
                yield network, chosen[fine], places[chosen[fine]], headers[fine]

    def _networks(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
        """Where the IP header of each packet begins, and the Ethernet type that announces it; 0 for anything else."""
        link = self._link
        places = starts + link.head
        kinds = np.zeros(len(starts), np.int64)
        fitting = np.flatnonzero(ends - places >= _IPV4.head)
        if not len(fitting):
            return places, kinds
        if link.kind < 0:
            version = gathered(buffer, places[fitting], 1)[:, 0] >> 4
            kinds[fitting] = np.where(version == 4, _IPV4.kind, np.where(version == 6, _IPV6.kind, 0))
            return places, kinds
        heads = gathered(buffer, starts[fitting], link.head)
        kinds[fitting] = numbers(heads, link.kind)
        if link.six >= 0:
            plain = (heads[:, link.six] == 6) & ~heads[:, link.zeros].any(axis=1)
            kinds[fitting[~plain]] = 0
        for _ in range(_TAGS if link.tagged else 0):
            tagged = np.flatnonzero(np.isin(kinds, _TAG_KINDS) & (ends - places >= 4 + _IPV4.head))
            if not len(tagged):
                break
            kinds[tagged] = numbers(gathered(buffer, places[tagged], 4), 2)
            places[tagged] += 4
        return places, kinds

    def _packets(self, network: _Network, buffer: bytearray, places: Offsets, ends: Offsets) -> Offsets:
        """Rewrite the usual ones of the IP packets at ``places``; gives their indices."""
        headers = gathered(buffer, places, network.head + _UDP + _RTP)
        usual = _media(network, buffer, headers, places, ends)
        headers, places = headers[usual], places[usual]
        sizes = ends[usual] - places - headers.shape[1]
        said = _payload_sums(buffer, places + headers.shape[1], sizes)
        right = _is_right(network, headers, said)
        if not right.all():
            usual, headers, places, sizes, said = usual[right], headers[right], places[right], sizes[right], said[right]
        if not len(usual):
            return usual
        fills = _FILL[headers[:, network.head + _UDP + 1]]
        self._sampled(buffer, places + headers.shape[1], sizes)
        self._notes[NOTE] += _silence(buffer, places + headers.shape[1], sizes, fills, said)
        new = headers.copy()
        for start in (network.addresses, network.addresses + network.width):
            span = slice(start, start + network.width)
            new[:, span] = self._addresses[network](headers[:, span])
        if network is _IPV4:
            _repair(headers, new, 10, sums(new[:, : network.head]))
        _repair_udp(network, headers, new, _silent_sums(sizes, fills))
        scattered(buffer, places, new)
        return usual


def _media(network: _Network, buffer: bytearray, headers: Octets, places: Offsets, ends: Offsets) -> Offsets:
    """Which headers are those of RTP with nothing unusual in them, and no text (:func:`rtp.is_spoken`)."""
    fine = _is_media(network, headers, ends - places)
    start = network.head + _UDP + 2
    numbers = np.ndarray((len(headers),), "<u8", headers, start + 2, headers.strides[:1])
    # The product adds the highest bits of all eight octets up.
    high = ((numbers >> _SEVEN & _ONES) * _ONES) >> _TOP
    doubtful = np.flatnonzero(fine & (high <= rtp.UNSPOKEN))
    printable = np.count_nonzero(_PRINTABLE[headers[doubtful, start : start + 10]], axis=1)
    doubtful = doubtful[printable >= 10 - rtp.UNSPOKEN]
    rest = rtp.SPOKEN - _RTP
    payloads = places[doubtful] + headers.shape[1]
    long = ends[doubtful] - payloads >= rest
    unread = ~_READABLE[gathered(buffer, payloads[long], rest)]
    long[long] = 4 * np.count_nonzero(unread, axis=1) > rest
    fine[doubtful[~long]] = False
    return np.flatnonzero(fine)


def _is_media(network: _Network, headers: Octets, lengths: Offsets) -> Mask:
    """Which headers are those of RTP with nothing unusual in them."""
    udp = network.head
    media = udp + _UDP
    if network is _IPV4:
        fine = (headers[:, 0] == 0x45) & (headers[:, 9] == _UDP_PROTOCOL) & (numbers(headers, 2) == lengths)
        fine &= (headers[:, 6] & 0x3F | headers[:, 7]) == 0
        fine &= (stored(headers, 10) != 0) & (sums(headers[:, :udp]) % MODULUS == 0)
    else:
        fine = (headers[:, 0] >> 4 == 6) & (headers[:, 6] == _UDP_PROTOCOL)
        # Multicast groups may follow the address of a host, which a single packet cannot tell.
        fine &= (numbers(headers, 4) == lengths - network.head) & (headers[:, network.addresses + 16] != 0xFF)
    fine &= numbers(headers, udp + 4) == lengths - network.head
    fine &= _MEDIA_PORT[numbers(headers, udp)] & _MEDIA_PORT[numbers(headers, udp + 2)]
    fine &= (headers[:, media] == 0x80) & _MEDIA_TYPE[headers[:, media + 1]]
    sizes = lengths - headers.shape[1]
    dynamic = headers[:, media + 1] & 0x7F >= _FIRST_DYNAMIC
    events: Mask = dynamic & (sizes > 0) & (sizes <= 4 * rtp.EVENTS) & (sizes % 4 == 0)
    usual: Mask = fine & ~events
    return usual


def _payload_sums(buffer: bytearray, places: Offsets, sizes: Offsets) -> Sums:
    """The unfolded sum of each payload."""
    result = np.zeros(len(places), np.int64)
    for size, these in by_size(sizes):
        result[these] = sums(gathered(buffer, places[these], size))
    return result


def _silence(buffer: bytearray, places: Offsets, sizes: Offsets, fills: Octets, said: Sums) -> int:
    """Put silence into each payload; gives how many held anything else."""
    silent = np.zeros(len(places), np.int64)
    for size, these in by_size(sizes):
        for fill in np.unique(fills[these]).tolist():
            those = these[fills[these] == fill]
            blank = np.full((1, size), fill, np.uint8)
            # The sum tells silence from sound but for sounds of the very same sum.
            equal = those[said[those] == sums(blank)[0]]
            if len(equal):
                silent[equal] = (gathered(buffer, places[equal], size) == blank).all(axis=1)
            filled(buffer, places[those], size, fill)
    return int(np.count_nonzero((sizes > 0) & (silent == 0)))


def by_size(sizes: Offsets) -> list[tuple[int, Offsets]]:
    """The different sizes above zero, few in voice, with the places that have them."""
    different = np.flatnonzero(np.bincount(sizes)) if len(sizes) else ()
    return [(int(size), np.flatnonzero(sizes == size)) for size in different if size]


def _silent_sums(sizes: Offsets, fills: Octets) -> Sums:
    """The folded sum of a silent payload that begins at an even offset."""
    fill = fills.astype(np.int64)
    total: Sums = (sizes // 2 * (fill | fill << 8) + sizes % 2 * fill) % MODULUS
    return total


def _pseudo(network: _Network, headers: Octets) -> Sums:
    """The sum of the pseudo header (RFC 768, RFC 8200 section 8.1)."""
    addresses = headers[:, network.addresses : network.addresses + 2 * network.width]
    return sums(addresses) + stored(headers, network.head + 4) + (_UDP_PROTOCOL << 8)


def _is_right(network: _Network, headers: Octets, said: Sums) -> Mask:
    """Whose UDP checksum is right, or missing; one that a network card was to finish is neither."""
    given = stored(headers, network.head + 6)
    pseudo = _pseudo(network, headers)
    right: Mask = (pseudo + sums(headers[:, network.head :]) + said) % MODULUS == 0
    usual: Mask = (given == 0) | right & ((given - pseudo) % MODULUS != 0)
    return usual


def _repair(old: Octets, new: Octets, at: int, total: Sums) -> None:
    """Store the checksum of rows whose sum, the old checksum included, is ``total``; both zeros are as good."""
    given = stored(old, at)
    right = -(total - given) % MODULUS
    store(new, at, np.where((given - right) % MODULUS == 0, given, right))


def _repair_udp(network: _Network, old: Octets, new: Octets, silent: Sums) -> None:
    at = network.head + 6
    _repair(old, new, at, _pseudo(network, new) + sums(new[:, network.head :]) + silent)
    now = stored(new, at)
    store(new, at, np.where(stored(old, at) == 0, 0, np.where(now == 0, MODULUS, now)))
