"""Small files by the group: who is free takes several at once, so that few messages pass between processes.

A group whose process dies, and dies again, is taken apart, so that a file which kills fails alone.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, Generic, NamedTuple

from scrubber.engines.crew import Answer, Crew, Result, Results, Shared
from scrubber.forgetting import forgotten
from scrubber.lexicon import Lexicon
from scrubber.reports.report import Progress, bug, ignore, is_bug, is_debugged
from scrubber.tasks import AnySource, Learned, Task

MOST = 64
"""Files of a group."""
FULL = 1 << 17
"""Stored bytes from which a group is full."""
SHARES = 8
"""Groups that each process gets at least, if there are files enough: the last one should not work alone."""

Pairs = list[tuple[int, Any]]
"""The number of each task with its result."""


class Group(NamedTuple, Generic[AnySource]):
    """Tasks that travel together, as an :class:`~scrubber.engines.crew.Item`."""

    tasks: tuple[Task[AnySource], ...]

    @property
    def size(self) -> int:
        """Bytes of the sources, as stored."""
        return sum(task.size for task in self.tasks)

    def discard(self) -> None:
        """Remove what a killed process left of the outputs."""
        for task in self.tasks:
            task.discard()


def by_groups(
    hands: Crew,
    step: Callable[..., Result],
    tasks: Iterable[Task[AnySource]],
    size: int,
    progress: Progress,
) -> Results[Result]:
    """The results of a step by the numbers of the tasks, which have so many bytes together."""
    if hands.size == 1:
        yield from _numbered(hands, partial(guarded, step), tasks, progress)
        return
    apart: list[Task[AnySource]] = []
    groups = _groups(tasks, min(FULL, size // (SHARES * hands.size)))
    with closing(hands.map_unordered(partial(_together, step), groups, progress)) as results:
        for _, pairs in results:
            for number, result in pairs:
                if isinstance(result, Task):
                    apart.append(result)
                else:
                    yield number, result
    yield from _numbered(hands, partial(guarded, step), apart, ignore)


def guarded(step: Callable[..., Result], shared: Shared, task: Task[Any], fault: str) -> Result:
    """The result of a step. A file that meets a bug fails alone and says so, as one does that kills its process.

    Errors: what ends a run; a bug, too, when somebody looks for it.
    """
    with Answer() as answer, forgotten():
        answer.result = step(shared, task, fault)
    error = answer.error
    if error is None:
        result: Result = answer.result
        return result
    if not is_bug(error) or is_debugged():
        raise error
    task.discard()
    return step(shared, task, bug(error))


def _numbered(
    hands: Crew, step: Callable[..., Result], tasks: Iterable[Task[AnySource]], progress: Progress
) -> Generator[tuple[int, Result], None, None]:
    numbers = array("q")

    def noted() -> Iterator[Task[AnySource]]:
        for task in tasks:
            numbers.append(task.number)
            yield task

    with closing(hands.map_unordered(step, noted(), progress)) as results:
        for position, result in results:
            yield numbers[position], result


def _groups(tasks: Iterable[Task[AnySource]], full: int) -> Iterator[Group[AnySource]]:
    run: list[Task[AnySource]] = []
    size = 0
    for task in tasks:
        if run and (size + task.size > full or len(run) == MOST):
            yield Group(tuple(run))
            run, size = [], 0
        run.append(task)
        size += task.size
    if run:
        yield Group(tuple(run))


def _together(step: Callable[..., Any], shared: Shared, group: Group[Any], fault: str) -> Pairs:
    """The results of a step; of a group that killed its process, the tasks themselves."""
    if not fault:
        return _united([(task.number, guarded(step, shared, task, "")) for task in group.tasks])
    if len(group.tasks) == 1:
        return [(group.tasks[0].number, step(shared, group.tasks[0], fault))]
    return [(task.number, task) for task in group.tasks]


def _united(pairs: Pairs) -> Pairs:
    """The same, but that the first of them has learned for all."""
    lexicon: Lexicon | None = None
    for position, (number, result) in enumerate(pairs):
        if not isinstance(result, Learned) or result.lexicon is None:
            continue
        if lexicon is None:
            lexicon = result.lexicon
        else:
            lexicon.merge(result.lexicon)
            pairs[position] = number, result._replace(lexicon=None)
    return pairs
