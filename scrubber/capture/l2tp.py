"""L2TP, version 2 (RFC 2661): PPP inside data messages, calls and hosts in the attributes of control messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from scrubber.capture.layer import LINK, Inward, Step, Walk, Within, fitted, grown, unchanged
from scrubber.capture.packet import Done
from scrubber.capture.words import product, sentence
from scrubber.model import Entity
from scrubber.values import Values

PORT = 1701
_FRAME = LINK | 9
_CONTROL, _LENGTH, _SEQUENCE, _OFFSET = 0x80, 0x40, 0x08, 0x02
_RESERVED = 0x34
_VERSION = 2
_HIDDEN = 0x40
_BLANKED = "L2TP attribute"
_VENDOR = 0
"""The number that the attributes of the standard have."""

_Value = Callable[[bytes, Values], bytes]
"""From the value of an attribute to the value rewritten."""


def message(octets: bytes, walk: Walk) -> Step:
    """Flags, lengths, tunnel, session and sequence numbers stay; ``None`` where no header stands."""
    head = _head(octets)
    if not head:
        return None
    length = octets[2] << 8 | octets[3] if octets[0] & _LENGTH else len(octets) + walk.missing
    if not head <= length <= len(octets) + walk.missing:
        return None
    inside, trailer = octets[head:length], walk.to.blank(octets[length:], "trailer")
    header = octets[:head]
    if octets[0] & _OFFSET:
        header = octets[: _offset(octets)] + walk.to.blank(octets[_offset(octets) : head], "L2TP offset")
    if octets[0] & _CONTROL:
        return Within(Done(header + _attributes(inside, walk.to) + trailer), unchanged)
    walk.missing = max(length - len(octets), 0)

    def close(body: bytes) -> bytes:
        counted = grown(length, len(body) - len(inside)).to_bytes(2, "big")
        return (header[:2] + counted + header[4:] if header[0] & _LENGTH else header) + body + trailer

    return Inward(_FRAME, inside, close)


def _offset(octets: bytes) -> int:
    """Octets of the fields before the padding (RFC 2661 section 3.1)."""
    return 6 + sum(size for bit, size in ((_LENGTH, 2), (_SEQUENCE, 4), (_OFFSET, 2)) if octets[0] & bit)


def _head(octets: bytes) -> int:
    """Octets of a header, 0 where there is none."""
    if len(octets) < 6 or octets[0] & _RESERVED or octets[1] != _VERSION:
        return 0
    if octets[0] & _CONTROL and octets[0] & (_LENGTH | _SEQUENCE | _OFFSET) != _LENGTH | _SEQUENCE:
        return 0
    head = _offset(octets)
    if octets[0] & _OFFSET:
        head += int.from_bytes(octets[head - 2 : head], "big")
    return head if head <= len(octets) else 0


def _attributes(octets: bytes, to: Values) -> bytes:
    """Pairs of an attribute and its value (RFC 2661 section 4.1), each at its length; hidden ones are blanked."""
    new, at = bytearray(), 0
    while at + 6 <= len(octets):
        size = (octets[at] & 3) << 8 | octets[at + 1]
        if not 6 <= size <= len(octets) - at:
            break
        value = octets[at + 6 : at + size]
        known = not octets[at] & _HIDDEN and int.from_bytes(octets[at + 2 : at + 4], "big") == _VENDOR
        read = _READ.get(int.from_bytes(octets[at + 4 : at + 6], "big"), _blank) if known else _blank
        new += octets[at : at + 6] + fitted(read(value, to), len(value))
        at += size
    return bytes(new) + to.blank(octets[at:], _BLANKED)


def _blank(value: bytes, to: Values) -> bytes:
    return to.blank(value, _BLANKED)


def _kept(value: bytes, to: Values, *, size: int) -> bytes:
    return value if len(value) == size else _blank(value, to)


def _of(entity: Entity, value: bytes, to: Values) -> bytes:
    return to.fixed(entity, value, "l2tp-attribute")


def _reason(value: bytes, to: Values, *, size: int) -> bytes:
    """Numbers, then what a machine says about them."""
    return value[:size] + sentence(value[size:], to)


def _product(value: bytes, to: Values) -> bytes:
    return product(value, to)


def _number(size: int) -> _Value:
    return partial(_kept, size=size)


_READ: Mapping[int, _Value] = {
    **dict.fromkeys((0, 2, 6, 9, 10, 14, 29, 32), _number(2)),  # message, version, ids, window
    **dict.fromkeys((3, 4, 15, 16, 17, 18, 19, 24, 25, 38), _number(4)),  # framing, bearer, serial, speeds, channel
    1: partial(_reason, size=4),
    7: partial(_of, Entity.HOST),
    8: _product,
    12: partial(_reason, size=3),
    **dict.fromkeys((21, 22), partial(_of, Entity.NUMBER)),
    30: partial(_of, Entity.USER),
    34: _number(26),  # errors of a call
    35: _number(10),  # character maps
    39: _number(0),
}
"""By type of an attribute (RFC 2661 section 4.4); others, such as challenges and the options of PPP, are blanked."""
