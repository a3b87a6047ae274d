"""Options of neighbour discovery (RFC 4861 section 4.6): addresses and names mapped, unknown options blanked."""

from __future__ import annotations

from scrubber.capture.layer import IPV6, Walk, fitted
from scrubber.model import Entity
from scrubber.values import Values

_BLANKED = "neighbour discovery option"
_SOURCE, _TARGET, _PREFIX, _REDIRECTED, _MTU = 1, 2, 3, 4, 5
_ROUTE, _SERVERS, _SEARCH = 24, 25, 31


def options(octets: bytes, walk: Walk) -> bytes:
    """A row of options, each of a multiple of eight octets, rewritten at its length."""
    new, at = bytearray(), 0
    while at + 8 <= len(octets):
        size = octets[at + 1] * 8
        if not 8 <= size <= len(octets) - at:
            break
        new += octets[at : at + 2] + _option(octets[at], octets[at + 2 : at + size], walk)
        at += size
    kept = at + 2 if walk.missing and len(octets) >= at + 2 else at
    return bytes(new) + octets[at:kept] + walk.to.blank(octets[kept:], _BLANKED)


def _option(kind: int, value: bytes, walk: Walk) -> bytes:
    to = walk.to
    if kind in (_SOURCE, _TARGET) and len(value) == 6:
        return to.mac(value)
    if kind == _PREFIX and len(value) == 30:
        return value[:10] + to.blank(value[10:14], _BLANKED) + to.ipv6(value[14:])
    if kind == _REDIRECTED:
        return to.blank(value[:6], _BLANKED) + walk.quote(IPV6, value[6:], walk)
    if kind == _MTU and len(value) == 6:
        return value
    if kind == _ROUTE and len(value) in (6, 14, 22):
        return value[:6] + to.ipv6(fitted(value[6:], 16))[: len(value) - 6]
    if kind == _SERVERS and len(value) >= 6 and not (len(value) - 6) % 16:
        return value[:6] + b"".join(to.ipv6(value[at : at + 16]) for at in range(6, len(value), 16))
    if kind == _SEARCH and len(value) >= 6:
        return value[:6] + _search(value[6:], to)
    return to.blank(value, _BLANKED)


def _search(octets: bytes, to: Values) -> bytes:
    """Search domains (RFC 8106 section 5.2) as rows of labels; what does not fit any more is blanked."""
    names: list[list[bytes]] = [[]]
    at = 0
    while at < len(octets):
        size = octets[at]
        if size > 63 or at + 1 + size > len(octets):
            return to.blank(octets, _BLANKED)
        if size:
            names[-1].append(octets[at + 1 : at + 1 + size])
        elif names[-1]:
            names.append([])
        at += 1 + size
    mapped = [to.value(Entity.HOST, b".".join(name), "ndp-search-domain") for name in names[:-1]]
    new = b"".join(_labels(name) for name in mapped)
    if len(new) > len(octets) or names[-1]:
        return to.blank(octets, _BLANKED)
    return fitted(new, len(octets))


def _labels(name: bytes) -> bytes:
    return b"".join(bytes((min(len(label), 63),)) + label[:63] for label in name.split(b".") if label) + b"\0"
