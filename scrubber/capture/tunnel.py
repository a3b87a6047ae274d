"""Packets inside packets: GRE, ERSPAN, VXLAN, GENEVE, GTP-U, TZSP, Teredo, EtherIP, ESP and IKE.

Tunnels over UDP are asked for by their port and say ``None`` unless their header is valid: then it is a plain datagram.
"""

from __future__ import annotations

from collections.abc import Mapping

from scrubber.capture import checksum, l2tp
from scrubber.capture.layer import (
    ETHERNET,
    ETHERTYPE,
    IPV4,
    LINK,
    PROTOCOL,
    TUNNEL,
    Inward,
    Layer,
    Step,
    Walk,
    Within,
    grown,
    unchanged,
)
from scrubber.capture.packet import Done
from scrubber.values import Values

_RAW = LINK | 101
_MIRROR, _MIRROR3 = 0x88BE, 0x22EB
_REDIRECTED = 0x883E
"""A packet that a router sends to a cache (WCCP)."""
_CHECKSUM, _ROUTING, _KEY, _SEQUENCE, _ACKNOWLEDGED = 0x80, 0x40, 0x20, 0x10, 0x80
_OPTIONAL = 7
"""GTP: any of extension header, sequence number, N-PDU number."""
_USER_DATA = 255
_SESSION_CONTAINER = 0x85
_INSIDE = {0: ETHERNET, 1: ETHERTYPE | 0x0800, 2: ETHERTYPE | 0x86DD, 3: ETHERNET}
"""By number of VXLAN-GPE; without one it is a frame."""
_IPV6 = 40
_IKE = 28
"""Octets of the header of IKE."""
_EXCHANGED = "IKE payload"
_COOKIE = b"\x21\x12\xa4\x42"
"""What stands in every message of STUN."""


def gre(octets: bytes, walk: Walk) -> Step:
    """GRE (RFC 2784, RFC 2890), and its version 1 for PPTP (RFC 2637)."""
    if len(octets) < 4:
        return None
    flags, version, kind = octets[0], octets[1] & 7, octets[2] << 8 | octets[3]
    if version == 1:
        return _point_to_point(octets, walk)
    head = 4 + sum(4 for bit in (_CHECKSUM, _KEY, _SEQUENCE) if flags & bit)
    if version or flags & _ROUTING or len(octets) < head:
        return None
    inside = octets[head:]
    if kind == _MIRROR:
        # Without a sequence number it is the first type, which has no header of its own.
        inner = TUNNEL | _MIRROR if flags & _SEQUENCE else ETHERNET
    elif kind == _REDIRECTED:
        # Its second version has a header of groups and buckets before the packet.
        head += 0 if _is_ipv4(inside) else 4
        inner, inside = IPV4, octets[head:]
        if not _is_ipv4(inside):
            return None
    else:
        inner = TUNNEL | _MIRROR3 if kind == _MIRROR3 else ETHERTYPE | kind
    header = octets[:head]
    if not flags & _CHECKSUM:
        return Inward(inner, inside, header.__add__)
    cut = walk.missing > 0
    return Inward(inner, inside, lambda body: checksum.refreshed(octets, header + body, 4, cut=cut))


def _is_ipv4(octets: bytes) -> bool:
    return octets[:1].hex().startswith("4")


def _point_to_point(octets: bytes, walk: Walk) -> Step:
    """The length counts what is behind the header."""
    head = 8 + (4 if octets[0] & _SEQUENCE else 0) + (4 if octets[1] & _ACKNOWLEDGED else 0)
    if len(octets) < head or octets[0] & (_CHECKSUM | _ROUTING):
        return None
    length = octets[4] << 8 | octets[5]
    inside, trailer = octets[head : head + length], walk.to.blank(octets[head + length :], "trailer")
    walk.missing = max(length - len(inside), 0)
    if not inside:
        return Within(Done(octets[:head] + trailer), unchanged)

    def close(body: bytes) -> bytes:
        counted = grown(length, len(body) - len(inside)).to_bytes(2, "big")
        return octets[:4] + counted + octets[6:head] + body + trailer

    return Inward(ETHERTYPE | octets[2] << 8 | octets[3], inside, close)


def mirror(octets: bytes, _: Walk) -> Step:
    """ERSPAN of the second type: eight octets of numbers before the frame."""
    return Inward(ETHERNET, octets[8:], octets[:8].__add__) if len(octets) > 8 else None


