"""The records of a name resolution block (draft-ietf-opsawg-pcapng section 4.5): addresses and the names they have."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from scrubber.capture.block import padded
from scrubber.capture.pcapng_options import LONGEST, Place, eui64
from scrubber.model import Entity
from scrubber.values import Values

RULE = "capture-host-name"
END = 0
DROPPED = "pcapng name record dropped"

_ADDRESSES: Mapping[int, tuple[int, Callable[[bytes, Values], bytes]]] = {
    1: (4, lambda packed, to: to.ipv4(packed)),
    2: (16, lambda packed, to: to.ipv6(packed)),
    3: (6, lambda packed, to: to.mac(packed)),
    4: (8, eui64),
}
"""Octets of the address at the start of a record of each type, and what replaces it."""


def encoded(body: bytes, place: Place) -> tuple[bytes, int]:
    """The records as they go out, and where the options begin in ``body``.

    A record of an unknown type is dropped; a malformed one ends the list, and there are no options then.
    """
    layout = struct.Struct(place.order + "HH")
    pieces = []
    at = 0
    while len(body) - at >= 4:
        kind, length = layout.unpack_from(body, at)
        at += 4
        if kind == END:
            pieces.append(bytes(4))
            return b"".join(pieces), min(at + length + -length % 4, len(body))
        if length > len(body) - at:
            break
        record = _record(kind, body[at : at + length], place)
        at += length + -length % 4
        if record is None:
            place.to.reader.notes[DROPPED] += 1
        else:
            pieces.append(layout.pack(kind, len(record)) + padded(record))
    if at != len(body):
        place.to.reader.notes[DROPPED] += 1
    return b"".join([*pieces, bytes(4)]), len(body)


def _record(kind: int, value: bytes, place: Place) -> bytes | None:
    size, address = _ADDRESSES.get(kind, (0, None))
    if address is None or len(value) < size:
        return None
    names = [place.to.value(Entity.HOST, name, RULE) for name in value[size:].split(b"\0")]
    record = address(value[:size], place.to) + b"\0".join(names)
    return record if len(record) <= LONGEST else None
