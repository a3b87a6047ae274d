"""Which value the first pass met by which rule, for the audit that reads an output in the same way.

A short number, a tag of four digits or what a mere guess replaced proves nothing wherever it stands, but it does where
the same rule finds it again. Digests tell which values those are, never more of them than fit; short ones are kept as
they are, too, because the pseudonym of one may be another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scrubber.marks import Few, Marks, mark
from scrubber.model import Entity
from scrubber.spans import UNKNOWN_LINE

LONGEST = 256
"""Octets of a value that is remembered."""
BEGINNING = 32
"""Octets of a payload by which it is remembered."""
SHORT = 16
"""Octets up to which a value may be the pseudonym of another one."""

WHOLE = frozenset((UNKNOWN_LINE,))
"""Rules under which the words of a value may stay, when others of it are replaced."""
LONGEST_READ = 1024
"""Octets of a value whose parts are remembered."""
_OF_WORDS = frozenset((Entity.TEXT, Entity.LOCATION))
"""What stands for these holds no word of them."""
_PARTED = _OF_WORDS | {Entity.URL}
"""What has parts that say something."""
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{4,64}")
_PATH = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,32}://[^/\s]{1,256}(/[^\s]{9,512})")
"""What follows the host of a URL, too long to be met by chance."""
_PART = "\0part"


class Placed:
    """Values by entity and rule, as digests; the short ones by entity. Grows up to a bound."""

    __slots__ = ("_dropped", "_marks", "_short")

    def __init__(self) -> None:
        self._marks = Marks()
        self._short: dict[Entity, Few[bytes]] = {}
        self._dropped: Few[int] = Few()

    def add(self, entity: Entity, rule: str, value: bytes) -> None:
        """Remember that ``rule`` found ``value``."""
        if entity in _PARTED and rule not in WHOLE:
            for part in parts(entity, value):
                self._marks.add(_said(entity, rule + _PART, part))
        if 0 < len(value) <= LONGEST:
            self._marks.add(_said(entity, rule, value))
            if len(value) <= SHORT:
                self._short.setdefault(entity, Few()).keep(value)

    def drop(self, reason: str, payload: bytes) -> None:
        """Remember that octets were to be blanked, and why."""
        self._dropped.keep(mark(reason.encode() + b"\0" + payload[:BEGINNING]))

    def drops(self, reason: str, payload: bytes) -> bool:
        """Whether octets that begin so were to be blanked in an input; any may be when not all of them are known."""
        return not self._dropped.whole or mark(reason.encode() + b"\0" + payload[:BEGINNING]) in self._dropped

    def merge(self, other: Placed) -> None:
        """Take over everything another one met, as far as there is room."""
        self._marks.merge(other._marks)
        self._dropped.unite(other._dropped)
        for entity, values in other._short.items():
            self._short.setdefault(entity, Few()).unite(values)

    def holds(self, entity: Entity, rule: str, value: bytes) -> bool:
        """Whether ``rule`` found ``value`` in an input."""
        return len(value) <= LONGEST and _said(entity, rule, value) in self._marks

    def holds_part(self, entity: Entity, rule: str, value: bytes, becomes: bytes) -> bool:
        """Whether something stands in ``value`` that ``rule`` found in a longer value, and that no rewriting leaves.

        ``becomes`` is what stands for ``value``.
        """
        gone = parts(entity, value) - parts(entity, becomes)
        return any(_said(entity, rule + _PART, part) in self._marks for part in gone)

    def is_told_apart(self, entity: Entity, value: bytes) -> bool:
        """Whether all values are known of which this one may be the pseudonym."""
        return len(value) > SHORT or entity not in self._short or self._short[entity].whole

    def short(self) -> Iterator[tuple[Entity, bytes]]:
        """The short values."""
        for entity, values in self._short.items():
            for value in values:
                yield entity, value


def parts(entity: Entity, value: bytes) -> set[bytes]:
    """What of a value says something when the rest was replaced: words of texts and places, the path of a URL."""
    if entity in _OF_WORDS:
        return set(_WORD.findall(value[:LONGEST_READ].lower()))
    return set(_PATH.findall(value[:LONGEST_READ])) if entity is Entity.URL else set()


def _said(entity: Entity, rule: str, value: bytes) -> bytes:
    return _place(entity, rule) + value


@lru_cache(maxsize=1 << 11)
def _place(entity: Entity, rule: str) -> bytes:
    return b"%b\0%b\0" % (entity.encode(), rule.encode())
