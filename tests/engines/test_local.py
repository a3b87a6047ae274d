from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from scrubber.engines import local


class Greeter:
    """What the steps share: a word, and how often it was made again."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.progress: Callable[[int], None] = unwatched
        self.stopped: Callable[[], bool] = bool

    def recipe(self) -> partial[Greeter]:
        return partial(Greeter, self.word)

    def __reduce__(self) -> str:
        raise TypeError("only its recipe travels")


def unwatched(_: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Name:
    """An item; ``mark`` is a file that shows that its output was begun."""

    text: str
    mark: Path | None = None
    size: int = 3
    seen: list[str] = field(default_factory=list, compare=False)

    def discard(self) -> None:
        self.seen.append("discarded")
        if self.mark is not None:
            self.mark.unlink(missing_ok=True)


def greet(greeter: Greeter, name: Name, fault: str) -> str:
    return fault or f"{greeter.word} {name.text}"


def greet_and_tell(greeter: Greeter, name: Name, fault: str) -> int:
    greeter.progress(name.size)
    return 0 if fault else os.getpid()


def harm(greeter: Greeter, name: Name, fault: str) -> str:
    """Kill the process that works on ``Eve``, and on ``Mallory`` the first time."""
    if not fault and name.text in {"Eve", "Mallory"} and name.mark is not None:
        (again := name.mark.with_name("again")).touch()
        if name.text == "Eve" or not name.mark.with_name("once").exists():
            again.rename(name.mark.with_name("once"))
            name.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    return greet(greeter, name, fault)


def fail(greeter: Greeter, name: Name, fault: str) -> str:
    if name.text == "Eve":
        raise ZeroDivisionError
    return greet(greeter, name, fault)


def wait(greeter: Greeter, name: Name, fault: str) -> str:
    """End at once for ``Alice``; for any other not before the run is interrupted."""
    while name.text != "Alice" and not greeter.stopped():
        time.sleep(0.01)
    return greet(greeter, name, fault)


NAMES = [Name(text) for text in ("Alice", "Bob", "Carol", "Dave")]


@pytest.mark.parametrize("jobs", [0, 1, 2, 9])
def test_results_come_in_order(jobs: int) -> None:
    done: list[int] = []
    results = list(local.spread(greet, NAMES, Greeter("hello"), jobs, done.append))
    assert results == ["hello Alice", "hello Bob", "hello Carol", "hello Dave"]
    assert done == ([3] * 4 if jobs > 1 else [])


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_once(jobs: int) -> None:
    done: list[int] = []
    processes = set(local.spread(greet_and_tell, NAMES, Greeter("hello"), jobs, done.append))
    assert done == [3] * 4
    assert (os.getpid() in processes) == (jobs == 1)


def test_nothing_to_do() -> None:
    assert list(local.spread(greet, [], Greeter("hello"), 4, unwatched)) == []


def test_one_item_needs_no_process() -> None:
    assert list(local.spread(greet_and_tell, NAMES[:1], Greeter("hello"), 4, unwatched)) == [os.getpid()]


@pytest.mark.parametrize(("name", "expected"), [("Mallory", "hello Mallory"), ("Eve", "its process died")])
def test_a_process_that_dies_takes_nothing_with_it(tmp_path: Path, name: str, expected: str) -> None:
    odd = Name(name, tmp_path / "begun")
    results = list(local.spread(harm, [NAMES[0], odd, NAMES[1]], Greeter("hello"), 2, unwatched))
    assert results == ["hello Alice", expected, "hello Bob"]
    assert odd.seen == ["discarded"]


def test_an_error_is_raised_and_ends_the_processes() -> None:
    before = set(multiprocessing.active_children())
    with pytest.raises(ZeroDivisionError):
        list(local.spread(fail, [NAMES[0], Name("Eve"), NAMES[1]], Greeter("hello"), 2, unwatched))
    assert set(multiprocessing.active_children()) == before


def test_closing_ends_what_is_still_done() -> None:
    before = set(multiprocessing.active_children())
    results = local.spread(wait, NAMES, Greeter("hello"), 2, unwatched)
    assert next(results) == "hello Alice"
    assert set(multiprocessing.active_children()) > before
    results.close()
    assert set(multiprocessing.active_children()) == before


def test_what_is_shared_is_not_pickled_itself() -> None:
    with pytest.raises(TypeError, match="only its recipe travels"):
        pickle.dumps(Greeter("hello"))


def test_a_pool_that_breaks_while_items_are_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ProcessPoolExecutor.submit
    calls: list[object] = []

    def submit(pool: ProcessPoolExecutor, *arguments: object) -> Future[str]:
        calls.append(pool)
        if len(calls) == 2:
            raise BrokenProcessPool
        return real(pool, *arguments)  # type: ignore[arg-type]  # the step and its arguments

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    names = [Name(text) for text in ("ada", "bob", "eve")]
    results = list(local.spread(greet, names, Greeter("hello"), 2, unwatched))
    assert results == ["hello ada", "hello bob", "hello eve"]
    assert [name.seen for name in names] == [[], ["discarded"], []]
