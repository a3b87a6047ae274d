"""Work on many items in the processes of one machine.

Each process has a pipe of its own and one item at a time, so when one of them dies, it is known with which item, and
the others go on. The item is tried once more when nothing else is in work, with the memory of the machine to itself.
When that process dies, too, the step is asked for the result that says so.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from scrubber.engines.crew import DIED, Answer, AnyItem, Crew, Here, Progress, Result, Results, Shared, Step
from scrubber.forgetting import seldom

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess
    from multiprocessing.synchronize import Event

GRACE = 10.0
"""Seconds in which a process has to end its step when a run is interrupted."""


class _Work(NamedTuple):
    """An item on its way."""

    number: int
    item: Any
    again: bool = False
    """Whether a process died with it already."""


class _Hand:
    """A process and the pipe to it."""

    def __init__(self, context: ForkServerContext | SpawnContext, stop: Event) -> None:
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, stop), daemon=True)
        self.process.start()
        theirs.close()
        self._has = 0

    def share(self, shared: Shared, number: int) -> None:
        """Have the process make its own of what the next steps share, unless it has that of this number already."""
        if self._has != number:
            self._has = number
            with suppress(BrokenPipeError, ConnectionResetError):
                self.pipe.send((None, shared.recipe()))

    def give(self, step: Callable[..., object], item: object) -> None:
        """Begin the work on an item. That the process is dead is noticed when its result is taken."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send((step, item))

    def take(self) -> Answer | None:
        """What came of it; nothing when the process has died."""
        try:
            return Answer.unpacked(self.pipe.recv_bytes())
        except (EOFError, OSError):
            return None

    def end(self, seconds: float) -> None:
        """Wait for the end of the process, and make it end."""
        self.pipe.close()
        self.process.join(seconds)
        self.process.kill()
        self.process.join()
        self.process.close()


class Processes:
    """Up to so many processes, each started when it is first needed."""

    def __init__(self, shared: Shared, jobs: int) -> None:
        import multiprocessing

        # Never forked from this process, which may have threads. What they share travels in the pipe that starts them,
        # not with the items and never through a file or an argument list: it may hold a key.
        if "forkserver" in multiprocessing.get_all_start_methods():
            fork = multiprocessing.get_context("forkserver")
            # Imported once, by the server they are forked from, which has no threads; nor does any of these start one.
            fork.set_forkserver_preload(["__main__", type(shared).__module__])
            self._context: ForkServerContext | SpawnContext = fork
        else:
            self._context = multiprocessing.get_context("spawn")
        self._stop = self._context.Event()
        self._shared = shared
        self._number = 1
        """How often they were told what they share."""
        self.size = jobs
        self._free: list[_Hand] = []
        self._left: set[_Hand] = set()
        """Who still works on what nobody waits for."""
        self._hands: set[_Hand] = set()

    def close(self) -> None:
        """As :class:`~scrubber.engines.crew.Crew` says: all processes end, and what they still do is stopped."""
        self._stop.set()
        deadline = monotonic() + GRACE
        for hand in self._hands:
            hand.pipe.close()
        for hand in self._hands:
            hand.end(max(0.0, deadline - monotonic()))
        self._hands.clear()
        self._free.clear()

    def share(self, shared: Shared) -> None:
        """As :class:`~scrubber.engines.crew.Crew` says: who is free at once, others before their next item."""
        self._shared = shared
        self._number += 1
        for hand in self._free:
            hand.share(shared, self._number)

    def map_unordered(
        self,
        step: Step[AnyItem, Result],
        items: Iterable[AnyItem],
        progress: Progress,
        ahead: int | None = None,
    ) -> Results[Result]:
        """As :class:`~scrubber.engines.crew.Crew` says. A single item is done in this process."""
        waiting = iter(items)
        first = list(islice(waiting, 2))
        if len(first) < 2 and not self._hands:
            yield from Here(self._shared).map_unordered(step, first, progress)
            return
        yield from _Map(self, step, chain(first, waiting), progress, ahead).results()

    # --- hands

    def is_free(self) -> bool:
        """Whether somebody could begin."""
        return bool(self._free) or len(self._hands) < self.size

    def engage(self) -> _Hand:
        """Somebody who is free, or new."""
        hand = self._idle() or _Hand(self._context, self._stop)
        self._hands.add(hand)
        hand.share(self._shared, self._number)
        return hand

    def _idle(self) -> _Hand | None:
        while self._free:
            hand = self._free.pop()
            if hand.process.is_alive():
                return hand
            # It was killed while it had nothing to do, which is no item's fault.
            self.release(hand, dead=True)
        return None

    def release(self, hand: _Hand, *, dead: bool) -> None:
        """One who is done, or dead."""
        if not dead:
            self._free.append(hand)
            return
        self._hands.discard(hand)
        hand.end(GRACE)

    def leave(self, hands: Iterable[_Hand]) -> None:
        """Nobody waits for what these are doing."""
        self._left.update(hands)

    def ready(self, hands: Iterable[_Hand]) -> list[_Hand]:
        """Those of ``hands`` who have something to give, once there are any; who was left alone is free then."""
        from multiprocessing.connection import wait

        known = {hand.pipe: hand for hand in (*hands, *self._left)}
        found = [known[pipe] for pipe in wait(list(known)) if pipe in known]
        for hand in self._left.intersection(found):
            self._left.discard(hand)
            self.release(hand, dead=hand.take() is None)
        return [hand for hand in found if hand in hands]

    def failed(self, step: Callable[..., Result], work: _Work) -> Result:
        """The result for an item that kills."""
        return step(self._shared, work.item, DIED)


