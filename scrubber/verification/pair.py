"""An independent audit of pairs: whether a cleaned file holds originals, and whether it tells the same.

Any pair will do, made by whatever tool or by hand: no key is asked for. What was learned from all originals is searched
in every notation; what tshark decodes is searched and compared; where both files line up, values that prove nothing by
themselves are compared place by place; and what a diagnosis counts is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import Generic, NamedTuple

from scrubber.audit import diagnosis, dissection, wrapped
from scrubber.audit.comparison import Stays, Unchanged
from scrubber.engines.choice import spread
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Entity, InputError, Place, RuleSet, ScrubError
from scrubber.reports import trace
from scrubber.reports.evidence import Audit, not_run
from scrubber.reports.report import PLACES, Progress, ignore, reason, version
from scrubber.steps import learn
from scrubber.tasks import AnySource, Kind, Learned, Source, Task
from scrubber.textfile import TextFile
from scrubber.verification.alignment import aligned, lines
from scrubber.verification.auditor import Auditor
from scrubber.verification.counterparts import File, Path, matched
from scrubber.verification.verdict import Outcome, PairVerdict, Spoiled, Verdict
from scrubber.worker import PLAIN, Options, Worker

ALIGNED = "same-place"
"""The rule id of a value that stands where the original had it."""
NAME = "file name"
NOTE = ".removed.txt"
"""How the note ends that stands for a file which could not be scrubbed."""
NO_COUNTERPART = "no counterpart among the {} files"


class Choices(NamedTuple):
    """What a user may choose."""

    order: Sequence[Path] = ()
    """The paths of outputs below their folder, in the order of the inputs they were made of; or nothing."""
    dissect: bool | None = None
    """Whether captures are dissected; ``None``: those that are small enough."""


class Item(NamedTuple, Generic[AnySource]):
    """One pair to audit."""

    number: int
    original: AnySource | None
    cleaned: AnySource | None
    """Inspected, unless there is a fault."""
    fault: str = ""
    unread: str = ""
    """Why nothing was learned from the original."""
    named: bool = False
    """Whether the last part of the name of the cleaned file alone is its own."""

    @property
    def size(self) -> int:
        """Octets of the cleaned file, as stored."""
        return self.cleaned.size if self.cleaned is not None else 0

    def discard(self) -> None:
        """Nothing is written."""


def verify(
    originals: Sequence[AnySource],
    cleaned: Sequence[AnySource],
    rules: RuleSet,
    options: Options,
    progress: Progress,
    choices: Choices,
) -> Verdict:
    """Audit what was made of ``originals``.

    One file a side is a pair; of several, the first part of each name is the folder, and the rest decides.
    ``progress`` is told the size of every file. Errors of one pair refuse it.
    """
    worker = Worker(rules, options)
    lexicon = Lexicon(rules.stop_words)
    learned: list[Learned[AnySource]] = []
    tasks = [Task(number, source, (), None) for number, source in enumerate(originals)]
    with closing(spread(learn, tasks, worker, options.jobs, progress)) as results:
        for item in results:
            if item.lexicon is not None:
                lexicon.merge(item.lexicon)
            learned.append(item._replace(lexicon=None))
    worker.progress = ignore
    looked = [_looked(worker, source) for source in cleaned]
    items = list(_items(learned, looked, choices.order))
    auditor = Auditor(rules, options, lexicon, dissect=choices.dissect)
    with closing(spread(audit, items, auditor, options.jobs, progress)) as verdicts:
        return Verdict(rules.profile, rules.digest, version(), tuple(verdicts))


def _looked(worker: Worker, source: AnySource) -> Learned[AnySource]:
    """What a cleaned file is."""
    try:
        source = source.inspect()
        kind, _ = worker.opened(source, worker.options.format or "")
    except (ScrubError, OSError) as error:
        return Learned(source, fault=reason(error))
    return Learned(source, kind.name)


def _items(
    before: Sequence[Learned[AnySource]], after: Sequence[Learned[AnySource]], order: Sequence[Path]
) -> Iterator[Item[AnySource]]:
    if len(before) == len(after) == 1:
        pairs: list[tuple[int | None, int | None]] = [(0, 0)]
    else:
        pairs = matched([_file(item) for item in before], [_file(item) for item in after], order)
    for number, (old, new) in enumerate(pairs):
        original = None if old is None else before[old]
        clean = None if new is None else after[new]
        fault = ""
        if original is None or clean is None:
            fault = NO_COUNTERPART.format("cleaned" if clean is None else "original")
        yield Item(
            number,
            original and original.source,
            clean and clean.source,
            fault or (clean.fault if clean else ""),
            original.fault if original else "",
            named=len(before) == len(after) == 1,
        )


def _file(item: Learned[AnySource]) -> File:
    source = item.source
    path = source.parts[1:] or source.parts
    if item.fault or path[-1].endswith(NOTE):
        return File(path, "note", int)

    def length() -> int:
        return source.size if source.capture else sum(1 for _ in lines(source.chunks()))

    # A capture that was written anew may stand in another container.
    return File(path, "capture" if source.capture else item.format, length)


# --- one pair ---------------------------------------------------------------------------------------------------------


Read = tuple[Source, Kind]
"""A file, and how it is read."""


class _Gathered:
    """What the audits of one pair say."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[Entity, str]] = Counter()
        self.places: list[Place] = []
        self._told: set[Entity] = set()
        self.audits: list[Audit] = []
        self.malformed: tuple[int, ...] = ()
        self.spoiled: tuple[Spoiled, ...] = ()
        self.format = ""
        self.certificate: diagnosis.Certificate | None = None

    def add(self, places: Iterable[Place]) -> None:
        """Count places."""
        for place in places:
            self.counts[place.entity, place.rule] += 1
            self.keep(place)

    def keep(self, place: Place) -> None:
        """Keep the first places, and the first of each entity whatever was kept before."""
        if len(self.places) < PLACES or place.entity not in self._told:
            self._told.add(place.entity)
            self.places.append(place)

    def dissected(self, found: dissection.Dissected, numbers: Sequence[int] = ()) -> None:
        """Take in what a dissection showed; ``numbers``: the lines of its frames."""
        self.counts.update(found.counts)
        for place in found.places:
            self.keep(place._replace(line=_line(numbers, place.line)))
        self.malformed = tuple(_line(numbers, frame.number) for frame in found.malformed)
        self.spoiled = tuple(
            Spoiled(_line(numbers, frame.number), frame.protocol) for frame in found.malformed if frame.spoiled
        )
        detail = "; ".join(filter(None, (found.note or f"{found.frames:,} frames", found.remark)))
        self.audits.append(Audit("dissection", not found.note, detail))
        if found.broken:
            raise InputError(f"dissection audit: {found.broken}")


