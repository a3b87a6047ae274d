"""GTP-C: what sets up the tunnels of a mobile network (3GPP TS 29.060 for version 1, TS 29.274 for version 2).

Message types, sequence numbers, causes, types of access and quality stay; endpoint identifiers and addresses are
mapped, subscribers get the pseudonyms of their numbers, everything else is blanked. No length changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.model import Entity
from scrubber.readings import isdn
from scrubber.values import Values

PORTS: Final = frozenset((2123,))
RULE: Final = "gtp-number"
CONTENT: Final = "GTP message"
ENDPOINT: Final = "gtp-teid"
"""The rule of tunnel endpoint identifiers, also of user data."""
NESTED: Final = 4

_VERSION_1, _VERSION_2 = 1, 2
_TUNNELLED: Final = 0x08
"""Version 2: whether an endpoint identifier stands in the header."""
_OPTIONAL: Final = 7

# Version 2: type, length in two octets, instance, value.
_HEAD: Final = 4
_GROUPED: Final = 93
_KEPT: Final = {
    2: 6, 3: 1, 72: 8, 73: 1, 77: 8, 80: 22, 82: 1, 94: 4, 95: 2, 99: 1, 113: 2, 114: 2, 127: 1, 128: 1, 156: 1,
}  # fmt: skip
"""Elements that are no identity (TS 29.274 table 8.1-1): cause, restarts, quality, types; and octets of the longest."""
_ACCESS_POINT, _MOBILE, _ENDPOINT, _ADDRESS, _ADDRESSES = 71, 76, 87, 74, 79
_USUAL = re.compile(rb"(?i)ims|internet|sos|xcap|mms|wap|gprs|m[nc]c[0-9]{3}")
"""Labels of access points that every network has (3GPP TS 23.003 section 9.1, GSMA IR.88)."""
_SUBSCRIBERS: Final = frozenset((1, 75, _MOBILE))

# Version 1: types below 128 have a length that is known, others say theirs in two octets.
_FIXED: Final = {
    1: 1, 2: 8, 3: 6, 4: 4, 5: 4, 8: 1, 9: 3, 11: 1, 12: 3, 13: 1, 14: 1, 15: 1, 16: 4, 17: 4, 18: 5, 19: 1, 20: 1,
    21: 1, 22: 1, 23: 1, 24: 1, 25: 2, 26: 2, 27: 2, 28: 2, 29: 1, 127: 4,
}  # fmt: skip
"""Octets by type (TS 29.060 table 37)."""
_KEPT_1: Final = frozenset((1, 8, 11, 13, 14, 15, 19, 20, 21, 23, 24, 26))
_LONG_KEPT: Final = {135: 20, 151: 1}
"""Quality of service and radio access."""
_IMSI, _DATA_ENDPOINT, _CONTROL_ENDPOINT = 2, 16, 17
_END_USER, _ACCESS_POINT_1, _NODE, _MOBILE_1, _EQUIPMENT = 128, 131, 133, 134, 154


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram on the port of GTP-C has a header of it with a right length."""
    if (flow.sport not in PORTS and flow.dport not in PORTS) or len(payload) < 8:
        return False
    version = payload[0] >> 5
    if version == _VERSION_1 and not payload[0] & 0x10:
        return False
    front = {_VERSION_1: 8, _VERSION_2: 4}.get(version)
    return front is not None and (flow.cut or front + int.from_bytes(payload[2:4]) <= len(payload))


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One message; what stands behind it is blanked."""
    if not claims(payload, flow):
        return None
    tunnelled = payload[0] >> 5 == _VERSION_1 or bool(payload[0] & _TUNNELLED)
    numbers = payload[4:8] if tunnelled else b""
    front = payload[:4] + to.opaque(numbers, ENDPOINT)
    if payload[0] >> 5 == _VERSION_2:
        begin, end = 12 if tunnelled else 8, 4 + int.from_bytes(payload[2:4])
        front += payload[begin - 4 : begin]
        body, end = payload[begin:end], max(begin, end)
        return front + b"".join(_elements(body, to)) + to.blank(payload[end:], CONTENT)
    begin, end = 8 + (4 if payload[0] & _OPTIONAL else 0), 8 + int.from_bytes(payload[2:4])
    front += payload[8 : min(begin, 11)] + to.blank(payload[11:begin], CONTENT)
    return front + b"".join(_elements_1(payload[begin:end], to)) + to.blank(payload[max(begin, end) :], CONTENT)


# --- version 2


def _elements(data: bytes, to: Values, depth: int = 0) -> Iterator[bytes]:
    position = 0
    while len(data) - position >= _HEAD:
        kind, begin = data[position], position + _HEAD
        end = begin + int.from_bytes(data[position + 1 : position + 3])
        yield data[position:begin]
        if kind == _GROUPED and depth < NESTED:
            yield from _elements(data[begin:end], to, depth + 1)
        else:
            yield _element(kind, data[begin:end], to)
        position = min(end, len(data))
    yield to.blank(data[position:], CONTENT)


def _element(kind: int, data: bytes, to: Values) -> bytes:
    if len(data) <= _KEPT.get(kind, -1):
        return data
    if kind in _SUBSCRIBERS:
        return _digits(data, to, b"+" if kind == _MOBILE else b"")
    if kind == _ACCESS_POINT:
        return _labels(data, to)
    if kind == _ENDPOINT and len(data) >= 5:
        # Flags and interface, identifier, IPv4 address, IPv6 address (section 8.22).
        four = 4 if data[0] & 0x80 else 0
        six = 16 if data[0] & 0x40 else 0
        return data[:1] + to.opaque(data[1:5], ENDPOINT) + _addresses(data[5:], four, six, to)
    if kind == _ADDRESS:
        return to.address(data)
    if kind == _ADDRESSES and data:
        # Type, length of a prefix and IPv6 address, IPv4 address (section 8.14).
        kinds = data[0] & 7
        if kinds == 1:
            return data[:1] + _addresses(data[1:], 4, 0, to)
        return data[:2] + to.address(data[2:18]) + _addresses(data[18:], 4 if kinds == 3 else 0, 0, to)
    return to.blank(data, CONTENT)


def _addresses(data: bytes, four: int, six: int, to: Values) -> bytes:
    """Addresses one behind the other, and what is behind them."""
    wide = data[four : four + six]
    new = to.address(data[:four]) if four else b""
    return new + (to.address(wide) if wide else b"") + to.blank(data[four + six :], CONTENT)


def _digits(data: bytes, to: Values, lead: bytes = b"") -> bytes:
    return isdn.packed(data, 0, RULE, to.reader, partial(_blank, to), lead)


def _blank(to: Values, octets: bytes, fill: bytes) -> bytes:
    return to.blank(octets, CONTENT, fill)


def _labels(data: bytes, to: Values) -> bytes:
    """The name of an access point: labels behind their lengths, which stay as long as they were."""
    labels: list[bytes] = []
    position = 0
    while position < len(data):
        labels.append(data[position + 1 : position + 1 + data[position]])
        position += 1 + data[position]
    if position != len(data) or not all(labels):
        return to.blank(data, CONTENT)
    return b"".join([bytes((len(label),)) + _label(label, to) for label in labels])


def _label(label: bytes, to: Values) -> bytes:
    if _USUAL.fullmatch(label) or label.lower() in to.reader.rules.nobody:
        return label
    return to.fixed(Entity.HOST, label, "gtp-access-point", b"x")


# --- version 1


def _elements_1(data: bytes, to: Values) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        kind = data[position]
        size = _FIXED.get(kind)
        begin = position + 1 + (2 if kind & 0x80 else 0)
        if (size is None and not kind & 0x80) or len(data) < begin:
            break
        end = begin + (int.from_bytes(data[position + 1 : begin]) if size is None else size)
        yield data[position:begin] + _element_1(kind, data[begin:end], to)
        position = min(end, len(data))
    yield to.blank(data[position:], CONTENT)


def _element_1(kind: int, data: bytes, to: Values) -> bytes:
    if kind in _KEPT_1 or len(data) <= _LONG_KEPT.get(kind, -1):
        return data
    if kind in (_DATA_ENDPOINT, _CONTROL_ENDPOINT) and len(data) == 4:
        return to.opaque(data, ENDPOINT)
    if kind in (_IMSI, _EQUIPMENT):
        return _digits(data, to)
    if kind == _MOBILE_1 and data:
        return data[:1] + _digits(data[1:], to, b"+")
    if kind == _ACCESS_POINT_1:
        return _labels(data, to)
    if kind == _NODE:
        return to.address(data)
    if kind == _END_USER and len(data) in (6, 18):
        return data[:2] + to.address(data[2:])
    return to.blank(data, CONTENT)
