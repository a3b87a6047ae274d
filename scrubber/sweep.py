"""What was learned, found again anywhere else: all learned values as one matcher.

A :class:`Sweep` is built once per key from the lexicon of all files and finds every value in free text in one pass of a
multi-pattern matcher, with word boundaries that depend on the script.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from ahocorasick_rs import BytesAhoCorasick

from scrubber import logins
from scrubber.detectors.shapes import ZEROED
from scrubber.edges import bounded
from scrubber.encodings import spellings
from scrubber.lexicon import Lexicon
from scrubber.model import Entity, Finding
from scrubber.originals import quad_number
from scrubber.pseudonyms.number import national_forms
from scrubber.pseudonyms.surrogate import Surrogates

CANDIDATES = 8
"""So many values with a beginning in common are looked at."""
FEW = 3
"""So few different bytes are looked for one by one."""
SHORTEST_GROUPED = 7
"""Digits of a number that is looked for in groups; the groups of fewer are rather two other numbers."""
RULE = "known-value"
SPELLED = "known-spelling"

_GROUPED = re.compile(
    rb"(?<![0-9A-Za-z_.:+-])(?:\+ ?)?\(?[0-9]{1,5}\)?(?:(?: / |[ ./-])\(?[0-9]{1,8}\)?){1,6}+"
    rb"(?![0-9A-Za-z_]|[.:-][0-9])"
)
_CODED = re.compile(rb"(?<![0-9A-Za-z*#])\*[0-9]{2}([0-9]{2,6})(?![0-9A-Za-z*#.])")
"""What is dialled behind a feature code of two digits: ``*984711``."""
_SIGNS = b"+ ()./-"
_BETWEEN_GROUPS = (b"0 0", b"0-0", b"0.0", b"0/0", b"0) ", b"0)0", b"0 / ")
_NAMING = frozenset((Entity.USER, Entity.NAME, Entity.HOST, Entity.NUMBER, Entity.EXTENSION))


class Sweep:
    """The learned values as one matcher.

    ``words`` (lower-case ASCII words -> entity) and ``digits`` (digit strings -> entity) serve the token look-ups of
    the hot path; :meth:`find` serves everything else.
    """

    __slots__ = (
        "_grouped",
        "_longer",
        "_matcher",
        "_meaning",
        "_originals",
        "_values",
        "digits",
        "spelled",
        "wide",
        "words",
    )

    def __init__(self, lexicon: Lexicon, surrogates: Surrogates) -> None:
        self.words: dict[bytes, Entity] = {}
        self.digits: dict[bytes, Entity] = {}
        self.spelled: dict[bytes, bytes] = {}
        meaning: dict[bytes, Entity] = {}
        self._values: list[tuple[bytes, Entity]] = []
        self._longer: list[tuple[bytes, bytes, Entity]] = []
        self._grouped = _numbers(lexicon)
        self._originals = lexicon.originals
        secrets: set[bytes] = lexicon.values.get(Entity.SECRET, set())
        for entity in _ORDER:
            # In order, as the first of two values with a notation in common decides: sets differ from run to run.
            for value in sorted(lexicon.values.get(entity, ())):
                if value[-1:] == b"=" and value.rstrip(b"=") in secrets:
                    continue  # what is longer by its padding alone would go before the severer
                self._values.append((value, entity))
                self._admit(entity, value, meaning, surrogates)
        self._admit_labels(lexicon, meaning, surrogates)
        self._admit_logins(lexicon, meaning)
        self._meaning = list(meaning.values())
        self._matcher = BytesAhoCorasick(list(meaning)) if meaning else None
        wide = [(value.lower(), entity) for value, entity in self._values if _is_wide(value, entity)]
        self.wide = _Wide(wide) if wide else None

    def is_release(self, quad: bytes, *, declared: bool) -> bool:
        """Whether four dotted numbers are a release in all files, where their place declares it or leaves it open.

        What is certainly an address somewhere is one everywhere.
        """
        number = quad_number(quad)
        if number is None:
            return declared
        return number not in self._originals.ipv4 if declared else self._originals.is_release(number)

    def longer(self, beginning: bytes) -> tuple[Entity, bytes] | None:
        """The one learned account, name, host or number that begins like this and goes on, as a cut column shows it."""
        if not self._longer:
            self._longer = sorted((value.lower(), value, entity) for value, entity in self._values if entity in _NAMING)
        lowered = beginning.lower()
        first = bisect_left(self._longer, (lowered,))
        if first < len(self._longer) and self._longer[first][0] == lowered:
            return None
        found: tuple[bytes, bytes, Entity] | None = None
        for candidate in self._longer[first : first + CANDIDATES]:
            if not candidate[0].startswith(lowered):
                break
            if found is not None and not candidate[0].startswith(found[0]):
                return None
            found = candidate
        return None if found is None else (found[2], found[1])

    def _admit(self, entity: Entity, value: bytes, meaning: dict[bytes, Entity], surrogates: Surrogates) -> None:
        if entity in (Entity.NUMBER, Entity.EXTENSION):
            digits = value.lstrip(b"+")
            self.digits[digits] = entity
            if len(digits) > 3:
                meaning.setdefault(digits, entity)
            for form in _inland(value):
                self.digits.setdefault(form, entity)
                meaning.setdefault(form, entity)
            return
        meaning.setdefault(value.lower(), entity)
        if value.isalpha():
            self.words[value.lower()] = entity
        if value.isascii():
            if entity is Entity.SECRET or entity is Entity.TEXT:
                self._admit_spellings(entity, value, meaning, surrogates)
            return
        text = value.decode(errors="replace")
        for variant in (text.lower(), text.upper(), text.title()):
            meaning.setdefault(variant.encode().lower(), entity)
        self._admit_spellings(entity, value, meaning, surrogates)

    def _admit_spellings(
        self, entity: Entity, value: bytes, meaning: dict[bytes, Entity], surrogates: Surrogates
    ) -> None:
        """Notations of a value that no detector can decode on sight (dots for bytes, dropped bytes, other charsets)."""
        replacement = surrogates.of(entity, value)
        other = dict(spellings(replacement))
        for notation, spelled in spellings(value):
            if len(spelled) >= 4 and spelled not in meaning:
                meaning[spelled.lower()] = entity
                self.spelled[spelled.lower()] = other.get(notation, replacement)

    def _admit_labels(self, lexicon: Lexicon, meaning: dict[bytes, Entity], surrogates: Surrogates) -> None:
        """The registrable label of a learned domain names its owner wherever it stands."""
        for domain in sorted(lexicon.values.get(Entity.HOST, ())):
            labels = domain.split(b".")
            if len(labels) < 2:
                continue
            label = labels[-2] if len(labels[-2]) > 3 or len(labels) == 2 else labels[-3]
            if len(label) < 5 or lexicon.is_stop_word(label) or label in meaning:
                continue
            if label in surrogates.host(domain).split(b"."):  # a public service, which stays readable
                continue
            mapped = surrogates.host(b".".join(labels[labels.index(label) :])).split(b".")[0]
            meaning[label] = Entity.HOST
            self.spelled[label] = mapped
            if label.isalpha():
                self.words[label] = Entity.HOST

    def _admit_logins(self, lexicon: Lexicon, meaning: dict[bytes, Entity]) -> None:
        """Accounts that are made of learned names."""
        for name in sorted(lexicon.values.get(Entity.NAME, ())):
            for login in logins.of_name(name):
                if login not in meaning and not lexicon.is_stop_word(login):
                    meaning[login] = self.words[login] = Entity.USER

    def find(self, text: bytes) -> list[Finding]:
        """Every learned value in ``text``, overlaps included."""
        found: list[Finding] = []
        if self._matcher is not None:
            lowered = text.lower()
            for index, start, end in self._matcher.find_matches_as_indexes(lowered, overlapping=True):
                entity = self._meaning[index]
                if bounded(text, start, end, entity):
                    rule = SPELLED if lowered[start:end] in self.spelled else RULE
                    found.append(Finding(start, end, entity, rule))
        return found

    def in_groups(self, text: bytes) -> list[Finding]:
        """Learned telephone numbers with blanks and signs between their digits; extensions behind a feature code."""
        if self.digits and text.find(b"*") >= 0:
            coded = [match.span(1) for match in _CODED.finditer(text) if match[1] in self.digits]
            found = [Finding(*span, Entity.EXTENSION, RULE) for span in coded]
        else:
            found = []
        shape = text.translate(ZEROED) if self._grouped else b""
        if not any(shape.find(mark) >= 0 for mark in _BETWEEN_GROUPS):
            return found
        return found + [
            Finding(match.start(), match.end(), Entity.NUMBER, RULE)
            for match in _GROUPED.finditer(text)
            if match[0].translate(None, _SIGNS) in self._grouped
        ]


def _numbers(lexicon: Lexicon) -> frozenset[bytes]:
    """The digits of the learned telephone numbers, with the prefix of their country, with a trunk zero and without."""
    found: set[bytes] = set()
    for value in lexicon.values.get(Entity.NUMBER, ()):
        found |= {value.lstrip(b"+"), *_inland(value)}
    return frozenset(digits for digits in found if len(digits) >= SHORTEST_GROUPED)


def _inland(value: bytes) -> list[bytes]:
    """The digits by which a number is dialled in its own country, without a trunk zero and with one."""
    return [digits for form in national_forms(value) for digits in (form, b"0" + form) if len(form) >= SHORTEST_GROUPED]


class _Wide:
    """Learned values that a reading by tokens would cut apart."""

    __slots__ = ("_marks", "_matcher", "_meaning")

    def __init__(self, values: list[tuple[bytes, Entity]]) -> None:
        self._meaning = [entity for _, entity in values]
        self._matcher = BytesAhoCorasick([value for value, _ in values])
        marks = {found[0] if (found := _SEPARATOR.search(value)) else b" " for value, _ in values}
        self._marks = sorted(marks) if len(marks) <= FEW else [b""]

    def __call__(self, text: bytes) -> list[Finding]:
        for mark in self._marks:
            if text.find(mark) >= 0:
                break
        else:
            return []
        return [
            Finding(start, end, self._meaning[index], RULE)
            for index, start, end in self._matcher.find_matches_as_indexes(text.lower(), overlapping=True)
            if bounded(text, start, end, self._meaning[index])
        ]


_OF_WORDS = frozenset((Entity.SECRET, Entity.TEXT, Entity.LOCATION))
_SEPARATOR = re.compile(rb"[^ A-Za-z0-9_.+@/:%#*~$&?\\\x80-\xff-]")


def _is_wide(value: bytes, entity: Entity) -> bool:
    return _SEPARATOR.search(value) is not None or (b" " in value and entity in _OF_WORDS)


_ORDER = (
    Entity.TEXT,
    Entity.LOCATION,
    Entity.SECRET,
    Entity.DEVICE,
    Entity.NUMBER,
    Entity.EXTENSION,
    Entity.USER,
    Entity.NAME,
    Entity.HOST,
    Entity.MAC,
    Entity.IDENTIFIER,
)
