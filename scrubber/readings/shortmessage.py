"""Short messages as IMS carries them: the relay layer (3GPP TS 24.011) and the transfer layer in it (TS 23.040).

Which message it is, references, causes, times, codings, lengths and how pieces of a long message belong together stay;
addresses are numbers; what is written is blanked. No length changes.
"""

from __future__ import annotations

from typing import Final

from scrubber.readings import isdn
from scrubber.readings.isdn import Blank
from scrubber.readings.rewrite import Reader

RULE: Final = "short-message-number"

_TO_NETWORK, _FROM_NETWORK = 0, 1
_ACKNOWLEDGED: Final = frozenset((2, 3))
_FAILED: Final = frozenset((4, 5))
_AVAILABLE: Final = 6
_USER_DATA: Final = 0x41
"""The optional element that holds a message of the transfer layer."""
_CAUSES: Final = frozenset((1, 2))
"""Octets of a cause."""
_HEAD: Final = 2
"""Type and reference."""

_WHICH: Final = 3
_INTERNATIONAL: Final = 0x91
_ALPHANUMERIC: Final = 5
_LONGEST_ADDRESS: Final = 20
_STAMP: Final = 7
_VALIDITY: Final = (0, 7, 1, 7)
"""Octets of the time until which a message is kept, by its format: none, enhanced, relative, absolute."""
_WITH_HEADER: Final = 0x40
_ELEMENTS: Final = {0x00: 3, 0x04: 2, 0x05: 4, 0x08: 4, 0x24: 1, 0x25: 1}
"""Elements of the header that name nobody, and their octets: pieces of a long message, ports, languages."""


class _DamagedError(Exception):
    """A message whose lengths do not fit."""


def relayed(data: bytes, reader: Reader, blank: Blank) -> bytes:
    """The body of a SIP message of type ``application/vnd.3gpp.sms``; what is none is blanked."""
    try:
        return _relayed(data, reader, blank)
    except _DamagedError:
        return blank(data, b"\0")


def _relayed(data: bytes, reader: Reader, blank: Blank) -> bytes:
    if len(data) < _HEAD:
        raise _DamagedError
    kind = data[0]
    if kind in (_TO_NETWORK, _FROM_NETWORK):
        new, at = data[:_HEAD], _HEAD
        for _ in range(2):
            end = _end(data, at)
            address = data[at + 1 : end]
            new += data[at : at + 1] + address[:1] + _digits(address[1:], address[:1], reader, blank)
            at = end
        end = _end(data, at)
        if end != len(data):
            raise _DamagedError
        return new + data[at : at + 1] + _transferred(data[at + 1 :], reader, blank, sent=kind == _TO_NETWORK)
    at = _HEAD
    if kind in _FAILED:
        at = _end(data, at)
        if at - _HEAD - 1 not in _CAUSES:
            raise _DamagedError
    elif kind not in _ACKNOWLEDGED and kind != _AVAILABLE:
        raise _DamagedError
    rest = data[at:]
    if not rest:
        return data
    if kind == _AVAILABLE or rest[0] != _USER_DATA or len(rest) < 2 or rest[1] != len(rest) - 2:
        raise _DamagedError
    # A report: what it is stays, and that nothing more is in it.
    return data[: at + 2] + rest[2:3] + blank(rest[3:], b"\0")


def _end(data: bytes, at: int) -> int:
    """Where a value ends that stands behind its length."""
    end = at + 1 + data[at] if at < len(data) else len(data) + 1
    if end > len(data):
        raise _DamagedError
    return end


def _transferred(data: bytes, reader: Reader, blank: Blank, *, sent: bool) -> bytes:
    """A message of the transfer layer; ``sent`` by a telephone."""
    which = data[0] & _WHICH if data else _WHICH
    if sent and which == 1:
        return _written(data, 2, _VALIDITY[data[0] >> 3 & 3], reader, blank)
    if not sent and which == 0:
        return _written(data, 1, _STAMP, reader, blank)
    if not sent and which == 2:  # a report of what became of a message
        at, address = _address(data, 2, reader, blank)
        end = at + 2 * _STAMP + 1
        if end > len(data):
            raise _DamagedError
        return data[:2] + address + data[at:end] + blank(data[end:], b"\0")
    return data[:1] + blank(data[1:], b"\0")


def _written(data: bytes, front: int, time: int, reader: Reader, blank: Blank) -> bytes:
    """Octets in ``front``, an address, protocol and coding, a ``time``, and what is written behind its length."""
    at, address = _address(data, front, reader, blank)
    end = at + 2 + time + 1
    if end > len(data):
        raise _DamagedError
    content = data[end:]
    header = _header(content, blank) if data[0] & _WITH_HEADER else b""
    return data[:front] + address + data[at:end] + header + blank(content[len(header) :], b"\0")


def _address(data: bytes, at: int, reader: Reader, blank: Blank) -> tuple[int, bytes]:
    """Where an address ends, and what becomes of it: how many digits, of what kind, and they themselves."""
    size = data[at] if at < len(data) else _LONGEST_ADDRESS + 1
    end = at + 2 + (size + 1) // 2
    if size > _LONGEST_ADDRESS or end > len(data):
        raise _DamagedError
    return end, data[at : at + 2] + _digits(data[at + 2 : end], data[at + 1 : at + 2], reader, blank)


def _digits(octets: bytes, kind: bytes, reader: Reader, blank: Blank) -> bytes:
    if not kind or not octets:
        return octets
    if kind[0] >> 4 & 7 == _ALPHANUMERIC:
        return blank(octets, b"\0")
    lead = b"+" if kind[0] == _INTERNATIONAL else b""
    return isdn.packed(octets, 0, RULE, reader, blank, lead)


def _header(content: bytes, blank: Blank) -> bytes:
    """The header of what is written: its elements, of which some stay; it is blanked where lengths do not fit."""
    size = content[0] + 1 if content else 0
    header = content[1:size]
    new, at = bytearray(content[:1]), 0
    while at + 1 < len(header) and at + 2 + header[at + 1] <= len(header):
        value = header[at + 2 : at + 2 + header[at + 1]]
        kept = len(value) == _ELEMENTS.get(header[at], -1)
        new += header[at : at + 2] + (value if kept else blank(value, b"\0"))
        at += 2 + len(value)
    return bytes(new) + blank(header[at:], b"\0")
