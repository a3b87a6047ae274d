"""UDP over IPv4 over Ethernet at a glance: what the walk through the headers gives, for most frames of a capture.

A flow shows the same addresses again and again. What its headers become is remembered; a frame of the flow needs only
its numbers, lengths and checksums repaired. A frame with anything unusual in it (options, fragments, trailers, lengths
that do not agree, tunnels) takes the walk (:mod:`~scrubber.capture.peel`).
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import NamedTuple

from scrubber.capture import checksum, tunnel
from scrubber.capture.layer import LARGEST, STATIONS
from scrubber.capture.packet import Close, Datagram, Flow, Frame, Peeled
from scrubber.values import Values

FLOWS = 1 << 14
"""Flows that are remembered; with one more, all are forgotten."""
_ETHERNET, _UDP = 1, 17
_HEADERS = Struct(">12xHHHHHHH8xHHHH")
_IP, _DATAGRAM = Struct(">HHHHHH"), Struct(">HHHH")
_FRONT, _ADDRESSES, _PORTS, _SIZE = 14, 26, 34, 42
"""Where IP begins, its addresses, the UDP header, and the payload."""
_IPV4, _PLAIN, _FRAGMENT = 0x0800, 0x45, 0x3FFF
_TUNNELS = tunnel.PORTS

Walk = Callable[[Frame], Peeled]


class _Known(NamedTuple):
    """What the headers of a flow became."""

    front: bytes
    addresses: bytes
    flow: Flow
    old_sum: int
    new_sum: int


class Glance:
    """Takes the headers off frames, most of them without the walk."""

    def __init__(self, walk: Walk, to: Values) -> None:
        self._walk = walk
        self._to = to
        self._flows: dict[bytes, _Known] = {}

    def __call__(self, frame: Frame) -> Peeled:
        """As the walk gives it."""
        data = frame.data
        size = len(data)
        if frame.link != _ETHERNET or size < _SIZE or frame.wire != size:
            return self._walk(frame)
        headers = _HEADERS.unpack_from(data)
        kind, front, total, _, place, last, _, _, _, length, _ = headers
        plain = kind == _IPV4 and front >> 8 == _PLAIN and last & 0xFF == _UDP and not place & _FRAGMENT
        if not plain or total != size - _FRONT or length != size - _PORTS:
            return self._walk(frame)
        key = data[:_FRONT] + data[_ADDRESSES : _PORTS + 4]
        known = self._flows.get(key)
        if known is None:
            sport, dport = headers[7:9]
            if sport in _TUNNELS or dport in _TUNNELS or key.startswith(STATIONS):
                # What travels in a tunnel differs from frame to frame, and so do the groups of neighbours.
                return self._walk(frame)
            known = self._met(key, sport, dport)
        payload = data[_SIZE:]
        return Peeled(Datagram(known.flow, payload), (_closing(headers, known, payload, frame, self._walk),))

    def _met(self, key: bytes, sport: int, dport: int) -> _Known:
        to, source, target = self._to, key[_FRONT : _FRONT + 4], key[_FRONT + 4 : _FRONT + 8]
        front = to.mac(key[:6]) + to.mac(key[6:12]) + key[12:_FRONT]
        addresses = to.ipv4(source) + to.ipv4(target)
        sums = int.from_bytes(source + target), int.from_bytes(addresses)
        known = _Known(front, addresses, Flow(source, target, sport, dport), *sums)
        if len(self._flows) >= FLOWS:
            self._flows.clear()
        self._flows[key] = known
        return known


def _closing(headers: tuple[int, ...], known: _Known, payload: bytes, frame: Frame, walk: Walk) -> Close:
    """What puts such headers back, lengths and checksums repaired as their own layers do it."""
    _, front, total, number, place, last, old, sport, dport, length, given = headers

    def close(body: bytes) -> bytes:
        growth = len(body) - len(payload)
        if total + growth > LARGEST:
            return walk(frame).around(body)
        rest = front + number + place + last
        was, now = rest + total + known.old_sum, rest + total + growth + known.new_sum
        check = checksum.repaired(old, was, now) if old or not was % LARGEST else 0
        header = known.front + _IP.pack(front, total + growth, number, place, last, check) + known.addresses
        if not given:
            return header + _DATAGRAM.pack(sport, dport, length + growth, 0) + body
        pseudo = known.old_sum + _UDP + length, known.new_sum + _UDP + length + growth
        was = pseudo[0] + sport + dport + length + checksum.total(payload)
        now = pseudo[1] + sport + dport + length + growth + checksum.total(body)
        new = checksum.offloaded(given, was, now, pseudo, cut=False)
        return header + _DATAGRAM.pack(sport, dport, length + growth, new or LARGEST) + body

    return close
