"""IAX2 (RFC 5456): full frames with their information elements, mini frames, meta frames. Media are blanked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((4569,))
FULL_HEADER: Final = 12
MINI_HEADER: Final = 4
META_HEADER: Final = 8
RULE = "iax2-element"
MEDIA = "media in IAX2"

_DTMF_END, _CONTROL, _NULL, _IAX, _DTMF_BEGIN = 1, 4, 5, 6, 12
_FRAMES: Final = range(1, 13)
_NO_DATA: Final = frozenset((_DTMF_END, _DTMF_BEGIN, _NULL))

_IDENTITIES: Final = {
    **dict.fromkeys((1, 2, 3, 5, 6, 13, 28), Entity.USER),
    4: Entity.NAME,
    7: Entity.SECRET,
    15: Entity.NONCE,
    16: Entity.HASH,
}
"""Elements that are one value (RFC 5456 section 8.6): numbers, names, context, credentials."""
_NUMBERS: Final = {
    **dict.fromkeys((8, 9, 11, 12, 14, *range(19, 22), *range(23, 28), 34, *range(38, 44), *range(46, 52), 255), 4),
    **dict.fromkeys((55, 56), 9),
}
"""Elements that are a number of the protocol, and the octets of the widest: formats, times, causes, statistics."""
_LANGUAGE, _APPARENT_ADDRESS, _CAUSE, _SERVICE = 10, 18, 22, 33
_TAG = re.compile(rb"[A-Za-z]{2,3}(?:[_-][A-Za-z]{2})?")


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a datagram on the port of IAX2 has one of its headers (RFC 5456 section 8.1)."""
    if flow.sport not in PORTS and flow.dport not in PORTS:
        return False
    if len(payload) < MINI_HEADER:
        return False
    if payload[0] & 0x80:
        return len(payload) >= FULL_HEADER and payload[10] in _FRAMES
    return True


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One frame; call numbers, times, sequence numbers and types stay."""
    if not claims(payload, flow):
        return None
    if payload[0] & 0x80:
        return _full(payload, to, cut=flow.cut)
    if payload[:2] == b"\0\0":
        return _meta(payload, to)
    return payload[:MINI_HEADER] + to.blank(payload[MINI_HEADER:], MEDIA)


def _full(payload: bytes, to: Values, *, cut: bool) -> bytes:
    kind = payload[10]
    header, data = payload[:FULL_HEADER], payload[FULL_HEADER:]
    if kind in (_DTMF_END, _DTMF_BEGIN):
        # The subclass is the digit.
        header = payload[:11] + to.blank(payload[11:12], "digit in IAX2", b"0")
    if kind in (_IAX, _CONTROL):
        return header + b"".join(_elements(data, to, cut=cut))
    return header + to.blank(data, MEDIA if kind not in _NO_DATA else "data of an IAX2 frame")


def _elements(data: bytes, to: Values, *, cut: bool) -> Iterator[bytes]:
    """Elements of type, length and data; what is encrypted has none that fit and is blanked."""
    if not cut and not _fits(data):
        yield to.blank(data, "encrypted IAX2 elements")
        return
    position = 0
    while len(data) - position >= 2:
        kind, size = data[position], data[position + 1]
        old = data[position + 2 : position + 2 + size]
        new = _element(kind, old, to)[: 255 - (size - len(old))]
        yield bytes((kind, size - len(old) + len(new))) + new
        position += 2 + len(old)
    yield to.blank(data[position:], RULE)


def _fits(data: bytes) -> bool:
    position = 0
    while len(data) - position >= 2:
        position += 2 + data[position + 1]
    return position == len(data)


def _element(kind: int, data: bytes, to: Values) -> bytes:
    if len(data) <= _NUMBERS.get(kind, -1):
        return data
    entity = _IDENTITIES.get(kind)
    if entity is not None:
        return to.value(entity, data, RULE)
    if kind == _LANGUAGE and _TAG.fullmatch(data):
        return data
    if kind == _CAUSE:
        return to.reader.part("unknown", data, RULE) if data.strip() else data
    if kind == _APPARENT_ADDRESS and len(data) == 16:
        return data[:4] + to.ipv4(data[4:8]) + to.blank(data[8:], RULE)
    if kind == _APPARENT_ADDRESS and len(data) == 28:
        return data[:8] + to.ipv6(data[8:24]) + to.blank(data[24:], RULE)
    if kind == _SERVICE and len(data) == 6:
        return to.mac(data)
    return to.blank(data, RULE)


def _meta(payload: bytes, to: Values) -> bytes:
    """Video mini frames, and trunks: several media of as many calls in one frame (RFC 5456 section 8.1.3)."""
    if payload[2] & 0x80 or len(payload) < META_HEADER or payload[2] != 1:
        return payload[:6] + to.blank(payload[6:], MEDIA)
    timed = payload[3] & 1
    pieces = [payload[:META_HEADER]]
    position = META_HEADER
    while len(payload) - position >= (6 if timed else 4):
        # With times: length, call number, time. Without: call number, length.
        at = position if timed else position + 2
        begin = position + (6 if timed else 4)
        end = begin + int.from_bytes(payload[at : at + 2])
        pieces += payload[position:begin], to.blank(payload[begin:end], MEDIA)
        position = min(end, len(payload))
    pieces.append(to.blank(payload[position:], MEDIA))
    return b"".join(pieces)
