"""Learn, rewrite, verify: what happens to a set of files, whoever opens them.

Every file is learned from before the first is rewritten, so a name met in one file is found in all. A file is then
rewritten into its sink, read back from there, audited, and only then released. An error that belongs to one file
refuses that file alone; the report names it and the rest is done. With several processes each does whole files, and
the result is the same bytes for any number of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from itertools import chain

from scrubber.bundle.archive import Archive
from scrubber.bundle.note import SUFFIX, note
from scrubber.bundle.outcome import Outcome
from scrubber.draft import Draft
from scrubber.engine import Learner
from scrubber.engines.local import spread
from scrubber.filenames import rewritten, teach
from scrubber.formats import detect
from scrubber.inspection import Inspection, inspected
from scrubber.model import Action, Entity, InputError, Place, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.reports.evidence import Audit
from scrubber.reports.report import PLACES, FileReport, Progress, RunReport, Status, version
from scrubber.tasks import AnySource, Kind, Learned, Source, TargetFor, Task
from scrubber.textfile import TextFile
from scrubber.worker import PER_FILE, PLAIN, Options, Worker, text_format

__all__ = [
    "PER_FILE",
    "PLAIN",
    "Options",
    "Worker",
    "check",
    "clean",
    "counted",
    "gathered",
    "learn",
    "placed",
    "reason",
    "rewrite",
    "rewrites",
    "run_report",
    "survey",
]

CAPTURES = ("pcap", "pcapng")
"""Kinds of files whose places are frames."""


def clean(
    sources: Sequence[AnySource],
    target_for: TargetFor[AnySource] | None,
    rules: RuleSet,
    key: Key,
    options: Options,
    progress: Progress,
) -> RunReport:
    """Learn from all ``sources``, rewrite each into its target, verify it and release it.

    ``target_for`` is ``None`` for a dry run. ``progress`` is told twice the size of every source. Errors of one file
    (:class:`~scrubber.model.ScrubError`, :class:`OSError`) refuse it; any other is raised once everything unfinished is
    removed.
    """
    worker = Worker(rules, options, key)
    tasks = placed(gathered(sources, worker, progress), target_for, worker)
    with closing(rewrites(tasks, worker, progress)) as results:
        return run_report(rules, tuple(results))


def gathered(sources: Sequence[AnySource], worker: Worker, progress: Progress) -> list[Learned[AnySource]]:
    """The first pass over all ``sources``: what each is; what they teach is then in the lexicon of ``worker``."""
    for line in worker.options.known:
        worker.lexicon.add_known(line)
    learned = []
    with closing(spread(learn, _tasks(sources), worker, worker.options.jobs, progress)) as results:
        for item in results:
            if item.lexicon is not None:
                worker.lexicon.merge(item.lexicon)
            learned.append(item._replace(lexicon=None))
    return learned


def placed(
    learned: Sequence[Learned[AnySource]], target_for: TargetFor[AnySource] | None, worker: Worker
) -> list[Task[AnySource]]:
    """The second half of the work: every file with its target, none of which exists yet.

    ``worker`` is that of the first pass; its lexicon holds what all files taught, and nothing may be added any more.
    """
    return [_task(index, item, target_for, worker) for index, item in enumerate(learned)]


def rewrites(tasks: Sequence[Task[AnySource]], worker: Worker, progress: Progress) -> Generator[FileReport, None, None]:
    """The second pass: how each file ended, in order, as soon as it is known. Close it if it is not read to its end."""
    try:
        with closing(spread(rewrite, tasks, worker, worker.options.jobs, progress)) as results:
            yield from results
    finally:
        for task in tasks:
            task.discard()


def check(sources: Sequence[Source], rules: RuleSet, options: Options, progress: Progress) -> RunReport:
    """What is still sensitive in ``sources``; nothing is written. ``progress`` is told the size of every source."""
    worker = Worker(rules, options)
    for line in options.known:
        worker.lexicon.add_known(line)
    with closing(spread(survey, _tasks(sources), worker, options.jobs, progress)) as results:
        reports = tuple(results)
    return run_report(rules, reports)


def run_report(rules: RuleSet, files: tuple[FileReport, ...]) -> RunReport:
    """The report of a run under ``rules``."""
    kept = tuple(sorted(entity.value for entity, action in rules.actions.items() if action is Action.KEEP))
    return RunReport(rules.profile, rules.digest, files, version(), kept, tuple(sorted(rules.options)))


def _tasks(sources: Sequence[AnySource]) -> list[Task[AnySource]]:
    return [Task(index, source, (), None) for index, source in enumerate(sources)]


def reason(error: Exception) -> str:
    """One line for a refused file, without its name: reports go where names must not."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)


