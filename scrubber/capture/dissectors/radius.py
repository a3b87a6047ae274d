"""RADIUS (RFC 2865, 2866, 5090, 5176): codes, ids, counters and causes stay; people, stations, addresses are mapped.

Authenticators and passwords are blanked: they cannot be computed anew without the shared secret. An attribute that no
table names is blanked at its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture import eap
from scrubber.capture.packet import Flow
from scrubber.capture.unique import identifier
from scrubber.capture.words import host_name, sentence, words
from scrubber.model import Entity
from scrubber.values import Values

PORTS = frozenset({1645, 1646, 1812, 1813, 3799})

_HEADER = 20
_CODES = frozenset({1, 2, 3, 4, 5, 11, 12, 13, *range(40, 46)})
_LONGEST = 253
_VENDOR = 26
_CISCO, _3GPP = 9, 10415
_BLANK = "radius"
_SHORT = 6
"""Digits of the code of a country and a network."""
_PRINTABLE = re.compile(rb"[^\x00-\x1f\x7f]*")
_STATION = re.compile(
    rb"((?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?::(.*))?", re.DOTALL
)
"""A hardware address, and after a colon the name of a wireless network (RFC 3580 section 3.20)."""
_PAIR = re.compile(rb"([A-Za-z][A-Za-z0-9_:-]{0,40}=)(.*)", re.DOTALL)
_KEPT_WORD = re.compile(
    rb"(?i)md5|md5-sess|sha-256|sha-256-sess|sha-512-256|auth|auth-int|true|false|akav[12]-md5|[0-9a-f]{8}"
)
_SCHEME = re.compile(rb'"?(?i:sips?|tel|https?|im|pres):')
_METHOD = re.compile(rb"[A-Z]{3,10}")
_MEASURED = re.compile(rb"(?i)h323-(?:call-origin|call-type|disconnect-cause|voice-quality|[a-z-]{1,20}-time)=")
_MEASURE = re.compile(
    rb"(?:[0-9A-Fa-f]{1,8}|[*.]?[0-9]{1,2}:[0-9:.]{1,16} ?)?[A-Z]{0,4}(?: [A-Z][a-z]{2} [A-Z][a-z]{2} [0-9: ]{1,20})?"
    rb"|answer|originate|VoIP|Telephony"
)

_Value = Callable[[bytes, Values], bytes]


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a known code and a length that fits stand on one of the usual ports."""
    if PORTS.isdisjoint((flow.sport, flow.dport)) or len(payload) < _HEADER or payload[0] not in _CODES:
        return False
    size = int.from_bytes(payload[2:4], "big")
    return size >= _HEADER and (size <= len(payload) or flow.cut)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A packet; ``None`` where it is shorter than its header."""
    del flow
    if len(payload) < _HEADER:
        return None
    size = int.from_bytes(payload[2:4], "big")
    body = payload[_HEADER : max(size, _HEADER)]
    new = _attributes(body, to, _ATTRIBUTES, _blank)
    size += len(new) - len(body)
    if size > 0xFFFF:
        return None
    head = payload[:2] + size.to_bytes(2, "big") + to.blank(payload[4:_HEADER], "radius authenticator")
    return head + new + to.blank(payload[_HEADER + len(body) :], _BLANK)


def _attributes(octets: bytes, to: Values, table: Mapping[int, _Value], default: _Value) -> bytes:
    """Attributes one after another; from the first damaged one on everything is blanked."""
    out = bytearray()
    at = 0
    while at + 2 <= len(octets):
        size = octets[at + 1]
        value = octets[at + 2 : at + size]
        if size < 2 or len(value) < size - 2:
            break
        new = table.get(octets[at], default)(value, to)[:_LONGEST]
        out += bytes((octets[at], len(new) + 2)) + new
        at += size
    return bytes(out + to.blank(octets[at:], _BLANK))


# --- values of attributes ------------------------------------------------------------------------------------------


def _blank(value: bytes, to: Values) -> bytes:
    """Digits become zeros that are still digits: an identity of another alphabet would be malformed."""
    return to.blank(value, _BLANK, b"0" if value.isdigit() else b"\0")


def _spoken(read: _Value) -> _Value:
    """Text; octets that are none are blanked."""

    def checked(value: bytes, to: Values) -> bytes:
        return read(value, to) if _PRINTABLE.fullmatch(value) else to.blank(value, _BLANK)

    return checked


def _of(entity: Entity, rule: str) -> _Value:
    return _spoken(lambda value, to: to.value(entity, value, rule))


def _number(value: bytes, to: Values) -> bytes:
    return value if len(value) == 4 else to.blank(value, _BLANK)


def _short(value: bytes, to: Values) -> bytes:
    """A code of a network, a kind of access: as many digits as five million share."""
    return value if len(value) == 1 or (len(value) <= _SHORT and value.isalnum()) else to.blank(value, _BLANK)


def _address(value: bytes, to: Values) -> bytes:
    return to.address(value) if len(value) in (4, 16) else to.blank(value, _BLANK)


def _prefix(value: bytes, to: Values) -> bytes:
    """A reserved octet, a prefix length, as many octets of the address as are needed (RFC 3162 section 2.3)."""
    part = value[2:]
    return value[:2] + to.ipv6(part.ljust(16, b"\0"))[: len(part)] if len(part) <= 16 else to.blank(value, _BLANK)


def _station(value: bytes, to: Values) -> bytes:
    station = _STATION.fullmatch(value)
    if station is None:
        return to.value(Entity.USER, value, "radius-station")
    mac = to.value(Entity.MAC, station[1], "radius-station")
    return mac if station[2] is None else mac + b":" + to.value(Entity.NAME, station[2], "radius-network")


def _endpoint(value: bytes, to: Values) -> bytes:
    """A tag below 32, perhaps, and a host or an address (RFC 2868 section 3.3)."""
    tag = value[:1] if value[:1] < b"\x20" else b""
    return tag + host_name(value[len(tag) :], to, "radius-host")


def _tagged(value: bytes, to: Values) -> bytes:
    tag = value[:1] if value[:1] < b"\x20" else b""
    return tag + _spoken(words)(value[len(tag) :], to)


def _kept(pattern: re.Pattern[bytes]) -> _Value:
    def read(value: bytes, to: Values) -> bytes:
        bare = value.strip(b'"')
        return value if pattern.fullmatch(bare) else to.blank(value, _BLANK, b"x")

    return read


def _vendor(value: bytes, to: Values) -> bytes:
    table = _VENDORS.get(int.from_bytes(value[:4], "big"), {}) if len(value) > 4 else {}
    return value[:4] + _attributes(value[4:], to, table, _blank)


def _digest(value: bytes, to: Values) -> bytes:
    """The attributes of a digest inside one, as drafts before RFC 4590 had it."""
    return _attributes(value, to, {place: _ATTRIBUTES[code] for place, code in enumerate(_DIGEST_ORDER, 1)}, _blank)


def _pair(value: bytes, to: Values) -> bytes:
    """``key=value`` of a gateway: causes, kinds and times stay, conference ids and gateways follow their maps."""
    pair = _PAIR.fullmatch(value)
    if pair is None or not _PRINTABLE.fullmatch(value):
        return words(value, to)
    key, inner = pair.groups()
    name = key.lower()
    if _MEASURED.fullmatch(key):
        return key + (inner if _MEASURE.fullmatch(inner) else words(inner, to))
    if name.endswith(b"conf-id="):
        return key + to.value(Entity.IDENTIFIER, inner, "radius-conference")
    if name.endswith((b"gw-id=", b"remote-address=")):
        return key + host_name(inner, to, "radius-host")
    return key + words(inner, to)


def _uri(value: bytes, to: Values) -> bytes:
    """The URI of a request; without a scheme it is a user."""
    return to.text(value) if _SCHEME.match(value) else to.value(Entity.USER, value, "radius-user")


_USER = _of(Entity.USER, "radius-user")
_SESSION = _of(Entity.IDENTIFIER, "radius-session")
_HASH = _of(Entity.HASH, "radius-digest")
_NONCE = _of(Entity.NONCE, "radius-digest")
_TEXT = _spoken(lambda value, to: to.text(value))
_WORD = _kept(_KEPT_WORD)
_DIGEST_ORDER = (104, 105, 108, 109, 110, 111, 112, 113, 114, 115)

_ATTRIBUTES: Mapping[int, _Value] = {
    **dict.fromkeys((5, 6, 7, 10, 12, 13, 15, 16, 23, 27, 28, 29, 37, 38, 40, 41, 42, 43), _number),
    **dict.fromkeys((45, 46, 47, 48, 49, 51, 52, 53, 55, 61, 62, 64, 65, 72, 73, 76, 83, 85, 86, 101), _number),
    **dict.fromkeys((4, 8, 9, 14, 95, 98, 168), _address),
    **dict.fromkeys((97, 123), _prefix),
    **dict.fromkeys((1, 19, 34, 35, 63), _USER),
    **dict.fromkeys((30, 31), _spoken(_station)),
    32: _spoken(lambda value, to: host_name(value, to, "radius-host")),
    **dict.fromkeys((66, 67), _endpoint),
    **dict.fromkeys((44, 50), _SESSION),
    **dict.fromkeys((24, 25, 33, 89, 96), identifier),
    18: _spoken(sentence),
    79: eap.message,
    **dict.fromkeys((22, 99), _TEXT),
    **dict.fromkeys((11, 39, 77, 78, 87, 88, 100), _spoken(words)),
    **dict.fromkeys((81, 82, 90, 91), _tagged),
    _VENDOR: _vendor,
    **dict.fromkeys((103, 106, 112, 121), _HASH),
    **dict.fromkeys((105, 107, 113, 116), _NONCE),
    104: _spoken(lambda value, to: to.reader.part("realm", value, "radius-realm")),
    108: _kept(_METHOD),
    **dict.fromkeys((109, 122), _spoken(_uri)),
    119: _spoken(_pair),
    **dict.fromkeys((110, 111, 114, 120), _WORD),
    115: _USER,
    206: _HASH,
    207: _digest,
}
_CISCO_PAIRS: Mapping[int, _Value] = dict.fromkeys((1, 2, *range(23, 40)), _pair)
_OF_3GPP: Mapping[int, _Value] = {
    1: _of(Entity.USER, "radius-subscriber"),
    **dict.fromkeys((3, 27), _number),
    **dict.fromkeys((4, 6, 7, 14, 15, 16), _address),
    **dict.fromkeys((8, 9, 10, 12, 13, 18, 21), _short),
    20: _of(Entity.USER, "radius-equipment"),
}
"""3GPP TS 29.061 section 16.4.7: subscriber, kinds, gateways, networks and types of access, equipment."""
_VENDORS: Mapping[int, Mapping[int, _Value]] = {_CISCO: _CISCO_PAIRS, _3GPP: _OF_3GPP}
