"""Sets that are bounded, and keep the same sample in any order."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import marks
from scrubber.marks import Few, Marks


def test_marks_are_a_set() -> None:
    marks = Marks()
    names = [b"%x" % (number * 7919 + (1 << 60)) for number in range(5000)]
    for name in names * 2:
        marks.add(name)
    assert marks.count == len(names)
    assert all(name in marks for name in names)
    assert b"anything else" not in marks
    again = pickle.loads(pickle.dumps(marks))
    assert set(again) == set(marks)


def test_few_say_whether_they_are_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST", 8)
    few: Few[bytes] = Few()
    for number in range(8):
        few.keep(b"%d" % number)
        few.keep(b"%d" % number)
    assert (len(few), few.whole) == (8, True)
    few.keep(b"one more")
    assert (0 < len(few) <= 8, few.whole) == (True, False)
    again = pickle.loads(pickle.dumps(few))
    assert (again, again.whole) == (few, False)
    other: Few[bytes] = Few()
    other.unite(few)
    assert (other, other.whole) == (few, False)


@given(st.lists(st.integers(0, 1 << 40), unique=True, max_size=200), st.randoms(use_true_random=False))
def test_the_sample_does_not_depend_on_order(values: list[int], chance: random.Random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "MOST", 16)
        one: Few[int] = Few()
        for value in values:
            one.keep(value)
        chance.shuffle(values)
        other: Few[int] = Few()
        for value in values:
            other.keep(value)
    assert one == other
    assert len(one) <= 16
