"""Packets that something else handed over: a firewall (NFLOG), an IPsec interface (ENC), a dissector (exported PDUs).

Sources: the descriptions of LINKTYPE_NFLOG, LINKTYPE_ENC and LINKTYPE_WIRESHARK_UPPER_PDU at tcpdump.org.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from scrubber.capture.layer import IPV4, IPV6, LINK, Inward, Layer, Step, Walk, Within, address, grown
from scrubber.capture.packet import Datagram, Flow
from scrubber.values import Values

_FAMILIES = {2: IPV4, 10: IPV6, 24: IPV6, 30: IPV6}
"""Address families of Linux and the BSDs."""
_BLANKED = "field of a packet that was handed over"
_Order = Literal["little", "big"]
_ORDERS: tuple[_Order, ...] = ("little", "big")

_HARDWARE, _PACKET = 8, 9
_NUMBERS = frozenset((1, 2, 3, 4, 5, 6, 7, 12, 13, 15, 17))
"""Fields of a firewall: hook, mark, time, interfaces, counters, kinds of hardware."""

_END = 0
_KEPT_TAGS = frozenset((12, 13, 14, 24, 25, 26, 32))
"""Tags of a dissector: names of protocols and tables, ports, the number of the frame."""
_WORDS = 64
"""Octets of the longest of them."""
_SOURCES, _TARGETS = (20, 22), (21, 23)
_SOURCE_PORT, _TARGET_PORT = 25, 26


def firewall(octets: bytes, walk: Walk) -> Step:
    """Fields of length and type in the byte order of the machine, one of which is an IP packet."""
    kind = _FAMILIES.get(octets[0]) if len(octets) > 4 and not octets[1] else None
    order = next((order for order in _ORDERS if _fields(octets, order)), None)
    if kind is None or order is None:
        return None
    *others, (at, size, _) = _fields(octets, order)
    front, end = octets[:4], 4
    for start, length, number in others:
        end = _next(start, length)
        front += octets[start : start + 4] + _field(number, octets[start + 4 : start + length], walk.to)
        front += walk.to.blank(octets[start + length : end], _BLANKED)
    inside, trailer = octets[at + 4 : at + size], walk.to.blank(octets[at + size :], "trailer")

    def close(body: bytes) -> bytes:
        growth = len(body) - len(inside)
        filling = bytes(-len(body) % 4) if growth and trailer else trailer
        return front + grown(size, growth).to_bytes(2, order) + octets[at + 2 : at + 4] + body + filling

    return Inward(kind, inside, close)


def _fields(octets: bytes, order: _Order) -> list[tuple[int, int, int]]:
    """Offset, length and type of each field up to the packet; none where lengths do not fit or no packet is there."""
    places: list[tuple[int, int, int]] = []
    at = 4
    while at + 4 <= len(octets):
        size, number = (int.from_bytes(octets[at + start : at + start + 2], order) for start in (0, 2))
        if size < 4 or (at + size > len(octets) and number != _PACKET):
            return []
        places.append((at, size, number))
        if number == _PACKET:
            return places
        at = _next(at, size)
    return []


def _next(at: int, size: int) -> int:
    """Fields begin at words of four octets."""
    return at + (size + 3) // 4 * 4


def _field(number: int, value: bytes, to: Values) -> bytes:
    if number in _NUMBERS and len(value) <= 16:
        return value
    if number == _HARDWARE and len(value) == 12 and value[:2] == b"\0\6":
        return value[:4] + to.mac(value[4:10]) + to.blank(value[10:], _BLANKED)
    return to.blank(value, _BLANKED)


def encrypting(octets: bytes, walk: Walk) -> Step:
    """An address family in the byte order of the machine, the association, flags; the packet is in clear."""
    inside = octets[12:]
    if len(inside) < 20:
        return None
    kind = _FAMILIES.get(octets[0] or octets[3])
    length = int.from_bytes(inside[2:4]) if kind == IPV4 else 40 + int.from_bytes(inside[4:6])
    if kind is None or length != len(inside) + walk.missing:
        return None
    return Inward(kind, inside, octets[:12].__add__)


def exported(octets: bytes, walk: Walk) -> Step:
    """Tags about a payload: which protocol it is of, between whom it went; then the payload."""
    new, at = b"", 0
    found: dict[int, bytes] = {}
    while at + 4 <= len(octets):
        number, size = int.from_bytes(octets[at : at + 2]), int.from_bytes(octets[at + 2 : at + 4])
        value = octets[at + 4 : at + 4 + size]
        at += 4 + len(value)
        if number == _END:
            flow = Flow(_address(found, _SOURCES), _address(found, _TARGETS), *_ports(found), cut=walk.missing > 0)
            front = new + octets[at - 4 - len(value) : at - len(value)] + walk.to.blank(value, _BLANKED)
            return Within(Datagram(flow, octets[at:]), front.__add__)
        found[number] = value
        new += octets[at - 4 - len(value) : at - len(value)] + _tag(number, value, walk.to)
    return None


def _tag(number: int, value: bytes, to: Values) -> bytes:
    if number in _SOURCES or number in _TARGETS:
        return address(to, value)
    return value if number in _KEPT_TAGS and len(value) <= _WORDS else to.blank(value, _BLANKED)


def _address(found: Mapping[int, bytes], tags: tuple[int, int]) -> bytes:
    return next((found[tag] for tag in tags if len(found.get(tag, b"")) in (4, 16)), bytes(4))


def _ports(found: Mapping[int, bytes]) -> tuple[int, int]:
    source, target = (int.from_bytes(found.get(tag, b"")) & 0xFFFF for tag in (_SOURCE_PORT, _TARGET_PORT))
    return source, target


LAYERS: Mapping[int, Layer] = {LINK | 109: encrypting, LINK | 239: firewall, LINK | 252: exported}
