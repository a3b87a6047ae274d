from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.offsets import Offsets


def offsets(*regions: tuple[int, int], start: int = 100) -> Offsets:
    made = Offsets(start)
    for old, new in regions:
        made.extend(old, new)
    return made


@pytest.mark.parametrize(
    ("regions", "old", "new"),
    [
        ((), 100, 100),
        ((), 7, 7),
        ((), 130, 130),
        (((10, 10),), 105, 105),
        (((10, 20),), 100, 100),
        (((10, 20),), 105, 110),
        (((10, 20),), 110, 120),
        (((10, 20),), 115, 125),
        (((10, 0),), 105, 100),
        (((10, 0),), 110, 100),
        (((10, 5), (10, 10)), 115, 110),
        (((10, 5), (4, 1)), 99, 99),
        (((3, 10),), 101, 103),
        (((3, 10),), 102, 106),
    ],
)
def test_places(regions: tuple[tuple[int, int], ...], old: int, new: int) -> None:
    assert offsets(*regions).at(old) == new


def test_regions_that_move_alike_are_one() -> None:
    assert len(offsets((10, 10), (5, 5), (7, 9), (1, 1), (2, 2))) == 3


def test_compacting_keeps_the_ends() -> None:
    made = offsets((10, 20), (10, 5), (10, 30), (10, 11))
    made.compact(2)
    assert len(made) == 3
    assert [made.at(old) for old in (100, 120, 130, 140)] == [100, 125, 155, 166]
    assert made.at(110) == 112
    assert (made.end, made.new_end) == (140, 166)


def test_compacting_what_is_short_changes_nothing() -> None:
    made = offsets((10, 20), (10, 5))
    made.compact(1)
    assert made.at(110) == 120


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 60)), max_size=20), st.integers(1, 5))
def test_monotone_and_exact_at_the_ends(regions: list[tuple[int, int]], keep: int) -> None:
    made = offsets(*regions)
    places = range(90, made.end + 10)
    assert sorted(made.at(old) for old in places) == [made.at(old) for old in places]
    old = new = 100
    for length, became in regions:
        old, new = old + length, new + became
        assert made.at(old) == new
    made.compact(keep)
    assert len(made) <= max(keep + 1, 1)
    assert sorted(made.at(old) for old in places) == [made.at(old) for old in places]
    assert made.at(old) == new
