"""What an engine is: work on many items, wherever it is done.

A step is applied to every item; results come back as they are ready, each with the position of its item. What the steps
share is made once in each process. Items and results travel, so they are pickled, and no engine lets anybody else read
them; items are taken one by one when somebody is free, so there may be any number of them, made on the way.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Generator, Iterable
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self, TypeVar

DIED = "its process died"
"""What a step is told about an item whose process died twice."""


class Cluster(NamedTuple):
    """Machines that work together under Ray."""

    address: str = ""
    """Of a cluster to join; empty to start one on this machine."""
    secret: str = ""
    """A file that every machine has at this path, or ``$NAME`` for a variable in the environment of its workers. What
    stands in it seals everything that travels. Empty for a cluster of one machine, which gets a file of its own."""


class Shared(Protocol):
    """What all steps of one process need."""

    progress: Callable[[int], None]
    """Set when the steps run in this process: they tell it what they have done."""
    stopped: Callable[[], bool]
    """Whether the run is interrupted; set in another process."""

    def recipe(self) -> Callable[[], Self]:
        """How another process makes its own. Pickled, and sent through the pipe that starts the process."""


class Item(Protocol):
    """What one step works on. Pickled."""

    @property
    def size(self) -> int:
        """What the progress is told when it is done."""

    def discard(self) -> None:
        """Remove what a killed process left."""


AnyItem = TypeVar("AnyItem", bound=Item)
Result = TypeVar("Result")

Step = Callable[[Any, AnyItem, str], Result]
"""The work on one item, with what is shared. The text is empty, or says why nothing can be done but to tell of it."""
Progress = Callable[[int], None]
Results = Generator[tuple[int, Result], None, None]
"""Positions of items and what became of them. Close it when it is not read to its end."""


class Crew(Protocol):
    """Those who do the work, ready for one set of items after another."""

    size: int
    """How many they are at the most."""

    def share(self, shared: Shared) -> None:
        """From now on this is what the steps share, also where it is the same as before and has changed.

        Those who have worked already stay, with what they know besides. Not to be called while items are in work.
        """

    def map_unordered(
        self,
        step: Step[AnyItem, Result],
        items: Iterable[AnyItem],
        progress: Progress,
        ahead: int | None = None,
    ) -> Results[Result]:
        """The results of ``step``. An item whose process dies is tried once more, alone.

        ``ahead``: no item is begun that many places behind the first one which is not done, so that whoever puts the
        results in order holds no more of them. Errors of a step, and of the iterator of the items, are raised.
        """

    def close(self) -> None:
        """Stop what is still in work, and wait until it has stopped. Nothing may be asked for any more."""


class Answer:
    """What came of a step: used as a context manager, it keeps the error that ended the block."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.result: Any = None
        self.error = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> bool:
        self.error = error
        if error is not None:
            error.add_note("".join(traceback.format_tb(trace)))
        return True

    def packed(self) -> bytes:
        """To be sent; what cannot be is an error."""
        try:
            return pickle.dumps(self)
        except (pickle.PicklingError, TypeError, AttributeError):
            kind = type(self.error or self.result).__name__
            return pickle.dumps(Answer(RuntimeError(f"{kind} that cannot be pickled")))

    @staticmethod
    def unpacked(data: bytes) -> Answer:
        """What was packed by a process of this run."""
        answer: Answer = pickle.loads(data)  # noqa: S301 - from a pipe of our own, or sealed
        return answer


class Here:
    """This process, one item after another."""

    size = 1

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def share(self, shared: Shared) -> None:
        """As :class:`Crew` says."""
        self._shared = shared

    def map_unordered(
        self,
        step: Step[AnyItem, Result],
        items: Iterable[AnyItem],
        progress: Progress,
        ahead: int | None = None,
    ) -> Results[Result]:
        """As :class:`Crew` says; the step itself tells the progress."""
        del ahead
        self._shared.progress = progress
        for number, item in enumerate(items):
            yield number, step(self._shared, item, "")

    def close(self) -> None:
        """Nothing is in work here when nobody waits for it."""


def in_order(results: Results[Result]) -> Generator[Result, None, None]:
    """The results by the order of their items; closing it closes ``results``."""
    waiting: dict[int, Result] = {}
    following = 0
    try:
        for number, result in results:
            waiting[number] = result
            while following in waiting:
                yield waiting.pop(following)
                following += 1
    finally:
        results.close()
