"""PPP (RFC 1661), PPP over Ethernet (RFC 2516), Cisco HDLC and MPLS (RFC 3032)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import eap
from scrubber.capture.layer import (
    ETHERNET,
    ETHERTYPE,
    IPV4,
    IPV6,
    LINK,
    PPP,
    PROTOCOL,
    Inward,
    Layer,
    Step,
    Walk,
    Within,
    grown,
    unchanged,
)
from scrubber.capture.packet import Done
from scrubber.model import Entity
from scrubber.values import Values

_BLANKED = "PPP data"
_FRAME = LINK | 9
_PADDED = 46
"""Octets of the shortest Ethernet payload; a shorter one has padding behind it."""
_DEEPEST = 16
"""Labels of a stack."""
_LABELS = PPP | 0x0281
_KEPT_LINK_OPTIONS = frozenset({1, 2, 3, 4, 5, 7, 8})
"""Receive unit, character map, authentication, quality, magic number, compression of header fields."""


def session(octets: bytes, walk: Walk) -> Step:
    """PPPoE in its session: a header with a length, then PPP without framing."""
    if len(octets) < 8:
        return None
    length = octets[4] << 8 | octets[5]
    inside, trailer = octets[6 : 6 + length], walk.to.blank(octets[6 + length :], "trailer")
    if len(inside) < 2:
        return None
    walk.missing = max(length - len(inside), 0)
    front, size = octets[:4], len(inside)

    def close(body: bytes) -> bytes:
        return front + grown(length, len(body) - size).to_bytes(2, "big") + body + trailer

    return Inward(_FRAME, inside, close)


def discovery(octets: bytes, walk: Walk) -> Step:
    """PPPoE discovery: a row of tags, of which names are mapped and others blanked."""
    if len(octets) < 6:
        return None
    to, at, end = walk.to, 6, min(6 + (octets[4] << 8 | octets[5]), len(octets))
    new = bytearray(octets[:6])
    while at + 4 <= end:
        size = octets[at + 2] << 8 | octets[at + 3]
        if size > end - at - 4:
            break
        value = octets[at + 4 : at + 4 + size]
        named = octets[at : at + 2] in (b"\x01\x01", b"\x01\x02")
        new += octets[at : at + 4]
        new += to.fixed(Entity.HOST, value, "pppoe-name") if named else to.blank(value, "PPPoE tag")
        at += 4 + size
    return Within(Done(bytes(new) + to.blank(octets[at:], "trailer")), unchanged)


def ppp(octets: bytes, _: Walk) -> Step:
    """A PPP frame: address and control unless compressed away, then the protocol in one or two octets."""
    at = 2 if octets.startswith(b"\xff\x03") else 0
    if len(octets) < at + 2:
        return None
    size = 1 if octets[at] & 1 else 2
    kind = int.from_bytes(octets[at : at + size], "big")
    return Inward(PPP | kind, octets[at + size :], octets[: at + size].__add__)


def directed(octets: bytes, _: Walk) -> Step:
    """PPP with a direction before it (LINKTYPE_PPP_WITH_DIR)."""
    return Inward(_FRAME, octets[1:], octets[:1].__add__) if octets else None


def hdlc(octets: bytes, walk: Walk) -> Step:
    """Cisco HDLC: address, control and an Ethernet type; with PPP's address it is PPP in HDLC framing."""
    if octets.startswith(b"\xff\x03"):
        return ppp(octets, walk)
    if len(octets) < 4:
        return None
    return Inward(ETHERTYPE | octets[2] << 8 | octets[3], octets[4:], octets[:4].__add__)


def mpls(octets: bytes, walk: Walk) -> Step:
    """A stack of labels; what is behind it nothing says: IP, Ethernet, or a control word before Ethernet."""
    at = 4
    while at < len(octets) and not octets[at - 2] & 1:
        at += 4
    if at >= len(octets) or at > _DEEPEST * 4:
        return None
    labels, inside = octets[:at], octets[at:]
    version = inside[0] >> 4
    if version == 4 and _is_ipv4(inside, walk.missing):
        return Inward(IPV4, inside, labels.__add__)
    if version == 6 and len(inside) >= 40 and int.from_bytes(inside[4:6], "big") + 40 <= len(inside) + 4096:
        return Inward(IPV6, inside, labels.__add__)
    if version == 0 and _is_ethernet(inside[4:]):
        return Inward(ETHERNET, inside[4:], octets[: at + 4].__add__)
    return Inward(ETHERNET, inside, labels.__add__) if _is_ethernet(inside) else None


def _is_ipv4(octets: bytes, missing: int) -> bool:
    """Whether an IPv4 header with a right length or a right checksum, or none, begins here."""
    head = (octets[0] & 15) * 4
    if not 20 <= head <= len(octets):
        return False
    length = octets[2] << 8 | octets[3]
    if length == len(octets) + missing or head <= length < len(octets) <= _PADDED:
        return True
    return octets[10:12] == b"\0\0" or not int.from_bytes(octets[:head], "big") % 0xFFFF


