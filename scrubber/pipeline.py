"""Learn, rewrite, verify: what happens to a set of files, whoever opens them.

Every file is learned from before the first is rewritten, so a name met in one file is found in all. A file is then
rewritten into its sink, read back from there, audited, and only then released. An error that belongs to one file
refuses that file alone; the report names it and the rest is done. With several processes each does whole files, and all
do portions of a large text together; the result is the same bytes for any number of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice, tee
from typing import Protocol, TypeVar

from scrubber.bundle.note import SUFFIX
from scrubber.engines.choice import crew, spread
from scrubber.engines.crew import Crew, Result, Results, in_order
from scrubber.groups import by_groups, guarded
from scrubber.model import Action, RuleSet, ScrubError
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import FileReport, Progress, RunReport, ignore, reason, version
from scrubber.shelf import Listed
from scrubber.steps import Named, Names, is_divided, learn, rename, rewrite, survey
from scrubber.tasks import AnySource, Learned, Source, TargetFor, Task
from scrubber.worker import PER_FILE, PLAIN, Options, Worker

__all__ = [
    "PER_FILE",
    "PLAIN",
    "Options",
    "Worker",
    "check",
    "clean",
    "gathered",
    "placed",
    "rewrites",
    "run_report",
]

T = TypeVar("T")
_NAMES = 256
"""Names of files that are rewritten together."""


class Keep(Protocol):
    """Makes a list: in memory, or a :class:`~scrubber.shelf.Shelf`."""

    def __call__(self, things: Iterable[T], /) -> Listed[T]: ...


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
    with crew(worker, options.jobs, options.cluster) as hands:
        tasks = placed(hands, gathered(hands, sources, worker, progress), target_for, worker)
        with closing(rewrites(hands, tasks, worker, progress)) as results:
            return run_report(rules, tuple(sorted(results, key=lambda report: report.index)))


def gathered(
    hands: Crew, sources: Iterable[AnySource], worker: Worker, progress: Progress, keep: Keep = list
) -> Listed[Learned[AnySource]]:
    """The first pass over all ``sources``: what each is; what they teach is then in the lexicon of ``worker``.

    ``hands`` share ``worker``. ``keep`` makes the list that is returned; that of the next function, too.
    """
    for line in worker.options.known:
        worker.lexicon.add_known(line)
    learned: Listed[Learned[AnySource]] = keep(Learned(source) for source in sources)
    tasks: Listed[Task[AnySource]] = keep(_tasks(item.source for item in learned))
    for number, item in _by_hands(hands, learn, tasks, worker, progress):
        if item.lexicon is not None:
            worker.lexicon.merge(item.lexicon)
        learned[number] = item._replace(lexicon=None)
    return learned


def placed(
    hands: Crew,
    learned: Iterable[Learned[AnySource]],
    target_for: TargetFor[AnySource] | None,
    worker: Worker,
    keep: Keep = list,
) -> Listed[Task[AnySource]]:
    """The second half of the work: every file with its target, none of which exists yet.

    ``worker`` is that of the first pass; its lexicon holds what all files taught, and nothing may be added any more.
    ``hands`` are told, and rewrite the names; the first process needs nothing for it.
    """
    worker.settled = True
    hands.share(worker)
    items, again = tee(learned)
    with closing(in_order(hands.map_unordered(rename, _names(again), ignore, 2 * hands.size))) as names:
        named = zip(items, chain.from_iterable(names), strict=True)
        return keep(_task(index, item, name, target_for) for index, (item, name) in enumerate(named))


def rewrites(
    hands: Crew,
    tasks: Listed[Task[AnySource]],
    worker: Worker,
    progress: Progress,
    step: Callable[..., FileReport] | None = None,
) -> Generator[FileReport, None, None]:
    """The second pass: how each file ended, as soon as it is known. Close it if it is not read to its end.

    ``hands`` share ``worker``. ``step``: what does more than :func:`~scrubber.steps.rewrite`.
    """
    done = bytearray(len(tasks))
    try:
        with closing(_by_hands(hands, step or rewrite, tasks, worker, progress)) as results:
            for number, report in results:
                done[number] = True
                yield report
    finally:
        if 0 in done:
            # Nobody may write any more what is removed here.
            hands.close()
            for number, task in enumerate(tasks):
                if not done[number]:
                    task.discard()


def _by_hands(
    hands: Crew,
    step: Callable[..., Result],
    tasks: Listed[Task[AnySource]],
    worker: Worker,
    progress: Progress,
) -> Results[Result]:
    """One pass over all files: a large text by all hands together, then any other by whoever is free."""
    whole, size = array("q"), 0
    for task in tasks:
        worker.progress = ignore
        if is_divided(worker, task):
            worker.progress = progress
            yield task.number, guarded(partial(step, hands=hands), worker, task, "")
        else:
            whole.append(task.number)
            size += task.size
    yield from by_groups(hands, step, (tasks[number] for number in whole), size, progress)


def check(sources: Sequence[Source], rules: RuleSet, options: Options, progress: Progress) -> RunReport:
    """What is still sensitive in ``sources``; nothing is written. ``progress`` is told the size of every source."""
    worker = Worker(rules, options)
    for line in options.known:
        worker.lexicon.add_known(line)
    with closing(spread(survey, list(_tasks(sources)), worker, options.jobs, progress)) as results:
        reports = tuple(results)
    return run_report(rules, reports)


def run_report(rules: RuleSet, files: tuple[FileReport, ...]) -> RunReport:
    """The report of a run under ``rules``."""
    kept = tuple(sorted(entity.value for entity, action in rules.actions.items() if action is Action.KEEP))
    return RunReport(rules.profile, rules.digest, files, version(), kept, tuple(sorted(rules.options)))


def _tasks(sources: Iterable[AnySource]) -> Iterator[Task[AnySource]]:
    return (Task(index, source, (), None) for index, source in enumerate(sources))


def _names(learned: Iterable[Learned[AnySource]]) -> Iterator[Names]:
    paths = (item.source.parts for item in learned)
    while group := tuple(islice(paths, _NAMES)):
        yield Names(group)


def _task(
    index: int, item: Learned[AnySource], named: Named, target_for: TargetFor[AnySource] | None
) -> Task[AnySource]:
    """The second half of the work on a file. A refused one of a folder gets a target for the note in its place."""
    name, fault = named.parts, item.fault or named.fault
    task = Task(index, item.source, name, None, item.format, item.file_id, fault, item.faults, named.leaks)
    if target_for is None or not name or named.leaks or (fault and len(name) == 1):
        return task
    place = (*name[:-1], name[-1] + SUFFIX) if fault else name
    try:
        return task._replace(target=target_for(item.source, place))
    except (ScrubError, OSError) as error:
        return task._replace(fault=item.fault or reason(error))
