"""What an audit looks for: the originals that prove something, each in one form that readings of any notation meet.

An original proves nothing when it is the pseudonym of another one, for addresses and short numbers are permuted within
their class, nor when its own pseudonym is itself. Words go into one multi-pattern matcher; numbers, addresses and
marks of identifiers into sets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from ipaddress import IPv4Address, IPv6Address
from math import log2

from ahocorasick_rs import BytesAhoCorasick

from scrubber.audit.written import Written
from scrubber.edges import bounded
from scrubber.encodings import percent_decode, spellings
from scrubber.lexicon import Lexicon
from scrubber.marks import Marks
from scrubber.model import Action, Entity, RuleSet
from scrubber.originals import Originals, bits
from scrubber.pseudonyms import address
from scrubber.pseudonyms.number import national_forms
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.readings.denial import COMPOSITE

WORDS = (Entity.TEXT, Entity.SECRET, Entity.DEVICE, Entity.USER, Entity.NAME, Entity.HOST)
"""What is looked for as it is written; the first of two entities with a word in common names it."""
PROSE = (Entity.TEXT, Entity.SECRET)
_UNLIKE = frozenset((Entity.SECRET, Entity.TEXT, Entity.CARD))
"""What proves a residue even when a value of a kind that is kept reads the same."""
_UNDECODABLE = frozenset(
    "latin-1 twice-utf-8 composed decomposed dots question-marks dropped dot-each question-mark-each".split()
)
"""Spellings behind which no decoder finds the value."""
SHORTEST_SPELLING = 6
_SIGNS = b":.-"
"""What stands between the octets of a hardware address."""
_DIGITS = re.compile(rb"[0-9]{3,}")
MOST_LABELS = 8
"""Labels of a host's name."""
MOST_WORDS = 4
"""Words of a person's name."""
_PART = re.compile(rb"[0-9A-Za-z\x80-\xff]{3,}")
_PREFIXES = (b"00", b"011", b"0", b"9", b"90", b"900", b"9011", b"91", b"0011", b"810", b"8", b"1")
"""What stands before a number that the dial plan knows without: prefixes, trunk digits, outside lines."""
_PREFIXES_BY_FIRST = {first: tuple(prefix for prefix in _PREFIXES if prefix[0] == first) for first in b"0189"}
SHORTEST_BEHIND_PREFIX = 9
SHORTEST_REVERSED = 9
END_DIGITS = 7
"""Digits of the end of a number that tell most rows of digits apart from those that hold one."""
_SPARE_BITS = 16
"""How many bits more than a coincidence has a mark must have: one in 65,000 runs meets one."""

LONGEST_KEPT = 64
"""Octets before and behind a word in which a longer name stands that stays."""
_JOINING = (b"-", b".-")
_BEFORE = {sign: re.compile(rb"[0-9A-Za-z%b]*\Z" % sign) for sign in _JOINING}
_BEHIND = {sign: re.compile(rb"[0-9A-Za-z%b]*" % sign) for sign in _JOINING}
_HOST_BITS = 0xFFFF
"""Without any of these a private address is a network that everybody has, and its octets are a small number."""


