from __future__ import annotations

import multiprocessing
import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scrubber.engines import crew, local
from scrubber.engines.crew import in_order
from scrubber.model import InputError
from tests.engines.working import (
    NAMES,
    Greeter,
    Herald,
    Name,
    fail,
    fail_badly,
    give_what_cannot_travel,
    greet,
    greet_and_tell,
    harm,
    linger,
    meet,
    unwatched,
    wait,
)


def all_of(
    step: Callable[[Greeter, Name, str], object], names: Iterable[Name], jobs: int, ahead: int | None = None
) -> list[object]:
    with local.crew(Greeter("hello"), jobs) as hands:
        return list(in_order(hands.map_unordered(step, names, unwatched, ahead)))


@pytest.mark.parametrize("jobs", [0, 1, 2, 9])
def test_each_item_has_its_result(jobs: int) -> None:
    done: list[int] = []
    with local.crew(Greeter("hello"), jobs) as hands:
        results = dict(hands.map_unordered(greet, iter(NAMES), done.append))
    assert results == dict(enumerate(["hello Alice", "hello Bob", "hello Carol", "hello Dave"]))
    assert done == ([3] * 4 if jobs > 1 else [])


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_once(jobs: int) -> None:
    done: list[int] = []
    with local.crew(Greeter("hello"), jobs) as hands:
        processes = {process for _, process in hands.map_unordered(greet_and_tell, NAMES, done.append)}
    assert done == [3] * 4
    assert (os.getpid() in processes) == (jobs == 1)


def test_nothing_to_do() -> None:
    assert all_of(greet, [], 4) == []


def test_one_item_needs_no_process() -> None:
    assert all_of(greet_and_tell, NAMES[:1], 4) == [os.getpid()]


def test_the_same_processes_do_one_set_after_another() -> None:
    with local.crew(Greeter("hello"), 2) as hands:
        first = {process for _, process in hands.map_unordered(greet_and_tell, NAMES, unwatched)}
        second = {process for _, process in hands.map_unordered(greet_and_tell, NAMES * 9, unwatched)}
    assert second <= first
    assert os.getpid() not in first


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_shared_may_change_between_two_sets(jobs: int) -> None:
    with local.crew(Greeter("hello"), jobs) as hands:
        first = list(in_order(hands.map_unordered(greet, NAMES, unwatched)))
        before = {process for _, process in hands.map_unordered(greet_and_tell, NAMES * 9, unwatched)}
        hands.share(Greeter("goodbye"))
        second = list(in_order(hands.map_unordered(greet, NAMES, unwatched)))
        after = {process for _, process in hands.map_unordered(greet_and_tell, NAMES * 9, unwatched)}
    assert first == ["hello Alice", "hello Bob", "hello Carol", "hello Dave"]
    assert second == ["goodbye Alice", "goodbye Bob", "goodbye Carol", "goodbye Dave"]
    assert after == before


