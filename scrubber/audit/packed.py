"""Originals in the octets of packets: packed addresses, addresses that STUN masks, digits in half octets.

Four octets say little: among a million packets any address stands somewhere by chance. An IPv4 address therefore
counts where an address stands (in a header, behind a family and a port, behind its length), and elsewhere only where
so few octets are searched for so few addresses that it can be no coincidence; the same goes for digits.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from math import prod

from ahocorasick_rs import BytesAhoCorasick

from scrubber.audit.forms import is_chance
from scrubber.audit.known import Known
from scrubber.edges import APART
from scrubber.model import Entity

Hit = tuple[int, int, Entity, str]
"""Start, end, what it is, and the notation."""

COOKIE = b"\x21\x12\xa4\x42"
"""Every STUN message has it, and masks addresses with it (RFC 8489 sections 5 and 14.2)."""
_MASKED = frozenset((0x0012, 0x0016, 0x0020, 0x8020))
"""XOR-PEER-ADDRESS, XOR-RELAYED-ADDRESS, XOR-MAPPED-ADDRESS and its first number."""
_CARRIED = frozenset((1, 2, 4, 6, 17, 41, 47, 50, 51, 89, 103, 112, 115, 132))
"""Protocol numbers that IP headers show."""
_CARRIED_WIDE = _CARRIED | {0, 43, 44, 58, 59, 60}
"""And those that IPv6 headers show besides."""
_BEHIND = re.compile(rb"(?:\x00[\x01\x02]..|\x02\x00..|\x00[\x04\x08]|\x01\x04|\x00\x06)\Z", re.DOTALL)
"""What may stand before a packed address: a family and a port, or a length."""
_PLAINLY_BEHIND = re.compile(rb"(?:\x00\x01[\x00\x80]\x01.{4}\x00\x04|\x00\x08\x00\x01..)\Z", re.DOTALL)
"""What stands before nothing else: in answers of DNS (RFC 1035 section 3.2.1), in STUN (RFC 8489 section 14.1)."""
_EVENT = re.compile(rb"\x00\x18..\x80[\x60-\x7f\xe0-\xff].{10}([\x01-\x0f])[\x00-\xbf]..", re.DOTALL)
"""A dialled digit other than the mark 0 (RFC 4733 section 2.3) in an RTP packet over UDP."""
_TIMESTAMP = b"\1\1\x08\n"
"""An option of nearly every TCP segment (RFC 7323 appendix A), whose length begins an address of 10.0.0.0/8."""
_LENGTH_WIDE = b"\0\x10"
FEWEST_TELLING = 4
"""Octets other than zero of an IPv6 address that is no counter and no filling."""
PLACED_BITS = 10
"""How much less likely a coincidence is where an address stands."""
_ETHERNET = frozenset((b"\x08\x00", b"\x86\xdd", b"\x08\x06", b"\x81\x00", b"\x88\xa8"))
FEWEST_ZEROS = 2
"""So many octets of zero among four make a small number, as counters and lengths are."""
LEAST_OCTET = 16
"""Four octets below this are what rows of codes and made-up identifiers are of."""
FEWEST_DIFFERENT = 5
"""Different octets of a hardware address."""
FEWEST_PLACED = 3
"""The same where one stands: ``00:00:00:00:00:01`` is the end of an address of IPv6, too."""
SHORTEST_PACKED = 8
"""Digits."""
ATTRIBUTES = 32
SMALL, FILLING = 16, 255
"""Octets that counters, lengths and flags consist of."""
_SWAPPED = bytes((octet & 15) << 4 | octet >> 4 for octet in range(256))


_IN_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]{6}")
"""Four octets and their neighbours where they are letters, and no address."""
_LONGEST_PREFIX = 4
"""Digits by which two spellings of one number differ."""
_AROUND = 12
"""Octets before and behind the first digits of a number in which the others stand."""

Meaning = dict[bytes, tuple[Entity, str]]
"""What octets are, and in which notation."""


class _Matcher:
    """Finds octets, and says what they are; two small ones take much less memory to build than one large."""

    def __init__(self, meaning: Meaning) -> None:
        self._means = list(meaning.values())
        self._find = BytesAhoCorasick(list(meaning)).find_matches_as_indexes

    def __call__(self, octets: bytes) -> Iterator[Hit]:
        for index, start, end in self._find(octets, overlapping=True):
            yield (start, end, *self._means[index])


class Packed:
    """What is looked for in octets, for one set of originals."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._digits = 0
        self._likely = 0.0
        """How likely an octet of a capture begins one of the addresses, in one of three notations."""
        self._lengths = sorted({len(digits) for digits in known.numbers.keys() | known.cards})
        self._matchers = [_Matcher(meaning) for read in (self._of_octets, self._of_digits) if (meaning := read())]

    def _of_octets(self) -> Meaning:
        known = self._known
        meaning: Meaning = dict.fromkeys(sorted(known.octets), (Entity.TEXT, "payload"))
        for number in sorted(known.ipv6):
            meaning.setdefault(number.to_bytes(16, "big"), (Entity.IPV6, "packed"))
        for number in sorted(known.macs):
            meaning.setdefault(number.to_bytes(6, "big"), (Entity.MAC, "packed"))
        for number in sorted(known.ipv4):
            octets = number.to_bytes(4, "big")
            if octets == octets[:1] * 4:  # what fills space is no address
                continue
            masked = _masked(octets, COOKIE)
            meaning.setdefault(octets, (Entity.IPV4, "packed"))
            meaning.setdefault(octets[::-1], (Entity.IPV4, "little-endian"))
            meaning.setdefault(masked, (Entity.IPV4, "xor"))
            self._likely += 2 * _likelihood(octets) + _likelihood(masked)
        return meaning

    def _of_digits(self) -> Meaning:
        """The first digits of each number two an octet, in either order, from either half of an octet.

        A number with a prefix holds the number without, and is met with it.
        """
        every = self._known.numbers.keys() | self._known.cards
        found: set[bytes] = set()
        for digits in every:
            shorter = any(digits[at:] in every for at in range(1, _LONGEST_PREFIX + 1))
            if len(digits) >= SHORTEST_PACKED:
                self._digits += 1
            if len(digits) < SHORTEST_PACKED or (shorter and len(digits) > SHORTEST_PACKED + _LONGEST_PREFIX):
                continue
            for row in (digits[:SHORTEST_PACKED], digits[1 : SHORTEST_PACKED + 1]):
                octets = binascii.unhexlify(row[: len(row) & ~1])
                found |= {octets, octets.translate(_SWAPPED)}
        return dict.fromkeys(sorted(found), (Entity.NUMBER, "bcd"))

    def __call__(self, octets: bytes) -> Iterator[Hit]:
        """The originals among the octets of packets."""
        loose: dict[Entity, list[Hit]] = {Entity.IPV4: [], Entity.NUMBER: []}
        placed: list[Hit] = []
        plainly: list[Hit] = []
        for hit in self._matches(octets):
            start, end, entity, notation = hit
            forward = entity is Entity.IPV4 and notation != "little-endian"
            if forward and _is_plainly_placed(octets, start):
                plainly.append(hit)
            elif forward and _BEHIND.search(octets, max(0, start - 4), start):
                placed.append(hit)
            elif entity is Entity.NUMBER:
                loose[entity] += self._number(octets, start, end)
            elif entity is not Entity.IPV4:
                yield hit
            elif notation == "little-endian" and _is_between(octets, start):
                continue
            elif _is_random(octets[start:end]) and not _IN_TEXT.match(octets, max(0, start - 1), end + 1):
                loose[entity].append(hit)
        yield from self._masked(octets)
        for event in _EVENT.finditer(octets) if self._known.dialled else ():
            yield event.start(1), event.end(1), Entity.DTMF, "event"
        searched = len(octets)
        addresses = self._likely * searched
        if not is_chance(len(plainly), 3 * len(self._known.ipv4) * searched / 2 ** (32 + PLACED_BITS)):
            yield from plainly
        if not is_chance(len(placed), addresses / 2**PLACED_BITS):
            yield from placed
        if not is_chance(len(loose[Entity.IPV4]), addresses):
            yield from loose[Entity.IPV4]
        yield from self._numbers(loose[Entity.NUMBER], searched)

    def _matches(self, octets: bytes) -> Iterator[Hit]:
        for matcher in self._matchers:
            for hit in matcher(octets):
                start, end, entity, _ = hit
                tells = _TELLS.get(entity)
                between = octets.find(APART, max(0, start - len(APART) + 1), end + len(APART) - 1) >= 0
                if not between and (tells is None or tells(octets, start, end)):
                    yield hit

    def _numbers(self, hits: list[Hit], searched: int) -> Iterator[Hit]:
        """Rows of half octets that are no coincidence, by their length."""
        for hit in hits:
            halves = 2 * (hit[1] - hit[0])
            if not is_chance(1, 4 * self._digits * searched / 16**halves):
                yield hit

    def _number(self, octets: bytes, start: int, end: int) -> Iterator[Hit]:
        """The whole octets of the longest number whose digits stand here."""
        first = max(0, start - _AROUND)
        around = octets[first : end + _AROUND]
        numbers, cards = self._known.numbers, self._known.cards
        low, high = 2 * (start - first), 2 * (end - first)
        for row in (around.hex().encode(), around.translate(_SWAPPED).hex().encode()):
            for length in reversed(self._lengths):
                for at in range(max(0, high - length), min(low + 1, len(row) - length) + 1):
                    if row[at : at + length] in numbers or row[at : at + length] in cards:
                        yield first + (at + 1) // 2, first + (at + length) // 2, Entity.NUMBER, "bcd"
                        return

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


