"""NetBIOS names and datagrams over UDP (RFC 1001, 1002): names of machines in letters, addresses, node status.

Every name keeps its width, so nothing moves. What a datagram carries is not looked into.
"""

from __future__ import annotations

from scrubber.capture import domain
from scrubber.capture.packet import Flow
from scrubber.model import Entity
from scrubber.values import Values

PORTS = frozenset({137, 138})

_RULE = "netbios-name"
_BLANK = "netbios"
_HEADER = 12
_SMB = b"\xffSMB"
"""How a message of file sharing begins; its command stands behind this."""
_ENCODED = 32
_NB, _STATUS = 0x20, 0x21
_DIRECT = frozenset({0x10, 0x11, 0x12})
_QUERIES = frozenset({0x14, 0x15, 0x16})
_LETTERS = frozenset(range(0x41, 0x51))
_NEUTRAL = frozenset((b"*", b"\1\2__MSBROWSE__\2", b"WORKGROUP", b"MSHOME"))


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a name in letters stands where one has to, on one of the usual ports."""
    if 137 in (flow.sport, flow.dport):
        return len(payload) > _HEADER + 1 + _ENCODED and _is_encoded(payload[_HEADER + 1 : _HEADER + 1 + _ENCODED])
    if 138 not in (flow.sport, flow.dport) or len(payload) < 10:
        return False
    return payload[0] in _DIRECT or payload[0] in _QUERIES or payload[0] == 0x13


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A packet; ``None`` where it is none of the name or the datagram service."""
    if not claims(payload, flow):
        return None
    return _names(payload, to) if 137 in (flow.sport, flow.dport) else _datagram(payload, to)


def _is_encoded(letters: bytes) -> bool:
    return _LETTERS.issuperset(letters)


def _names(payload: bytes, to: Values) -> bytes:
    questions, *records = (int.from_bytes(payload[at : at + 2], "big") for at in range(4, _HEADER, 2))
    out, at = bytearray(payload[:_HEADER]), _HEADER
    for place in range(questions + sum(records)):
        fixed = 4 if place < questions else 10
        name = _name(payload, at, to)
        if name is None or at + len(name) + fixed > len(payload):
            break
        out += name
        at += len(name)
        head = payload[at : at + fixed]
        out += head
        at += fixed
        if place >= questions:
            rdata = payload[at : at + int.from_bytes(head[8:], "big")]
            out += _rdata(int.from_bytes(head[:2], "big"), rdata, to)
            at += len(rdata)
    return bytes(out + to.blank(payload[at:], _BLANK))


def _name(payload: bytes, at: int, to: Values) -> bytes | None:
    """The name at an offset, as wide as it was, or the pointer that stands there."""
    if len(payload) > at + 1 and payload[at] >= 0xC0:
        return payload[at : at + 2]
    letters = payload[at + 1 : at + 1 + _ENCODED]
    if payload[at : at + 1] != b"\x20" or len(letters) < _ENCODED or not _is_encoded(letters):
        return None
    scope = domain.read(payload, at + 1 + _ENCODED)
    if scope is None:
        return None
    octets = bytes((high - 0x41) << 4 | low - 0x41 for high, low in zip(letters[::2], letters[1::2], strict=True))
    mapped = _plain(octets, to)
    encoded = bytes(0x41 + nibble for octet in mapped for nibble in (octet >> 4, octet & 15))
    rest = payload[at + 1 + _ENCODED : scope.end]
    # A scope is rare and has no room to move: the root, or blind letters in labels of the same length.
    return b"\x20" + encoded + (rest if len(rest) == 1 else _scope(rest, to))


def _scope(octets: bytes, to: Values) -> bytes:
    out, at = bytearray(), 0
    while at < len(octets):
        size = octets[at]
        if size >= 0xC0:
            return bytes(out + octets[at:])
        out += octets[at : at + 1] + to.blank(octets[at + 1 : at + 1 + size], _BLANK, b"x")
        at += 1 + size
    return bytes(out)


def _plain(octets: bytes, to: Values) -> bytes:
    """Fifteen octets of a name, filled up with blanks or zeros, and the kind of service."""
    name = octets[:15]
    pad = b"\0" if name.endswith(b"\0") else b" "
    if name.rstrip(pad) in _NEUTRAL:
        return octets
    return to.fixed(Entity.HOST, name, _RULE, pad) + octets[15:]


def _rdata(kind: int, rdata: bytes, to: Values) -> bytes:
    if kind == _NB:
        whole = len(rdata) // 6 * 6
        entries = (rdata[at : at + 2] + to.ipv4(rdata[at + 2 : at + 6]) for at in range(0, whole, 6))
        return b"".join(entries) + to.blank(rdata[whole:], _BLANK)
    if kind != _STATUS or not rdata:
        return to.blank(rdata, _BLANK)
    end = 1 + 18 * rdata[0]
    if len(rdata) < end + 6:
        return to.blank(rdata, _BLANK)
    names = (_plain(rdata[at : at + 16], to) + rdata[at + 16 : at + 18] for at in range(1, end, 18))
    return rdata[:1] + b"".join(names) + to.mac(rdata[end : end + 6]) + to.blank(rdata[end + 6 :], _BLANK)


def _datagram(payload: bytes, to: Values) -> bytes:
    """The header of a datagram (RFC 1002 section 4.4.1), its two names; its data is blanked."""
    head = payload[:4] + to.ipv4(payload[4:8]) + payload[8:10]
    out, at = bytearray(head), 10
    if payload[0] == 0x13:
        return bytes(out + payload[10:11] + to.blank(payload[11:], _BLANK))
    count = 1
    if payload[0] in _DIRECT:
        out += payload[10:14]
        at, count = min(14, len(payload)), 2
    for _ in range(count):
        name = _name(payload, at, to)
        if name is None:
            break
        out += name
        at += len(name)
    kept = 5 if payload.startswith(_SMB, at) and len(payload) >= at + 5 else 0
    return bytes(out + payload[at : at + kept] + to.blank(payload[at + kept :], "netbios data"))
