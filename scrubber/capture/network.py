"""IPv4 (RFC 791) and IPv6 (RFC 8200) with their options and extension headers: addresses mapped, lengths repaired."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct

from scrubber.capture import checksum
from scrubber.capture.layer import (
    IPV4,
    IPV6,
    LARGEST,
    PPP,
    PROTOCOL,
    SOLICITED,
    Inward,
    Layer,
    Step,
    Walk,
    Within,
    grown,
    solicited,
    unchanged,
)
from scrubber.capture.packet import Close, Done, Fragment, Inner
from scrubber.values import Values

_IPV4 = Struct(">HHHHHH4s4s")
_ICMPV6, _SOLICITATION = 58, 135
_RECORDED_ROUTE, _TIMESTAMP, _LOOSE, _STRICT, _ROUTER_ALERT = 7, 68, 131, 137, 148


def ipv4(octets: bytes, walk: Walk) -> Step:
    """An IPv4 header; what stands behind its total length is a trailer and becomes zeros."""
    if len(octets) < 20 or octets[0] >> 4 != 4:
        # The version counts, not the type before it.
        return ipv6(octets, walk) if octets and octets[0] >> 4 == 6 else _too_short(octets, 4, 10, walk)
    front, total, number, place, last, old, source, target = _IPV4.unpack_from(octets)
    head = (octets[0] & 15) * 4
    if not 20 <= head <= len(octets):
        return None
    to = walk.to
    if total == len(octets):
        inside, trailer = octets[head:], b""
        walk.missing = 0
    else:
        inside, trailer = _within(octets, head, total, walk)
    new_source, new_target = to.ipv4(source), to.ipv4(target)
    _between(walk, source, target, new_source, new_target)
    # The sums of all but length and checksum.
    was, now = front + number + place + last + walk.old_sum, front + number + place + last + walk.new_sum
    options = b""
    if head > 20:
        options, route = _options(octets[20:head], to)
        was, now = was + checksum.total(octets[20:head]), now + checksum.total(options)
        if route:
            _between(walk, source, route, new_source, to.ipv4(route))
    size = len(inside)

    def close(body: bytes) -> bytes:
        length = total + len(body) - size if total else 0
        if not 0 <= length <= LARGEST:
            length = grown(length, 0)
        check = checksum.repaired(old, was + total, now + length) if old or not (was + total) % LARGEST else 0
        header = _IPV4.pack(front, length, number, place, last, check, new_source, new_target)
        if options or trailer:
            return header + options + body + trailer
        return header + body

    protocol = last & 0xFF
    if place & 0x3FFF:
        key = (source, target, bytes((protocol,)), octets[4:6])
        piece = Fragment(key, protocol, (place & 0x1FFF) * 8, bool(place & 0x2000), inside, source, target)
        return _fragment(piece, close, walk)
    return Inward(PROTOCOL | protocol, inside, close)


def ipv6(octets: bytes, walk: Walk) -> Step:
    """An IPv6 header; its extension headers are headers of their own."""
    if len(octets) < 40 or octets[0] >> 4 != 6:
        return _too_short(octets, 6, 8, walk)
    length = octets[4] << 8 | octets[5]
    # A payload length of zero: a jumbogram, or one that the network card cuts.
    inside, trailer = _within(octets, 40, length + 40 if length else 0, walk)
    to = walk.to
    source, target = octets[8:24], octets[24:40]
    new_source, new_target = to.ipv6(source), _mapped(target, octets[6], inside, walk)
    _between(walk, source, target, new_source, new_target)
    front, middle = octets[:4], octets[6:8] + new_source + new_target
    size = len(inside)

    def close(body: bytes) -> bytes:
        new = grown(length, len(body) - size) if length else 0
        return front + new.to_bytes(2, "big") + middle + body + trailer

    return Inward(PROTOCOL | octets[6], inside, close)


def _too_short(octets: bytes, version: int, kept: int, walk: Walk) -> Step:
    """What is left of a header that was cut: its numbers stay, its addresses do not."""
    if not octets or octets[0] >> 4 != version or len(octets) >= (20 if version == 4 else 40):
        return None
    return Within(Done(octets[:kept] + walk.to.blank(octets[kept:], "cut header")), unchanged)


def _within(octets: bytes, head: int, total: int, walk: Walk) -> tuple[bytes, bytes]:
    """What stands behind a header within the length that it tells, and the trailer as zeros."""
    if total > len(octets):
        walk.missing = total - len(octets)
    elif head <= total < len(octets):
        walk.missing = 0
        return octets[head:total], walk.to.blank(octets[total:], "trailer")
    elif total:
        walk.missing = 0
    return octets[head:], b""


def _between(walk: Walk, source: bytes, target: bytes, new_source: bytes, new_target: bytes) -> None:
    """The addresses between which the payload travels, for checksums and for what stands further in."""
    walk.source, walk.target = source, target
    walk.old_sum = int.from_bytes(source + target, "big")
    walk.new_sum = int.from_bytes(new_source + new_target, "big")


def _fragment(piece: Fragment, close: Close, walk: Walk) -> Step:
    if not piece.offset and (walk.missing or walk.depth):
        # Never whole again, so its beginning is read like that of any other packet that was cut.
        walk.missing = walk.missing or 1
        return Inward(PROTOCOL | piece.protocol, piece.payload, close)
    inner: Inner = Done(walk.to.blank(piece.payload, "fragment in a quoted packet")) if walk.depth else piece
    return Within(inner, close)


def _mapped(target: bytes, protocol: int, inside: bytes, walk: Walk) -> bytes:
    """A target address. A solicited-node group shows the end of an address, so it follows that one."""
    to = walk.to
    if not target.startswith(SOLICITED):
        return to.ipv6(target)
    asked = inside[8:24] if protocol == _ICMPV6 and inside[:1] == bytes((_SOLICITATION,)) else b""
    if len(asked) == 16 and asked[13:] == target[13:]:
        walk.solicited = to.ipv6(asked)[13:]
    else:
        walk.solicited = solicited(to, target[13:])
    return SOLICITED + walk.solicited


# --- options of IPv4


def _options(options: bytes, to: Values) -> tuple[bytes, bytes]:
    """The options rewritten, and the end of a source route that the packet has still to travel (else nothing)."""
    new, at, final = bytearray(), 0, b""
    while at < len(options) and options[at]:
        kind = options[at]
        if kind == 1:
            new.append(1)
            at += 1
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        if not 2 <= size <= len(options) - at:
            break
        option = options[at : at + size]
        if kind in (_LOOSE, _STRICT) and size >= 7 and option[2] <= size - 3:
            final = option[-4:]
        new += _option(kind, option, to)
        at += size
    return bytes(new) + to.blank(options[at:], "IP option"), final


def _option(kind: int, option: bytes, to: Values) -> bytes:
    if kind == _ROUTER_ALERT and len(option) == 4:
        return option
    if kind in (_RECORDED_ROUTE, _LOOSE, _STRICT) and len(option) >= 3 and not (len(option) - 3) % 4:
        return option[:3] + b"".join(to.ipv4(option[i : i + 4]) for i in range(3, len(option), 4))
    if kind == _TIMESTAMP and len(option) >= 4 and not (len(option) - 4) % 4 and option[3] & 15 in (0, 1, 3):
        words = [option[i : i + 4] for i in range(4, len(option), 4)]
        if option[3] & 15 in (1, 3):
            words[::2] = [to.ipv4(word) for word in words[::2]]
        return option[:4] + b"".join(words)
    return option[:2] + to.blank(option[2:], "IP option")


# --- extension headers of IPv6


def fragment(octets: bytes, walk: Walk) -> Step:
    """The fragment header of IPv6 (RFC 8200 section 4.5)."""
    if len(octets) < 8:
        return None
    protocol, place = octets[0], octets[2] << 8 | octets[3]
    header = octets[:1] + b"\0" + octets[2:8]
    inside, close = octets[8:], header.__add__
    if not place & 0xFFF9:
        return Inward(PROTOCOL | protocol, inside, close)
    key = (walk.source, walk.target, bytes((protocol,)), octets[4:8])
    piece = Fragment(key, protocol, place & 0xFFF8, bool(place & 1), inside, walk.source, walk.target)
    return _fragment(piece, close, walk)


def options6(octets: bytes, walk: Walk) -> Step:
    """Hop-by-hop or destination options (RFC 8200 sections 4.3 and 4.6)."""
    size = (octets[1] + 1) * 8 if len(octets) > 1 else 0
    if not 8 <= size <= len(octets):
        return None
    header = octets[:2] + _options6(octets[2:size], walk.to)
    return Inward(PROTOCOL | octets[0], octets[size:], header.__add__)


def _options6(options: bytes, to: Values) -> bytes:
    new, at = bytearray(), 0
    while at < len(options):
        if not options[at]:
            new.append(0)
            at += 1
            continue
        size = options[at + 1] + 2 if at + 1 < len(options) else 0
        if not 2 <= size <= len(options) - at:
            break
        kind, value = options[at], options[at + 2 : at + size]
        if kind == 0xC9 and len(value) == 16:
            value = to.ipv6(value)
        elif (kind, len(value)) not in ((5, 2), (4, 1), (0xC2, 4)):
            # Router alert, encapsulation limit and jumbo length are numbers; others may be anything.
            value = to.blank(value, "IPv6 option")
        new += options[at : at + 2] + value
        at += size
    return bytes(new) + to.blank(options[at:], "IPv6 option")


def routing(octets: bytes, walk: Walk) -> Step:
    """A routing header: source routes (types 0, 2) and segment routing (type 4, RFC 8754)."""
    size = (octets[1] + 1) * 8 if len(octets) > 1 else 0
    if not 8 <= size <= len(octets):
        return None
    to, kind, left = walk.to, octets[2], octets[3]
    count = min(octets[4] + 1, (size - 8) // 16) if kind == 4 else (size - 8) // 16
    if kind not in (0, 2, 4) or not count:
        header = octets[:4] + to.blank(octets[4:size], "routing header")
        return Inward(PROTOCOL | octets[0], octets[size:], header.__add__)
    hops = [octets[at : at + 16] for at in range(8, 8 + count * 16, 16)]
    mapped = [to.ipv6(hop) for hop in hops]
    if left and len(walk.target) == 16:
        # The checksum counts the last hop as target: the first of the list in segment routing, else the last.
        last = 0 if kind == 4 else -1
        walk.old_sum += int.from_bytes(hops[last], "big") - int.from_bytes(walk.target, "big")
        walk.new_sum += int.from_bytes(mapped[last], "big") - int.from_bytes(to.ipv6(walk.target), "big")
        walk.target = hops[last]
    numbers = octets[4:8] if kind == 4 else to.blank(octets[4:8], "routing header")
    rest = to.blank(octets[8 + count * 16 : size], "routing header")
    header = octets[:4] + numbers + b"".join(mapped) + rest
    return Inward(PROTOCOL | octets[0], octets[size:], header.__add__)


def authentication(octets: bytes, walk: Walk) -> Step:
    """The authentication header (RFC 4302): its numbers stay, the check value goes."""
    size = (octets[1] + 2) * 4 if len(octets) > 1 else 0
    if not 12 <= size <= len(octets):
        return None
    header = octets[:12] + walk.to.blank(octets[12:size], "authentication header")
    return Inward(PROTOCOL | octets[0], octets[size:], header.__add__)


LAYERS: Mapping[int, Layer] = {
    IPV4: ipv4,
    IPV6: ipv6,
    PROTOCOL | 4: ipv4,
    PROTOCOL | 41: ipv6,
    PPP | 0x21: ipv4,
    PPP | 0x57: ipv6,
    PROTOCOL | 0: options6,
    PROTOCOL | 60: options6,
    PROTOCOL | 43: routing,
    PROTOCOL | 44: fragment,
    PROTOCOL | 51: authentication,
}
