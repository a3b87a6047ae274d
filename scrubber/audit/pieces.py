"""Values of which only a part stands in a text, or that stand in a longer run without anything around them.

A cut line shows the beginning of a number or of a secret. Telephones begin or end tags and Call-IDs with their hardware
address, and a ``tel`` URI may say the first digits of a number in a parameter (RFC 3966 section 5.1.5).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from scrubber.audit.forms import EPOCH, Hit, is_chance
from scrubber.audit.known import Known
from scrubber.model import Entity

SHORTEST_NUMBER = 9
"""Digits that tell the beginning of a number from a count."""
SHORTEST_SECRET = 6
FEWEST_DIFFERENT = 4
"""Different octets of a hardware address that no filling shows."""
MAC_DIGITS = 12
_DIGITS = re.compile(rb"[0-9]{%d,}" % SHORTEST_NUMBER)
_BEHIND_PLUS = re.compile(rb"\+([0-9]{%d,})" % SHORTEST_NUMBER)
_WORDS = tuple(re.compile(rb"[^\s%b]{%d,64}" % (signs, SHORTEST_SECRET)) for signs in (rb"=:\"'<>,;()\[\]", rb"\"'<>"))
"""Words between any signs, and between those that no secret has."""
_CUT = b".>~*+"
"""How a column ends that is too narrow."""
_RUN = re.compile(rb"[0-9a-f]{%d,}" % (MAC_DIGITS + 1))
_GROUPS = re.compile(rb"-(?<=[0-9a-f]{8}-)[0-9a-f]{4}")
"""Twelve digits in the groups of an identifier (``805ec0aa-bbcc0002-…``)."""
_CONTEXT = re.compile(rb"tel:([0-9().-]{2,20})[^\s]{0,64}?;phone-context=(\+?[0-9().-]{1,12})")
_FIRST_GROUP = 8
_SIGNS = b"+().-"
TIME_DIGITS = 10
"""Digits of seconds since 1970."""


class Pieces:
    """The readings of words for parts of originals."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._numbers = sorted(known.numbers)
        self._macs = frozenset(
            b"%012x" % number for number in known.macs if len(set(number.to_bytes(6, "big"))) >= FEWEST_DIFFERENT
        )

    def __call__(self, words: bytes) -> Iterator[Hit]:
        """The parts of originals among words in lower case, a line for each."""
        if self._numbers:
            yield from self._beginnings(words)
            if b";phone-context=" in words:
                yield from self._in_parameters(words)
        if self._known.secrets:
            yield from self._cut(words)
        if self._macs:
            yield from self._in_runs(words)

    def _beginnings(self, words: bytes) -> Iterator[Hit]:
        """Numbers without their last digits; what may be a time counts only behind a plus."""
        found: dict[int, list[Hit]] = {}
        tried: Counter[int] = Counter()
        certain = set(_BEHIND_PLUS.findall(words)) if b"+" in words else set[bytes]()
        for digits in set(_DIGITS.findall(words)):
            if len(digits) == TIME_DIGITS and int(digits) in EPOCH and digits not in certain:
                continue
            tried[len(digits)] += 1
            if _begins(self._numbers, digits) and not self._known.left.holds(digits):
                found.setdefault(len(digits), []).append((digits, Entity.NUMBER, "cut"))
        for size, hits in found.items():
            if not is_chance(len(hits), tried[size] * len(self._numbers) / 10**size):
                yield from hits

    def _in_parameters(self, words: bytes) -> Iterator[Hit]:
        for found in _CONTEXT.finditer(words):
            digits = (found[2] + found[1]).translate(None, _SIGNS)
            if self._known.number(digits) is not None:
                yield found[0], Entity.NUMBER, ""

    def _cut(self, words: bytes) -> Iterator[Hit]:
        """Half of a secret or more, which ends in the middle of a word."""
        secrets = self._known.secrets
        between, whole_words = (set(pattern.findall(words)) for pattern in _WORDS)
        for word in between | whole_words | {word.partition(b"=")[2] for word in whole_words if b"=" in word}:
            text = word.rstrip(_CUT)
            if len(text) < SHORTEST_SECRET or text.isalpha() or (text.isdigit() and len(text) < SHORTEST_NUMBER):
                continue
            whole = _begins(secrets, text)
            goes_on = text[-1:].isalnum() and whole[len(text) : len(text) + 1].isalnum()
            if goes_on and 2 * len(text) >= len(whole) and not self._known.left.holds(text):
                yield word, Entity.SECRET, "cut"

    def _in_runs(self, words: bytes) -> Iterator[Hit]:
        """Hardware addresses at the ends of longer runs of hexadecimal digits, or in groups."""
        for run in set(_RUN.findall(words)):
            if run[:MAC_DIGITS] in self._macs or run[-MAC_DIGITS:] in self._macs:
                yield run, Entity.MAC, "run"
        for dash in _GROUPS.finditer(words):
            text = words[dash.start() - _FIRST_GROUP : dash.end()]
            if text.replace(b"-", b"") in self._macs:
                yield text, Entity.MAC, "run"


def _begins(values: Sequence[bytes], beginning: bytes) -> bytes:
    """The first of the sorted values that begins so and goes on; nothing when none does."""
    at = bisect_right(values, beginning)
    return values[at] if at < len(values) and values[at].startswith(beginning) else b""