class _Map:
    """One set of items."""

    def __init__(
        self,
        crew: Processes,
        step: Callable[..., Any],
        items: Iterator[Any],
        progress: Progress,
        ahead: int | None,
    ) -> None:
        self._crew = crew
        self._step = step
        self._items = enumerate(items)
        self._progress = progress
        self._ahead = ahead
        self._busy: dict[_Hand, _Work] = {}
        self._deadly: deque[_Work] = deque()
        self._begun = 0
        self._more = True

    def results(self) -> Results[Any]:
        """All of them."""
        done: list[tuple[_Work, Any]] = []
        try:
            while True:
                # Nobody is idle while the results are dealt with.
                self._hand_out()
                for work, result in done:
                    self._progress(work.item.size)
                    yield work.number, result
                if not (self._busy or self._deadly or self._more):
                    return
                done = [one for hand in self._crew.ready(self._busy.keys()) for one in self._taken(hand)]
        finally:
            self._crew.leave(self._busy)

    def _hand_out(self) -> None:
        while self._more and self._may_begin() and self._crew.is_free():
            work = next((_Work(number, item) for number, item in self._items), None)
            if work is None:
                self._more = False
            else:
                self._begun = work.number + 1
                self._give(work)
        if self._deadly and not self._busy and self._crew.is_free():
            self._give(self._deadly.popleft())

    def _may_begin(self) -> bool:
        if any(work.again for work in self._busy.values()):
            return False
        waiting = chain(self._busy.values(), self._deadly)
        first = min((work.number for work in waiting), default=self._begun)
        return self._ahead is None or self._begun - first < self._ahead

    def _give(self, work: _Work) -> None:
        hand = self._crew.engage()
        self._busy[hand] = work
        hand.give(self._step, work.item)

    def _taken(self, hand: _Hand) -> Iterator[tuple[_Work, Any]]:
        work = self._busy.pop(hand)
        answer = hand.take()
        self._crew.release(hand, dead=answer is None)
        if answer is None:
            work.item.discard()
            if work.again:
                yield work, self._crew.failed(self._step, work)
            else:
                self._deadly.append(work._replace(again=True))
        elif answer.error is not None:
            raise answer.error
        else:
            yield work, answer.result


@contextmanager
def crew(shared: Shared, jobs: int) -> Iterator[Crew]:
    """Up to ``jobs`` processes for the length of a ``with`` block, or this one."""
    if jobs <= 1:
        yield Here(shared)
        return
    processes = Processes(shared, jobs)
    try:
        yield processes
    finally:
        processes.close()


# --- in a process of the crew -----------------------------------------------------------------------------------------


def _serve(pipe: Connection, stop: Event) -> None:
    # An interrupt from the keyboard reaches every process; the first one decides and sets the event.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    seldom()
    shared: Shared | None = None
    with suppress(EOFError, OSError):
        while True:
            step, item = pipe.recv()
            if step is None:
                # What was shared before goes first: both together would be the peak of this process.
                shared = None
                gc.collect()
                shared = item()
                shared.stopped = stop.is_set
                continue
            with Answer() as answer:
                answer.result = step(shared, item, "")
            pipe.send_bytes(answer.packed())


def _end_with_parent() -> None:
    """End this process when that of the run is gone, however it ended: nobody would take the results."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