class Known:
    """The originals of a run, or of a pair of files, that prove a residue wherever they stand."""

    def __init__(
        self, lexicon: Lexicon, rules: RuleSet, surrogates: Surrogates | None, written: Written | None = None
    ) -> None:
        """``surrogates`` are those of the run; None: they are unknown, and permutations prove nothing.

        ``written`` is what they make of the lexicon, if that is known.
        """
        self._of = surrogates
        self._kept = frozenset(entity for entity, action in rules.actions.items() if action is Action.KEEP)
        self._written = written if written or surrogates is None else Written(lexicon.values, surrogates)
        self.left = Left(lexicon.left)
        """What stays readable."""
        self._meaning: dict[bytes, Entity] = {}
        self.numbers: dict[bytes, Entity] = {}
        self.extensions: set[bytes] = set()
        self._guesses = self._of_guesses(lexicon)
        for entity in WORDS:
            for value in sorted(lexicon.values.get(entity, ())):
                self._word(entity, value)
        self.measured = frozenset(name for name, rule in rules.labels.items() if rule.entity is None) - COMPOSITE
        """Labels of protocols and measures, in the spelling of rules, under which a short number is nobody's."""
        self.prose = any(b" " in value for entity in PROSE for value in lexicon.values.get(entity, ()))
        """Whether a value in several words is looked for that is more than its words."""
        self._labels(lexicon)
        for value in sorted(lexicon.originals.places):
            if self._proves(Entity.LOCATION, value):
                self._meaning.setdefault(value.lower(), Entity.LOCATION)
        for entity in (Entity.NUMBER, Entity.EXTENSION):
            for value in sorted(lexicon.values.get(entity, ())):
                self._number(entity, value)
        self.cards = frozenset() if Entity.CARD in self._kept else frozenset(lexicon.originals.cards)
        digits = (*self.numbers, *self.cards)
        self._ends = frozenset(number[-END_DIGITS:] for number in digits if len(number) >= END_DIGITS)
        macs = sorted(value for value in lexicon.values.get(Entity.MAC, ()) if self._proves(Entity.MAC, value))
        self.macs = frozenset(int(value, 16) for value in macs)
        self.ipv4, self.ipv6 = self._addresses(lexicon.originals, one_map="per-file" not in rules.options)
        self.dialled = lexicon.originals.dialled and rules.actions[Entity.DTMF] is Action.PSEUDONYM
        self.octets = lexicon.originals.octets
        self.marks = lexicon.originals.marks
        self.needed = 2 * log2(self.marks.count + 1) + _SPARE_BITS
        """Bits of a mark that can be no coincidence among so many."""
        self._protocol = rules.headers.keys() | rules.sdp.keys() | rules.kept_hosts | rules.stop_words
        """Names that stay wherever they stand: of header fields and attributes, of public services, of parameters."""
        self._patterns = list(self._meaning)
        self._entities = list(self._meaning.values())
        self.secrets = sorted(word for word, entity in self._meaning.items() if entity is Entity.SECRET)
        """Those that are looked for, in lower case and in order."""
        self._written = None
        self._meaning = {}

    # --- what proves something

    def _proves(self, entity: Entity, value: bytes) -> bool:
        if entity in self._kept or (entity not in _UNLIKE and self.left.holds(value)):
            return False
        written = self._written
        return written is None or not (written.names(value.lower()) or written.stays(entity, value))

    def _is_written(self, lowered: bytes) -> bool:
        return self._written is not None and self._written.names(lowered)

    def _word(self, entity: Entity, value: bytes) -> None:
        if not self._proves(entity, value):
            return
        self._meaning.setdefault(value.lower(), entity)
        if not value.isascii() or b" " in value:
            # By its characters; a single word is read from its end wherever it stands.
            self._spelled(value.decode(errors="replace")[::-1].encode(), entity)
        if value.isascii():
            return
        text = value.decode(errors="replace")
        variants = {variant.encode() for variant in (text.lower(), text.upper(), text.title())}
        for variant in sorted(variants):
            self._meaning.setdefault(variant.lower(), entity)
            for charset in ("utf-16-le", "utf-16-be"):
                self._spelled(variant.decode(errors="replace").encode(charset, "replace"), entity)
        for _, spelled in spellings(value, _UNDECODABLE):
            self._spelled(spelled, entity)

    def _spelled(self, text: bytes, entity: Entity) -> None:
        if len(text) >= SHORTEST_SPELLING and not self._is_written(text.lower()):
            self._meaning.setdefault(text.lower(), entity)

    def _labels(self, lexicon: Lexicon) -> None:
        """The registrable label of a domain names its owner wherever it stands."""
        for domain in sorted(lexicon.values.get(Entity.HOST, ())):
            labels = domain.split(b".")
            if len(labels) < 2:
                continue
            label = labels[-2] if len(labels[-2]) > 3 or len(labels) == 2 else labels[-3]
            kept = self._of is not None and label in self._of.host(domain).split(b".")
            if len(label) >= 5 and not kept and not lexicon.is_stop_word(label) and self._proves(Entity.HOST, label):
                self._meaning.setdefault(label, Entity.HOST)

    def _number(self, entity: Entity, value: bytes) -> None:
        digits = value.lstrip(b"+")
        if not self._proves(entity, value) or self._is_written(digits) or self.left.holds(digits):
            return
        if entity is Entity.EXTENSION:
            if self._of is not None and digits not in self._guesses:
                self.extensions.add(digits)
            return
        self.numbers.setdefault(digits, entity)
        for form in national_forms(value):
            if not self._is_written(form) and not self.left.holds(form):
                self.numbers.setdefault(form, entity)

    def _of_guesses(self, lexicon: Lexicon) -> frozenset[bytes]:
        """What stands for short numbers that were replaced by their place alone: it may read like a learned one."""
        if self._of is None:
            return frozenset()
        learned = lexicon.values.get(Entity.EXTENSION, set())
        short = lexicon.originals.placed.short()
        return frozenset(
            self._of.of(entity, value) for entity, value in short if entity is Entity.EXTENSION and value not in learned
        )

    def _addresses(self, originals: Originals, *, one_map: bool) -> tuple[frozenset[int], frozenset[int]]:
        """``one_map``: every address has one pseudonym in all files."""
        key = None if self._of is None else self._of.key
        ipv4 = wide = frozenset[int]()
        if Entity.IPV4 not in self._kept:
            only = None if one_map and key is not None else is_public_ipv4
            found = originals.addresses() - self.left.ipv4
            proving = _proving(found, None if key is None else partial(address.ipv4_number, key), only=only)
            ipv4 = frozenset(number for number in proving if number & _HOST_BITS or is_public_ipv4(number))
        if Entity.IPV6 not in self._kept:
            only = None if key is not None else is_public_ipv6
            known = originals.ipv6 - self.left.ipv6
            wide = _proving(known, None if key is None else partial(address.ipv6_number, key), only=only)
        return ipv4, wide

    # --- look-ups

    @cached_property
    def _matcher(self) -> BytesAhoCorasick | None:
        """Made when words are looked for first, behind those that take more memory while they are made than later."""
        patterns, self._patterns = self._patterns, []
        return BytesAhoCorasick(patterns) if patterns else None

    def words(self, text: bytes, least: int = 0) -> Iterator[tuple[int, int, Entity]]:
        """Words of at least ``least`` octets in ``text``, which stand alone there."""
        matcher = self._matcher
        if matcher is None:
            return
        for index, start, end in matcher.find_matches_as_indexes(text.lower(), overlapping=True):
            if end - start >= least and bounded(text, start, end, self._entities[index]):
                yield start, end, self._entities[index]

    def is_of_protocol(self, text: bytes, start: int, end: int) -> bool:
        """Whether a word is a part of a longer name that stays: ``Max`` of ``Max-Forwards``."""
        before, behind = text[max(0, start - LONGEST_KEPT) : start], text[end : end + LONGEST_KEPT]
        for sign in _JOINING:
            first, last = _BEFORE[sign].search(before), _BEHIND[sign].match(behind)
            left, right = b"" if first is None else first[0], b"" if last is None else last[0]
            if (left or right) and (left + text[start:end] + right.rstrip(b".")).lower() in self._protocol:
                return True
        return False

    def number(self, digits: bytes) -> Entity | None:
        """What a row of digits is: a number with or without what stands before it, or a card."""
        found = self.numbers.get(digits)
        if found is None and digits in self.cards:
            return Entity.CARD
        if found is None and len(digits) > SHORTEST_BEHIND_PREFIX:
            for prefix in _PREFIXES_BY_FIRST.get(digits[0], ()):
                if digits.startswith(prefix) and len(digits) - len(prefix) >= SHORTEST_BEHIND_PREFIX:
                    found = found or self.numbers.get(digits[len(prefix) :])
        return found

    def may_hold(self, digits: bytes) -> bool:
        """Whether something may stand in a row of digits that :meth:`number` knows: its last digits do."""
        ends = self._ends
        return any(digits[at : at + END_DIGITS] in ends for at in range(len(digits) - END_DIGITS + 1))

    def marked(self, run: bytes) -> bool:
        """Whether a run of letters and digits in lower case is of an identifier, and no coincidence."""
        return run in self.marks and bits(run) >= self.needed and not self.left.marks(run)


