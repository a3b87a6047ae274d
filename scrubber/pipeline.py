"""Learn, rewrite, verify: what happens to a set of files, whoever opens them.

Every file is learned from before the first is rewritten, so a name met in one file is found in all. A file is then
rewritten into its sink, read back from there, audited, and only then released. An error that belongs to one file
refuses that file alone; the report names it and the rest is done. With several processes each does whole files, and
the result is the same bytes for any number of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import blake2b
from itertools import chain

from scrubber.audit.residue import Residue
from scrubber.engine import Engine, Learner, Rewriter
from scrubber.engines.local import spread
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, Format, InputError, Place, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.report import PLACES, FileReport, Progress, RunReport, Status, ignore, version
from scrubber.tasks import AnySource, Kind, Learned, Source, TargetFor, Task
from scrubber.textfile import TextFile

PLAIN = "plain"
"""The format of what has no structure, such as a file name."""

PER_FILE = "per-file"
"""The rule option that gives each file pseudonyms of its own."""

_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose beside the rules."""

    format: str | None = None
    """The name of the format of every file; ``None``: each is recognised."""
    known: tuple[bytes, ...] = ()
    """Values to treat as learned."""
    jobs: int = 1


class Worker:
    """What one process needs for any file. The engine and the audit are built once, when first needed."""

    def __init__(
        self, rules: RuleSet, options: Options, key: Key | None = None, lexicon: Lexicon | None = None
    ) -> None:
        self.rules = rules
        self.options = options
        self.key = Key.fresh() if key is None else key
        self.lexicon = Lexicon(rules.stop_words) if lexicon is None else lexicon
        self.progress: Progress = ignore
        self.stopped: Callable[[], bool] = bool

    def recipe(self) -> partial[Worker]:
        """How another process makes its own. A key refuses to be pickled, so its bytes go along, once a process."""
        return partial(_worker, self.rules, self.options, self.key.material, self.lexicon)

    @cached_property
    def engine(self) -> Engine:
        """The second pass, with the matcher for everything learned."""
        return Engine(self.rules, self.key, self.lexicon)

    @cached_property
    def names(self) -> Rewriter:
        """The second pass over names of files."""
        return self.engine.rewriter(detect.by_name(PLAIN))

    @cached_property
    def residue(self) -> Residue:
        """The audit of what was written."""
        return Residue(self.engine)

    def opened(self, source: Source, fmt: str) -> tuple[Kind, Iterator[bytes]]:
        """How an inspected source is read, and its octets. ``fmt`` is the format of a text, empty to recognise it."""
        chunks = self._metered(source.chunks(), source.size)
        if source.capture:
            # Frames need libraries that no log does.
            from scrubber.capture.file import CaptureFile

            return CaptureFile(source.capture, self.rules), chunks
        first = next(chunks, b"")
        name = source.parts[-1].removesuffix(".gz")
        known = detect.by_name(fmt) if fmt else detect.sniff(first[:_HEAD], name)
        return TextFile(known), chain((first,), chunks)

    def _metered(self, chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
        """The chunks, telling the progress in stored bytes and stopping when the run is interrupted."""
        left = size
        for chunk in chunks:
            if self.stopped():
                raise KeyboardInterrupt
            yield chunk
            done = min(len(chunk), left)
            left -= done
            self.progress(done)
        self.progress(left)


def _worker(rules: RuleSet, options: Options, material: bytes, lexicon: Lexicon) -> Worker:
    return Worker(rules, options, Key(material), lexicon)


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
    for line in options.known:
        worker.lexicon.add_known(line)
    learned = []
    with closing(spread(learn, _tasks(sources), worker, options.jobs, progress)) as results:
        for item in results:
            if item.lexicon is not None:
                worker.lexicon.merge(item.lexicon)
            learned.append(item._replace(lexicon=None))
    tasks = [_task(index, item, target_for, worker) for index, item in enumerate(learned)]
    try:
        with closing(spread(rewrite, tasks, worker, options.jobs, progress)) as results:
            reports = tuple(results)
    finally:
        for task in tasks:
            task.discard()
    return _run_report(rules, reports)


def check(sources: Sequence[Source], rules: RuleSet, options: Options, progress: Progress) -> RunReport:
    """What is still sensitive in ``sources``; nothing is written. ``progress`` is told the size of every source."""
    worker = Worker(rules, options)
    with closing(spread(survey, _tasks(sources), worker, options.jobs, progress)) as results:
        reports = tuple(results)
    return _run_report(rules, reports)


def _run_report(rules: RuleSet, files: tuple[FileReport, ...]) -> RunReport:
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
    source = task.source
    try:
        if fault:
            raise InputError(fault)
        source = source.inspect()
        learner = Learner(worker.rules)
        digest = blake2b(digest_size=32)
        kind, chunks = worker.opened(source, worker.options.format or "")
        kind.learn(_digested(chunks, digest.update) if PER_FILE in worker.rules.options else chunks, learner)
    except (ScrubError, OSError) as error:
        return Learned(source, fault=reason(error))
    return Learned(source, kind.name, digest.digest(), learner.lexicon)


def _digested(chunks: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for chunk in chunks:
        update(chunk)
        yield chunk


def _task(
    index: int, item: Learned[AnySource], target_for: TargetFor[AnySource] | None, worker: Worker
) -> Task[AnySource]:
    """The second half of the work on a file: its name is rewritten with everything learned from all files."""
    name = tuple(worker.names.rewrite_name(part) for part in item.source.parts)
    task = Task(index, item.source, name, None, item.format, item.file_id, item.fault)
    if item.fault or target_for is None:
        return task
    try:
        return task._replace(target=target_for(item.source, name))
    except (ScrubError, OSError) as error:
        return task._replace(fault=reason(error))


def rewrite(worker: Worker, task: Task[AnySource], fault: str) -> FileReport:
    """The second pass over one file, and its audit; ``fault``: its process died."""
    report = FileReport(task.number, task.source.label, "/".join(task.name), Status.REFUSED, format=task.format)
    if fault or task.fault:
        return replace(report, reason=fault or task.fault)
    try:
        return _rewritten(worker, task, report)
    except (ScrubError, OSError) as error:
        return replace(report, reason=reason(error))


def _rewritten(worker: Worker, task: Task[AnySource], report: FileReport) -> FileReport:
    kind, chunks = worker.opened(task.source, task.format)
    rewriter = worker.engine.rewriter(_format(task), task.file_id)
    size = 0
    name = report.name.encode("utf-8", "surrogateescape")
    places, _ = counted(TextFile(detect.by_name(PLAIN)).residues(iter((name,)), worker.residue.check))
    if places:
        # The name itself would be the leak.
        return _residue(replace(report, name=""), "file name", places)
    blocks = kind.rewrite(chunks, rewriter)
    if task.target is None:
        places, _ = counted(kind.residues(blocks, worker.residue.check))
    else:
        with task.target.open() as sink:
            for block in blocks:
                sink.write(block)
            places, _ = counted(kind.residues(sink.written(), worker.residue.check))
            size = 0 if places else sink.release()
    entities, rules = _counts(rewriter.counts)
    report = replace(report, size_in=task.source.size, entities=entities, rules=rules, notes=Counter(rewriter.notes))
    if places:
        return _residue(report, "output", places, "frame" if task.source.capture else "line")
    if task.target is None:
        return replace(report, status=Status.VERIFIED)
    return replace(report, status=Status.RELEASED, output=task.target.name, size_out=size)


def _residue(report: FileReport, where: str, places: tuple[Place, ...], unit: str = "line") -> FileReport:
    """The report of a file that is not released, with the first place in its reason; a value is never in it."""
    first = places[0]
    reason = (
        f"an original value is still in the {where}: {unit} {first.line}, offset {first.offset}, "
        f"entity {first.entity}, rule {first.rule}"
    )
    if len(places) > 1:
        kinds = ", ".join(sorted({place.entity for place in places}))
        reason += f" (places: {len(places)}{' or more' * (len(places) == PLACES)}; entities: {kinds})"
    return replace(report, status=Status.RESIDUE, reason=reason, places=places)


def survey(worker: Worker, task: Task[Source], fault: str) -> FileReport:
    """What the detectors find in one file; ``fault``: its process died."""
    report = FileReport(task.number, task.source.label, "", Status.REFUSED)
    try:
        if fault:
            raise InputError(fault)
        source = task.source.inspect()
        kind, chunks = worker.opened(source, worker.options.format or "")
        places, counts = counted(kind.exposed(chunks, worker.rules))
    except (ScrubError, OSError) as error:
        return replace(report, reason=reason(error))
    entities, rules = _counts(counts)
    status = Status.FOUND if counts else Status.CLEAN
    return replace(
        report, status=status, format=kind.name, size_in=source.size, entities=entities, rules=rules, places=places
    )


def counted(places: Iterator[Place]) -> tuple[tuple[Place, ...], Counter[tuple[Entity, str]]]:
    """The first of many places, and the counts of all."""
    first: list[Place] = []
    counts: Counter[tuple[Entity, str]] = Counter()
    for place in places:
        counts[place.entity, place.rule] += 1
        if len(first) < PLACES:
            first.append(place)
    return tuple(first), counts


def _format(task: Task[AnySource]) -> Format:
    """The format of the lines of a file; texts inside a capture have none of their own."""
    return detect.by_name(PLAIN if task.source.capture else task.format)


def _counts(counts: Mapping[tuple[Entity, str], int]) -> tuple[Counter[str], Counter[str]]:
    """Counts by entity and by rule."""
    entities: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for (entity, rule), count in counts.items():
        entities[entity.value] += count
        rules[rule] += count
    return entities, rules
