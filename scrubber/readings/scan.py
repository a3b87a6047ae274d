"""Free text: which bytes of a line are sensitive.

This is the complete, careful reading of a text: every detector, every text rule, every labelled value and every
learned value. The hot path (``memo.py``) may skip it only for tokens whose reading cannot depend on their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from scrubber.detectors import (
    address,
    card,
    channel,
    dtmf,
    home,
    labelled,
    location,
    nonce,
    number,
    recording,
    rows,
    token,
    trace,
    uri,
)
from scrubber.detectors.shapes import ZEROED
from scrubber.lexicon import Sweep
from scrubber.literals import literals as literals_of
from scrubber.model import Entity, Finding, LabelRule, RuleSet, TextRule
from scrubber.readings import proper

DETECTORS: tuple[Callable[[bytes], Iterator[Finding]], ...] = (
    uri.find,
    address.find,
    channel.find,
    token.find,
    home.find,
    recording.find,
    location.find,
    nonce.find,
    rows.find,
    trace.find,
)

_BARE = re.compile(rb"[0-9](?<![^\s,;()'\"<>\[\]{}=|][0-9])[0-9]{6,15}(?![^\s,;:()'\"<>\[\]{}|.!?])(?!\.[0-9])")
_PREVIOUS = re.compile(rb"([A-Za-z_#]+)[^A-Za-z]{0,4}\Z")
_SQUEEZE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")


_BASIC = re.compile(rb"\b[Bb]asic ([A-Za-z0-9+/]{4,512}={0,2})(?![A-Za-z0-9+/=])")
"""Credentials of HTTP's and SIP's Basic scheme (RFC 7617) in the middle of a text."""
_WORD = rb"=\?[A-Za-z0-9_-]{2,24}\?[BbQq]\?[^?\s]{1,256}\?="
_ENCODED = re.compile(_WORD + rb"(?:[ \t]{1,4}" + _WORD + rb"){0,8}")
"""Encoded words of a mail header or display name (RFC 2047), wherever they were copied to."""
_DISPLAY = re.compile(rb'"((?:[^"\\\r\n=]|\\.){1,128}+)"{1,2} ?<(?=(?:sips?|tel):|\+?[0-9*#]{2,20}>)')


def _displays(text: bytes) -> Iterator[Finding]:
    """Quoted display names in front of a URI, wherever a name-addr stands in free text (RFC 3261 section 25.1)."""
    for match in _DISPLAY.finditer(text):
        yield Finding(*match.span(1), Entity.NAME, "display-name")


DISPLAYED = (b'" <', b'"<')


LABELS = 1 << 14
"""Labels whose rule is remembered."""


class Labels:
    """Look-up of what the value after a label is: exact names first, then fragments of names."""

    __slots__ = ("_any_fragment", "_fragments", "_known", "_labels")

    def __init__(self, rules: RuleSet) -> None:
        self._labels = rules.labels
        self._fragments = rules.fragments
        self._any_fragment = re.compile(
            b"|".join(re.escape(fragment) for fragment, _ in rules.fragments) or b"(?!)"
        ).search
        self._known: dict[bytes, LabelRule | None] = {}

    def __call__(self, label: bytes) -> LabelRule | None:
        """The rule of ``label`` (any case, any of ``-_. `` inside), or None when nothing is said about it."""
        try:
            return self._known[label]
        except KeyError:
            pass
        name = label.translate(_SQUEEZE, b"-_. \t")
        rule = self._labels.get(name)
        if rule is None and 2 < len(name) <= 64 and self._any_fragment(name) is not None:
            rule = next((known for fragment, known in self._fragments if fragment in name), None)
        if len(self._known) > LABELS:
            self._known.clear()
        self._known[label] = rule
        return rule


_ROW_STARTS = frozenset(b'"0123456789'[i : i + 1] for i in range(11))
Finder = Callable[[bytes], Iterable[Finding]]


class _Trigger:
    """One text rule: what else must stand in a text before its expression is tried, and what it finds."""

    __slots__ = ("_groups", "_id", "_pattern", "beginnings", "conditions", "required")

    def __init__(self, rule: TextRule) -> None:
        self.required, self.conditions, self.beginnings = rule.literals or literals_of(rule.source)
        self._groups = rule.groups
        self._id = rule.id
        self._pattern: TextRule | re.Pattern[bytes] = rule

    def __call__(self, text: bytes) -> list[Finding]:
        pattern = self._pattern
        if not isinstance(pattern, re.Pattern):
            pattern = self._pattern = pattern.pattern
        found: list[Finding] = []
        for match in pattern.finditer(text) if self.beginnings is None else filter(None, (pattern.match(text),)):
            for group, entity in self._groups:
                start, end = match.span(group)
                if end > start:
                    found.append(Finding(start, end, entity, self._id))
        return found


class _Armed(NamedTuple):
    """A finder that the literals in a text call for, and what it asks for besides."""

    beginnings: tuple[bytes, ...] | None
    conditions: tuple[tuple[bytes, ...], ...]
    words: tuple[bytes, ...]
    """Of which one must stand as a whole word; none when that is not asked."""
    find: Finder


ARMED = 1 << 12
"""Rows of literals whose finders are remembered."""
TELLING = 5
"""A literal of so many bytes tells more than a keyword."""
RARE = frozenset((b"{", b"}"))
"""So do these."""
OPENING = 2
"""Bytes by which rules for the beginning of a text are looked up."""


class Triggers:
    """Which text rules may match a text: a look at its beginning, and one pass over it for a literal of each rule.

    A rule without a telling literal in its pattern is looked for by its keywords, as whole words. Dialled digits, whose
    detector reads sentences, too, are looked for in the same pass. An expression is tried where everything else stands
    that its pattern asks for.
    """

    __slots__ = ("_armed", "_finders", "_matcher", "_openings")

    def __init__(self, rules: Sequence[TextRule]) -> None:
        found: dict[bytes, list[_Armed]] = {word: [_Armed(None, (), (), dtmf.find)] for word in dtmf.WORDS}
        found |= {mark: [_Armed(None, (), (), _displays)] for mark in DISPLAYED}
        self._openings: dict[bytes, list[_Armed]] = {}
        for rule in rules:
            finder = _Trigger(rule)
            literals, demanded = finder.required, finder.conditions
            words = () if literals else rule.keywords
            if not literals:
                telling = (few for few in demanded if min(map(len, few)) >= TELLING or not set(few) - RARE)
                literals = tuple(set(next(telling, rule.keywords)))
            armed = _Armed(finder.beginnings, demanded, words, finder)
            begins = finder.beginnings
            if begins is not None and min(map(len, begins)) >= OPENING:
                for opening in {literal[:OPENING] for literal in begins}:
                    self._openings.setdefault(opening, []).append(armed)
            else:
                for literal in sorted(literals):
                    found.setdefault(literal, []).append(armed)
        self._finders = list(found.values())
        self._matcher = BytesAhoCorasick(list(found))
        self._armed: dict[tuple[int, ...], tuple[_Armed, ...]] = {}

    def __call__(self, text: bytes) -> list[Finding]:
        """What text rules and dialled digits give in ``text``."""
        result = list(rows.find(text)) if text[:1] in _ROW_STARTS else []
        lowered = text.lower()
        opening = self._openings.get(lowered[:OPENING])
        if opening is not None:
            self._tried(opening, text, lowered, result)
        hits = self._matcher.find_matches_as_indexes(lowered, overlapping=True)
        if hits:
            row = tuple([hit[0] for hit in hits])
            armed = self._armed.get(row)
            self._tried(self._called(row) if armed is None else armed, text, lowered, result)
        return result

    @staticmethod
    def _tried(armed: Iterable[_Armed], text: bytes, lowered: bytes, result: list[Finding]) -> None:
        """Add what the finders give for which everything stands in the text."""
        for begins, demanded, words, find in armed:
            if begins is not None and not lowered.startswith(begins):
                continue
            for literals in demanded:
                for literal in literals:
                    if lowered.find(literal) >= 0:  # twice as fast as ``in``
                        break
                else:
                    break
            else:
                if not words or _holds_word(lowered, words):
                    result += find(text)

    def _called(self, row: tuple[int, ...]) -> tuple[_Armed, ...]:
        """The finders that a row of literals calls for, each once, in the order of the literals."""
        armed = {id(called.find): called for index in reversed(row) for called in reversed(self._finders[index])}
        if len(self._armed) >= ARMED:
            self._armed.clear()
        self._armed[row] = result = tuple(reversed(armed.values()))
        return result


def _holds_word(text: bytes, words: tuple[bytes, ...]) -> bool:
    """Whether one of the words stands in the text as a whole, or is one that dialled digits are known by."""
    for word in words:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if word in dtmf.WORDS or not (text[end : end + 1].isalnum() or text[start - 1 : start].isalnum()):
                return True
            start = text.find(word, start + 1)
    return False


@lru_cache(maxsize=2)
def _triggers(rules: tuple[TextRule, ...]) -> Triggers:
    """One for all files of a run: reading the literals off the patterns costs more than a small file."""
    return Triggers(rules)


class Scanner:
    """Every finding in a piece of free text under a rule set, with or without learned values."""

    __slots__ = ("_stop_words", "_triggers", "labels", "sweep")

    def __init__(self, rules: RuleSet, sweep: Sweep | None = None) -> None:
        self.labels = Labels(rules)
        self.sweep = sweep
        self._triggers = _triggers(rules.text)
        self._stop_words = rules.stop_words

    def findings(self, text: bytes) -> list[Finding]:
        """All findings in ``text``, overlapping and unsorted; spans refer to ``text``."""
        found = self.contextual(text, self.sentences(text))
        for detector in DETECTORS:
            found.extend(detector(text))
        if b"asic " in text:
            found.extend(Finding(*match.span(1), Entity.SECRET, "basic-credentials") for match in _BASIC.finditer(text))
        if b"=?" in text:
            found.extend(Finding(*match.span(), Entity.NAME, "encoded-word") for match in _ENCODED.finditer(text))
        if self.sweep is not None:
            found.extend(self.sweep.find(text))
        return found

    def sentences(self, text: bytes) -> list[Finding]:
        """The findings of text rules, dialled digits and names in prose."""
        return [*self._triggers(text), *proper.find(text, self._stop_words)]

    def contextual(self, text: bytes, sentences: list[Finding]) -> list[Finding]:
        """The findings that blanks do not bound: those of ``sentences``, and of labels and numbers."""
        found = list(sentences)
        found.extend(card.find(text))
        found.extend(number.find(text))
        found.extend(labelled.find(text, 0, len(text), self.labels))
        found.extend(self._bare_numbers(text))
        return found

    @staticmethod
    def _bare_numbers(text: bytes) -> Iterator[Finding]:
        if text.translate(ZEROED).find(b"0000000") < 0:
            return
        for match in _BARE.finditer(text):
            start, end = match.span()
            before = _PREVIOUS.search(text, max(0, start - 40), start)
            yield from number.find_bare(text, start, end, before[1] if before else b"")
