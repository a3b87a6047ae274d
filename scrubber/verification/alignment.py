"""Values that stand in the same line of a text before and after.

A private address or a short number proves nothing by itself, as pseudonyms look the same: it counts where the original
had it. Lines are compared as long as both texts have as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Protocol

from scrubber.lexicon import Lexicon
from scrubber.model import Entity

LONGEST = 1 << 20
"""Octets of a line that are looked at; what a longer one goes on with is a line of its own."""

_QUAD = re.compile(rb"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9]|\.[0-9])")
_SHORT = re.compile(
    rb"(?i)(?:(?:sips?:|tel:|(?:PJSIP|SIP|IAX2|Local|Agent)/|[\"'<>])([0-9]{3,6})(?![0-9A-Za-z.]))"
    rb"|(?<![0-9A-Za-z.+])([0-9]{3,6})@"
)
"""Where an extension stands: in a URI, in the name of a channel, in quotes or brackets."""


class Unchanged(Protocol):
    """What is told of the values of both texts."""

    def met(self, named: tuple[Entity, str], /) -> None:
        """The original holds this value."""

    def left(self, named: tuple[Entity, str], number: int, /) -> None:
        """The output holds a value where the original did."""


def aligned(before: Iterator[bytes], after: Iterator[bytes], lexicon: Lexicon, to: Unchanged) -> bool:
    """Compare two texts line by line; whether they have as many lines, so that it means something.

    ``lexicon`` holds what was learned from the original: nothing else is compared.
    """
    short = frozenset(value.decode() for value in lexicon.values.get(Entity.EXTENSION, ()))
    values = _Values(lexicon.originals.addresses(), short)
    for number, (was, now) in enumerate(zip_longest(lines(before), lines(after)), 1):
        if was is None or now is None:
            return False
        old, new = values.of(was), values.of(now)
        for named in old:
            to.met(named)
        for named in new.keys() & old.keys():
            for _ in new[named] & old[named]:
                to.left(named, number)
    return True


class _Values:
    """Finds the addresses and extensions of an original in a line."""

    def __init__(self, ipv4: set[int], short: frozenset[str]) -> None:
        self._ipv4, self._short = ipv4, short

    def of(self, line: bytes) -> dict[tuple[Entity, str], set[int]]:
        """Each value with its places among the values of its kind, from 0."""
        found: dict[tuple[Entity, str], set[int]] = {}
        for place, match in enumerate(_QUAD.finditer(line)):
            octets = [int(octet) for octet in match[0].split(b".")]
            if max(octets) < 256 and int.from_bytes(bytes(octets), "big") in self._ipv4:
                found.setdefault((Entity.IPV4, match[0].decode()), set()).add(place)
        for place, match in enumerate(_SHORT.finditer(line)):
            text = (match[1] or match[2]).decode()
            if text in self._short:
                found.setdefault((Entity.EXTENSION, text), set()).add(place)
        return found


def lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a text cut anywhere, without their ends."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        while len(rest) > LONGEST:
            yield rest[:LONGEST]
            rest = rest[LONGEST:]
    if rest:
        yield rest
