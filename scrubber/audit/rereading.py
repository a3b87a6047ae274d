"""Reads an output as the first pass read the input, and tells which values a rule finds again that it found there.

A search for originals (:mod:`~scrubber.audit.residue`) cannot count what stands anywhere by chance: short numbers, tags
of few digits, what was replaced because a fragment of a label made it likely. The rule that found such a value in an
input knows its place. Where the same rule finds the same value in the output, it was not replaced, unless it is the
pseudonym of another one. Whatever a right rewriting would still change there is a residue.

A second reading costs as much as the first. Of a text everything up to :data:`WHOLE` is read, and the beginning of each
block behind that; of any other file only what stands up to there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, partial

from scrubber.actions import replacement
from scrubber.audit.written import Written
from scrubber.engine import Engine, Rewriter, records, safe_cut
from scrubber.judgement import JUDGES
from scrubber.learn import PLAIN, Learner
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, Finding, Format, InputError, Place, RuleSet
from scrubber.originals import DIALLED, VOICE
from scrubber.pseudonyms.secret import is_suppressed
from scrubber.readings.entity import refine
from scrubber.readings.rewrite import Learning, Reader
from scrubber.readings.vocabulary import unexplained
from scrubber.spans import resolve
from scrubber.sweep import RULE as SWEPT
from scrubber.sweep import Sweep
from scrubber.tasks import Kind
from scrubber.textfile import TextFile, located

RULE = "residue.in-place"
WHOLE = 2 << 20
"""Octets of a file that are read again."""
EACH = 3 << 17
"""Octets of every block of a text behind these."""
SHOWN, MOST_OCTETS = 32, 64
"""Octets of a payload by which its place is told, and how many payloads are told."""
_OF_TEXT = bytes(sorted({*range(0x20, 0x100), *b"\t\r\n"} - {0x7F}))
"""Octets of a text; a row of control characters says nothing as a text, but may say anything else."""
ASKED = 1 << 14
"""Values that are remembered as looked up."""
OF_FILE = frozenset((Entity.CALL_ID, Entity.TAG, Entity.BRANCH, Entity.IDENTIFIER, Entity.NONCE, Entity.HASH))
"""What has other pseudonyms in every file when that is asked for."""
PERMUTED = frozenset((Entity.IPV4, Entity.IPV6, Entity.MAC))
"""Of these any may be the pseudonym of another one of its network, but for those of which none is."""
BLIND = frozenset((Entity.SECRET, Entity.TEXT, Entity.DTMF, Entity.CARD, Entity.LOCATION))
"""What stands for these says nothing of them, and so is none of them, either."""
PARTED = frozenset((Entity.TEXT, Entity.LOCATION, Entity.URL))
"""Of these a part says something when another reading replaced the rest."""
_ALONE = rb"(?<![0-9A-Za-z])(%b)(?![0-9A-Za-z])"
_SWEPT = rb"(?<![^ \t\r\n\"'(<\[|,])(%b)(?! (?:bytes|octets)\b)(?=(?:[-_@][A-Za-z]{1,32}+)?(?:[ \t\r\n\"')>\],|;]|\Z))"
"""A known value alone, or the beginning of a name: behind other signs it may be a port or a count, as before a unit."""
_OF_WORDS = frozenset((Entity.NAME, Entity.USER, Entity.HOST))
_POINTER = re.compile(rb"0x[0-9A-Fa-f]{4,16}")

Met = Collection[tuple[Entity, bytes, str]]
"""Values, each with what it is and the rule that found it."""


class Rereading:
    """The second reading of the outputs of one run."""

    def __init__(self, engine: Engine, written: Written | None = None) -> None:
        """``written``: what the engine makes of its lexicon, if that is known."""
        self._engine = engine
        self._known = _Known(engine, written)
        self._again = Again(self._known)
        self._learner = Learner(engine.rules, self._again)

    def left(self, kind: Kind, chunks: Iterable[bytes]) -> Iterator[Place]:
        """Originals that an output of ``kind`` holds where they stood. Errors: :class:`InputError` when it is damaged.

        An archive is read member by member, by who calls this.
        """
        if isinstance(kind, TextFile):
            yield from self.in_blocks(kind.format, records(iter(chunks), kind.format))
            return
        kept, whole = _head(chunks)
        try:
            kind.learn(iter(kept), self._learner)
        except InputError:
            if whole:
                raise
        octets = self._again.octets
        met = self._met()
        if octets:
            places = list(kind.residues(iter(kept), partial(_holding, octets)))
            yield from places or [Place(f"{RULE}:{reason}", Entity.TEXT, 0, 0) for reason in octets.values()]
        if not met:
            return
        read = b"".join(kept)
        texts = [b"".join(kind.rewrite(iter(kept), to)) for to in self._rewriters(PLAIN, met)]
        found = list(_told(met, read, texts[0], texts[1], texts[-1]))
        told = [each for each in met if any(each[2] == _rule(hit) and each[0] is hit.entity for hit in found)]
        places = list(kind.residues(iter(kept), partial(_standing, told))) if found else []
        yield from places or [Place(hit.rule, hit.entity, 0, 0) for hit in found]

    def in_blocks(self, fmt: Format, blocks: Iterator[bytes], before: int = 0) -> Iterator[Place]:
        """The same for consecutive blocks of a text, behind so many octets of it."""
        return located(partial(self._in_block, fmt, _Read(before)), blocks)

    def _in_block(self, fmt: Format, read: _Read, block: bytes) -> list[Finding]:
        part = block if read.octets < WHOLE else block[: safe_cut(block[:EACH], fmt) or EACH]
        read.octets += len(block)
        self._learner.feed(part, fmt)
        met = self._met()
        texts = [to.rewrite(part) for to in self._rewriters(fmt, met)] if met else []
        return list(_told(met, part, texts[0], texts[1], texts[-1])) if texts else []

    def _met(self) -> Met:
        """What was met since the last call. Who did read it remembers that, and must not read on."""
        met = self._again.met
        if met or self._again.octets:
            self._again = Again(self._known)
            self._learner = Learner(self._engine.rules, self._again)
        return met

    def _rewriters(self, fmt: Format, met: Met) -> Iterator[Rewriter]:
        """Those that differ in these values alone: what another reading superseded has no say in what they write.

        The first replaces none, the second all, the last those that a rule found in a place.
        """
        placed = [each for each in met if each[2] != SWEPT]
        for values in ((), met, placed) if len(placed) < len(met) else ((), met):
            yield self._engine.read_by(partial(Replaced, values)).rewriter(fmt)


class _Read:
    """How much of a text was read."""

    def __init__(self, octets: int) -> None:
        self.octets = octets


class Again(Learning):
    """The first pass over an output: remembers no value but those that should be gone."""

    judges = True

    def __init__(self, known: _Known) -> None:
        super().__init__(known.engine.rules, Lexicon(known.engine.rules.stop_words), known.engine.sweep)
        self._known = known
        self._asked: set[tuple[Entity, bytes, str]] = set()
        self.met: dict[tuple[Entity, bytes, str], None] = {}
        self.octets: dict[bytes, str] = {}
        """The beginnings of payloads that should be blank, and why."""

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Note ``value`` if it is an original in its place."""
        asked = (entity, value, rule)
        if asked not in self._asked:
            if len(self._asked) >= ASKED:
                self._asked.clear()
            self._asked.add(asked)
            self._note(refine(entity, value), value, rule)
        return value

    def found(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Note the value of a finding, unless it is a release."""
        return value if self.is_release(value, rule) else self.value(entity, value, rule)

    def settled(self, text: bytes, findings: list[Finding]) -> bytes:
        """Note what a rewriting would replace: of findings that overlap, one."""
        return super().settled(text, resolve(findings)) if findings else text

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Note keying material that is still there."""
        del depth
        self._note(Entity.SECRET, value, rule)
        return value

    def blanked(self, payload: bytes, reason: str) -> None:
        """Note octets of which nothing may stay; silence is one octet over and over."""
        if reason == DIALLED or len(set(payload)) == 1:
            return
        if is_suppressed(payload) and not payload.translate(None, _OF_TEXT):
            return
        # What is cut, damaged or unknown may be so because what stands for a value is longer.
        if (reason == VOICE or self._known.drops(reason, payload)) and len(self.octets) < MOST_OCTETS:
            self.octets.setdefault(bytes(payload[:SHOWN]), reason)

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """Words of a value that no rule knows, among what detectors find there."""
        del depth
        return self.settled(value, self.scanner.findings(value) + unexplained(value, self.rules.stop_words, rule))

    def _note(self, entity: Entity, value: bytes, rule: str) -> None:
        if self._known.proves(entity, value, rule):
            self.met[entity, value, rule] = None


class Replaced(Reader):
    """Leaves everything as it is but some values, which become others of their length.

    What stays unchanged here shows nothing, so that no field is read once more because it did.
    """

    def __init__(self, values: Met, rules: RuleSet, maps: object, sweep: Sweep | None, local: object) -> None:
        """``maps`` and ``local`` give pseudonyms, of which there are none here."""
        del maps, local
        super().__init__(rules, sweep)
        self._values = values

    def value(self, entity: Entity, value: bytes, rule: str) -> bytes:
        """Another value if it is one of these, found by the rule that it was found by."""
        return value.translate(_OTHER) if (refine(entity, value), value, rule) in self._values else value

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Keying material is a secret here."""
        del depth
        return self.value(Entity.SECRET, value, rule)

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """Words of a value that no rule knows."""
        del depth
        return self.settled(value, self.scanner.findings(value) + unexplained(value, self.rules.stop_words, rule))

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        """A signature stays."""
        del header, payload, rule
        return value


_OTHER = bytes((octet & 0xF0) | (octet & 0x0F ^ 1) if octet > 0x2F else octet for octet in range(256))
"""Digits, letters and what is no ASCII become others of their kind, or as good as."""


class _Known:
    """Which values prove something in their places."""

    def __init__(self, engine: Engine, written: Written | None) -> None:
        self.engine = engine
        self._given = written
        self._placed = engine.lexicon.originals.placed
        kept = {entity for entity, action in engine.rules.actions.items() if action is Action.KEEP}
        self._not_asked = {Entity.TIME} | kept | (OF_FILE if "per-file" in engine.rules.options else frozenset())

    def proves(self, entity: Entity, value: bytes, rule: str) -> bool:
        """Whether ``rule`` found this value in an input, and no right output has it in its place."""
        if entity in self._not_asked:
            return False
        if not self._is_original(entity, value, rule):
            return entity in PARTED and self._holds_part(entity, value, rule)
        if entity in _OF_WORDS and (value.lower() in self.engine.rules.nobody or _POINTER.fullmatch(value)):
            return False
        if self._becomes(entity, value) == value or (entity is Entity.TEXT and not _tells(value)):
            return False
        if entity in PERMUTED:
            return JUDGES[entity](value)
        return entity in BLIND or (self._placed.is_told_apart(entity, value) and not self._is_written(value.lower()))

    def drops(self, reason: str, payload: bytes) -> bool:
        """Whether these octets of an input were to be blanked."""
        return self._placed.drops(reason, payload)

    def _holds_part(self, entity: Entity, value: bytes, rule: str) -> bool:
        return self._placed.holds_part(entity, rule, value, self._becomes(entity, value))

    def _is_original(self, entity: Entity, value: bytes, rule: str) -> bool:
        if rule == SWEPT:
            return value in self.engine.lexicon.values.get(entity, ())
        return self._placed.holds(entity, rule, value)

    def _becomes(self, entity: Entity, value: bytes) -> bytes:
        return replacement(self.engine.rules.actions[entity], entity, value, self.engine.surrogates)

    def _is_written(self, lowered: bytes) -> bool:
        return self._written.holds(lowered) or self._of_short.holds(lowered)

    @cached_property
    def _written(self) -> Written:
        """What stands for the learned values, made when the first is asked for."""
        return self._given or Written(self.engine.lexicon.values, self.engine.surrogates)

    @cached_property
    def _of_short(self) -> Written:
        """What stands for the short values that were not learned."""
        learned = self.engine.lexicon.values
        short: dict[Entity, list[bytes]] = {}
        for entity, value in self._placed.short():
            if value not in learned.get(entity, ()):
                short.setdefault(entity, []).append(value)
        return Written(short, self.engine.surrogates)


def _tells(text: bytes) -> bool:
    """Whether a text holds a letter or digit; the rulings of a table, whose rows are replaced, hold none."""
    try:
        return any(map(str.isalnum, text.decode()))
    except UnicodeDecodeError:
        return True


def _head(chunks: Iterable[bytes]) -> tuple[list[bytes], bool]:
    """The beginning of a file, and whether it is all of it."""
    kept: list[bytes] = []
    room = WHOLE
    for chunk in chunks:
        if len(chunk) > room:
            return [*kept, chunk[:room]], False
        kept.append(chunk)
        room -= len(chunk)
    return kept, True


def _told(met: Met, read: bytes, same: bytes, other: bytes, placed: bytes) -> Iterator[Finding]:
    """Where values stand in the lines that change with them, or in which a rule finds them in another notation.

    ``placed`` is what those values change that a rule found in a place; what is only known may be a part of a word.
    """
    start = 0
    texts = (text.split(b"\n") for text in (read, same, other, placed))
    for line, one, another, third in zip(*texts, strict=False):
        if one != another:
            here = _standing(met, line)
            yield from (hit._replace(start=start + hit.start, end=start + hit.end) for hit in here)
            for entity, _, rule in met if not here and one != third else ():
                if rule != SWEPT:
                    yield Finding(start, start, entity, f"{RULE}:{rule}")
        start += len(line) + 1


def _standing(met: Met, block: bytes, fmt: Format = PLAIN) -> list[Finding]:
    """The first place of each value in a block, where it stands alone."""
    del fmt
    found: list[Finding] = []
    for entity, value, rule in met:
        around = _SWEPT if rule == SWEPT else _ALONE
        place = re.search(around % re.escape(value), block)
        if place is not None:
            found.append(Finding(*place.span(1), entity, f"{RULE}:{rule}"))
    return found


def _holding(octets: dict[bytes, str], block: bytes, fmt: Format = PLAIN) -> list[Finding]:
    """The first place of each row of octets in a block."""
    del fmt
    places = ((block.find(row), row, reason) for row, reason in octets.items())
    return [Finding(at, at + len(row), Entity.TEXT, f"{RULE}:{reason}") for at, row, reason in places if at >= 0]


def _rule(hit: Finding) -> str:
    return hit.rule.removeprefix(f"{RULE}:")
