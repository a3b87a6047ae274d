"""UDPTL, the fax of T.38 (ITU-T T.38, aligned PER): which signals and frames came when stays, the page goes.

Kept are sequence number, indicators, types of data and of fields, and all lengths. The data itself becomes zero, so the
page and who sent it (TSI, CSI, CIG); so does the data of error correction. Every octet keeps its place.

A datagram is claimed where everything in it is understood up to its last octet; a packet with fields that do not begin
at an octet counts as understood, and of it the type alone is kept.
"""

from __future__ import annotations

from scrubber.capture.packet import Flow
from scrubber.values import Values

PORTS: frozenset[int] = frozenset()
"""Fax has no port of its own."""
LOWEST = 1024

_Pieces = list[tuple[bytes, bool]]
"""Octets in their order, and whether they stay."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram is a whole UDPTL packet."""
    return min(flow.sport, flow.dport) >= LOWEST and not flow.cut and _packet(payload) is not None


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """``payload`` without its data; of the same length."""
    del flow
    pieces = _packet(payload)
    if pieces is None:
        return None
    return b"".join(octets if kept else to.blank(octets, "t38-data") for octets, kept in pieces)


def _packet(payload: bytes) -> _Pieces | None:
    """Sequence number, primary packet, and what helps when packets are lost (section 9.1)."""
    primary = _open(payload, 2)
    if primary is None or primary[0] == primary[1]:
        return None
    start, end = primary
    first = _fax(payload[start:end])
    if first is None:
        return None
    pieces = [(payload[:start], True), *first]
    kind = payload[end : end + 1]
    if kind == b"\0":
        return _redundancy(payload, end + 1, pieces)
    return _correction(payload, end + 1, pieces) if kind == b"\x80" else None


def _open(octets: bytes, at: int) -> tuple[int, int] | None:
    """Start and end of what stands behind the length at ``at`` (ITU-T X.691 section 11.9)."""
    if at >= len(octets):
        return None
    length, start = octets[at], at + 1
    if length >= 0x80:
        length, start = int.from_bytes(octets[at : at + 2]) & 0x3FFF, at + 2
        if octets[at] >= 0xC0 or start > len(octets):
            return None
    return (start, start + length) if start + length <= len(octets) else None


def _redundancy(payload: bytes, at: int, pieces: _Pieces) -> _Pieces | None:
    """Packets that were sent before."""
    if at >= len(payload) or payload[at] >= 0x80:
        return None
    pieces.append((payload[at - 1 : at + 1], True))
    count, at = payload[at], at + 1
    for _ in range(count):
        bounds = _open(payload, at)
        if bounds is None:
            return None
        start, end = bounds
        fax = _fax(payload[start:end]) if end > start else []
        if fax is None:
            return None
        pieces += (payload[at:start], True), *fax
        at = end
    return pieces if at == len(payload) else None


def _correction(payload: bytes, at: int, pieces: _Pieces) -> _Pieces | None:
    """A number of packets, and sums over them."""
    number = _open(payload, at)
    if number is None or number[1] - number[0] != 1:
        return None
    end = number[1]
    if end >= len(payload) or payload[end] >= 0x80:
        return None
    pieces.append((payload[at - 1 : end + 1], True))
    count, at = payload[end], end + 1
    for _ in range(count):
        bounds = _open(payload, at)
        if bounds is None:
            return None
        pieces += (payload[at : bounds[0]], True), (payload[bounds[0] : bounds[1]], False)
        at = bounds[1]
    return pieces if at == len(payload) else None


def _fax(packet: bytes) -> _Pieces | None:
    """An indicator, or a type of data and fields (section 7.2, annex A)."""
    first = packet[0]
    start = 2 if first & 0x20 else 1
    # What fills the last octet of the number is zero; the numbers of later versions take two octets.
    if first & (0x10 if start == 2 else 1) or len(packet) < start or (start == 2 and packet[1] & 0x3F):
        return None
    if not first & 0x80:
        return [(packet, True)] if len(packet) == start else None
    if not first & 0x40:
        return None
    if len(packet) == start or packet[start] >= 0x80:
        return None
    return _fields(packet, start)


def _fields(packet: bytes, start: int) -> _Pieces | None:
    """Fields: a type, and data where the highest bit says so."""
    pieces = [(packet[: start + 1], True)]
    at = start + 1
    for left in range(packet[start], 0, -1):
        kind = packet[at : at + 1]
        if not kind or kind[0] & 7:
            return None
        if kind[0] & 0x80:
            end = at + 4 + int.from_bytes(packet[at + 1 : at + 3])
            if end > len(packet):
                return None
            pieces += (packet[at : at + 3], True), (packet[at + 3 : end], False)
            at = end
        elif left > 1:
            # The next field begins within this octet, at a bit that depends on the version of T.38.
            return [(packet[:start], True), (packet[start:], False)]
        else:
            pieces.append((kind, True))
            at += 1
    return pieces if at == len(packet) else None
