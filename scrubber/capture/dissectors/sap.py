"""SAP (RFC 2974): announcements of sessions to everybody, with a description inside."""

from __future__ import annotations

from scrubber.capture.packet import Flow
from scrubber.values import Values

PORTS = frozenset((9875,))
_HEADER = 4
_VERSION, _IPV6, _SEALED = 0xE0, 0x10, 0x03
"""Bits of the first octet: version 1, the kind of address, encrypted or compressed."""
_TYPE = b"application/sdp"
_BEGINNINGS = (b"v=0\r", b"v=0\n", b"o=")
"""Of a description without its type, and of what takes one back."""
_BLANKED = "session announcement"


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether the header of an announcement stands in front, at the port."""
    if PORTS.isdisjoint((flow.sport, flow.dport)) or payload[:1] == b"" or payload[0] & _VERSION != 0x20:
        return False
    return _HEADER <= _announced(payload) <= len(payload)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """Flags, hash and type stay; the source is an address, the description is read like that of a call."""
    if not claims(payload, flow):
        return None
    start, signed = _announced(payload), _signed(payload)
    new = payload[:_HEADER] + to.address(payload[_HEADER:signed]) + to.blank(payload[signed:start], _BLANKED)
    if payload[0] & _SEALED:
        return new + to.blank(payload[start:], _BLANKED)
    kind, zero, rest = payload[start:].partition(b"\0")
    if zero and kind == _TYPE:
        return new + kind + zero + to.body(_TYPE, rest)
    if payload.startswith(_BEGINNINGS, start):
        return new + to.body(_TYPE, payload[start:])
    return new + to.blank(payload[start:], _BLANKED)


def _signed(payload: bytes) -> int:
    """Where the signature begins: behind the address of the source."""
    return _HEADER + (16 if payload[0] & _IPV6 else 4)


def _announced(payload: bytes) -> int:
    """Where the announcement begins: behind the signature, whose length is counted in words."""
    return _signed(payload) + payload[1] * 4 if len(payload) > 1 else 0