def _is_ethernet(octets: bytes) -> bool:
    """Whether an Ethernet header stands here: a source that is no group, and a type or length that can be."""
    if len(octets) < 14 or octets[6] & 1:
        return False
    kind = octets[12] << 8 | octets[13]
    return kind <= max(len(octets) - 14, 46) or kind in (0x0800, 0x0806, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8864)


# --- control protocols


def _control(option: Callable[[int, bytes, Values], bytes]) -> Layer:
    """A control protocol: code, identifier, length, and options in its configuration messages."""

    def layer(octets: bytes, walk: Walk) -> Step:
        if len(octets) < 4:
            return None
        to, at, end = walk.to, 4, min(octets[2] << 8 | octets[3], len(octets))
        new = bytearray(octets[:4])
        while octets[0] in (1, 2, 3, 4) and at + 2 <= end:
            size = octets[at + 1]
            if not 2 <= size <= end - at:
                break
            new += octets[at : at + 2] + option(octets[at], octets[at + 2 : at + size], to)
            at += size
        return Within(Done(bytes(new) + to.blank(octets[at:], _BLANKED)), unchanged)

    return layer


def _link_option(kind: int, value: bytes, to: Values) -> bytes:
    return value if kind in _KEPT_LINK_OPTIONS and len(value) <= 8 else to.blank(value, _BLANKED)


def _no_option(_: int, value: bytes, to: Values) -> bytes:
    return to.blank(value, _BLANKED)


def _ip_option(kind: int, value: bytes, to: Values) -> bytes:
    """Options of IPCP (RFC 1332, RFC 1877)."""
    if kind in (1, 3, 129, 130, 131, 132) and value and not len(value) % 4:
        return b"".join(to.ipv4(value[at : at + 4]) for at in range(0, len(value), 4))
    return value if kind == 2 and len(value) in (2, 4) else to.blank(value, _BLANKED)


def _ip6_option(kind: int, value: bytes, to: Values) -> bytes:
    """The interface identifier of IPV6CP (RFC 5072)."""
    if kind == 1 and len(value) == 8:
        return to.ipv6(b"\xfe\x80" + bytes(6) + value)[8:]
    return to.blank(value, _BLANKED)


def password(octets: bytes, walk: Walk) -> Step:
    """PAP (RFC 1334): the name mapped, the password blanked."""
    if len(octets) < 5:
        return None
    to, end = walk.to, min(octets[2] << 8 | octets[3], len(octets))
    if octets[0] != 1:
        return Within(Done(octets[:4] + to.blank(octets[4:], _BLANKED)), unchanged)
    at = 5 + octets[4]
    name = octets[5:at]
    new = octets[:5] + (to.fixed(Entity.USER, name, "ppp-name") if at <= end else to.blank(name, _BLANKED))
    return Within(Done(new + octets[at : at + 1] + to.blank(octets[at + 1 :], "PPP password")), unchanged)


def challenge(octets: bytes, walk: Walk) -> Step:
    """CHAP (RFC 1994): the name mapped, challenge and response blanked."""
    if len(octets) < 5:
        return None
    to, end = walk.to, min(octets[2] << 8 | octets[3], len(octets))
    at = 5 + octets[4]
    if octets[0] not in (1, 2) or at > end:
        return Within(Done(octets[:4] + to.blank(octets[4:], _BLANKED)), unchanged)
    new = octets[:5] + to.blank(octets[5:at], "PPP challenge") + to.fixed(Entity.USER, octets[at:end], "ppp-name")
    return Within(Done(new + to.blank(octets[end:], "trailer")), unchanged)


def extensible(octets: bytes, walk: Walk) -> Step:
    """EAP (RFC 3748) and what is behind it."""
    end = min(int.from_bytes(octets[2:4], "big"), len(octets))
    return Within(Done(eap.message(octets[:end], walk.to) + walk.to.blank(octets[end:], "trailer")), unchanged)


LAYERS: Mapping[int, Layer] = {
    ETHERTYPE | 0x8864: session,
    ETHERTYPE | 0x8863: discovery,
    LINK | 51: session,
    **dict.fromkeys((LINK | 9, ETHERTYPE | 0x880B), ppp),
    LINK | 50: hdlc,
    LINK | 104: hdlc,
    LINK | 166: directed,
    LINK | 204: directed,
    **dict.fromkeys((ETHERTYPE | 0x8847, ETHERTYPE | 0x8848, _LABELS, PROTOCOL | 137, LINK | 219), mpls),
    PPP | 0xC021: _control(_link_option),
    PPP | 0x8021: _control(_ip_option),
    PPP | 0x8057: _control(_ip6_option),
    PPP | 0x80FD: _control(_no_option),
    PPP | 0xC023: password,
    PPP | 0xC223: challenge,
    PPP | 0xC227: extensible,
}
