"""SCCP (ITU-T Q.713) and the transactions in it (TCAP, Q.773), as MAP and CAP use them (3GPP TS 29.002, 29.078).

Message types, causes, subsystems and the skeleton of what is invoked and answered stay: tags, lengths, operations,
small numbers, application contexts. Global titles, addresses and subscribers are numbers; transactions are mapped;
every other value is blanked. No length changes.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from scrubber.readings import isdn
from scrubber.values import Values

CONTENT: Final = "SCCP content"
RULE: Final = "map-number"

_FRONT: Final = {0x09: 1, 0x0A: 1, 0x11: 2, 0x12: 2}
"""By message type, octets before the pointers: class or cause, counter of hops (UDT, UDTS, XUDT, XUDTS)."""
_EXTENDED: Final = frozenset((0x11, 0x12))
"""Those with a pointer to optional parameters."""
_VARIABLE: Final = 3
_KEPT_OPTIONS: Final = {0x10: 4, 0x12: 1}
"""Segmentation and importance, and their octets."""
_TITLES: Final = {1: 1, 2: 1, 3: 2, 4: 3}
"""By kind of a global title, octets before its digits (section 3.4.2.3)."""
_PLANNED: Final = frozenset((3, 4))
_INTERNATIONAL: Final = 4
"""Nature of an address in a global title."""

_DEPTH: Final = 24
_CONSTRUCTED, _LONG_TAG, _CONTEXT = 0x20, 0x1F, 0x80
_INDEFINITE: Final = 0x80
_WIDEST: Final = 3
"""Octets of a length, of tags of elements."""
_SMALL: Final = {0x00: 0, 0x01: 1, 0x02: 2, 0x05: 0, 0x0A: 1, 0x4A: 1}
"""Elements that say which, and their octets: the end of contents, BOOLEAN, INTEGER, NULL, ENUMERATED, P-Abort cause."""
_TRANSACTIONS: Final = frozenset((0x48, 0x49))
_OBJECT: Final = 0x06
_VERSION: Final = b"\7\x80"
"""The only version of dialogues there is, as bits."""
_ROOTS: Final = (b"\x04\0\0\1\0", b"\0\x11\x86\x05")
"""Objects of mobile networks, and of Q.773."""
_LONGEST_OBJECT: Final = 12
_E164: Final = 0x91
_PLAN: Final = 0x8F
_PLANS: Final = frozenset((0x81, 0x86))
"""What stands before the digits of an address: that nothing follows, and E.164 or E.212 (TS 29.002 section 17.7.8)."""
_LONGEST_NUMBER: Final = 11
_SUBSCRIBER: Final = frozenset((7, 8))
"""Octets of an IMSI."""


def sccp(data: bytes, to: Values) -> bytes | None:
    """A message without routing label; ``None`` where it is of no known type or its pointers do not fit."""
    front = _FRONT.get(data[0]) if data else None
    spans = None if front is None else _spans(data, 1 + front)
    if spans is None:
        return None
    (called, calling, content), end = spans[:_VARIABLE], spans[_VARIABLE - 1][1]
    new = data[: called[0]] + _address(data[slice(*called)], to) + data[called[1] : calling[0]]
    new += _address(data[slice(*calling)], to) + data[calling[1] : content[0]]
    return new + skeleton(data[slice(*content)], to) + _options(data[end:], to)


def _spans(data: bytes, pointers: int) -> list[tuple[int, int]] | None:
    """Where the parameters stand, one behind the other as every sender puts them."""
    at = pointers + _VARIABLE + (data[0] in _EXTENDED)
    if len(data) <= at:
        return None
    spans: list[tuple[int, int]] = []
    for number in range(pointers, pointers + _VARIABLE):
        if number + data[number] != at or at >= len(data):
            return None
        spans.append((at + 1, at + 1 + data[at]))
        at += 1 + data[at]
    return spans if at <= len(data) else None


def _options(data: bytes, to: Values) -> bytes:
    """Kinds and lengths of optional parameters."""
    new, at = bytearray(), 0
    while at + 1 < len(data) and data[at]:
        end = at + 2 + data[at + 1]
        value = data[at + 2 : end]
        kept = len(value) == _KEPT_OPTIONS.get(data[at], -1)
        new += data[at : at + 2] + (value if kept else _blank(to, value, b"\0"))
        at = min(end, len(data))
    return bytes(new) + _blank(to, data[at:], b"\0")


def _address(data: bytes, to: Values) -> bytes:
    """A party: what is said of it, point of the network, subsystem, global title."""
    if not data:
        return data
    said, at = data[0], 1 + 2 * (data[0] & 1)
    new = data[:1] + _blank(to, data[1:at], b"\0")
    start = at + (said >> 1 & 1)
    kind = said >> 2 & 15
    title = start + _TITLES.get(kind, 0)
    if kind not in _TITLES or len(data) < title:
        return new + data[at:start] + _blank(to, data[start:], b"\0")
    odd = data[start] >> 7 if kind == 1 else int(kind in _PLANNED and data[start + 1] & 15 == 1)
    lead = b"+" if data[title - 1] & 0x7F == _INTERNATIONAL and kind in (1, 4) else b""
    return new + data[at:title] + _digits(data[title:], odd, lead, to)


def skeleton(octets: bytes, to: Values, depth: int = 0) -> bytes:
    """Elements of the basic encoding rules (X.690), also of indefinite length: values in them are read or blanked."""
    new, at = bytearray(), 0
    while at + 1 < len(octets) and depth < _DEPTH:
        begin = _behind_tag(octets, at)
        size = octets[begin - 1] if begin else 0
        if not begin:
            break
        if size == _INDEFINITE and octets[at] & _CONSTRUCTED:
            # Its contents follow, and an empty element ends them.
            new += octets[at:begin]
            at = begin
            continue
        if size > _INDEFINITE:
            wide = begin + size - _INDEFINITE
            size = int.from_bytes(octets[begin:wide])
            if wide - begin > _WIDEST or wide > len(octets):
                break
            begin = wide
        end = begin + size
        if size == _INDEFINITE or end > len(octets):
            break
        value = octets[begin:end]
        inside = octets[at] & _CONSTRUCTED
        new += octets[at:begin] + (skeleton(value, to, depth + 1) if inside else _primitive(octets[at], value, to))
        at = end
    return bytes(new) + _blank(to, octets[at:], b"\0")


def _behind_tag(octets: bytes, at: int) -> int:
    """The offset behind tag and first octet of the length; 0 where they do not end."""
    begin = at + 1
    if octets[at] & _LONG_TAG == _LONG_TAG:
        while begin < min(len(octets), at + _WIDEST) and octets[begin] & 0x80:
            begin += 1
        begin += 1
    return begin + 1 if begin < len(octets) else 0


def _primitive(tag: int, value: bytes, to: Values) -> bytes:
    if len(value) <= _SMALL.get(tag, -1) or (tag & 0xC0 == _CONTEXT and len(value) <= 1):
        return value
    if tag in _TRANSACTIONS:
        return to.opaque(value, RULE)
    if (tag == _OBJECT and len(value) <= _LONGEST_OBJECT and value.startswith(_ROOTS)) or value == _VERSION:
        return value
    if tag in (0x04, 0x80) or tag & 0xC0 == _CONTEXT:
        if 4 <= len(value) <= _LONGEST_NUMBER and value[0] & _PLAN in _PLANS and _is_row(value[1:]):
            return value[:1] + _digits(value[1:], 0, b"+" if value[0] == _E164 else b"", to)
        if len(value) in _SUBSCRIBER and _is_row(value):
            return _digits(value, 0, b"", to)
    return _blank(to, value, b"\0")


def _is_row(octets: bytes) -> bool:
    """Whether digits stand here, two to an octet, with one filler at most."""
    row = b"".join([b"%x%x" % (octet & 15, octet >> 4) for octet in octets])
    return row.removesuffix(b"f").isdigit()


def _digits(octets: bytes, unused: int, lead: bytes, to: Values) -> bytes:
    return isdn.packed(octets, unused, RULE, to.reader, partial(_blank, to), lead)


def _blank(to: Values, octets: bytes, fill: bytes) -> bytes:
    return to.blank(octets, CONTENT, fill)
