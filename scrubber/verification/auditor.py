"""What is searched in a cleaned file, and what in it is no leak, when no key is known."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from ipaddress import ip_address

from scrubber.audit.comparison import is_of_one
from scrubber.audit.residue import Residue
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, Finding, Format, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.reports.report import Progress
from scrubber.worker import PLAIN, Options, Worker

_BY_DIGITS = (1.0, 1 / 9, 1 / 90, 1 / 155)
"""By digits of its last octet: how likely a private address stays what it is."""
_SHORT_NUMBER, _SHORT_WORD = 6, 3
_REMEMBERED = 1 << 16


class Auditor:
    """What one process needs for any pair."""

    def __init__(self, rules: RuleSet, options: Options, lexicon: Lexicon, *, dissect: bool | None) -> None:
        self.reading = Worker(rules, options, lexicon=lexicon)
        self.dissect = dissect
        """Whether captures are dissected; ``None``: those that are small enough."""
        self._known: dict[tuple[Entity, bytes], bool] = {}

    @property
    def progress(self) -> Progress:
        """Told what was read."""
        return self.reading.progress

    @progress.setter
    def progress(self, progress: Progress) -> None:
        self.reading.progress = progress

    @property
    def stopped(self) -> Callable[[], bool]:
        """Whether the run is interrupted."""
        return self.reading.stopped

    @stopped.setter
    def stopped(self, stopped: Callable[[], bool]) -> None:
        self.reading.stopped = stopped

    def recipe(self) -> partial[Auditor]:
        """How another process makes its own."""
        reading = self.reading
        return partial(Auditor, reading.rules, reading.options, reading.lexicon, dissect=self.dissect)

    @cached_property
    def residue(self) -> Residue:
        """The search for everything that was learned, but for what stays by design."""
        learned = self.reading.lexicon
        telling = Lexicon(learned.stop_words)
        telling.merge(learned)
        for entity, values in telling.values.items():
            values.difference_update([value for value in values if self.stays(entity, value) >= 1])
        return Residue.keyless(self.reading.rules, telling)

    @cached_property
    def _maps(self) -> tuple[Surrogates, ...]:
        plan, kept = self.reading.lexicon.plan(), self.reading.rules.kept_hosts
        return tuple(Surrogates(Key.fresh(), plan, kept) for _ in range(2))

    def stays(self, entity: Entity, value: bytes) -> float:
        """How likely a right output holds the value in its place: what two keys leave as it is stays by design."""
        rules, value = self.reading.rules, value.strip(b' "')
        if rules.actions.get(entity) is Action.KEEP or value.lower() in rules.stop_words:
            return 1.0
        if all(each.of(entity, value) == value for each in self._maps):
            return 1.0
        return _chance(entity, value)

    def check(self, block: bytes, fmt: Format) -> list[Finding]:
        """The originals in a block of a file that no right output holds."""
        return [found for found in self.residue.check(block, fmt) if self._proves(found, block)]

    def find(self, text: bytes) -> list[Finding]:
        """The originals in a text without a format."""
        return self.check(text, detect.by_name(PLAIN))

    def _proves(self, found: Finding, block: bytes) -> bool:
        named = found.entity, block[found.start : found.end]
        if named not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[named] = self.stays(found.entity, _written(*named)) < 1
        return self._known[named]


def _written(entity: Entity, value: bytes) -> bytes:
    """An address as it is written; anything else as it is."""
    if entity is Entity.MAC and len(value) == 6:
        return value.hex(":").encode()
    if (entity is Entity.IPV4 and len(value) == 4) or (entity is Entity.IPV6 and len(value) == 16):
        return str(ip_address(value)).encode()
    return value


def _chance(entity: Entity, value: bytes) -> float:
    """How likely a permutation of few values leaves one where it is."""
    if entity in (Entity.IPV4, Entity.IPV6) and is_of_one(value.decode("ascii", "replace")):
        return 0.0
    if entity is Entity.IPV4:
        last = value.rpartition(b".")[2]
        return _BY_DIGITS[min(len(last), 3)]
    if entity is Entity.IPV6:
        last = value.rpartition(b":")[2]
        return 16.0 ** -len(last) if len(last) < 3 else 0.0
    digits = value.isdigit()
    if digits and len(value) <= _SHORT_NUMBER:
        return 10 / 9 * 10.0 ** -len(value)
    return 26.0 ** -len(value) if not digits and len(value) <= _SHORT_WORD else 0.0
