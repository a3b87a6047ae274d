"""LDAP (RFC 4511) over TCP and UDP: which operation, how it ended, which attributes; people and passwords go.

Message ids, operations, scopes, results, names of attributes and classes stay. Distinguished names are mapped part by
part, values by the attribute they belong to; passwords, tokens and values of unknown attributes are blanked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from scrubber.capture import ber
from scrubber.capture.ber import Element
from scrubber.capture.directory import (
    blanked,
    description,
    diagnostic,
    distinguished_name,
    mechanism,
    object_identifier,
    password,
    referral,
    value_of,
)
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.values import Values

PORTS = frozenset({389, 3268})

_BIND, _EXTENDED, _EXTENDED_RESULT = 0x60, 0x77, 0x78
_START_TLS = b"1.3.6.1.4.1.1466.20037"
_DEPTH = 24
"""Filters inside one another."""
_BLANK = "ldap"
_NUMBERS = frozenset({ber.BOOLEAN, ber.INTEGER, ber.ENUMERATED})
_LONGEST_NUMBER = 8
_NTLM = b"NTLMSSP\0"
_SECURITY = (b"\x2b\x06\x01\x05", b"\x2a\x86\x48\x86\xf7\x12\x01\x02", b"\x2b\x06\x01\x04\x01\x82\x37")
"""How identifiers of mechanisms begin: 1.3.6.1.5, 1.2.840.113554.1.2, 1.3.6.1.4.1.311."""

_Value = Callable[[bytes, Values], bytes]
_Change = Callable[[int, Element], bytes]


# --- elements -------------------------------------------------------------------------------------------------------


def _inside(element: Element, change: _Change, to: Values) -> bytes:
    return ber.rewritten(element.value, change, lambda rest: blanked(rest, to))


def _number(element: Element, to: Values) -> bytes:
    fits = element.tag in _NUMBERS and len(element.value) <= _LONGEST_NUMBER
    return element.value if fits else blanked(element.value, to)


def _fields(to: Values, *reads: _Value) -> _Change:
    """Fields that are strings, one reading for each and the last for all further ones; numbers stay."""

    def change(place: int, field: Element) -> bytes:
        if field.tag in _NUMBERS:
            return _number(field, to)
        return reads[min(place, len(reads) - 1)](field.value, to)

    return change


def _each(element: Element, read: _Value, to: Values) -> bytes:
    return _inside(element, lambda _, inner: read(inner.value, to), to)


def _pair(pair: Element, to: Values) -> bytes:
    """An attribute and its value, or the set of its values."""
    attribute = b""

    def change(place: int, field: Element) -> bytes:
        nonlocal attribute
        if place == 0:
            attribute = field.value
            return description(field.value, to)
        if field.tag in (ber.SET, ber.SEQUENCE):
            return _each(field, partial(value_of, attribute), to)
        return value_of(attribute, field.value, to)

    return _inside(pair, change, to)


def _filter(element: Element, to: Values, depth: int = 0) -> bytes:
    """A filter (RFC 4511 section 4.5.1.7): and, or, not of others, or an attribute with a value."""
    if depth > _DEPTH:
        return blanked(element.value, to)
    if element.tag in (0xA0, 0xA1, 0xA2):
        return _inside(element, lambda _, inner: _filter(inner, to, depth + 1), to)
    if element.tag == 0x87:
        return description(element.value, to)
    if element.tag in (0xA3, 0xA4, 0xA5, 0xA6, 0xA8):
        return _pair(element, to)
    if element.tag == 0xA9:
        return _inside(element, lambda _, inner: _matched(inner, to), to)
    return blanked(element.value, to)


def _matched(inner: Element, to: Values) -> bytes:
    """Rule and attribute of an extensible match are names, the flag is a number, the value is blanked."""
    if inner.tag in (0x81, 0x82):
        return description(inner.value, to)
    return inner.value if inner.tag == 0x84 and len(inner.value) == 1 else blanked(inner.value, to)


def _token(value: bytes, to: Values, depth: int = 0) -> bytes:
    """The value of a control, or a token of a mechanism: its elements and short numbers stay, all else is blanked."""
    if value.startswith(_NTLM) and len(value) >= 12:
        return value[:12] + to.blank(value[12:], _BLANK)
    found, rest = ber.elements(value)
    if not found or rest or depth > _DEPTH:
        return blanked(value, to)

    def change(_: int, inner: Element) -> bytes:
        if inner.tag & 0x20 or inner.tag == ber.OCTETS:
            return _token(inner.value, to, depth + 1)
        if inner.tag == ber.OID and inner.value.startswith(_SECURITY) and len(inner.value) <= 12:
            return inner.value
        fits = inner.tag in _NUMBERS and len(inner.value) <= 4
        return inner.value if fits else blanked(inner.value, to)

    return ber.rewritten(value, change, lambda rest: blanked(rest, to))


# --- operations -----------------------------------------------------------------------------------------------------


def _bind(operation: Element, to: Values) -> bytes:
    def change(place: int, field: Element) -> bytes:
        if field.tag == 0x80:
            return password(field.value, to)
        if field.tag == 0xA3:
            return _inside(field, _fields(to, mechanism, _token), to)
        return distinguished_name(field.value, to) if place == 1 else _number(field, to)

    return _inside(operation, change, to)


def _result(operation: Element, to: Values) -> bytes:
    """Code, matched name, diagnostics, referrals, and what an operation adds (RFC 4511 section 4.1.9)."""

    def change(place: int, field: Element) -> bytes:
        if field.tag == 0xA3:
            return _each(field, referral, to)
        if field.tag == 0x8A:
            return object_identifier(field.value, to)
        return (
            _fields(to, blanked, distinguished_name, diagnostic)(place, field) if place < 3 else _token(field.value, to)
        )

    return _inside(operation, change, to)


def _search(operation: Element, to: Values) -> bytes:
    def change(place: int, field: Element) -> bytes:
        if place == 0:
            return distinguished_name(field.value, to)
        if place == 6:
            return _filter(field, to)
        return _each(field, description, to) if place == 7 else _number(field, to)

    return _inside(operation, change, to)


def _entry(operation: Element, to: Values) -> bytes:
    """A name and its attributes, in an entry that was found or is added."""

    def change(place: int, field: Element) -> bytes:
        return (
            distinguished_name(field.value, to) if place == 0 else _inside(field, lambda _, pair: _pair(pair, to), to)
        )

    return _inside(operation, change, to)


def _modify(operation: Element, to: Values) -> bytes:
    def altered(_: int, alteration: Element) -> bytes:
        return _inside(
            alteration, lambda _, field: _number(field, to) if field.tag in _NUMBERS else _pair(field, to), to
        )

    def change(place: int, field: Element) -> bytes:
        return distinguished_name(field.value, to) if place == 0 else _inside(field, altered, to)

    return _inside(operation, change, to)


def _compare(operation: Element, to: Values) -> bytes:
    return _inside(
        operation, lambda place, field: _pair(field, to) if place else distinguished_name(field.value, to), to
    )


def _extended(operation: Element, to: Values) -> bytes:
    def change(_: int, field: Element) -> bytes:
        return (object_identifier if field.tag == 0x80 else _token)(field.value, to)

    return _inside(operation, change, to)


def _renamed(operation: Element, to: Values) -> bytes:
    return _inside(operation, _fields(to, distinguished_name), to)


_OPERATIONS: Mapping[int, Callable[[Element, Values], bytes]] = {
    _BIND: _bind,
    0x42: lambda operation, to: blanked(operation.value, to),
    0x63: _search,
    0x64: _entry,
    0x66: _modify,
    0x68: _entry,
    0x4A: lambda operation, to: distinguished_name(operation.value, to),
    0x6C: _renamed,
    0x6E: _compare,
    0x50: lambda operation, to: operation.value if len(operation.value) <= 4 else blanked(operation.value, to),
    0x73: lambda operation, to: _each(operation, referral, to),
    _EXTENDED: _extended,
    0x79: _extended,
    **dict.fromkeys((0x61, 0x65, 0x67, 0x69, 0x6B, 0x6D, 0x6F, _EXTENDED_RESULT), _result),
}


def _control(control: Element, to: Values) -> bytes:
    """Its type, whether it is critical; its value is blanked."""
    return _inside(control, _fields(to, object_identifier, _token), to)


def _part(place: int, element: Element, to: Values) -> bytes:
    """Message id, operation, controls."""
    if place == 0:
        return _number(element, to)
    if place == 1:
        return _OPERATIONS[element.tag](element, to)
    return _inside(element, lambda _, control: _control(control, to), to) if place == 2 else blanked(element.value, to)


def _message(octets: bytes) -> tuple[Element, bytes] | None:
    found, rest = ber.elements(octets, 1)
    if not found or found[0].tag != ber.SEQUENCE:
        return None
    fields, _ = ber.elements(found[0].value, 2)
    known = len(fields) == 2 and fields[0].tag == ber.INTEGER and fields[1].tag in _OPERATIONS
    return (found[0], rest) if known else None


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a message id and a known operation stand in one element, on a usual port."""
    return not PORTS.isdisjoint((flow.sport, flow.dport)) and _message(payload) is not None


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message, or several one after the other; ``None`` where none begins."""
    del flow
    out = bytearray()
    rest = payload
    while (found := _message(rest)) is not None:
        message, rest = found
        out += message.holding(_inside(message, lambda place, element: _part(place, element, to), to))
    return bytes(out + to.blank(rest, _BLANK)) if out else None


def _begins(octets: bytes, flow: Flow) -> bool:
    if PORTS.isdisjoint((flow.sport, flow.dport)) or octets[:1] != b"\x30":
        return False
    place = ber.header(octets)
    if place is None:
        return len(octets) < 6
    number = ber.header(octets, place[0])
    if number is None or number[1] >= len(octets):
        return len(octets) < 12 and octets[place[0] : place[0] + 1] in (b"", b"\2")
    return octets[place[0]] == ber.INTEGER and octets[number[1]] in _OPERATIONS


def _length(octets: bytes) -> int:
    place = ber.header(octets)
    if place is None:
        return MORE if len(octets) < 6 else DAMAGED
    return place[1]


def _after(message: bytes) -> str:
    """TLS follows a request for it and its answer (RFC 4511 section 4.14)."""
    found = _message(message)
    operation = ber.elements(found[0].value, 2)[0][1].tag if found else 0
    if operation == _EXTENDED_RESULT:
        return "tls" if b"\x0a\x01\x00" in message[:24] and _START_TLS in message else ""
    return "tls" if operation == _EXTENDED and _START_TLS in message else ""


STREAM = Stream("ldap", _begins, _length, dissect, _after)
