"""SNMP of all versions (RFC 1157, 3416, 3412, 3414): what was asked, and with which result; values by their object.

Request ids, error states, counters, times and object identifiers stay, but for addresses and names in the index of a
table. Communities, users, engine ids, addresses and strings get what stands for them or are blanked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import ber
from scrubber.capture.ber import Element
from scrubber.capture.packet import Flow
from scrubber.capture.unique import identifier
from scrubber.capture.words import host_name, words
from scrubber.model import Entity
from scrubber.values import Values

PORTS = frozenset({161, 162, 1161, 1162, 10161, 10162})

_VERSIONS = (b"\0", b"\1", b"\3")
_VERSION_3 = b"\3"
_OPEN = frozenset((b"", b"public", b"private"))
"""Communities that devices are delivered with."""
_BLANK = "snmp"
_ADDRESS, _OPAQUE = 0x40, 0x44
_NUMBERS = frozenset({ber.INTEGER, 0x41, 0x42, 0x43, 0x46, 0x47})
"""Numbers, counters, gauges, time ticks."""
_EMPTY = frozenset({ber.NULL, 0x80, 0x81, 0x82})
_LONGEST_NUMBER = 9

_MIB2 = (43, 6, 1, 2, 1)
"""1.3.6.1.2.1, the first two arcs joined."""
_INDEXED: Mapping[tuple[int, ...], str] = {
    (*_MIB2, 3, 1, 1): "--4",
    (*_MIB2, 4, 20, 1): "4",
    (*_MIB2, 4, 21, 1): "4",
    (*_MIB2, 4, 22, 1): "-4",
    (*_MIB2, 4, 24, 2, 1): "4--4",
    (*_MIB2, 4, 24, 4, 1): "44-4",
    (*_MIB2, 6, 13, 1): "4-4-",
    (*_MIB2, 7, 5, 1): "4-",
    (*_MIB2, 17, 4, 3, 1): "6",
    (*_MIB2, 17, 7, 1, 2, 2, 1): "-6",
    (*_MIB2, 4, 34, 1): "x",
    (*_MIB2, 4, 35, 1): "x",
    (*_MIB2, 4, 24, 7, 1): "x",
    (*_MIB2, 6, 19, 1): "x",
    (*_MIB2, 6, 20, 1): "x",
    (*_MIB2, 7, 7, 1): "x",
    (43, 6, 1, 6, 3, 15, 1, 2, 2, 1): "x",
    (43, 6, 1, 6, 3, 16, 1): "x",
    (43, 6, 1, 6, 3, 18, 1): "x",
    (43, 6, 1, 6, 3, 12, 1): "x",
    (43, 6, 1, 6, 3, 13, 1): "x",
}
"""Tables whose rows are named by an address, and how, column excluded: ``4`` an IPv4 address, ``6`` a hardware address,
``-`` an arc that stays, ``x`` all the rest is blanked."""
_PRINTABLE = range(0x20, 0x7F)
_SHORTEST_NAME = 3
_OBJECT = 8
"""Arcs that name an object at the least, before an index can begin."""
_LARGE_ARC = 48
"""Columns and counts of rows are hardly ever as large."""


def _text(value: bytes, to: Values) -> bytes:
    return (
        to.blank(value, _BLANK, b"x") if value.isascii() and value.decode("ascii").isprintable() else _zeros(value, to)
    )


def _zeros(value: bytes, to: Values) -> bytes:
    return to.blank(value, _BLANK)


def _host(value: bytes, to: Values) -> bytes:
    return host_name(value, to, "snmp-host")


_STRINGS: Mapping[tuple[int, ...], Callable[[bytes, Values], bytes]] = {
    (*_MIB2, 1, 1): words,  # sysDescr
    (*_MIB2, 1, 5): _host,  # sysName
    (*_MIB2, 2, 2, 1, 2): words,  # ifDescr
    (*_MIB2, 2, 2, 1, 6): identifier,  # ifPhysAddress
    (*_MIB2, 3, 1, 1, 2): identifier,  # atPhysAddress
    (*_MIB2, 4, 22, 1, 2): identifier,  # ipNetToMediaPhysAddress
    (*_MIB2, 17, 4, 3, 1, 1): identifier,  # dot1dTpFdbAddress
    (*_MIB2, 31, 1, 1, 1, 1): words,  # ifName
}
"""Objects whose strings have a meaning here; all other strings are blanked."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether one whole element holds a version and what has to follow it, on one of the usual ports."""
    return not PORTS.isdisjoint((flow.sport, flow.dport)) and _message(payload) is not None


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message; ``None`` where none stands."""
    del flow
    message = _message(payload)
    if message is None:
        return None
    fields, _ = ber.elements(message.value, 2)
    read = _secured if fields[0].value == _VERSION_3 else _plain
    value = ber.rewritten(message.value, lambda place, element: read(place, element, to), lambda rest: _zeros(rest, to))
    body = message.holding(value)
    return body + _zeros(payload[len(message.holding(message.value)) :], to)


def _message(payload: bytes) -> Element | None:
    found, _ = ber.elements(payload, 1)
    if not found or found[0].tag != ber.SEQUENCE:
        return None
    fields, _ = ber.elements(found[0].value, 2)
    if len(fields) < 2 or fields[0].tag != ber.INTEGER or fields[0].value not in _VERSIONS:
        return None
    expected = ber.SEQUENCE if fields[0].value == _VERSION_3 else ber.OCTETS
    return found[0] if fields[1].tag == expected else None


def _plain(place: int, element: Element, to: Values) -> bytes:
    """Version, community, operation."""
    if place == 0:
        return element.value
    if place == 1:
        return _community(element.value, to)
    return _operation(element, to)


def _community(value: bytes, to: Values) -> bytes:
    if value in _OPEN:
        return value
    return to.value(Entity.SECRET, value, "snmp-community")[: len(value)].ljust(len(value), b"x")


def _secured(place: int, element: Element, to: Values) -> bytes:
    """Version, global header, parameters of the security model, the scoped operation or its cipher text."""
    tag, value = element.tag, element.value
    if place == 0:
        return value
    if place == 1:
        return ber.rewritten(value, lambda _, field: _global(field, to), lambda rest: _zeros(rest, to))
    if place == 2 and tag == ber.OCTETS:
        return ber.rewritten(value, lambda _, inner: _security(inner, to), lambda rest: _zeros(rest, to), 1)
    if tag != ber.SEQUENCE:
        return _zeros(value, to)
    return ber.rewritten(value, lambda at, inner: _scoped(at, inner, to), lambda rest: _zeros(rest, to))


def _global(field: Element, to: Values) -> bytes:
    fits = len(field.value) <= (1 if field.tag == ber.OCTETS else _LONGEST_NUMBER)
    return field.value if fits and field.tag in (ber.OCTETS, ber.INTEGER) else _zeros(field.value, to)


def _security(inner: Element, to: Values) -> bytes:
    """The user-based model: engine, boots, time, user, authentication, salt (RFC 3414 section 2.4)."""

    def change(place: int, field: Element) -> bytes:
        if place == 0:
            return _engine(field.value, to)
        if place == 3 and field.tag == ber.OCTETS:
            return to.value(Entity.USER, field.value, "snmp-user")
        return _global(field, to) if field.tag == ber.INTEGER else _zeros(field.value, to)

    return ber.rewritten(inner.value, change, lambda rest: _zeros(rest, to))


def _engine(value: bytes, to: Values) -> bytes:
    """An engine id (RFC 3411 section 5): enterprise, format, an address or other octets."""
    if len(value) < 5 or not value[0] & 0x80:
        return identifier(value, to)
    inner = value[5:]
    mapped = to.ipv4(inner) if value[4] == 1 and len(inner) == 4 else identifier(inner, to)
    return value[:5] + mapped


def _scoped(place: int, inner: Element, to: Values) -> bytes:
    if place == 0:
        return _engine(inner.value, to)
    return words(inner.value, to) if place == 1 else _operation(inner, to)


def _operation(element: Element, to: Values) -> bytes:
    """Numbers and the list of bindings; a trap of version 1 has an enterprise and an address before them."""
    if element.tag not in range(0xA0, 0xA9):
        return _zeros(element.value, to)

    def change(_: int, field: Element) -> bytes:
        if field.tag != ber.SEQUENCE:
            return _value(field, (), to)
        return ber.rewritten(field.value, lambda _, inner: _binding(inner, to), lambda rest: _zeros(rest, to))

    return ber.rewritten(element.value, change, lambda rest: _zeros(rest, to))


def _binding(binding: Element, to: Values) -> bytes:
    if binding.tag != ber.SEQUENCE:
        return _zeros(binding.value, to)
    named: tuple[int, ...] = ()

    def change(place: int, field: Element) -> bytes:
        nonlocal named
        if place == 0 and field.tag == ber.OID:
            named = tuple(ber.arcs(field.value) or ())
        return _value(field, named, to)

    return ber.rewritten(binding.value, change, lambda rest: _zeros(rest, to))


def _value(field: Element, named: tuple[int, ...], to: Values) -> bytes:
    """What stands for the value of an object."""
    tag, value = field.tag, field.value
    if tag in _NUMBERS and len(value) <= _LONGEST_NUMBER:
        return value
    if tag == ber.OID:
        return _object(value, to)
    if tag == _ADDRESS and len(value) == 4:
        return to.ipv4(value)
    if tag == ber.OCTETS:
        read = next((read for prefix, read in _STRINGS.items() if named[: len(prefix)] == prefix), _text)
        return read(value, to)
    return value if tag in _EMPTY and not value else _zeros(value, to)


def _object(value: bytes, to: Values) -> bytes:
    """An object identifier with the addresses and names in its index replaced."""
    found = ber.arcs(value)
    if found is None or ber.identifier(found) != value:
        return _zeros(value, to)
    for prefix, layout in _INDEXED.items():
        if tuple(found[: len(prefix)]) == prefix:
            start = len(prefix) + 1
            return ber.identifier(found[:start] + _index(found[start:], layout, to))
    return ber.identifier(_unnamed(found, to))


def _index(index: list[int], layout: str, to: Values) -> list[int]:
    out: list[int] = []
    for kind in layout:
        size = {"-": 1, "4": 4, "6": 6}.get(kind, 0)
        part = index[len(out) : len(out) + size]
        if size == 0 or len(part) < size or (size > 1 and max(part) > 0xFF):
            break
        out += {4: to.ipv4, 6: to.mac}[size](bytes(part)) if size > 1 else part
    rest = index[len(out) :]
    octets = ber.identifier(rest)
    return out + (rest if to.blank(octets, _BLANK) == octets else [0] * len(rest))


def _unnamed(found: list[int], to: Values) -> list[int]:
    """Arcs that could be a name or an address in the index of an unknown table, blanked or replaced."""
    out, at = found[:_OBJECT], _OBJECT
    while at < len(found):
        end = at
        while end < len(found) and found[end] in _PRINTABLE:
            end += 1
        if end - at >= _SHORTEST_NAME:
            out += to.blank(bytes(found[at:end]), _BLANK, b"x")
        else:
            end = at + max((size for size in (16, 6, 4) if _is_address(found[at : at + size], size)), default=1)
            part = found[at:end]
            read = {4: to.ipv4, 6: to.mac, 16: to.ipv6}.get(len(part))
            out += part if read is None else read(bytes(part))
        at = end
    return out


def _is_address(arcs: list[int], size: int) -> bool:
    """Whether arcs look like octets of an address: larger than columns and small counts, or of a private network."""
    if len(arcs) < size or max(arcs) > 0xFF:
        return False
    large = sum(arc >= _LARGE_ARC for arc in arcs)
    if size == 4:
        return 0 < arcs[0] < 224 and (large >= 2 or arcs[0] in (10, 172, 192))
    return large >= size // 2
