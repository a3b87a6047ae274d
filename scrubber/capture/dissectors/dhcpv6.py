"""DHCP for IPv6 (RFC 8415 and the options of later documents).

Message types, transaction ids, lifetimes and status codes stay. Unique identifiers, addresses and names get what stands
for them; an option that no table names is blanked at its length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.capture import domain
from scrubber.capture.packet import Flow
from scrubber.capture.unique import identifier, unique
from scrubber.capture.words import file_name, sentence, words
from scrubber.values import Values

PORTS = frozenset({546, 547})

_TYPES = range(1, 38)
_RELAYED = (12, 13)
_DEPTH = 10
"""Relays and containers inside one another."""
_FILE = "dhcp-file"
_BLANK = "dhcp-option"

_Value = Callable[[bytes, Values, int], bytes]
"""From the value of an option, and how deep it stands, to what stands for it."""


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether the ports are those of DHCP for IPv6 and a known type and a whole first option begin here."""
    if PORTS.isdisjoint((flow.sport, flow.dport)) or len(payload) < 4 or payload[0] not in _TYPES:
        return False
    start = _start(payload)
    room = len(payload) - start - 4
    return flow.cut or room == -4 or (room >= 0 and int.from_bytes(payload[start + 2 : start + 4], "big") <= room)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A message; ``None`` where its fixed part is missing. What is damaged is blanked."""
    del flow
    return _message(payload, to, 0) if payload and payload[0] in _TYPES and len(payload) >= _start(payload) else None


def _start(message: bytes) -> int:
    """Where the options begin."""
    return 34 if message[0] in _RELAYED else 4


def _message(message: bytes, to: Values, depth: int) -> bytes:
    start = _start(message) if message else 4
    if len(message) < start or depth > _DEPTH:
        return to.blank(message, _BLANK)
    head = message[:start]
    if start > 4:
        head = message[:2] + to.ipv6(message[2:18]) + to.ipv6(message[18:34])
    return head + _options(message[start:], to, depth, _OPTIONS, _blank)


def _options(octets: bytes, to: Values, depth: int, table: Mapping[int, _Value], default: _Value) -> bytes:
    if depth > _DEPTH:
        return to.blank(octets, _BLANK)
    out = bytearray()
    at = 0
    while at + 4 <= len(octets):
        size = int.from_bytes(octets[at + 2 : at + 4], "big")
        value = octets[at + 4 : at + 4 + size]
        if len(value) < size:
            break
        read = table.get(int.from_bytes(octets[at : at + 2], "big"), default)
        new = read(value, to, depth + 1)[:0xFFFF]
        out += octets[at : at + 2] + len(new).to_bytes(2, "big") + new
        at += 4 + size
    return bytes(out + to.blank(octets[at:], _BLANK))


# --- values of options ---------------------------------------------------------------------------------------------


def _blank(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return to.blank(value, _BLANK)


def _number(size: int) -> _Value:
    def read(value: bytes, to: Values, depth: int) -> bytes:
        return value if len(value) == size else _blank(value, to, depth)

    return read


def _codes(value: bytes, to: Values, depth: int) -> bytes:
    del to, depth
    return value


def _container(*fields: int) -> _Value:
    """Fields and the options behind them: a width, negative for an address, which is 16 octets wide."""

    def read(value: bytes, to: Values, depth: int) -> bytes:
        if len(value) < sum(map(abs, fields)):
            return _blank(value, to, depth)
        out, at = bytearray(), 0
        for size in fields:
            field = value[at : at + abs(size)]
            out += field if size > 0 else to.ipv6(field)
            at += abs(size)
        return bytes(out) + _options(value[at:], to, depth, _OPTIONS, _blank)

    return read


def _associated(rest: int) -> _Value:
    """An identity association: its id may be the end of a hardware address."""

    def read(value: bytes, to: Values, depth: int) -> bytes:
        if len(value) < 4 + rest:
            return _blank(value, to, depth)
        inner = _options(value[4 + rest :], to, depth, _OPTIONS, _blank)
        return identifier(value[:4], to) + value[4 : 4 + rest] + inner

    return read


def _unique(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return unique(value, to)


def _identifier(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return identifier(value, to)


def _enterprise_identifier(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return value[:4] + identifier(value[4:], to)


def _addresses(value: bytes, to: Values, depth: int) -> bytes:
    whole = len(value) // 16 * 16
    mapped = b"".join(to.ipv6(value[at : at + 16]) for at in range(0, whole, 16))
    return mapped + _blank(value[whole:], to, depth)


def _names(value: bytes, to: Values, depth: int) -> bytes:
    names = domain.replaced(value, to)
    if names is not None:
        return names
    rooted = domain.replaced(value + b"\0", to)
    return _blank(value, to, depth) if rooted is None else rooted[:-1]


def _flagged_name(value: bytes, to: Values, depth: int) -> bytes:
    return value[:1] + _names(value[1:], to, depth)


def _status(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return value[:2] + sentence(value[2:], to)


def _file(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return file_name(value, to, _FILE)


def _classes(skipped: int) -> _Value:
    """Strings after their lengths in two octets, behind a number."""

    def read(value: bytes, to: Values, depth: int) -> bytes:
        out, at = bytearray(value[:skipped]), skipped
        while at + 2 <= len(value):
            size = int.from_bytes(value[at : at + 2], "big")
            text = value[at + 2 : at + 2 + size]
            if len(text) < size:
                break
            new = words(text, to)
            out += len(new).to_bytes(2, "big") + new
            at += 2 + size
        return bytes(out) + _blank(value[at:], to, depth)

    return read


def _vendor(value: bytes, to: Values, depth: int) -> bytes:
    return value[:4] + _options(value[4:], to, depth, {}, _file)


def _authentication(value: bytes, to: Values, depth: int) -> bytes:
    return value[:3] + _blank(value[3:], to, depth)


def _relayed(value: bytes, to: Values, depth: int) -> bytes:
    return _message(value, to, depth)


def _link_layer(value: bytes, to: Values, depth: int) -> bytes:
    del depth
    return value[:2] + identifier(value[2:], to)


def _time_server(value: bytes, to: Values, depth: int) -> bytes:
    return _options(value, to, depth, {1: _addresses, 2: _addresses, 3: _names}, _blank)


_OPTIONS: Mapping[int, _Value] = {
    **dict.fromkeys((1, 2, 53), _unique),
    3: _associated(8),
    4: _associated(0),
    5: _container(-16, 8),
    6: _codes,
    **dict.fromkeys((7, 19), _number(1)),
    **dict.fromkeys((8, 61), _number(2)),
    **dict.fromkeys((32, 82, 83), _number(4)),
    9: _relayed,
    11: _authentication,
    13: _status,
    15: _classes(0),
    16: _classes(4),
    17: _vendor,
    18: _identifier,
    **dict.fromkeys((12, 22, 23, 27, 28, 31, 34, 40, 48, 52), _addresses),
    **dict.fromkeys((21, 24, 29, 30, 33, 51, 58, 64), _names),
    25: _associated(8),
    26: _container(9, -16),
    37: _enterprise_identifier,
    38: _identifier,
    39: _flagged_name,
    56: _time_server,
    59: _file,
    62: _number(3),
    79: _link_layer,
}
