"""What is remembered while a file is read is gone behind it, and nothing else is looked through."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from scrubber import forgetting
from scrubber.forgetting import LITTLE, MUCH, SELDOM, forgotten, seldom
from scrubber.groups import guarded
from tests.passes import rule_set


class Remembering:
    """Refers to itself, as readings and their memos do."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def only_when_asked() -> Iterator[None]:
    """No other look for cycles than the one that is tested."""
    rates = gc.get_threshold()
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.set_threshold(*rates)


def test_what_is_made_in_a_block_is_gone_behind_it() -> None:
    with forgotten():
        made = weakref.ref(Remembering())
        assert made() is not None
    assert made() is None
    assert gc.get_freeze_count() == 0


def test_it_is_gone_behind_a_fault_too() -> None:
    met: list[weakref.ref[Remembering]] = []

    def fail() -> None:
        with forgotten():
            met.append(weakref.ref(Remembering()))
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert met[0]() is None


def test_what_was_there_before_is_not_looked_through() -> None:
    with forgotten():
        pass  # nothing is left of other tests
    before = weakref.ref(Remembering())
    with forgotten():
        pass
    assert before() is not None
    gc.collect()
    assert before() is None


def test_blocks_may_stand_in_each_other() -> None:
    with forgotten():
        outer = weakref.ref(Remembering())
        with forgotten():
            inner = weakref.ref(Remembering())
        assert inner() is None
    assert outer() is None
    assert gc.get_freeze_count() == 0


def test_nothing_of_a_file_is_left_behind_a_pass() -> None:
    made: list[weakref.ref[Remembering]] = []

    def step(shared: object, task: object, fault: str) -> int:
        del shared, task, fault
        made.append(weakref.ref(Remembering()))
        return 1

    assert guarded(step, rule_set(), None, "") == 1  # type: ignore[arg-type]
    assert made[0]() is None


def test_little_is_not_looked_for_until_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MUCH", MUCH)
    monkeypatch.setattr(forgetting, "LITTLE", LITTLE)
    with forgotten():
        before = [Remembering() for _ in range(MUCH)]
        del before  # looked for behind this block, so that nothing is left of other tests
    made: list[weakref.ref[Remembering]] = []
    while len(made) < 300 and (not made or made[0]() is not None):
        with forgotten():
            many = [Remembering() for _ in range(MUCH // 100)]
            made.append(weakref.ref(many[0]))
            del many
    assert 10 < len(made) < 300
    assert gc.get_freeze_count() == 0


def test_a_process_that_reads_files_looks_for_cycles_less_often() -> None:
    seldom()
    assert gc.get_threshold() == SELDOM
