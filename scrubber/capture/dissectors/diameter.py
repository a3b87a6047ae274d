"""Diameter (RFC 6733, 4006, 4740, 3GPP TS 29.229, 32.299): commands, results and counters stay.

Hosts, realms, users, numbers and addresses follow their maps; grouped values are read inside; a value that no table
names is blanked at its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture.document import is_text, markup
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.capture.unique import identifier
from scrubber.capture.words import host_name, sentence, words
from scrubber.model import Entity
from scrubber.values import Values

PORTS = frozenset({3868, 5868})

_HEADER = 20
_DEPTH = 12
"""Groups inside one another."""
_VENDOR_FLAG = 0x80
_FLAGS = 0xE0
_3GPP = 10415
_BLANK = "diameter"
_PRINTABLE = re.compile(rb"[^\x00-\x1f\x7f]*")
_DIGITS = re.compile(rb"[0-9]{1,20}")
_SCHEME = re.compile(rb"(?i:sips?|tel|urn|im|pres):")
_STATION = re.compile(rb"((?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?::(.*))?")
_URI = re.compile(rb"(aaas?://)([^:;/]{1,255})((?::[0-9]{1,5})?(?:;[a-z]{1,10}=[a-z0-9-]{1,20}){0,4})")
_WORDS = frozenset(
    b"Digest SIP MD5 auth auth-int Unknown Early-IMS NASS-Bundled SIP-Digest GIBA Digest-AKAv1-MD5".split()
)

_CODECS = re.compile(rb"((?:uplink|downlink)\r?\n(?:offer|answer|description)\r?\n)((?:[a-z]=[\t\x20-\xff]*+\r?\n?)++)")
_ANY = frozenset((b"any", b"assigned"))
_END = rb"(any|assigned|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]{2,45})"
_FILTER = re.compile(
    rb"((?:permit|deny) (?:in|out) (?:ip|[0-9]{1,3}) from )%b((?:/[0-9]{1,3})?(?: [0-9,-]{1,64})? to )%b"
    rb"((?:/[0-9]{1,3})?(?: [0-9,-]{1,64})?(?: (?:frag|established|setup))?)" % (_END, _END)
)
_CONTEXT = re.compile(rb"(?:[0-9]{1,3}\.){0,4}32[0-9]{3}@3gpp\.org")
"""Which charging specification a request follows (3GPP TS 32.299 section 7.1.12)."""

_Value = Callable[[bytes, Values, int], bytes]
"""From the data of an attribute, and how deep it stands, to what stands for it."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether one whole message stands here, on a usual port."""
    return _begins(payload, flow) and (_length(payload) == len(payload) or flow.cut)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message; ``None`` where no header stands. A cut message is dealt with as far as it goes."""
    del flow
    if not _is_header(payload):
        return None
    size = int.from_bytes(payload[1:4], "big")
    body = payload[_HEADER:size]
    new = _attributes(body, to, 0)
    size += len(new) - len(body)
    if size >= 1 << 24:
        return None
    head = payload[:1] + size.to_bytes(3, "big") + payload[4:_HEADER]
    return head + new + to.blank(payload[_HEADER + len(body) :], _BLANK)


def _is_header(octets: bytes) -> bool:
    """RFC 6733 section 3: version 1, a length in words, no reserved flag."""
    size = int.from_bytes(octets[1:4], "big")
    return len(octets) >= _HEADER and octets[0] == 1 and size >= _HEADER and size % 4 == 0 and octets[4] & 0x0F == 0


def _begins(octets: bytes, flow: Flow) -> bool:
    if PORTS.isdisjoint((flow.sport, flow.dport)):
        return False
    return _is_header(octets.ljust(_HEADER, b"\0")) if len(octets) > 4 else False


def _length(octets: bytes) -> int:
    if len(octets) < 4:
        return MORE
    size = int.from_bytes(octets[1:4], "big")
    return size if size >= _HEADER else DAMAGED


STREAM = Stream("diameter", _begins, _length, dissect)


def _attributes(octets: bytes, to: Values, depth: int) -> bytes:
    """Attributes one after another; from the first damaged one on everything is blanked."""
    out = bytearray()
    at = 0
    while depth <= _DEPTH and at + 8 <= len(octets):
        code, flags = int.from_bytes(octets[at : at + 4], "big"), octets[at + 4]
        size = int.from_bytes(octets[at + 5 : at + 8], "big")
        start = at + (12 if flags & _VENDOR_FLAG else 8)
        if at + size > len(octets) or at + size < start:
            break
        vendor = int.from_bytes(octets[at + 8 : start], "big")
        new = _ATTRIBUTES.get((vendor, code), _blank)(octets[start : at + size], to, depth + 1)
        length = start - at + len(new)
        if length >= 1 << 24:
            break
        out += octets[at : at + 4] + bytes((flags & _FLAGS,)) + length.to_bytes(3, "big") + octets[at + 8 : start] + new
        end = at + size
        at = min(len(octets), end + -size % 4)
        out += _padding(octets[end:at], -len(new) % 4 if at == end + -size % 4 else at - end, to)
    return bytes(out + to.blank(octets[at:], _BLANK))


def _padding(old: bytes, size: int, to: Values) -> bytes:
    return to.blank(old, _BLANK)[:size].ljust(size, b"\0")


# --- values of attributes ------------------------------------------------------------------------------------------


def _blank(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return to.blank(value, _BLANK)


def _group(value: bytes, to: Values, depth: int) -> bytes:
    return _attributes(value, to, depth)


def _number(value: bytes, to: Values, depth: int) -> bytes:
    return value if len(value) in (4, 8) else _blank(value, to, depth)


def _spoken(read: Callable[[bytes, Values], bytes]) -> _Value:
    """Text; octets that are none are blanked."""

    def checked(value: bytes, to: Values, depth: int) -> bytes:
        return read(value, to) if _PRINTABLE.fullmatch(value) else _blank(value, to, depth)

    return checked


def _of(entity: Entity, rule: str) -> _Value:
    return _spoken(lambda value, to: to.value(entity, value, rule))


def _address(value: bytes, to: Values, depth: int) -> bytes:
    """A family of two octets and an address (RFC 6733 section 4.3.1); a number may stand in place of one."""
    family = value[:2]
    if (family, len(value)) in ((b"\0\1", 6), (b"\0\2", 18)):
        return family + to.address(value[2:])
    if family == b"\0\x08" and _DIGITS.fullmatch(value[2:]):
        return family + to.value(Entity.NUMBER, value[2:], "diameter-number")
    return _blank(value, to, depth)


def _packed(value: bytes, to: Values, depth: int) -> bytes:
    return to.address(value) if len(value) in (4, 16) else _blank(value, to, depth)


def _prefix(value: bytes, to: Values, depth: int) -> bytes:
    part = value[2:]
    if len(part) > 16:
        return _blank(value, to, depth)
    return value[:2] + to.ipv6(part.ljust(16, b"\0"))[: len(part)]


def _identifier(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return identifier(value, to)


def _session(value: bytes, to: Values) -> bytes:
    """Host, two numbers of 32 bits, and what an implementation adds (RFC 6733 section 8.8)."""
    host, *rest = value.split(b";")
    numbers = [place < 2 and _DIGITS.fullmatch(part) and int(part) < 1 << 32 for place, part in enumerate(rest)]
    added = [
        part if number else to.value(Entity.IDENTIFIER, part, "diameter-session")
        for part, number in zip(rest, numbers, strict=True)
    ]
    return b";".join([to.value(Entity.HOST, host, "diameter-host"), *added])


def _uri(value: bytes, to: Values) -> bytes:
    uri = _URI.fullmatch(value)
    return (
        host_name(value, to, "diameter-host")
        if uri is None
        else uri[1] + to.value(Entity.HOST, uri[2], "diameter-host") + uri[3]
    )


def _word(value: bytes, to: Values, depth: int) -> bytes:
    return value if value in _WORDS or _CONTEXT.fullmatch(value) else _spoken(words)(value, to, depth)


def _subscription(value: bytes, to: Values) -> bytes:
    """A number, a URI or a user (RFC 8506 section 8.47); of a station its address, and a network (RFC 7155)."""
    if _DIGITS.fullmatch(value):
        return to.value(Entity.NUMBER, value, "diameter-number")
    if _SCHEME.match(value):
        return to.text(value)
    station = _STATION.fullmatch(value)
    if station is None:
        return to.value(Entity.USER, value, "diameter-user")
    mac = to.value(Entity.MAC, station[1], "diameter-station")
    return mac if station[2] is None else mac + b":" + to.value(Entity.NAME, station[2], "diameter-network")


def _profile(value: bytes, to: Values, depth: int) -> bytes:
    """What a subscriber may do, as XML (TS 29.228 annex B, TS 29.328 annex C)."""
    readable = is_text(value) and value.startswith(b"<")
    return markup(value, to) if readable else _blank(value, to, depth)


def _codecs(value: bytes, to: Values, depth: int) -> bytes:
    """Which way, offer or answer, and a session description (TS 29.214 section 5.3.7)."""
    said = _CODECS.fullmatch(value)
    return said[1] + to.body(b"application/sdp", said[2]) if said is not None else _blank(value, to, depth)


def _filter(value: bytes, to: Values, depth: int) -> bytes:
    """Which packets a rule is about (RFC 6733 section 4.3.1)."""
    rule = _FILTER.fullmatch(value)
    if rule is None:
        return _blank(value, to, depth)
    source, target = (end if end in _ANY else to.value(Entity.HOST, end, "diameter-filter") for end in rule.group(2, 4))
    return rule[1] + source + rule[3] + target + rule[5]


def _host(value: bytes, to: Values) -> bytes:
    return host_name(value, to, "diameter-host")


_BASE: Mapping[int, _Value] = {
    **dict.fromkeys((258, 259, 265, 266, 267, 268, 270, 271, 272, 273, 274, 276, 277, 278, 285, 287), _number),
    **dict.fromkeys((291, 295, 298, 299, 261, 262, 27, 55, 480, 483, 485, 416, 415, 432, 439, 450), _number),
    **dict.fromkeys((412, 414, 417, 418, 419, 420, 421, 422, 425, 426, 427, 428, 438, 441, 447, 448, 449), _number),
    **dict.fromkeys((451, 452, 453, 454, 455, 6, 7, 61, 40, 41, 42, 43, 45, 46, 47, 48, 49), _number),
    **dict.fromkeys((260, 279, 284, 297, 413, 423, 424, 429, 430, 431, 434, 437, 440, 443, 445, 446, 456, 458), _group),
    **dict.fromkeys((264, 280, 282, 283, 293, 294, 296), _spoken(_host)),
    263: _spoken(_session),
    257: _address,
    292: _spoken(_uri),
    1: _of(Entity.USER, "diameter-user"),
    444: _spoken(_subscription),
    30: _spoken(_subscription),
    31: _spoken(_subscription),
    **dict.fromkeys((8, 4), _packed),
    97: _prefix,
    **dict.fromkeys((269, 461), _word),
    **dict.fromkeys((281, 18), _spoken(sentence)),
    **dict.fromkeys((33, 25, 24), _identifier),
    **dict.fromkeys((44, 50), _of(Entity.IDENTIFIER, "diameter-session")),
    **dict.fromkeys((103, 121), _of(Entity.HASH, "diameter-digest")),
    **dict.fromkeys((105, 113), _of(Entity.NONCE, "diameter-digest")),
    104: _spoken(lambda value, to: to.reader.part("realm", value, "diameter-realm")),
    **dict.fromkeys((110, 111), _word),
    115: _of(Entity.USER, "diameter-user"),
}
_OF_3GPP: Mapping[int, _Value] = {
    **dict.fromkeys((614, 623, 624, 626, 627, 633, 638, 650, 655, 665, 666), _number),
    **dict.fromkeys((829, 833, 834, 835, 839, 840, 842, 861, 862, 864, 865, 866, 883, 884, 885), _number),
    **dict.fromkeys((612, 603, 604, 613, 615, 632, 635, 649, 823, 824, 825, 838, 843, 850, 855, 873, 874, 876), _group),
    **dict.fromkeys((872, 889, 1249, 2000, 2040, 1001, 1066, 1016, 1018), _group),
    **dict.fromkeys((511, 512, 513, 515, 516, 518, 520, 521, 522, 525, 527, 533), _number),
    **dict.fromkeys((517, 519), _group),
    **dict.fromkeys((1009, 1010, 1027, 1028, 1029, 1030, 1032), _number),
    **dict.fromkeys((601, 602, 831, 832, 2036, 2035, 3401), _spoken(_subscription)),
    **dict.fromkeys((830, 1), _spoken(_subscription)),
    608: _word,
    **dict.fromkeys((606, 702), _profile),
    507: _filter,
    524: _codecs,
    **dict.fromkeys((1227, 1228), _address),
    841: _of(Entity.IDENTIFIER, "diameter-session"),
}
_ATTRIBUTES: Mapping[tuple[int, int], _Value] = {
    **{(0, code): read for code, read in _BASE.items()},
    **{(_3GPP, code): read for code, read in _OF_3GPP.items()},
}
"""By vendor, 0 for none, and code."""