def _line(numbers: Sequence[int], frame: int) -> int:
    return numbers[frame - 1] if 0 < frame <= len(numbers) else frame


def audit(auditor: Auditor, item: Item[AnySource], fault: str) -> PairVerdict:
    """The audits of one pair; ``fault``: its process died."""
    verdict = PairVerdict(
        item.number,
        item.original.label if item.original else "",
        item.cleaned.label if item.cleaned else "",
        reason=fault or item.fault,
    )
    if verdict.reason or item.cleaned is None:
        return verdict
    found = _Gathered()
    try:
        _audited(auditor, item, item.cleaned, found)
    except (ScrubError, OSError) as error:
        # What was found before it broke is a leak all the same.
        return _with(verdict, found, reason(error))
    return _with(verdict, found, "")


def _with(verdict: PairVerdict, found: _Gathered, why: str) -> PairVerdict:
    entities: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for (entity, rule), count in found.counts.items():
        entities[entity.value] += count
        rules[rule] += count
    outcome = Outcome.BROKEN if found.spoiled else Outcome.REFUSED if why else Outcome.SAFE
    outcome = Outcome.LEAK if entities else outcome
    return PairVerdict(
        verdict.index, verdict.original, verdict.cleaned, outcome, why, found.format, entities, rules,
        tuple(found.places), tuple(found.audits), found.certificate, found.malformed,
        found.spoiled,
    )  # fmt: skip


def _audited(auditor: Auditor, item: Item[AnySource], cleaned: AnySource, found: _Gathered) -> None:
    reading = auditor.reading
    plain = detect.by_name(PLAIN)
    own = cleaned.parts[-1:] if item.named else cleaned.parts[1:]
    for part in own:
        places = TextFile(plain).residues(iter((part.encode("utf-8", "surrogateescape"),)), auditor.check)
        found.add(place._replace(rule=NAME, line=0) for place in places)
    kind, chunks = reading.opened(cleaned, reading.options.format or "")
    found.format = kind.name
    found.add(kind.residues(chunks, auditor.check))
    found.audits.append(Audit("residue", ran=True))
    original = item.original
    if original is None or item.unread:
        if not cleaned.parts[-1].endswith(NOTE):
            raise InputError(f"the original cannot be read: {item.unread}")
        return
    if bool(original.capture) != bool(cleaned.capture):
        raise InputError("another kind of file than the original")
    before, _ = reading.opened(original, reading.options.format or "")
    if cleaned.capture:
        found.dissected(_dissected(auditor, cleaned.chunks(), original.chunks()))
    else:
        _texts(auditor, (original, before), (cleaned, kind), found)
    censuses = (diagnosis.census(of, source.chunks()) for of, source in ((before, original), (kind, cleaned)))
    found.certificate = diagnosis.compare(*censuses)
    found.audits.append(Audit("diagnosis", ran=True))


def _dissected(auditor: Auditor, after: Iterable[bytes], before: Iterable[bytes]) -> dissection.Dissected:
    if auditor.dissect is False:
        return dissection.Dissected(note=not_run("switched off"))
    stays: Stays = auditor.stays
    limit = None if auditor.dissect else dissection.QUICK
    return dissection.examine(after, before, auditor.find, stays, limit)


def _texts(auditor: Auditor, before: Read, after: Read, found: _Gathered) -> None:
    """What a text asks for beside the search: the same lines compared, and its SIP messages dissected."""
    unchanged = Unchanged(auditor.stays)
    if aligned(before[0].chunks(), after[0].chunks(), auditor.reading.lexicon, unchanged):
        for (entity, _), where in unchanged.telling().items():
            found.counts[entity, ALIGNED] += where.times
            found.keep(Place(ALIGNED, entity, 0, where.number))
    numbers: list[int] = []
    messages = _messages(after, numbers)
    first = next(messages, None)
    if first is not None:
        shown = wrapped.capture(chain((first,), messages))
        found.dissected(_dissected(auditor, shown, wrapped.capture(_messages(before, []))), numbers)


def _messages(read: Read, places: list[int]) -> Iterator[bytes]:
    """The SIP messages of a file; ``places`` gets the line of each."""
    source, kind = read
    for heard in trace.heard(kind, source.chunks()):
        places.append(heard.place)
        yield heard.message
