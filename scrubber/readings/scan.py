"""Free text: which bytes of a line are sensitive.

This is the complete, careful reading of a text: every detector, every text rule, every labelled value and every
learned value. The hot path (``memo.py``) may skip it only for tokens whose reading cannot depend on their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from scrubber.blindness import SHAPE
from scrubber.detectors import (
    address,
    card,
    channel,
    chat,
    credentials,
    display,
    dtmf,
    home,
    labelled,
    location,
    nonce,
    number,
    pair,
    recording,
    reference,
    rows,
    service,
    shell,
    street,
    token,
    trace,
    uri,
)
from scrubber.detectors.shapes import ZEROED
from scrubber.labelname import label_key
from scrubber.literals import literals as literals_of
from scrubber.model import Entity, Finding, LabelRule, RuleSet, TextRule
from scrubber.readings import proper
from scrubber.readings.memo import Memo
from scrubber.readings.vocabulary import is_plain
from scrubber.spans import GUESS
from scrubber.sweep import Sweep

DETECTORS: tuple[Callable[[bytes], Iterator[Finding]], ...] = (
    uri.find,
    address.find,
    channel.find,
    token.find,
    home.find,
    service.find,
    recording.find,
    location.find,
    nonce.find,
    rows.find,
    trace.find,
    reference.find,
    pair.find,
)

_BARE = re.compile(
    rb"[0-9](?:(?<![^\s,;()'\"<>\[\]{}=|\x80-\xbf][0-9])|(?<=[\x80-\xbf]-[0-9]))[0-9]{6,15}"
    rb"(?![^\s,;:()'\"<>\[\]{}|.!?\\\xe3\xef])(?!\.[0-9])"
)
_PREVIOUS = re.compile(rb"([A-Za-z_#]+)[^A-Za-z]{0,4}\Z")


_WORD = rb"=\?[A-Za-z0-9_-]{2,24}\?[BbQq]\?[^?\s]{1,256}\?="
_ENCODED = re.compile(_WORD + rb"(?:[ \t]{1,4}" + _WORD + rb"){0,8}")
"""Encoded words of a mail header or display name (RFC 2047), wherever they were copied to."""

SOUGHT: tuple[tuple[Callable[[bytes], Iterable[Finding]], Iterable[bytes], bool], ...] = (
    (dtmf.find, dtmf.WORDS, False),
    (display.find, display.MARKS, True),
    (shell.find, shell.WORDS, False),
    (credentials.find, credentials.WORDS, False),
    (street.find, street.WORDS, False),
)
"""Finders, what has to stand in the shape of a text for each, and whether the shape is all it needs."""
LABELS = 1 << 14
"""Labels whose rule is remembered."""


class Labels:
    """Look-up of what the value after a label is: exact names first, then fragments of names."""

    __slots__ = ("_any_fragment", "_fragments", "_known", "_labels")

    def __init__(self, rules: RuleSet) -> None:
        self._labels = rules.labels
        self._fragments = rules.fragments
        fragments = [fragment for fragment, _ in rules.fragments]
        # An expression of all of them takes a tenth of a start to compile.
        self._any_fragment = BytesAhoCorasick(fragments).find_matches_as_indexes
        self._known: dict[bytes, LabelRule | None] = {}

    def __call__(self, label: bytes) -> LabelRule | None:
        """The rule of ``label`` (any case and alphabet, any of ``-_. `` inside), or None when nothing is said."""
        try:
            return self._known[label]
        except KeyError:
            pass
        name = label_key(label)
        rule = self._labels.get(name) or self._labels.get(name.translate(SHAPE))  # ``p0000`` is any such label
        if rule is None and 2 < len(name) <= 64 and self._any_fragment(name):
            rule = next((known for fragment, known in self._fragments if fragment in name), None)
        if len(self._known) > LABELS:
            self._known.clear()
        self._known[label] = rule
        return rule


_ROW_STARTS = frozenset((b'"', b"0"))
Finder = Callable[[bytes], Iterable[Finding]]


_APART = bytes(byte if bytes((byte,)).isalnum() else 0x20 for byte in range(256))
"""Table for ``bytes.translate``: what stands between words is a blank."""


class _Conditions(NamedTuple):
    """What has to stand in a text, in lower case, before an expression is tried."""

    beginnings: tuple[bytes, ...] | None
    literals: tuple[tuple[bytes, ...], ...]
    """One of each of these."""
    words: frozenset[bytes] = frozenset()
    """Of which one must stand as a whole word; none when that is not asked."""
    parts: tuple[bytes, ...] = ()
    """Words that may as well be a part of one, as dialled digits are known by them."""

    def hold(self, lowered: bytes, words: AbstractSet[bytes]) -> bool:
        """Whether all of it stands in a text of these words."""
        if self.words and self.words.isdisjoint(words) and not any(part in lowered for part in self.parts):
            return False
        if self.beginnings is not None and not lowered.startswith(self.beginnings):
            return False
        for literals in self.literals:
            for literal in literals:
                if lowered.find(literal) >= 0:  # twice as fast as ``in``
                    break
            else:
                return False
        return True

    def shape(self) -> _Conditions:
        """What has to stand in the shape of the text."""
        begins = None if self.beginnings is None else _shapes(self.beginnings)
        literals = tuple(map(_shapes, self.literals))
        return _Conditions(begins, literals, frozenset(_shapes(self.words)), _shapes(self.parts))


def _shapes(texts: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple([text.translate(SHAPE) for text in texts])


class _Armed(NamedTuple):
    """A finder that the literals in a text call for."""

    asks: _Conditions
    """What it asks of the shape of a text besides."""
    find: Finder
    exact: _Conditions | None
    """What it asks of the text itself; None for a finder that finds in the shape what it finds in the text."""

    def is_called(self, text: bytes) -> bool:
        """Whether a text whose shape calls for the finder does so itself."""
        if self.exact is None:
            return True
        lowered = text.lower()
        return self.exact.hold(lowered, _words(lowered) if self.exact.words else self.exact.words)


def _armed(asks: _Conditions, find: Finder, *, blind: bool) -> _Armed:
    shape = asks.shape()
    return _Armed(shape, find, None if blind and shape == asks else asks)


class _Trigger:
    """What one text rule finds; its expression is compiled when it is tried first."""

    __slots__ = ("_groups", "_guessed", "_id", "_pattern", "_search")

    def __init__(self, rule: TextRule, stop_words: Collection[bytes], *, opens: bool) -> None:
        self._groups = rule.groups
        self._id = rule.id
        self._pattern: TextRule | re.Pattern[bytes] = rule
        self._search = not opens
        self._guessed = stop_words if rule.id.startswith(GUESS) else None

    def __call__(self, text: bytes) -> list[Finding]:
        pattern = self._pattern
        if not isinstance(pattern, re.Pattern):
            pattern = self._pattern = pattern.pattern
        found: list[Finding] = []
        for match in pattern.finditer(text) if self._search else filter(None, (pattern.match(text),)):
            for group, entity in self._groups:
                start, end = match.span(group)
                if end > start and not self._is_plain(text[start:end]):
                    found.append(Finding(start, end, entity, self._id))
        return found

    def _is_plain(self, value: bytes) -> bool:
        """Whether a guess met words of the vocabulary only."""
        words = self._guessed
        return words is not None and all(is_plain(word, words) for word in value.split())


ARMED = 1 << 12
"""Rows of literals whose finders are remembered."""
SHAPES = 1 << 14
"""Shapes of texts of which it is remembered what is found in them."""
LONGEST_SHAPE = 1 << 10
"""Bytes; longer ones are not remembered."""
TELLING = 5
"""A literal of so many bytes tells more than a keyword."""
RARE = frozenset((b"{", b"}"))
"""So do these."""
OPENING = 2
"""Bytes by which rules for the beginning of a text are looked up."""
_ALWAYS = _Conditions(None, ())


class Triggers:
    """What text rules, dialled digits and names in prose give in a text.

    Which rules match is told by a look at its beginning, and one pass over it for a literal of each rule.

    A rule without a telling literal in its pattern is looked for by its keywords, as whole words. Dialled digits, whose
    detector reads sentences, too, are looked for in the same pass. An expression is tried where everything else stands
    that its pattern asks for.

    What does not depend on the digits of a text is found once for all texts of one shape.
    """

    __slots__ = ("_called", "_finders", "_matcher", "_openings", "_shapes", "_stop_words")

    def __init__(self, rules: Sequence[TextRule], stop_words: frozenset[bytes]) -> None:
        self._stop_words = stop_words
        found: dict[bytes, list[_Armed]] = {}
        for sought, marks, blind in SOUGHT:
            finder = _armed(_ALWAYS, sought, blind=blind)
            for mark in _shapes(marks):
                found.setdefault(mark, []).append(finder)
        self._openings: dict[bytes, list[_Armed]] = {}
        for rule in rules:
            known = rule.literals or literals_of(rule.source)
            begins, literals = known.beginnings, known.required
            words = () if literals else rule.keywords
            if not literals:
                telling = (few for few in known.conditions if min(map(len, few)) >= TELLING or not set(few) - RARE)
                literals = tuple(set(next(telling, rule.keywords)))
            asks = _Conditions(
                begins, known.conditions, frozenset(words), tuple(word for word in words if word in dtmf.WORDS)
            )
            armed = _armed(asks, _Trigger(rule, stop_words, opens=begins is not None), blind=known.blind)
            if begins is not None and min(map(len, begins)) >= OPENING:
                for opening in {literal[:OPENING] for literal in _shapes(begins)}:
                    self._openings.setdefault(opening, []).append(armed)
            else:
                for literal in dict.fromkeys(_shapes(sorted(literals))):
                    found.setdefault(literal, []).append(armed)
        self._finders = list(found.values())
        self._matcher = BytesAhoCorasick(list(found))
        self._called: dict[tuple[int, ...], tuple[_Armed, ...]] = {}
        self._shapes = Memo(self._of_shape, SHAPES).__getitem__

    def __call__(self, text: bytes, shape: bytes = b"") -> list[Finding]:
        """All of it in ``text``; ``shape`` is that of the text, where it is known."""
        result: list[Finding] = []
        for step in self.of_shape(shape or text.translate(SHAPE)):
            if type(step) is Finding:
                result.append(step)
            elif type(step) is _Armed and step.is_called(text):
                result += step.find(text)
        return result

    def of_shape(self, shape: bytes) -> tuple[Finding | _Armed, ...]:
        """What is found in every text of a shape, and what may find something, depending on the digits."""
        return self._shapes(shape) if len(shape) <= LONGEST_SHAPE else self._of_shape(shape)

    def _of_shape(self, shape: bytes) -> tuple[Finding | _Armed, ...]:
        steps: list[Finding | _Armed] = list(rows.find(shape)) if shape[:1] in _ROW_STARTS else []
        steps += self._said(shape)
        lowered = shape.lower()
        called = self._openings.get(lowered[:OPENING], [])
        words = _words(lowered)
        hits = self._matcher.find_matches_as_indexes(lowered, overlapping=True)
        for armed in (*called, *self._row(tuple([hit[0] for hit in hits]))):
            if not armed.asks.hold(lowered, words):
                continue
            if armed.exact is None:
                steps += armed.find(shape)
            else:
                steps.append(armed)
        return (*steps, *proper.find(shape, self._stop_words))

    def _said(self, shape: bytes) -> list[Finding]:
        """Who wrote a message of a chat, and what; a head of plain words alone is one of a log."""
        found = list(chat.find(shape))
        if len(found) == 1 and all(
            is_plain(word, self._stop_words) for word in shape[found[0].start : found[0].end].split()
        ):
            return []
        return found

    def _row(self, row: tuple[int, ...]) -> tuple[_Armed, ...]:
        """The finders that a row of literals calls for, each once, in the order of the literals."""
        result = self._called.get(row)
        if result is None:
            armed = {id(called.find): called for index in reversed(row) for called in reversed(self._finders[index])}
            if len(self._called) >= ARMED:
                self._called.clear()
            self._called[row] = result = tuple(reversed(armed.values()))
        return result


def _words(text: bytes) -> set[bytes]:
    """The different words of a text."""
    return set(text.translate(_APART).split())


@lru_cache(maxsize=2)
def _triggers(rules: tuple[TextRule, ...], stop_words: frozenset[bytes]) -> Triggers:
    """One for all files of a run: reading the literals off the patterns costs more than a small file."""
    return Triggers(rules, stop_words)


class _Known(NamedTuple):
    """What a scanner knows of its rules alone."""

    labels: Labels
    sentences: Triggers
    of: RuleSet
    """Held, so that nothing else gets the identity of what it consists of."""


_KNOWN: dict[tuple[int, ...], _Known] = {}
_MOST_KNOWN = 4


def _known(rules: RuleSet) -> _Known:
    """The same for all files of a run, told apart by identity: even the hash of all rules costs more than a line."""
    same = id(rules.text), id(rules.stop_words), id(rules.labels), id(rules.fragments)
    known = _KNOWN.get(same)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[same] = _Known(Labels(rules), _triggers(rules.text, rules.stop_words), rules)
    return known


class Scanner:
    """Every finding in a piece of free text under a rule set, with or without learned values."""

    __slots__ = ("labels", "sentences", "sweep")

    def __init__(self, rules: RuleSet, sweep: Sweep | None = None) -> None:
        known = _known(rules)
        self.labels = known.labels
        self.sentences = known.sentences
        self.sweep = sweep

    def findings(self, text: bytes) -> list[Finding]:
        """All findings in ``text``, overlapping and unsorted; spans refer to ``text``."""
        found = self.contextual(text, self.sentences(text))
        for detector in DETECTORS:
            found.extend(detector(text))
        if b"=?" in text:
            found.extend(Finding(*match.span(), Entity.NAME, "encoded-word") for match in _ENCODED.finditer(text))
        if self.sweep is not None:
            found.extend(self.sweep.find(text))
        return found

    def contextual(self, text: bytes, sentences: list[Finding]) -> list[Finding]:
        """The findings that blanks do not bound: those of ``sentences``, and of labels and numbers."""
        found = list(sentences)
        found.extend(card.find(text))
        found.extend(number.find(text))
        found.extend(labelled.find(text, 0, len(text), self.labels))
        found.extend(self._bare_numbers(text))
        if self.sweep is not None:
            found.extend(self.sweep.in_groups(text))
        return found

    @staticmethod
    def _bare_numbers(text: bytes) -> Iterator[Finding]:
        if text.translate(ZEROED).find(b"0000000") < 0:
            return
        for match in _BARE.finditer(text):
            start, end = match.span()
            before = _PREVIOUS.search(text, max(0, start - 40), start)
            yield from number.find_bare(text, start, end, before[1] if before else b"")
