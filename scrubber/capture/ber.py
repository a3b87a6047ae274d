"""Basic encoding rules (ITU-T X.690): one element after another, definite lengths only, lengths repaired.

Identifiers of more than one octet and indefinite lengths do not occur in the protocols read here and end the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

BOOLEAN, INTEGER, OCTETS, NULL, OID, ENUMERATED = 0x01, 0x02, 0x04, 0x05, 0x06, 0x0A
SEQUENCE, SET = 0x30, 0x31
_LONG_TAG = 0x1F
_LONGEST_LENGTH = 4
"""Octets of a length in the long form."""


class Element(NamedTuple):
    """One element."""

    tag: int
    value: bytes
    width: int = 1
    """Octets that its length was written in."""

    def __repr__(self) -> str:
        return f"Element({self.tag:#04x}, {len(self.value)} octets)"

    def holding(self, value: bytes) -> bytes:
        """The octets of this element with another value; the length is written in no fewer octets than it was."""
        return bytes((self.tag,)) + _length(len(value), self.width) + value


def header(octets: bytes, at: int = 0) -> tuple[int, int] | None:
    """Where the value of the element at ``at`` begins and ends, which may be beyond the octets; ``None`` for none."""
    if at + 2 > len(octets) or octets[at] & _LONG_TAG == _LONG_TAG:
        return None
    size, start = octets[at + 1], at + 2
    if size >= 0x80:
        count = size & 0x7F
        start += count
        if not 0 < count <= _LONGEST_LENGTH or start > len(octets):
            return None
        size = int.from_bytes(octets[at + 2 : start], "big")
    return start, start + size


def elements(octets: bytes, most: int = -1) -> tuple[list[Element], bytes]:
    """The elements that follow one another, at most ``most`` of them, and the octets behind the last whole one."""
    found: list[Element] = []
    at = 0
    while at < len(octets) and len(found) != most:
        place = header(octets, at)
        if place is None or place[1] > len(octets):
            break
        start, end = place
        found.append(Element(octets[at], octets[start:end], start - at - 1))
        at = end
    return found, octets[at:]


def rewritten(
    octets: bytes, change: Callable[[int, Element], bytes], damaged: Callable[[bytes], bytes], most: int = -1
) -> bytes:
    """Each element given to ``change`` with its position, which returns its new value; the rest to ``damaged``."""
    found, rest = elements(octets, most)
    return b"".join(element.holding(change(place, element)) for place, element in enumerate(found)) + damaged(rest)


def arcs(value: bytes) -> list[int] | None:
    """The arcs of an object identifier, the first two still joined; ``None`` when it ends within one."""
    found, arc = [], 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if arc >= 1 << 64:
            return None
        if not octet & 0x80:
            found.append(arc)
            arc = 0
    return None if value[-1:] >= b"\x80" else found


def identifier(found: list[int]) -> bytes:
    """The value of an object identifier with these arcs."""
    out = bytearray()
    for arc in found:
        shift = max(0, (arc.bit_length() - 1) // 7 * 7)
        out += bytes(0x80 | arc >> step & 0x7F for step in range(shift, 0, -7))
        out.append(arc & 0x7F)
    return bytes(out)


def _length(size: int, width: int) -> bytes:
    if width == 1 and size < 0x80:
        return bytes((size,))
    count = max(width - 1, (size.bit_length() + 7) // 8)
    return bytes((0x80 | count,)) + size.to_bytes(count, "big")
