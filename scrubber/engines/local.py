"""Work on many items in the processes of one machine.

:func:`spread` applies a step to every item in this process or in several. Each process makes what its steps share once;
items travel to it, results travel back, and an item whose process dies does not take the others with it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Protocol, Self, TypeVar, cast

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.synchronize import Event

GRACE = 10.0
"""Seconds in which a process has to end its step when a run is interrupted."""


class Shared(Protocol):
    """What all steps of one process need."""

    progress: Callable[[int], None]
    """Set when the steps run in this process: they tell it what they have done."""
    stopped: Callable[[], bool]
    """Whether the run is interrupted; set in a process of a pool."""

    def recipe(self) -> Callable[[], Self]:
        """How another process makes its own. Pickled, and sent through the pipe that starts the process."""


class Item(Protocol):
    """What one step works on. Pickled."""

    @property
    def size(self) -> int:
        """What the progress is told when it is done."""

    def discard(self) -> None:
        """Remove what a killed process left."""


AnyShared = TypeVar("AnyShared", bound=Shared)
AnyItem = TypeVar("AnyItem", bound=Item)
Result = TypeVar("Result")

Step = Callable[[AnyShared, AnyItem, str], Result]
"""The work on one item. The text is empty, or says why nothing can be done but to give the result that says so."""

_here: list[object] = []
"""What the steps of this process share, when it is one of a pool."""


def spread(
    step: Step[AnyShared, AnyItem, Result],
    items: Sequence[AnyItem],
    shared: AnyShared,
    jobs: int,
    progress: Callable[[int], None],
) -> Generator[Result, None, None]:
    """The results of ``step`` in the order of ``items``, from this process or from up to ``jobs`` others.

    Close the iterator when it is not read to its end: that stops the processes. An item whose process dies is tried
    once more alone; then ``step`` is asked for the result that says so.
    """
    jobs = min(jobs, len(items))
    if jobs <= 1:
        shared.progress = progress
        yield from (step(shared, item, "") for item in items)
        return
    # Late, as a single file needs none of it.
    from concurrent.futures.process import BrokenProcessPool

    with _pool(shared, jobs) as executor:
        futures = [_submitted(executor, step, item) for item in items]
        for item, future in zip(items, futures, strict=True):
            try:
                result = future.result() if future else _alone(step, item, shared)
            except BrokenProcessPool:
                result = _alone(step, item, shared)
            progress(item.size)
            yield result


def _submitted(
    executor: ProcessPoolExecutor, step: Step[AnyShared, AnyItem, Result], item: AnyItem
) -> Future[Result] | None:
    """The result to be; nothing when a process has died already, while the items were handed out."""
    from concurrent.futures.process import BrokenProcessPool

    with suppress(BrokenProcessPool):
        return executor.submit(_run, step, item)
    return None


def _alone(step: Step[AnyShared, AnyItem, Result], item: AnyItem, shared: AnyShared) -> Result:
    from concurrent.futures.process import BrokenProcessPool

    item.discard()
    with _pool(shared, 1) as executor:
        try:
            return executor.submit(_run, step, item).result()
        except BrokenProcessPool:
            return step(shared, item, "its process died")


@contextmanager
def _pool(shared: Shared, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes for the length of a ``with`` block; what they still do at its end is stopped.

    They are never forked from this process, which may have threads. What they share travels in the pipe that starts
    them, not with the items and never through a file or an argument list: it may hold a key.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    start = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(start)
    stop = context.Event()
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(jobs, context, _start, (shared.recipe(), stop))
    try:
        yield executor
    finally:
        stop.set()
        executor.shutdown(wait=False, cancel_futures=True)
        deadline = monotonic() + GRACE
        for process in set(multiprocessing.active_children()) - others:
            process.join(max(0.0, deadline - monotonic()))
            process.kill()
            process.join()


def _start(recipe: Callable[[], Shared], stop: Event) -> None:
    # An interrupt from the keyboard reaches every process; the first one decides and sets the event.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    shared = recipe()
    shared.stopped = stop.is_set
    _here.append(shared)


def _end_with_parent() -> None:
    """End this process when that of the run is gone, however it ended: nobody would take the results."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(step: Step[AnyShared, AnyItem, Result], item: AnyItem) -> Result:
    return step(cast("AnyShared", _here[0]), item, "")