def _is_telling_mac(octets: bytes, start: int, end: int) -> bool:
    """Whether a hardware address stands before an Ethernet type, or is of octets that no counter shows by chance."""
    kinds = (octets[end : end + 2], octets[end + 6 : end + 8])
    different = len(set(octets[start:end]))
    return different >= FEWEST_DIFFERENT or (different >= FEWEST_PLACED and not _ETHERNET.isdisjoint(kinds))


def _is_random(octets: bytes) -> bool:
    """Whether four octets are none that numbers and codes of protocols are of."""
    return octets.count(0) < FEWEST_ZEROS and max(octets) >= LEAST_OCTET


def _is_telling_ipv6(octets: bytes, start: int, end: int) -> bool:
    """Whether an IPv6 address stands in a header or behind its length, or has more octets than filling shows."""
    if end - start - octets.count(0, start, end) >= FEWEST_TELLING or octets.endswith(_LENGTH_WIDE, 0, start):
        return True
    return any(
        header >= 0 and octets[header] >> 4 == 6 and octets[header + 6] in _CARRIED_WIDE
        for header in (start - 8, start - 24)
    )


def _is_telling_ipv4(octets: bytes, start: int, end: int) -> bool:
    """Whether four octets are anything but the length of a timestamp and its first ones."""
    del end
    return not octets.startswith(_TIMESTAMP, max(0, start - len(_TIMESTAMP) + 1))


