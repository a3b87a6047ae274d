"""The options of pcapng blocks, by a list of what may go out (draft-ietf-opsawg-pcapng section 3.5).

Numbers that say nothing about anybody stay, times move, addresses and texts are replaced. Everything else is dropped
and counted: hashes (they would confirm a guess), time zones, packet ids, processes, custom options, unknown codes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from scrubber.capture import capfilter, provenance
from scrubber.capture.block import padded
from scrubber.model import Entity
from scrubber.values import Values

COMMENT_RULE = "capture-comment"
DESCRIPTION_RULE = "capture-description"
NAME_SERVER_RULE = "capture-name-server"

END = 0
RESOLUTION = 9
LONGEST = 0xFFFF
SLACK = "pcapng options: what stood behind the last one dropped"

SECTION, INTERFACE, PACKET, NAMES, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 2, 4, 5, 6
"""Types of the blocks that have options of their own."""


class Place(NamedTuple):
    """Where an option stands: byte order, the pass, and how far its times move in ticks of its interface."""

    order: str
    to: Values
    ticks: int = 0


_Handler = Callable[[bytes, Place], bytes | None]
"""From a value to what goes out; ``None`` drops the option."""


def encoded(options: bytes, block: int, place: Place) -> bytes:
    """The options of a block of type ``block`` as they go out; malformed ones end the list."""
    if not options:
        return b""
    allowed = _ALLOWED.get(block, {})
    notes = place.to.reader.notes
    layout = struct.Struct(place.order + "HH")
    pieces = []
    end = 0
    for code, value, end in _walk(options, layout):  # noqa: B007 -- read behind the loop
        if code == END:
            pieces.append(bytes(4))
            break
        name, handler = allowed.get(code) or _EVERYWHERE.get(code) or ("", _drop)
        kept = handler(value, place)
        if kept is None:
            notes[f"pcapng option dropped: {name or 'unknown'}"] += 1
        else:
            kept = kept[:LONGEST]
            pieces.append(layout.pack(code, len(kept)) + padded(kept))
    if options[end:].strip(b"\0"):
        notes[SLACK] += 1
    return b"".join(pieces)


def second(options: bytes, order: str) -> int:
    """Ticks of the clock in a second, from the options of an interface: a power of ten, or of two with the high bit."""
    for code, value, _ in _walk(options, struct.Struct(order + "HH")):
        if code == RESOLUTION and len(value) == 1:
            return 1 << (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
    return 10**6


def _walk(options: bytes, layout: struct.Struct) -> Iterator[tuple[int, bytes, int]]:
    """Code, value and where the next option begins."""
    at = 0
    while len(options) - at >= 4:
        code, length = layout.unpack_from(options, at)
        at += 4
        end = at + length + -length % 4
        if at + length > len(options):
            return
        yield code, options[at : at + length], end
        if code == END:
            return
        at = end


# --- what becomes of a value ------------------------------------------------------------------------------------------


def _drop(value: bytes, place: Place) -> bytes | None:
    del value, place
    return None


def _number(size: int) -> _Handler:
    def handler(value: bytes, place: Place) -> bytes | None:
        del place
        return value if len(value) == size else None

    return handler


def _text(entity: Entity, rule: str) -> _Handler:
    def handler(value: bytes, place: Place) -> bytes:
        # Some programs count the zero that ends their strings.
        bare = value.rstrip(b"\0")
        return place.to.value(entity, bare, rule) + bytes(len(value) - len(bare))

    return handler


def _known(generalised: Callable[[bytes], bytes]) -> _Handler:
    def handler(value: bytes, place: Place) -> bytes | None:
        del place
        return generalised(value) or None

    return handler


def _interface(value: bytes, place: Place) -> bytes | None:
    return provenance.interface(value.rstrip(b"\0"), place.to) or None


def _filter(value: bytes, place: Place) -> bytes | None:
    # The first octet tells text (0) from byte code.
    if value[:1] != b"\0":
        return None
    return b"\0" + capfilter.scrubbed(value[1:], place.to)


def _ipv4(value: bytes, place: Place) -> bytes | None:
    return place.to.ipv4(value) if len(value) == 4 else None


def _ipv6(value: bytes, place: Place) -> bytes | None:
    return place.to.ipv6(value) if len(value) == 16 else None


def _ipv4_and_mask(value: bytes, place: Place) -> bytes | None:
    if len(value) != 8:
        return None
    bits = int.from_bytes(value[4:], "big") ^ 0xFFFF_FFFF
    return place.to.ipv4(value[:4]) + (value[4:] if not bits & (bits + 1) else b"\xff\xff\xff\xff")


def _ipv6_and_length(value: bytes, place: Place) -> bytes | None:
    return place.to.ipv6(value[:16]) + value[16:] if len(value) == 17 else None


def _mac(value: bytes, place: Place) -> bytes | None:
    return place.to.mac(value) if len(value) == 6 else None


def _eui64(value: bytes, place: Place) -> bytes | None:
    return eui64(value, place.to) if len(value) == 8 else None


def eui64(value: bytes, to: Values) -> bytes:
    """An address of eight octets: made of a hardware address (ff:fe in its middle) it follows that, or is blanked."""
    if value[3:5] == b"\xff\xfe":
        mac = to.mac(value[:3] + value[5:])
        return mac[:3] + value[3:5] + mac[3:]
    return to.blank(value, "EUI-64 suppressed")


def _time(value: bytes, place: Place) -> bytes | None:
    return moved(value, place.order, place.ticks) if len(value) == 8 else None


def moved(stamp: bytes, order: str, ticks: int) -> bytes:
    """A time of two words, the higher one first, moved; what leaves its range comes in at the other end."""
    if not ticks:
        return stamp
    layout = struct.Struct(order + "II")
    high, low = layout.unpack(stamp)
    time = ((high << 32 | low) + ticks) % (1 << 64)
    return layout.pack(time >> 32, time & 0xFFFF_FFFF)


_EVERYWHERE: Mapping[int, tuple[str, _Handler]] = {
    1: ("comment", _text(Entity.TEXT, COMMENT_RULE)),
    2988: ("custom", _drop),
    2989: ("custom", _drop),
    19372: ("custom", _drop),
    19373: ("custom", _drop),
}
_ALLOWED: Mapping[int, Mapping[int, tuple[str, _Handler]]] = {
    SECTION: {
        2: ("hardware", _known(provenance.hardware)),
        3: ("operating system", _known(provenance.system)),
        4: ("application", _known(provenance.program)),
    },
    INTERFACE: {
        2: ("interface name", _interface),
        3: ("interface description", _text(Entity.TEXT, DESCRIPTION_RULE)),
        4: ("interface address", _ipv4_and_mask),
        5: ("interface address", _ipv6_and_length),
        6: ("interface address", _mac),
        7: ("interface address", _eui64),
        8: ("speed", _number(8)),
        RESOLUTION: ("time resolution", _number(1)),
        10: ("time zone", _drop),
        11: ("capture filter", _filter),
        12: ("operating system", _known(provenance.system)),
        13: ("FCS length", _number(1)),
        14: ("time offset", _number(8)),
        15: ("hardware", _known(provenance.hardware)),
        16: ("speed", _number(8)),
        17: ("speed", _number(8)),
        18: ("time zone", _drop),
    },
    ENHANCED: {
        2: ("packet flags", _number(4)),
        3: ("packet hash", _drop),
        4: ("drop count", _number(8)),
        5: ("packet id", _drop),
        6: ("queue", _number(4)),
        7: ("verdict", _drop),
        8: ("process", _drop),
    },
    PACKET: {
        2: ("packet flags", _number(4)),
        3: ("packet hash", _drop),
    },
    STATISTICS: {
        2: ("start time", _time),
        3: ("end time", _time),
        4: ("packets received", _number(8)),
        5: ("packets dropped", _number(8)),
        6: ("packets accepted", _number(8)),
        7: ("packets dropped", _number(8)),
        8: ("packets delivered", _number(8)),
    },
    NAMES: {
        2: ("name server", _text(Entity.HOST, NAME_SERVER_RULE)),
        3: ("name server", _ipv4),
        4: ("name server", _ipv6),
    },
}