def test_who_is_free_hears_of_the_change_at_once(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    with local.crew(Greeter("hello"), 2) as hands:
        pair = [Name("Alice", tmp_path / "pair"), Name("Bob", tmp_path / "pair")]
        (tmp_path / "pair").mkdir()
        pids = {process for _, process in hands.map_unordered(meet, pair, unwatched)}
        hands.share(Herald(marks))
    assert len(pids) == 2
    assert {int(path.name) for path in marks.iterdir()} == pids


def test_who_still_works_for_nobody_hears_of_the_change_before_its_next_item(tmp_path: Path) -> None:
    with local.crew(Greeter("hello"), 2) as hands:
        with closing(hands.map_unordered(linger, [Name("Eve", tmp_path), *NAMES], unwatched)) as results:
            next(results)
        hands.share(Greeter("goodbye"))
        (tmp_path / "go").touch()
        said = {result for _, result in hands.map_unordered(greet, NAMES * 9, unwatched)}
    assert said == {"goodbye Alice", "goodbye Bob", "goodbye Carol", "goodbye Dave"}


def test_nobody_works_any_more_when_the_crew_is_closed() -> None:
    with local.crew(Greeter("hello"), 2) as hands:
        list(hands.map_unordered(greet, NAMES, unwatched))
        assert multiprocessing.active_children()
        hands.close()
        assert not multiprocessing.active_children()


def test_what_is_ready_does_not_wait(tmp_path: Path) -> None:
    with local.crew(Greeter("hello"), 2) as hands:
        results = hands.map_unordered(linger, [Name("Eve", tmp_path), *NAMES], unwatched)
        ready = [next(results)[0] for _ in NAMES]
        (tmp_path / "go").touch()
        assert (ready, list(results)) == ([1, 2, 3, 4], [(0, "hello Eve")])


@pytest.mark.parametrize("ahead", [1, 2, 3])
def test_nobody_runs_far_ahead(tmp_path: Path, ahead: int) -> None:
    taken: list[str] = []

    def noted() -> Iterator[Name]:
        for name in (NAMES[0], Name("Eve", tmp_path), *NAMES):
            taken.append(name.text)
            yield name

    with local.crew(Greeter("hello"), 2) as hands:
        results = hands.map_unordered(linger, noted(), unwatched, ahead)
        ready = [next(results) for _ in range(1 if ahead == 1 else ahead)]
        time.sleep(0.1)
        assert len(ready) < len(taken) <= ahead + 1
        (tmp_path / "go").touch()
        assert len(list(results)) == 6 - len(ready)


@pytest.mark.parametrize("ahead", [None, 2])
@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize(("name", "expected"), [("Mallory", "hello Mallory"), ("Eve", crew.DIED)])
def test_a_process_that_dies_takes_nothing_with_it(
    tmp_path: Path, jobs: int, name: str, expected: str, ahead: int | None
) -> None:
    odd = Name(name, tmp_path)
    results = all_of(harm, [NAMES[0], odd, *NAMES], jobs, ahead)
    assert results == ["hello Alice", expected, *(f"hello {each.text}" for each in NAMES)]
    assert odd.words() == ["begun"] * 2
    assert odd.seen == ["discarded"] * (1 if name == "Mallory" else 2)


def test_all_processes_may_die(tmp_path: Path) -> None:
    odd = [Name(f"{name}{number}", tmp_path) for number in range(5) for name in ("Eve", "Mallory")]
    results = all_of(harm, odd, 2)
    assert results == [crew.DIED if name.text.startswith("Eve") else f"hello {name.text}" for name in odd]


def test_who_kills_is_tried_again_alone(tmp_path: Path) -> None:
    """Its second process begins when all others have ended their work."""
    odd = Name("Mallory", tmp_path)
    with local.crew(Greeter("hello"), 2) as hands:
        order = [number for number, _ in hands.map_unordered(harm, [odd, *NAMES], unwatched)]
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert order[-1] == 0


def test_a_process_killed_from_outside_is_replaced(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    eve = Name("Eve", tmp_path)
    with local.crew(Greeter("hello"), 2) as hands:
        results = hands.map_unordered(linger, [eve, *NAMES], unwatched)
        done = [next(results) for _ in NAMES]
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
            process.join()
        (tmp_path / "go").touch()
        done += results
        assert sorted(done) == [(0, "hello Eve"), *((n, f"hello {name.text}") for n, name in enumerate(NAMES, 1))]
        assert len(list(hands.map_unordered(greet, NAMES, unwatched))) == 4


def test_an_error_is_raised_and_ends_the_processes() -> None:
    before = set(multiprocessing.active_children())
    with pytest.raises(ZeroDivisionError) as raised:
        all_of(fail, [NAMES[0], Name("Eve"), NAMES[1]], 2)
    assert set(multiprocessing.active_children()) == before
    assert any("in fail" in note for note in raised.value.__notes__)


@pytest.mark.parametrize("step", [fail_badly, give_what_cannot_travel])
def test_what_cannot_be_sent_back_is_an_error(step: Callable[[Greeter, Name, str], object]) -> None:
    with pytest.raises(RuntimeError, match=r"\A(CannotTravelError|Greeter) that cannot be pickled\Z"):
        all_of(step, NAMES, 2)


def test_an_error_of_the_items_is_raised_and_the_processes_stay() -> None:
    def names() -> Iterator[Name]:
        yield from NAMES
        raise InputError("no more")

    with local.crew(Greeter("hello"), 2) as hands:
        with pytest.raises(InputError, match="no more"):
            list(hands.map_unordered(greet, names(), unwatched))
        assert len(list(hands.map_unordered(greet, NAMES, unwatched))) == 4


def test_results_nobody_waits_for_are_not_those_of_the_next_set(tmp_path: Path) -> None:
    with local.crew(Greeter("hello"), 2) as hands:
        with closing(hands.map_unordered(linger, [NAMES[0], Name("Eve", tmp_path), *NAMES], unwatched)) as results:
            assert next(results) == (0, "hello Alice")
        second = hands.map_unordered(greet, NAMES, unwatched)
        assert next(second)[1] in {"hello Alice", "hello Bob"}
        (tmp_path / "go").touch()
        assert len(list(second)) == 3


def test_closing_ends_what_is_still_done() -> None:
    before = set(multiprocessing.active_children())
    with local.crew(Greeter("hello"), 2) as hands:
        assert next(hands.map_unordered(wait, NAMES, unwatched)) == (0, "hello Alice")
        assert set(multiprocessing.active_children()) > before
    assert set(multiprocessing.active_children()) == before


def test_what_is_shared_is_not_pickled_itself() -> None:
    with pytest.raises(TypeError, match="only its recipe travels"):
        pickle.dumps(Greeter("hello"))
