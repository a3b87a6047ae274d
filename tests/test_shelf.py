from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import shelf
from scrubber.shelf import Shelf

MANY = shelf.PAGE * (shelf.PAGES + 3) + 5


def test_it_gives_back_what_was_put_there() -> None:
    things = [f"thing {number}" for number in range(MANY)]
    kept = Shelf(iter(things))
    assert len(kept) == MANY
    assert list(kept) == things
    assert [kept[number] for number in range(MANY - 1, -1, -1)] == things[::-1]


@given(st.lists(st.tuples(st.integers(0, MANY - 1), st.integers()), max_size=50))
def test_it_is_a_list(changes: list[tuple[int, int]]) -> None:
    expected = list(range(MANY))
    kept = Shelf(expected)
    for number, thing in changes:
        expected[number] = kept[number] = thing
        assert kept[number] == thing
    kept.append(-1)
    assert list(kept) == [*expected, -1]


@pytest.mark.parametrize("number", [-1, 3])
def test_what_is_not_there(number: int) -> None:
    kept = Shelf("abc")
    with pytest.raises(IndexError):
        kept[number]
    with pytest.raises(IndexError):
        kept[number] = "d"


def test_it_holds_little_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "SMALL", 1)
    kept = Shelf(range(MANY))
    assert len(kept._held) == shelf.PAGES
    assert list(kept) == list(range(MANY))
    assert len(kept._held) == shelf.PAGES


def test_nothing_in_it() -> None:
    assert (list(Shelf(())), len(Shelf(()))) == ([], 0)