_TELLS = {Entity.MAC: _is_telling_mac, Entity.IPV6: _is_telling_ipv6, Entity.IPV4: _is_telling_ipv4}
"""What octets must be to count as what they spell, wherever they stand."""


def _masked(value: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(value, mask, strict=False))


def _likelihood(octets: bytes) -> float:
    """How likely octets stand somewhere in a capture, where small numbers and filling are more frequent than others."""
    return float(prod(1 / 16 if octet < SMALL or octet == FILLING else 1 / 256 for octet in octets))


def _is_between(octets: bytes, start: int) -> bool:
    """Whether octets are parts of both addresses of an IP header, which in one network resemble each other."""
    return any(
        header >= 0 and 0x45 <= octets[header] <= 0x4F and octets[header + 9] in _CARRIED
        for header in range(start - 15, start - 12)
    )


def _is_plainly_placed(octets: bytes, start: int) -> bool:
    """Whether an address stands where nothing else does: in an IP or ARP header, in an answer of DNS, of STUN."""
    for header in (start - 12, start - 16):
        if header >= 0 and 0x45 <= octets[header] <= 0x4F and octets[header + 9] in _CARRIED:
            return True
    if b"\x08\x00\x06\x04\x00" in octets[max(0, start - 24) : start]:
        return True
    return _PLAINLY_BEHIND.search(octets[max(0, start - 10) : start]) is not None