class Left:
    """What stays readable because its kind is kept, and what stands in it: none of that proves anything."""

    def __init__(self, lexicon: Lexicon | None) -> None:
        self._words: set[bytes] = set()
        self.ipv4 = self.ipv6 = frozenset[int]()
        self._marks: Marks | None = None
        if lexicon is None:
            return
        for values in lexicon.values.values():
            for value in values:
                self._take(value.lower())
                if b"%" in value or b"+" in value:
                    self._take((percent_decode(value) or value).replace(b"+", b" ").lower())
        self.ipv4, self.ipv6 = frozenset(lexicon.originals.addresses()), frozenset(lexicon.originals.ipv6)
        self._marks = lexicon.originals.marks

    def _take(self, value: bytes) -> None:
        """A value in lower case, its words, names of several words in it, its digits, and the labels of its host."""
        self._words.update((value, value.translate(None, _SIGNS), *_PART.findall(value)))
        self._words.update(
            run[zeros:] for run in _DIGITS.findall(value) for zeros in {0, len(run) - len(run.lstrip(b"0"))}
        )
        labels = value.rpartition(b"@")[2].split(b".")[:MOST_LABELS]
        self._words.update(labels, (b".".join(labels[at:]) for at in range(len(labels))))
        words = value.split()
        for size in range(2, MOST_WORDS + 1):
            self._words.update(b" ".join(words[at : at + size]) for at in range(len(words) - size + 1))

    def holds(self, value: bytes) -> bool:
        """Whether a value is one of them, a word of one, or as good as random and a run of one that is opaque."""
        lowered = value.lower()
        return self.marks(lowered) or lowered.translate(None, _SIGNS) in self._words

    def marks(self, run: bytes) -> bool:
        """Whether a run of letters and digits is of one of them."""
        return run in self._words or (self._marks is not None and run in self._marks)


def _proving(
    known: Iterable[int], image: Callable[[int], int] | None, *, only: Callable[[int], bool] | None
) -> frozenset[int]:
    """The addresses that prove something: none that is a pseudonym, and of ``only`` a class when that is asked."""
    known = frozenset(known)
    found = known if only is None else frozenset(filter(only, known))
    if image is None:
        return found
    images = {number: image(number) for number in known}
    written = frozenset(images.values())
    return frozenset(number for number in found if number not in written and images[number] != number)


def is_public_ipv4(number: int) -> bool:
    """Whether an IPv4 address belongs to somebody."""
    return IPv4Address(number).is_global and not IPv4Address(number).is_multicast


def is_public_ipv6(number: int) -> bool:
    """Whether an IPv6 address belongs to somebody."""
    return IPv6Address(number).is_global and not IPv6Address(number).is_multicast
