"""What a dissection of two captures proves: originals that are left, and frames that can no longer be read.

What stands in the same field of the same frame before and after is left, whatever it is, unless it stays by design or
by chance. An address or a number that nobody has twice is left wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from math import factorial
from typing import NamedTuple

from scrubber.audit.decoded import NO_FRAME, RULE, Frame, telling
from scrubber.model import Entity, Place

Stays = Callable[[Entity, bytes], float]
"""How likely a right output holds a value where the original held it: 1 for what stays by design, else 0 or a little
more, as a permutation of few values leaves one of them in its place now and then."""

_DOUBT = 1e-4
"""What chance leaves unchanged less often than this was left by no chance."""
_NEVER = 1e-8
"""What chance leaves so seldom is left by no chance, however many values there are."""
_DISTINCT = 1 << 17
"""Different addresses and numbers that are compared over the whole file."""
_LONG = 8
"""Characters from which on a number is the same by no chance."""
_OF_MANY = tuple(
    ip_network(text)
    for text in (
        *"0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16".split(),
        *"224.0.0.0/3 ::/96 ::ffff:0:0/96 64:ff9b::/96 2001:db8::/32 fc00::/7 fe80::/10 ff00::/8".split(),
    )
)
"""Networks whose addresses many have, or nobody: RFC 1918, RFC 6598 and the special ones; and those of pseudonyms."""


class Where(NamedTuple):
    """Where an original stands in an output, and how often."""

    number: int
    """Frame or line, from 1."""
    field: str
    times: int = 1


READ = frozenset(
    "eth sll vlan arp ip ipv6 icmp icmpv6 udp tcp sip sdp rtp rtcp rtpevent stun dns mdns dhcp dhcpv6 radius iax2 mgcp "
    "ntp".split()
)
"""Protocols, as tshark calls them, of which an output holds every field. Of others the content is suppressed, and zeros
are malformed to whoever expects something there; so is the body of an HTTP message."""


_PACKED = "sip_sip_Content-Encoding"
"""How a body was packed: one that cannot be unpacked is suppressed, and read as it stands by tshark."""
_HELD = frozenset(("sip", "sdp"))


class Malformed(NamedTuple):
    """A frame that could be read in the original and cannot be in the output."""

    number: int
    protocol: str
    """What cannot be read."""
    spoiled: bool
    """Whether a right output would be readable: the original was, as a whole, and its content is not suppressed."""


Named = tuple[Entity, str]
"""A value that names somebody."""


class Unchanged:
    """Values of an original, and which of them stand in an output where they stood."""

    def __init__(self, stays: Stays) -> None:
        self.stays = stays
        self.values: dict[Named, Where | None] = {}

    def met(self, named: Named) -> None:
        """The original holds this value."""
        if len(self.values) < _DISTINCT:
            self.values.setdefault(named, None)

    def left(self, named: Named, number: int, field: str = "") -> None:
        """The output holds a value where the original did. It was :meth:`met`, or is one too many."""
        if named in self.values:
            where = self.values[named] or Where(number, field, 0)
            self.values[named] = where._replace(times=where.times + 1)

    def telling(self) -> dict[Named, Where]:
        """The values that are left where they were, of each entity that has more of them than chance leaves."""
        told: dict[Named, Where] = {}
        doubtful: dict[Entity, dict[Named, Where]] = {}
        expected: dict[Entity, float] = {}
        for named, where in sorted(self.values.items(), key=lambda item: item[0]):
            entity, text = named
            chance = self.stays(entity, text.encode())
            if _NEVER <= chance < 1:
                expected[entity] = expected.get(entity, 0.0) + chance
            if where is not None and chance < _NEVER:
                told[named] = where
            elif where is not None and chance < 1:
                doubtful.setdefault(entity, {})[named] = where
        for entity, left in doubtful.items():
            if _unlikely(expected[entity], len(left)):
                told |= left
        return told


class Pair:
    """Compares the frames of an original with those of an output, two at a time."""

    def __init__(self, stays: Stays) -> None:
        self._lines_up = True
        self._unchanged = Unchanged(stays)
        self._after: dict[Named, Where] = {}
        self.malformed: list[Malformed] = []

    def compare(self, number: int, before: Frame | None, after: Frame | None) -> None:
        """Take in the frames of one number; ``None``: that file has none."""
        if before is None or after is None:
            self._lines_up = False
        elif new := after.faults - before.faults:
            protocols = {fault.protocol for fault in new}
            read = READ - _HELD if any(field == _PACKED for field, _ in after.values) else READ
            spoiled = not before.faults and not protocols.isdisjoint(read)
            self.malformed.append(Malformed(number, min(protocols & READ or protocols), spoiled))
        were = telling(before or NO_FRAME)
        for named in were.values():
            self._unchanged.met(named)
        for place, named in telling(after or NO_FRAME).items():
            if len(self._after) < _DISTINCT:
                self._after.setdefault(named, Where(number, place[0]))
            if were.get(place) == named:
                self._unchanged.left(named, number, place[0])

    def left(self) -> Iterator[tuple[Place, int]]:
        """Originals that are left, each with where it was first met and how often it is in its place."""
        told = self._unchanged.telling() if self._lines_up else {}
        for named in sorted(self._unchanged.values.keys() & self._after.keys() - told.keys()):
            entity, text = named
            if _proves(entity, text) and self._unchanged.stays(entity, text.encode()) < _DOUBT:
                told[named] = self._after[named]
        for (entity, _), where in told.items():
            yield Place(f"{RULE}:{where.field}", entity, 0, where.number), where.times


def _unlikely(expected: float, count: int) -> bool:
    """Whether chance leaves ``count`` or more values where it leaves ``expected`` on average (Poisson)."""
    return expected**count / factorial(min(count, 20)) < _DOUBT


def _proves(entity: Entity, value: str) -> bool:
    """Whether a value is an original wherever it stands: nobody has the same by chance, and no output invents it."""
    if entity is Entity.IPV4 or entity is Entity.IPV6:
        return is_of_one(value)
    if entity is Entity.NUMBER:
        return len(value) > _LONG
    return entity in (Entity.MAC, Entity.SECRET)


def is_of_one(value: str) -> bool:
    """Whether an address belongs to one host alone; its pseudonym is then of another network."""
    try:
        address = ip_address(value)
    except ValueError:
        return False
    return not any(address in network for network in _OF_MANY)
