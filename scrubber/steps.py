"""What is done to one file in one pass, in whichever process: learned from, rewritten and verified, looked through.

An error that belongs to the file is told by the result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from hashlib import blake2b
from itertools import chain
from typing import Final, NamedTuple

from scrubber.account import counted, leaking, members, residue, totals
from scrubber.bundle.archive import Archive
from scrubber.bundle.note import note
from scrubber.draft import Draft
from scrubber.engine import Learner
from scrubber.engines.crew import Crew
from scrubber.filenames import rewritten, teach
from scrubber.forgetting import forgotten
from scrubber.formats import detect
from scrubber.inspection import Inspection, in_place, inspected
from scrubber.model import Entity, InputError, Place, ScrubError
from scrubber.portions import Portioned, Tally, Together, is_large, portioned
from scrubber.reports.evidence import Audit
from scrubber.reports.report import FileReport, Status, ignore, reason
from scrubber.tasks import AnySource, Kind, Learned, Source, Task
from scrubber.textfile import TextFile, located
from scrubber.worker import PER_FILE, PLAIN, Part, Worker, text_format


def learn(worker: Worker, task: Task[AnySource], fault: str, hands: Crew | None = None) -> Learned[AnySource]:
    """The first pass over one file, in portions if ``hands`` are given; ``fault``: its process died."""
    try:
        if fault:
            raise InputError(fault)
        source = task.source.inspect()
        learner = Learner(worker.rules)
        teach(learner, "/".join(source.parts))
        digest = blake2b(digest_size=32)
        kind, chunks = worker.opened(source, worker.options.format or "")
        kind = portioned(kind, hands)
        kind.learn(_digested(chunks, digest.update) if PER_FILE in worker.rules.options else chunks, learner)
    except (ScrubError, OSError) as error:
        return Learned(task.source, fault=reason(error))
    faults = kind.faults if isinstance(kind, Archive) else {}
    return Learned(source, kind.name, digest.digest(), learner.lexicon, faults=faults)


def _digested(chunks: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


class Names(NamedTuple):
    """Names of files that are rewritten together, as an :class:`~scrubber.engines.crew.Item`."""

    paths: tuple[tuple[str, ...], ...]
    size: int = 0
    """Names are not counted among what is done."""

    def discard(self) -> None:
        """Nothing is written."""


class Named(NamedTuple):
    """A new name, which may not be used when there is a fault or a leak."""

    parts: tuple[str, ...]
    fault: str = ""
    leaks: tuple[Place, ...] = ()
    """Originals in it."""


def rename(worker: Worker, names: Names, fault: str) -> list[Named]:
    """What names of files become, now that all is learned; ``fault``: the process died."""
    if fault:
        return [Named((), fault)] * len(names.paths)
    # A folder stands in the names of all files below it.
    renamed = cache(partial(rewritten, worker.names))
    return [Named(new, leaks=_in_name(worker, new)) for new in (tuple(map(renamed, path)) for path in names.paths)]


def _in_name(worker: Worker, parts: tuple[str, ...]) -> tuple[Place, ...]:
    """Originals in the new name of a file."""
    raw = "/".join(parts).encode("utf-8", "surrogateescape")
    return tuple(located(lambda block: worker.check(block, detect.by_name(PLAIN)), iter((raw,))))


def rewrite(worker: Worker, task: Task[AnySource], fault: str, hands: Crew | None = None) -> FileReport:
    """The second pass over one file, and its audit, in portions if ``hands`` are given; ``fault``: its process died."""
    report = FileReport(task.number, task.source.label, "/".join(task.name), Status.REFUSED, format=task.format)
    report = replace(report, reason=fault or task.fault)
    try:
        if task.leaks:
            # The name itself would be the leak.
            report = replace(report, name="")
            return report if report.reason else residue(report, "file name", task.leaks)
        if report.reason:
            return report if fault else _noted(task, report)
        return _rewritten(worker, task, report, hands)
    except (ScrubError, OSError) as error:
        return replace(report, reason=reason(error))


def _noted(task: Task[AnySource], report: FileReport) -> FileReport:
    """The report of a refused file; a note is written where there is a place for one."""
    if task.target is None:
        return report
    with task.target.open() as sink:
        sink.write(note("file", task.source.size or None, report.reason))
        size = sink.release()
    return replace(report, output=task.target.name, size_in=task.source.size, size_out=size)


ATTEMPTS: Final = 3
"""How often an archive is written: once more without the members that the residue audit, then the dissection, met."""


def _rewritten(worker: Worker, task: Task[AnySource], report: FileReport, hands: Crew | None) -> FileReport:
    """The second pass and its audits. Members of an archive that keep an original give way to notes."""
    told = _written(worker, task, report, hands)
    for _ in range(1, ATTEMPTS):
        kept = leaking(told)
        if not kept:
            break
        task = task._replace(faults={**task.faults, **kept})
        told = _written(worker, task, report, hands, again=True)
    return told


def _written(
    worker: Worker, task: Task[AnySource], report: FileReport, hands: Crew | None, *, again: bool = False
) -> FileReport:
    progress, octets = ignore if again else worker.progress, task.source.size
    known = text_format(task.format)
    kind, chunks = worker.opened(task.source, known, Part(progress, octets // 2, octets))
    if isinstance(kind, Archive):
        kind.refuse(task.faults)
    reading = portioned(kind, hands, task.file_id)
    size, found = 0, Inspection(audits=(Audit("residue", ran=True),))
    with Draft(task.source.spool) if task.target is None else task.target.open() as sink:
        # What the second pass remembers goes before the audits remember as much.
        with forgotten():
            done = _filled(worker, task, reading, chunks, sink.write)
        stored = done.octets
        # Each reading of an output takes about half as long as to write it; a crew does both at once.
        crew = reading if isinstance(reading, Portioned) else None
        audited = Part(progress, octets - octets // 2, stored if crew else 2 * stored)

        def written() -> Iterator[bytes]:
            return audited.over(sink.written())

        places, _ = counted(reading.residues(written(), worker.check))
        if not places:
            places, _ = counted(iter(crew.in_place) if crew else in_place(worker, kind, written))
        if not places:
            found = inspected(worker, kind, task.source, sink.written, task.number)
            places = found.places
        audited.end()
        size = 0 if places else sink.release(worker.shift)
    entities, rules = totals(done.counts)
    report = replace(report, size_in=task.source.size, entities=entities, rules=rules, notes=done.notes)
    report = replace(report, audits=found.audits, certificate=found.certificate, sights=found.sights)
    status = Status.VERIFIED if places or task.target is None else Status.RELEASED
    report = replace(report, members=members(kind, report.label, status, places, found.members))
    if places:
        return residue(report, "output", places)
    if task.target is None:
        return replace(report, status=status)
    return replace(report, status=status, output=task.target.name, size_out=size)


class _Done(NamedTuple):
    """What is told of an output that is written."""

    octets: int
    counts: Counter[tuple[Entity, str]]
    notes: Counter[str]


def _filled(
    worker: Worker, task: Task[AnySource], reading: Kind, chunks: Iterator[bytes], write: Callable[[bytes], object]
) -> _Done:
    """The second pass, and what it counted."""
    tally, blocks = _rewriting(worker, task, reading, chunks)
    octets = 0
    for block in blocks:
        write(block)
        octets += len(block)
    return _Done(octets, tally.counts, Counter(tally.notes))


def _rewriting(
    worker: Worker, task: Task[AnySource], reading: Kind, chunks: Iterator[bytes]
) -> tuple[Tally, Iterator[bytes]]:
    """The blocks of an output, and what is told of them once they are read."""
    if isinstance(reading, Portioned):
        # What the second pass needs is with those who read the portions; it takes a while to make.
        tally = Together()
        return tally, reading.rewrite(chunks, tally)
    rewriter = worker.engine.rewriter(text_format(task.format), task.file_id)
    return rewriter, reading.rewrite(chunks, rewriter)


def is_divided(worker: Worker, task: Task[AnySource]) -> bool:
    """Whether a file is read in portions: a large text. Whoever reads any other says what is wrong with it."""
    if task.fault or not is_large(task.source):
        return False
    try:
        # What is no text is not read any further by who hands the files out: nobody works meanwhile.
        source = task.source if task.format else task.source.look()
        if not source.content.is_text:
            return False
        known = text_format(task.format) if task.format else worker.options.format or ""
        kind, _ = worker.opened(source, known)
    except (ScrubError, OSError):
        return False
    return isinstance(kind, TextFile)


def survey(worker: Worker, task: Task[Source], fault: str) -> FileReport:
    """What the detectors find in one file; ``fault``: its process died."""
    report = FileReport(task.number, task.source.label, "", Status.REFUSED)
    try:
        if fault:
            raise InputError(fault)
        source = task.source.inspect()
        kind, chunks = worker.opened(source, worker.options.format or "")
        shown = kind.exposed(chunks, worker.rules)
        known = kind.residues(source.chunks(), worker.check) if worker.options.known else iter(())
        places, counts = counted(chain(shown, known))
    except (ScrubError, OSError) as error:
        return replace(report, reason=reason(error))
    entities, rules = totals(counts)
    status = Status.FOUND if counts else Status.CLEAN
    return replace(
        report,
        status=status,
        format=kind.name,
        size_in=source.size,
        entities=entities,
        rules=rules,
        places=places,
        members=members(kind, report.label, Status.CLEAN, places, {}),
    )
