from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber import groups
from scrubber.engines import local
from scrubber.engines.crew import DIED
from scrubber.groups import by_groups
from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.storage import Source
from scrubber.tasks import Learned, Task
from tests.engines.working import Greeter

AnyTask = Task[Source]
DEADLY = 7


def tasks(count: int, size: int = 100) -> list[AnyTask]:
    return [Task(number, Source(Path(), f"{number}", (f"{number}",), size), (), None) for number in range(count)]


def name(_: Greeter, task: AnyTask, fault: str) -> str:
    return f"{task.source.label} {os.getpid()} {fault}"


def die(_: Greeter, task: AnyTask, fault: str) -> str:
    if task.number == DEADLY and not fault:
        os._exit(1)
    return fault


def learn(_: Greeter, task: AnyTask, fault: str) -> Learned[Source]:
    if task.number % 3 == 0:
        return Learned(task.source, fault="none")
    lexicon = Lexicon(frozenset())
    if task.number % 3 == 1:
        lexicon.put(Entity.USER, task.source.label.encode())
    return Learned(task.source, lexicon=lexicon)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_task_has_its_result(jobs: int) -> None:
    told: list[int] = []
    chosen = tasks(200)[::2]
    with local.crew(Greeter(""), jobs) as hands:
        found = dict(by_groups(hands, name, chosen, 10_000, told.append))
    assert {number: text.split()[0] for number, text in found.items()} == {
        each.number: str(each.number) for each in chosen
    }
    assert sum(told) == (0 if jobs == 1 else 10_000)
    assert len({text.split()[1] for text in found.values()}) == jobs


def test_groups_are_small_enough() -> None:
    sizes = [len(group.tasks) for group in groups._groups(tasks(200), 1000)]
    assert sizes == [10] * 20
    assert [len(group.tasks) for group in groups._groups(tasks(3, 5000), 1000)] == [1] * 3
    assert [len(group.tasks) for group in groups._groups(tasks(groups.MOST + 1, 0), 1000)] == [groups.MOST, 1]
    assert list(groups._groups([], 1000)) == []


def test_who_kills_fails_alone() -> None:
    with local.crew(Greeter(""), 2) as hands:
        found = dict(by_groups(hands, die, tasks(40), 40 * 100, lambda _: None))
    assert len(found) == 40
    assert {number for number, fault in found.items() if fault} == {DEADLY}
    assert found[DEADLY] == DIED


def stumble(_: Greeter, task: AnyTask, fault: str) -> str:
    if task.number == DEADLY and not fault:
        raise KeyError("a value of the input")
    return fault


def full(_: Greeter, task: AnyTask, fault: str) -> str:
    raise OSError(28, "No space left on device")


def test_who_meets_a_bug_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRUBBER_DEBUG")
    reason = f"this is a bug: KeyError at test_groups.py:{stumble.__code__.co_firstlineno + 2}"
    with local.crew(Greeter(""), 1) as hands:
        found = dict(by_groups(hands, stumble, tasks(40), 40 * 100, lambda _: None))
    assert found == {number: reason if number == DEADLY else "" for number in range(40)}
    assert dict(groups._together(stumble, Greeter(""), groups.Group(tuple(tasks(9))), ""))[DEADLY] == reason


def test_a_bug_that_is_looked_for_ends_the_run() -> None:
    with local.crew(Greeter(""), 1) as hands, pytest.raises(KeyError):
        dict(by_groups(hands, stumble, tasks(40), 40 * 100, lambda _: None))


def test_what_ends_a_run_is_no_bug_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRUBBER_DEBUG")
    with pytest.raises(OSError, match="No space left"):
        groups.guarded(full, Greeter(""), tasks(1)[0], "")


def test_a_group_learns_together() -> None:
    with local.crew(Greeter(""), 2) as hands:
        found = dict(by_groups(hands, learn, tasks(160), 160 * 100, lambda _: None))
    together = Lexicon(frozenset())
    lexicons = [each.lexicon for each in found.values() if each.lexicon is not None]
    for lexicon in lexicons:
        together.merge(lexicon)
    assert len(lexicons) == 16
    assert together.values == {Entity.USER: {str(number).encode() for number in range(160) if number % 3 == 1}}
    assert sum(bool(each.fault) for each in found.values()) == 54