def mirror3(octets: bytes, walk: Walk) -> Step:
    """ERSPAN of the third type: twelve octets, and eight more that depend on the platform."""
    head = 20 if len(octets) >= 12 and octets[11] & 1 else 12
    if len(octets) <= head:
        return None
    header = octets[:12] + walk.to.blank(octets[12:head], "ERSPAN platform header")
    # The frame type 2 is an IP packet without a link layer.
    kind = _RAW if octets[10] >> 2 & 31 == 2 else ETHERNET
    return Inward(kind, octets[head:], header.__add__)


def ether_ip(octets: bytes, _: Walk) -> Step:
    """Ethernet in IP (RFC 3378)."""
    return Inward(ETHERNET, octets[2:], octets[:2].__add__) if octets[:2] == b"\x30\x00" else None


def encrypted(octets: bytes, walk: Walk) -> Step:
    """ESP (RFC 4303): the association and its sequence number stay."""
    return Within(Done(octets[:8] + walk.to.blank(octets[8:], "encrypted packet")), unchanged)


def key_exchange(octets: bytes, walk: Walk) -> Step:
    """IKE (RFC 2408, RFC 7296): identifiers are mapped; of what is exchanged kinds and lengths stay."""
    if len(octets) < _IKE or octets[17] not in (0x10, 0x20):
        return None
    if int.from_bytes(octets[24:_IKE]) != len(octets) + walk.missing:
        return None
    to = walk.to
    new = bytearray(to.opaque(octets[:8], "ike-spi") + to.opaque(octets[8:16], "ike-spi") + octets[16:_IKE])
    at = _IKE
    # Of the first version, all is encrypted from some message on.
    while not octets[19] & 1 and at + 4 <= len(octets):
        size = octets[at + 2] << 8 | octets[at + 3]
        if not 4 <= size <= len(octets) - at:
            break
        new += octets[at : at + 4] + to.blank(octets[at + 4 : at + size], _EXCHANGED)
        at += size
    return Within(Done(bytes(new) + to.blank(octets[at:], _EXCHANGED)), unchanged)


def through_nat(octets: bytes, walk: Walk) -> Step:
    """ESP in UDP, IKE behind four zeros, or the octet that keeps a binding alive (RFC 3948)."""
    if octets == b"\xff":
        return Within(Done(octets), unchanged)
    if octets[:4] != bytes(4):
        # Whoever has nothing else to say may use the port for something else.
        is_other = octets[:8].isascii() or octets[4:8] == _COOKIE or len(octets) <= 8
        return None if is_other else encrypted(octets, walk)
    return Inward(TUNNEL | 500, octets[4:], octets[:4].__add__)


def vxlan(octets: bytes, _: Walk) -> Step:
    """VXLAN (RFC 7348), with or without a group policy, or with a number of what is inside (VXLAN-GPE)."""
    if len(octets) < 22 or octets[7] or octets[0] not in (0x08, 0x0C, 0x88):
        return None
    if octets[0] != 0x88 and octets[1:3] != b"\0\0":
        return None
    number = octets[3] if octets[0] != 0x88 else 0
    kind = _INSIDE.get(number) if octets[0] == 0x0C else None if number else ETHERNET
    return None if kind is None else Inward(kind, octets[8:], octets[:8].__add__)


def teredo(octets: bytes, walk: Walk) -> Step:
    """Teredo (RFC 4380 section 5.1.1): IPv6, what authenticates it, and where it came from, with all bits inverted."""
    to, at, front = walk.to, 0, b""
    if octets[:2] == b"\0\1" and len(octets) > 4:
        at = 4 + octets[2] + octets[3] + 9
        front = octets[:4] + to.blank(octets[4:at], "Teredo authentication")
    if octets[at : at + 2] == b"\0\0" and len(octets) > at + 8:
        seen = to.ipv4(bytes(255 - octet for octet in octets[at + 4 : at + 8]))
        front += octets[at : at + 4] + bytes(255 - octet for octet in seen)
        at += 8
    inside = octets[at:]
    if len(inside) < _IPV6 or inside[0] >> 4 != 6 or int.from_bytes(inside[4:6]) != len(inside) - _IPV6 + walk.missing:
        return None
    return Inward(_RAW, inside, front.__add__)


