"""IEEE 802.11 frames, with or without a header about their reception (radiotap, PPI): addresses mapped, bodies blanked.

Only data frames that are neither encrypted nor fragmented nor aggregated are read further.
"""

from __future__ import annotations

from collections.abc import Mapping

from scrubber.capture.layer import LINK, LLC, Inward, Layer, Step, Walk, Within, station, unchanged
from scrubber.capture.packet import Done
from scrubber.values import Values

_WIRELESS = LINK | 105
_MANAGEMENT, _CONTROL, _DATA = 0, 1, 2
_BOTH_SYSTEMS, _FRAGMENT, _PROTECTED, _ORDER = 3, 4, 0x40, 0x80
_CHECKED = 0x10
"""Radiotap: the check sequence stands at the end of the frame."""
_PADDED = 0x20
"""Radiotap: the header of the frame is padded to words of four octets."""
_MORE_MAPS, _OWN_FIELDS = 1 << 31, 1 << 30
_LONGEST = 256
"""Octets of the longest radiotap header that holds nothing but its numbers."""
_FIELDS_COMMON = 2
_BLANKED = "802.11 management"


def radiotap(octets: bytes, walk: Walk) -> Step:
    """A radiotap header: numbers of the receiver. Fields of vendors are blanked."""
    if len(octets) < 8 or octets[0]:
        return None
    size = int.from_bytes(octets[2:4], "little")
    if not 8 <= size <= len(octets):
        return None
    to, at = walk.to, 4
    maps = [int.from_bytes(octets[4:8], "little")]
    while maps[-1] & _MORE_MAPS and at + 8 <= size:
        at += 4
        maps.append(int.from_bytes(octets[at : at + 4], "little"))
    at += 4
    flags = 0
    if maps[0] & 2:
        place = (at + 7) // 8 * 8 + 8 if maps[0] & 1 else at
        flags = octets[place] if place < size else 0
    header = octets[:size]
    if any(entry & _OWN_FIELDS for entry in maps) or size > _LONGEST:
        header = octets[:at] + to.blank(octets[at:size], "radiotap field of a vendor")
    frame, trailer = octets[size:], b""
    if flags & _CHECKED and not walk.missing:
        frame, trailer = frame[:-4], to.blank(frame[-4:], "trailer")
    if flags & _PADDED:
        return Within(Done(header + to.blank(frame, "padded 802.11 frame") + trailer), unchanged)
    return Inward(_WIRELESS, frame, lambda body: header + body + trailer)


def per_packet(octets: bytes, walk: Walk) -> Step:
    """A PPI header: fields about the frame, of which only the common numbers of 802.11 stay, and the link type."""
    if len(octets) < 8:
        return None
    size, link = int.from_bytes(octets[2:4], "little"), int.from_bytes(octets[4:8], "little")
    if not 8 <= size <= len(octets) or link > 0xFFFF:
        return None
    new, at = bytearray(octets[:8]), 8
    while at + 4 <= size:
        kind, length = int.from_bytes(octets[at : at + 2], "little"), int.from_bytes(octets[at + 2 : at + 4], "little")
        end = min(at + 4 + length, size)
        value = octets[at + 4 : end]
        kept = kind == _FIELDS_COMMON and length == 20
        new += octets[at : at + 4] + (value if kept else walk.to.blank(value, "PPI field"))
        at = end
    new += walk.to.blank(octets[at:size], "PPI field")
    return Inward(LINK | link, octets[size:], bytes(new).__add__)


def wireless(octets: bytes, walk: Walk) -> Step:
    """A frame of IEEE 802.11."""
    if len(octets) < 10:
        return None
    kind, subtype, flags = octets[0] >> 2 & 3, octets[0] >> 4, octets[1]
    if octets[0] & 3 or kind > _DATA:
        return None
    if kind == _CONTROL:
        return _control(octets, subtype, walk.to)
    head = 24 + (6 if kind == _DATA and flags & _BOTH_SYSTEMS == _BOTH_SYSTEMS else 0)
    quality = head
    if kind == _DATA and subtype & 8:
        head += 2 + (4 if flags & _ORDER else 0)
    elif kind == _MANAGEMENT and flags & _ORDER:
        head += 4
    if len(octets) < head:
        return None
    to = walk.to
    header = (
        octets[:4] + station(to, octets[4:10]) + station(to, octets[10:16]) + station(to, octets[16:22]) + octets[22:24]
    )
    header += station(to, octets[24:30]) + octets[30:head] if quality == 30 else octets[24:head]
    plain = kind == _DATA and not subtype & 4 and not flags & (_PROTECTED | _FRAGMENT) and not octets[22] & 15
    aggregated = kind == _DATA and subtype & 8 and octets[quality] & 0x80
    if plain and not aggregated:
        return Inward(LLC, octets[head:], header.__add__)
    if kind == _MANAGEMENT and not flags & _PROTECTED:
        return Within(Done(header + _management(octets[head:], subtype, to)), unchanged)
    return Within(Done(header + to.blank(octets[head:], "802.11 data")), unchanged)


_FIXED_FIELDS = {0: 4, 1: 6, 2: 4, 3: 6, 4: 0, 5: 12, 8: 12, 10: 2, 11: 6, 12: 2}
"""By subtype: octets of numbers before the elements (capabilities, intervals, status and reason codes)."""
_KEPT_ELEMENTS = frozenset({1, 3, 50})
"""Rates and channel; others may name a network or a device."""


def _management(body: bytes, subtype: int, to: Values) -> bytes:
    """The elements of a management frame keep type and length."""
    fixed = _FIXED_FIELDS.get(subtype)
    if fixed is None:
        return to.blank(body, _BLANKED)
    new, at = bytearray(body[:fixed]), fixed
    if subtype == 2:
        new += station(to, body[4:10]) if len(body) >= 10 else to.blank(body[4:], _BLANKED)
        at = 10
    while at + 2 <= len(body) and at + 2 + body[at + 1] <= len(body):
        value = body[at + 2 : at + 2 + body[at + 1]]
        kept = body[at] in _KEPT_ELEMENTS and len(value) <= 32
        new += body[at : at + 2] + (value if kept else to.blank(value, _BLANKED))
        at += 2 + len(value)
    return bytes(new) + to.blank(body[at:], _BLANKED)


_TWO_ADDRESSES = frozenset({8, 9, 10, 11, 14, 15})
"""Control frames that name their sender, too: block acknowledgements, PS-Poll, RTS, end of a contention-free period."""


def _control(octets: bytes, subtype: int, to: Values) -> Step:
    new, at = octets[:4] + station(to, octets[4:10]), 10
    if subtype in _TWO_ADDRESSES and len(octets) >= 16:
        new, at = new + station(to, octets[10:16]), 16
    return Within(Done(new + to.blank(octets[at:], "802.11 control")), unchanged)


LAYERS: Mapping[int, Layer] = {
    _WIRELESS: wireless,
    LINK | 127: radiotap,
    LINK | 192: per_packet,
}