def learn(worker: Worker, task: Task[AnySource], fault: str) -> Learned[AnySource]:
    """The first pass over one file; ``fault``: its process died."""
    try:
        if fault:
            raise InputError(fault)
        source = task.source.inspect()
        learner = Learner(worker.rules)
        teach(learner, "/".join(source.parts))
        digest = blake2b(digest_size=32)
        kind, chunks = worker.opened(source, worker.options.format or "")
        kind.learn(_digested(chunks, digest.update) if PER_FILE in worker.rules.options else chunks, learner)
    except (ScrubError, OSError) as error:
        return Learned(task.source, fault=reason(error))
    faults = kind.faults if isinstance(kind, Archive) else {}
    return Learned(source, kind.name, digest.digest(), learner.lexicon, faults=faults)


def _digested(chunks: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


def _task(
    index: int, item: Learned[AnySource], target_for: TargetFor[AnySource] | None, worker: Worker
) -> Task[AnySource]:
    """The second half of the work on a file: its name is rewritten with everything learned from all files.

    A refused file of a folder gets a target for the note that stands in its place.
    """
    name = tuple(rewritten(worker.names, part) for part in item.source.parts)
    task = Task(index, item.source, name, None, item.format, item.file_id, item.fault, item.faults)
    if target_for is None or (item.fault and len(name) == 1):
        return task
    place = (*name[:-1], name[-1] + SUFFIX) if item.fault else name
    try:
        return task._replace(target=target_for(item.source, place))
    except (ScrubError, OSError) as error:
        return task._replace(fault=item.fault or reason(error))


def rewrite(worker: Worker, task: Task[AnySource], fault: str) -> FileReport:
    """The second pass over one file, and its audit; ``fault``: its process died."""
    report = FileReport(task.number, task.source.label, "/".join(task.name), Status.REFUSED, format=task.format)
    report = replace(report, reason=fault or task.fault)
    try:
        if places := _in_name(worker, report.name):
            # The name itself would be the leak.
            report = replace(report, name="")
            return report if report.reason else _residue(report, "file name", places)
        if report.reason:
            return report if fault else _noted(task, report)
        return _rewritten(worker, task, report)
    except (ScrubError, OSError) as error:
        return replace(report, reason=reason(error))


def _in_name(worker: Worker, name: str) -> tuple[Place, ...]:
    """Originals in the new name of a file."""
    raw = name.encode("utf-8", "surrogateescape")
    places, _ = counted(TextFile(detect.by_name(PLAIN)).residues(iter((raw,)), worker.residue.check))
    return places


def _noted(task: Task[AnySource], report: FileReport) -> FileReport:
    """The report of a refused file; a note is written where there is a place for one."""
    if task.target is None:
        return report
    with task.target.open() as sink:
        sink.write(note("file", task.source.size or None, report.reason))
        size = sink.release()
    return replace(report, output=task.target.name, size_in=task.source.size, size_out=size)


def _rewritten(worker: Worker, task: Task[AnySource], report: FileReport) -> FileReport:
    kind, chunks = worker.opened(task.source, task.format)
    if isinstance(kind, Archive):
        kind.refuse(task.faults)
    rewriter = worker.engine.rewriter(text_format(task.format), task.file_id)
    size, found = 0, Inspection(audits=(Audit("residue", ran=True),))
    blocks = kind.rewrite(chunks, rewriter)
    with Draft(task.source.spool) if task.target is None else task.target.open() as sink:
        for block in blocks:
            sink.write(block)
        places, _ = counted(kind.residues(sink.written(), worker.residue.check))
        if not places:
            found = inspected(worker, kind, task.source, sink.written)
            places = found.places
        size = 0 if places else sink.release(rewriter.shift)
    entities, rules = _counts(rewriter.counts)
    report = replace(report, size_in=task.source.size, entities=entities, rules=rules, notes=Counter(rewriter.notes))
    report = replace(report, audits=found.audits, certificate=found.certificate, sights=found.sights)
    status = Status.VERIFIED if places or task.target is None else Status.RELEASED
    report = replace(report, members=_members(kind, report.label, status, places, found.members))
    if places:
        return _residue(report, "output", places)
    if task.target is None:
        return replace(report, status=status)
    return replace(report, status=status, output=task.target.name, size_out=size)


Audits = Mapping[tuple[int, ...], tuple[Audit, ...]]
"""The audits of members."""


def _members(kind: Kind, label: str, status: Status, places: Iterable[Place], audits: Audits) -> tuple[FileReport, ...]:
    """The reports of the members of an archive."""
    if not isinstance(kind, Archive):
        return ()
    return tuple(_member(outcome, label, status, places, audits) for outcome in kind.members)


def _member(outcome: Outcome, label: str, status: Status, places: Iterable[Place], audits: Audits) -> FileReport:
    """The report of a member; ``status`` is what it has when nothing is wrong with it."""
    number = outcome.number
    own = tuple(place._replace(member=place.member[1:]) for place in places if place.member[:1] == (number,))
    within = {path[1:]: said for path, said in audits.items() if path[0] == number and path[1:]}
    inner = tuple(_member(member, f"{label}: {outcome.path}", status, own, within) for member in outcome.members)
    if own or (outcome.counts and status is Status.CLEAN):
        status = Status.FOUND if status is Status.CLEAN else Status.RESIDUE
    named = not any(place.line == 0 and not place.member for place in own)
    entities, rules = _counts(outcome.counts)
    report = FileReport(
        outcome.number,
        f"{label}: {outcome.path}",
        outcome.name if named else "",
        Status.REFUSED if outcome.reason else status,
        output=outcome.name if status is Status.RELEASED else "",
        format=outcome.format,
        reason=outcome.reason,
        size_in=outcome.size_in,
        size_out=outcome.size_out,
        entities=entities,
        rules=rules,
        notes=outcome.notes,
        places=own,
        members=inner,
        audits=audits.get((number,), ()),
    )
    return _residue(report, "output", own) if status is Status.RESIDUE else report


def _residue(report: FileReport, where: str, places: tuple[Place, ...]) -> FileReport:
    """The report of a file that is not released, with the first place in its reason; a value is never in it."""
    first = places[0]
    reason = (
        f"an original value is still in the {where}: {_place(report, first)}, offset {first.offset}, "
        f"entity {first.entity}, rule {first.rule}"
    )
    if len(places) > 1:
        kinds = ", ".join(sorted({place.entity for place in places}))
        reason += f" (places: {len(places)}{' or more' * (len(places) >= PLACES)}; entities: {kinds})"
    return replace(report, status=Status.RESIDUE, reason=reason, places=places)


def _place(report: FileReport, place: Place) -> str:
    """Where a place is, in words: in a line, a frame, a member of an archive, or what is said about a member."""
    words = ""
    for number in place.member:
        report = next((member for member in report.members if member.index == number), report)
        words += f"member {number}{f' ({report.name})' if report.name else ''}, "
    unit, beside = ("frame", "metadata") if report.format in CAPTURES else ("line", "comment")
    return words + (f"{unit} {place.line}" if place.line else f"its name, owner or {beside}")


def survey(worker: Worker, task: Task[Source], fault: str) -> FileReport:
    """What the detectors find in one file; ``fault``: its process died."""
    report = FileReport(task.number, task.source.label, "", Status.REFUSED)
    try:
        if fault:
            raise InputError(fault)
        source = task.source.inspect()
        kind, chunks = worker.opened(source, worker.options.format or "")
        shown = kind.exposed(chunks, worker.rules)
        known = kind.residues(source.chunks(), worker.residue.check) if worker.options.known else iter(())
        places, counts = counted(chain(shown, known))
    except (ScrubError, OSError) as error:
        return replace(report, reason=reason(error))
    entities, rules = _counts(counts)
    status = Status.FOUND if counts else Status.CLEAN
    return replace(
        report,
        status=status,
        format=kind.name,
        size_in=source.size,
        entities=entities,
        rules=rules,
        places=places,
        members=_members(kind, report.label, Status.CLEAN, places, {}),
    )


def counted(places: Iterator[Place]) -> tuple[tuple[Place, ...], Counter[tuple[Entity, str]]]:
    """The first of many places, with the first of every member of an archive, and the counts of all."""
    first: list[Place] = []
    members: set[tuple[int, ...]] = set()
    counts: Counter[tuple[Entity, str]] = Counter()
    for place in places:
        counts[place.entity, place.rule] += 1
        if len(first) < PLACES or (place.member and place.member not in members):
            first.append(place)
            members.add(place.member)
    return tuple(first), counts


def _counts(counts: Mapping[tuple[Entity, str], int]) -> tuple[Counter[str], Counter[str]]:
    """Counts by entity and by rule."""
    entities: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for (entity, rule), count in counts.items():
        entities[entity.value] += count
        rules[rule] += count
    return entities, rules