def geneve(octets: bytes, walk: Walk) -> Step:
    """GENEVE (RFC 8926): options keep class, type and length."""
    if len(octets) < 8 or octets[0] >> 6 or octets[1] & 0x3F or octets[7]:
        return None
    head = 8 + (octets[0] & 0x3F) * 4
    kind = octets[2] << 8 | octets[3]
    if len(octets) < head or kind < 0x600:
        return None
    new, at = bytearray(octets[:8]), 8
    while at + 4 <= head:
        end = min(at + 4 + (octets[at + 3] & 31) * 4, head)
        new += octets[at : at + 4] + walk.to.blank(octets[at + 4 : end], "GENEVE option")
        at = end
    return Inward(ETHERTYPE | kind, octets[head:], bytes(new).__add__)


def gtp(octets: bytes, walk: Walk) -> Step:
    """GTP-U (3GPP TS 29.281): user data go on inside, other messages keep their header alone.

    The endpoint identifier is a subscriber's for as long as the bearer lasts.
    """
    if len(octets) < 8 or octets[0] & 0xF0 != 0x30:
        return None
    length = octets[2] << 8 | octets[3]
    inside = octets[8 : 8 + length]
    if (length > len(inside) and not walk.missing) or (octets[0] & _OPTIONAL and len(inside) < 4):
        return None
    front, trailer = octets[:2], octets[8 + length :]
    number = walk.to.opaque(octets[4:8], "gtp-teid")
    optional, body = _extensions(octets[0], inside, walk.to)
    kind = _RAW
    if octets[1] != _USER_DATA or not body or body[0] >> 4 not in (4, 6):
        kind = TUNNEL
    walk.missing = max(length - len(inside), 0)
    trailer = walk.to.blank(trailer, "trailer")

    def close(new: bytes) -> bytes:
        counted = grown(length, len(new) - len(body)).to_bytes(2, "big")
        return front + counted + number + optional + new + trailer

    if kind == _RAW:
        return Inward(kind, body, close)
    return Within(Done(walk.to.blank(body, "GTP message")), close)


def _extensions(flags: int, inside: bytes, to: Values) -> tuple[bytes, bytes]:
    """Numbers and extension headers before the user data, and these."""
    if not flags & _OPTIONAL:
        return b"", inside
    new, at, following = bytearray(inside[:4]), 4, inside[3] if flags & 4 else 0
    while following and at < len(inside) and inside[at]:
        end = at + inside[at] * 4
        if end > len(inside):
            break
        content = inside[at + 1 : end - 1]
        kept = following == _SESSION_CONTAINER and len(content) == 2
        new += inside[at : at + 1] + (content if kept else to.blank(content, "GTP extension")) + inside[end - 1 : end]
        following, at = inside[end - 1], end
    return bytes(new), inside[at:]


def sniffer(octets: bytes, walk: Walk) -> Step:
    """TZSP, version 1: tagged fields about the capture, then the frame."""
    if len(octets) < 5 or octets[0] != 1 or octets[1] > 5:
        return None
    kind = {1: ETHERNET, 0x12: LINK | 105, 0x77: LINK | 119, 0x7F: LINK | 127}.get(octets[2] << 8 | octets[3])
    new, at = bytearray(octets[:4]), 4
    fields: list[tuple[int, int]] = []
    while at < len(octets) and octets[at] != 1:
        size = octets[at + 1] if octets[at] and at + 1 < len(octets) else -1
        fields.append((at, size))
        at += 2 + size
    if kind is None or at >= len(octets):
        return None
    for start, size in fields:
        new += octets[start : start + 1] if size < 0 else octets[start : start + 2]
        new += walk.to.blank(octets[start + 2 : start + 2 + max(size, 0)], "TZSP field")
    return Inward(kind, octets[at + 1 :], bytes(new + b"\1").__add__)


LAYERS: Mapping[int, Layer] = {
    PROTOCOL | 47: gre,
    PROTOCOL | 50: encrypted,
    PROTOCOL | 97: ether_ip,
    TUNNEL | _MIRROR: mirror,
    TUNNEL | _MIRROR3: mirror3,
    TUNNEL | 500: key_exchange,
}
PORTS: Mapping[int, Layer] = {
    500: key_exchange,
    4500: through_nat,
    4789: vxlan,
    4790: vxlan,
    8472: vxlan,
    3544: teredo,
    6081: geneve,
    2152: gtp,
    l2tp.PORT: l2tp.message,
    37008: sniffer,
}
"""Tunnels over UDP, by their usual port."""
