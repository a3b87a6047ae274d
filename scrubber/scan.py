"""Free text: which bytes of a line are sensitive.

This is the complete, careful reading of a text: every detector, every text rule, every labelled value and every
learned value. The hot path (``memo.py``) may skip it only for tokens whose reading cannot depend on their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

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
from scrubber.lexicon import Sweep
from scrubber.model import Entity, Finding, LabelRule, RuleSet, TextRule

DETECTORS: tuple[Callable[[bytes], Iterator[Finding]], ...] = (
    uri.find,
    address.find,
    channel.find,
    number.find,
    token.find,
    card.find,
    dtmf.find,
    home.find,
    recording.find,
    location.find,
    nonce.find,
    rows.find,
    trace.find,
)

_WORDS = re.compile(rb"[a-z0-9]+")
_BARE = re.compile(rb"(?<![^\s,;()'\"<>\[\]{}=|])[0-9]{3,16}(?![^\s,;:()'\"<>\[\]{}|.!?])(?!\.[0-9])")
_PREVIOUS = re.compile(rb"([A-Za-z_#]+)[^A-Za-z]{0,4}\Z")
_SQUEEZE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")


_ENCODED = re.compile(rb"=\?[A-Za-z0-9_-]{2,24}\?[BbQq]\?[^?\s]{1,256}\?=(?:[ \t]{1,4}=\?[A-Za-z0-9_-]{2,24}\?[BbQq]\?[^?\s]{1,256}\?=){0,8}")
"""Encoded words of a mail header or display name (RFC 2047), wherever they were copied to."""
_DISPLAY = re.compile(rb'"((?:[^"\\\r\n]|\\.){1,128}+)" ?<(?:sips?|tel):')


def _displays(text: bytes) -> Iterator[Finding]:
    """Quoted display names in front of a URI, wherever a name-addr stands in free text (RFC 3261 section 25.1)."""
    for match in _DISPLAY.finditer(text):
        yield Finding(*match.span(1), Entity.NAME, "display-name")


class Labels:
    """Look-up of what the value after a label is: exact names first, then fragments of names."""

    __slots__ = ("_fragments", "_known", "_labels")

    def __init__(self, rules: RuleSet) -> None:
        self._labels = rules.labels
        self._fragments = rules.fragments
        self._known: dict[bytes, LabelRule | None] = {}

    def __call__(self, label: bytes) -> LabelRule | None:
        """The rule of ``label`` (any case, any of ``-_. `` inside), or None when nothing is said about it."""
        try:
            return self._known[label]
        except KeyError:
            pass
        name = label.translate(_SQUEEZE, b"-_. \t")
        rule = self._labels.get(name)
        if rule is None and 2 < len(name) <= 64:
            rule = next((known for fragment, known in self._fragments if fragment in name), None)
        if len(self._known) > 4096:
            self._known.clear()
        self._known[label] = rule
        return rule


class Scanner:
    """Every finding in a piece of free text under a rule set, with or without learned values."""

    __slots__ = ("_keywords", "_shortcut", "labels", "sweep")

    def __init__(self, rules: RuleSet, sweep: Sweep | None = None) -> None:
        self.labels = Labels(rules)
        self.sweep = sweep
        self._keywords: dict[bytes, list[TextRule]] = {}
        for rule in rules.text:
            for keyword in rule.keywords:
                self._keywords.setdefault(keyword, []).append(rule)

    @property
    def keywords(self) -> frozenset[bytes]:
        """Words at which a text rule may begin to match."""
        return frozenset(self._keywords)

    def findings(self, text: bytes) -> list[Finding]:
        """All findings in ``text``, overlapping and unsorted; spans refer to ``text``."""
        found: list[Finding] = []
        for detector in DETECTORS:
            found.extend(detector(text))
        found.extend(labelled.find(text, 0, len(text), self.labels))
        found.extend(self._rule_findings(text))
        found.extend(self._bare_numbers(text))
        if b"<" in text:
            found.extend(_displays(text))
        if b"=?" in text:
            found.extend(Finding(*match.span(), Entity.NAME, "encoded-word") for match in _ENCODED.finditer(text))
        if self.sweep is not None:
            found.extend(self.sweep.find(text))
        return found

    def rule_matches(self, text: bytes) -> bool:
        """Whether any text rule finds something in ``text``."""
        return next(self._rule_findings(text), None) is not None

    def _rule_findings(self, text: bytes) -> Iterator[Finding]:
        words = self._keywords.keys() & set(_WORDS.findall(text.lower()))
        seen: set[str] = set()
        for word in sorted(words):
            for rule in self._keywords[word]:
                if rule.id in seen:
                    continue
                seen.add(rule.id)
                yield from self._matches(rule, text)

    @staticmethod
    def _matches(rule: TextRule, text: bytes) -> Iterator[Finding]:
        for match in rule.pattern.finditer(text):
            for group, entity in rule.groups:
                start, end = match.span(group)
                if end > start:
                    yield Finding(start, end, entity, rule.id)

    @staticmethod
    def _bare_numbers(text: bytes) -> Iterator[Finding]:
        for match in _BARE.finditer(text):
            start, end = match.span()
            if end - start < 7:
                continue
            before = _PREVIOUS.search(text, max(0, start - 40), start)
            yield from number.find_bare(text, start, end, before[1] if before else b"")
