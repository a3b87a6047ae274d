"""Originals in the octets of packets: packed addresses, addresses that STUN masks, digits in half octets.

Four octets say little: among a million packets any address stands somewhere by chance. An IPv4 address therefore
counts where an address stands (in a header, behind a family and a port, behind its length), and elsewhere only where
so few octets are searched for so few addresses that it can be no coincidence; the same goes for digits.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from ahocorasick_rs import BytesAhoCorasick

from scrubber.audit.forms import is_chance
from scrubber.audit.known import Known
from scrubber.model import Entity

Hit = tuple[int, int, Entity, str]
"""Start, end, what it is, and the notation."""

COOKIE = b"\x21\x12\xa4\x42"
"""Every STUN message has it, and masks addresses with it (RFC 8489 sections 5 and 14.2)."""
_MASKED = frozenset((0x0012, 0x0016, 0x0020, 0x8020))
"""XOR-PEER-ADDRESS, XOR-RELAYED-ADDRESS, XOR-MAPPED-ADDRESS and its first number."""
_CARRIED = frozenset((1, 2, 4, 6, 17, 41, 47, 50, 51, 89, 103, 112, 115, 132))
"""Protocol numbers that IP headers show."""
_BEHIND = re.compile(rb"(?:\x00[\x01\x02]..|\x02\x00..|\x00[\x04\x08]|\x01\x04|\x00\x06)\Z", re.DOTALL)
"""What stands before a packed address: a family and a port, or a length."""
_EVENT = re.compile(rb"\x00\x18..\x80[\x60-\x7f\xe0-\xff].{10}([\x01-\x0f])[\x00-\xbf]..", re.DOTALL)
"""A dialled digit other than the mark 0 (RFC 4733 section 2.3) in an RTP packet over UDP."""
PLACED_BITS = 10
"""How much less likely a coincidence is where an address stands."""
_ETHERNET = frozenset((b"\x08\x00", b"\x86\xdd", b"\x08\x06", b"\x81\x00", b"\x88\xa8"))
FEWEST_DIFFERENT = 5
"""Different octets of a hardware address."""
SHORTEST_PACKED = 8
"""Digits."""
ATTRIBUTES = 32
_SWAPPED = bytes((octet & 15) << 4 | octet >> 4 for octet in range(256))


class Packed:
    """What is looked for in octets, for one set of originals."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._meaning: dict[bytes, tuple[Entity, str]] = {}
        for sample in sorted(known.octets):
            self._put(sample, Entity.TEXT, "payload")
        for number in sorted(known.ipv6):
            self._put(number.to_bytes(16, "big"), Entity.IPV6, "packed")
        for number in sorted(known.macs):
            self._put(number.to_bytes(6, "big"), Entity.MAC, "packed")
        for number in sorted(known.ipv4):
            octets = number.to_bytes(4, "big")
            self._put(octets, Entity.IPV4, "packed")
            self._put(octets[::-1], Entity.IPV4, "little-endian")
            self._put(_masked(octets, COOKIE), Entity.IPV4, "xor")
        self._digits = 0
        for digits in sorted(known.numbers.keys() | known.cards):
            self._half_octets(digits)
        self._patterns = list(self._meaning)
        self._matcher = BytesAhoCorasick(self._patterns) if self._patterns else None

    def _put(self, octets: bytes, entity: Entity, notation: str) -> None:
        self._meaning.setdefault(octets, (entity, notation))

    def _half_octets(self, digits: bytes) -> None:
        """Digits of a number two an octet, in either order, from the first half of an octet or from the second."""
        if len(digits) < SHORTEST_PACKED:
            return
        self._digits += 1
        for row in (digits, digits[1:]):
            octets = binascii.unhexlify(row[: len(row) & ~1])
            self._put(octets, Entity.NUMBER, "bcd")
            self._put(octets.translate(_SWAPPED), Entity.NUMBER, "bcd")

    def __call__(self, octets: bytes) -> Iterator[Hit]:
        """The originals among the octets of packets."""
        if self._matcher is None and not self._known.dialled:
            return
        loose: dict[Entity, list[Hit]] = {Entity.IPV4: [], Entity.NUMBER: []}
        placed: list[Hit] = []
        for index, start, end in self._matches(octets):
            entity, notation = self._meaning[self._patterns[index]]
            hit = (start, end, entity, notation)
            if entity is Entity.IPV4 and notation != "little-endian" and _is_placed(octets, start):
                placed.append(hit)
            elif not self._is_whole(octets, start, end, entity):
                continue
            elif entity in loose:
                loose[entity].append(hit)
            else:
                yield hit
        yield from self._masked(octets)
        for event in _EVENT.finditer(octets) if self._known.dialled else ():
            yield event.start(1), event.end(1), Entity.DTMF, "event"
        searched = len(octets)
        addresses = 3 * len(self._known.ipv4) * searched / 2**32
        if not is_chance(len(placed), addresses / 2**PLACED_BITS):
            yield from placed
        if not is_chance(len(loose[Entity.IPV4]), addresses):
            yield from loose[Entity.IPV4]
        yield from self._numbers(loose[Entity.NUMBER], searched)

    def _is_whole(self, octets: bytes, start: int, end: int, entity: Entity) -> bool:
        """Whether what is more than octets stands here: all digits of a number, a telling hardware address."""
        if entity is Entity.NUMBER:
            return self._is_number(octets, start, end)
        return entity is not Entity.MAC or _is_telling(octets, start, end)

    def _matches(self, octets: bytes) -> list[tuple[int, int, int]]:
        return [] if self._matcher is None else self._matcher.find_matches_as_indexes(octets, overlapping=True)

    def _numbers(self, hits: list[Hit], searched: int) -> Iterator[Hit]:
        """Rows of half octets that are no coincidence, by their length."""
        for hit in hits:
            halves = 2 * (hit[1] - hit[0])
            if not is_chance(1, 4 * self._digits * searched / 16**halves):
                yield hit

    def _is_number(self, octets: bytes, start: int, end: int) -> bool:
        """Whether the digits of a whole number stand here, the half octets on both sides included."""
        around = octets[max(0, start - 1) : end + 1]
        both = (around.hex().encode(), around.translate(_SWAPPED).hex().encode())
        numbers, cards = self._known.numbers, self._known.cards
        size = 2 * (end - start)
        return any(
            row[at : at + length] in numbers or row[at : at + length] in cards
            for row in both
            for length in (size, size + 1, size + 2)
            for at in range(len(row) - length + 1)
        )

    def _masked(self, octets: bytes) -> Iterator[Hit]:
        """Addresses in the attributes of STUN messages."""
        at = octets.find(COOKIE)
        while at >= 0:
            mask = octets[at : at + 16]
            place = at + 16
            for _ in range(ATTRIBUTES):
                kind = int.from_bytes(octets[place : place + 2], "big")
                size = int.from_bytes(octets[place + 2 : place + 4], "big")
                value = octets[place + 8 : place + 4 + size]
                if kind in _MASKED and len(value) in (4, 16) and len(mask) == 16:
                    number = int.from_bytes(_masked(value, mask), "big")
                    wide = len(value) == 16
                    if number in (self._known.ipv6 if wide else self._known.ipv4):
                        yield place + 8, place + 4 + size, Entity.IPV6 if wide else Entity.IPV4, "xor"
                if not size or size > len(octets) - place:
                    break
                place += 4 + (size + 3 & ~3)
            at = octets.find(COOKIE, at + 4)


def _is_telling(octets: bytes, start: int, end: int) -> bool:
    """Whether a hardware address stands before an Ethernet type, or is of octets that no counter shows by chance."""
    kinds = (octets[end : end + 2], octets[end + 6 : end + 8])
    return len(set(octets[start:end])) >= FEWEST_DIFFERENT or not _ETHERNET.isdisjoint(kinds)


def _masked(value: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(value, mask, strict=False))


def _is_placed(octets: bytes, start: int) -> bool:
    """Whether an address stands where one does: in an IP or ARP header, behind a family and a port or its length."""
    for header in (start - 12, start - 16):
        if header >= 0 and 0x45 <= octets[header] <= 0x4F and octets[header + 9] in _CARRIED:
            return True
    if b"\x08\x00\x06\x04\x00" in octets[max(0, start - 24) : start]:
        return True
    return _BEHIND.search(octets[max(0, start - 4) : start]) is not None
