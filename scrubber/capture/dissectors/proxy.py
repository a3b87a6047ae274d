"""The PROXY protocol of HAProxy, versions 1 and 2: who a connection came from, in front of what is said on it."""

from __future__ import annotations

import re

from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.model import Entity
from scrubber.values import Values

RULE = "proxy-address"
_BLANKED = "PROXY header"
_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
_HEADER = 16
_FIELD = 3
"""Octets before the value of a field: its type and its length."""
_SIZES = {1: 4, 2: 16}
"""By family, the upper half of an octet: octets of an address."""
_OPENING = re.compile(rb"PROXY (?:TCP[46]|UNKNOWN)[ \r]")
_LONGEST = 107
_LINE = re.compile(rb"(PROXY TCP[46] )([0-9A-Fa-f.:]{2,39})( )([0-9A-Fa-f.:]{2,39})( [0-9]{1,5} [0-9]{1,5}\r\n)")


def _opens(data: bytes, flow: Flow) -> bool:
    del flow
    return data.startswith(_SIGNATURE) or _OPENING.match(data) is not None


def _length(data: bytes) -> int:
    if data.startswith(_SIGNATURE):
        return _HEADER + int.from_bytes(data[14:16], "big") if len(data) >= _HEADER else MORE
    if _OPENING.match(data) is None:
        return DAMAGED
    end = data.find(b"\n", 0, _LONGEST)
    if end >= 0:
        return end + 1
    return MORE if len(data) < _LONGEST else DAMAGED


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """Version, command, protocol and ports stay, the two addresses have their pseudonyms; other fields are blanked."""
    del flow
    if not payload.startswith(_SIGNATURE):
        line = _LINE.fullmatch(payload)
        if line is None:
            end = len(payload) - len(payload.rstrip(b"\r\n"))
            return to.blank(payload[: len(payload) - end], _BLANKED, b"x") + payload[len(payload) - end :]
        entity = Entity.IPV6 if b":" in line[2] else Entity.IPV4
        return line[1] + to.value(entity, line[2], RULE) + line[3] + to.value(entity, line[4], RULE) + line[5]
    size = _SIZES.get(payload[13] >> 4, 0) if len(payload) >= _HEADER else 0
    ports = _HEADER + 2 * size
    if not size or len(payload) < ports + 4:
        return payload[:_HEADER] + to.blank(payload[_HEADER:], _BLANKED)
    new = bytearray(payload[:_HEADER] + to.address(payload[_HEADER : _HEADER + size]))
    new += to.address(payload[_HEADER + size : ports]) + payload[ports : ports + 4]
    at = ports + 4
    while at + _FIELD <= len(payload):
        end = min(at + _FIELD + int.from_bytes(payload[at + 1 : at + _FIELD], "big"), len(payload))
        new += payload[at : at + _FIELD] + to.blank(payload[at + _FIELD : end], _BLANKED)
        at = end
    return bytes(new) + to.blank(payload[at:], _BLANKED)


STREAM = Stream("proxy", _opens, _length, _rewrite)
