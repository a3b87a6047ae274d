from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.early import Early, Stretch


def taken(early: Early) -> list[Stretch]:
    return [early.pop() for _ in range(len(early))]


def stretch(start: int, octets: bytes) -> Stretch:
    return Stretch(start, start + len(octets), octets)


@pytest.mark.parametrize(
    ("added", "stay"),
    [
        ([stretch(5, b"abc"), stretch(1, b"xy")], [(1, b"xy"), (5, b"abc")]),
        ([stretch(5, b"abc"), stretch(5, b"xyz")], [(5, b"abc")]),
        ([stretch(5, b"abc"), stretch(6, b"x")], [(5, b"abc")]),
        ([stretch(5, b"abc"), stretch(3, b"wxyz")], [(3, b"wx"), (5, b"abc")]),
        ([stretch(5, b"abc"), stretch(7, b"wxyz")], [(5, b"abc"), (8, b"xyz")]),
        (
            [stretch(5, b"a"), stretch(8, b"b"), stretch(4, b"uvwxyz")],
            [(4, b"u"), (5, b"a"), (6, b"wx"), (8, b"b"), (9, b"z")],
        ),
    ],
)
def test_what_came_first_stays(added: list[Stretch], stay: list[tuple[int, bytes]]) -> None:
    early = Early()
    for one in added:
        early.add(one)
    assert early.octets == sum(len(octets) for _, octets in stay)
    assert [(one.start, one.octets) for one in taken(early)] == stay
    assert early.octets == 0


def test_octets_of_which_only_the_number_is_known() -> None:
    early = Early()
    early.add(Stretch(10, 20, None))
    early.add(stretch(8, b"abcdefghijklmn"))
    assert early.octets == 4
    assert [(one.start, one.end, one.octets) for one in taken(early)] == [
        (8, 10, b"ab"),
        (10, 20, None),
        (20, 22, b"mn"),
    ]


def test_no_octets_are_shown() -> None:
    assert "secret" not in repr(stretch(3, b"secret"))


@given(st.lists(st.tuples(st.integers(0, 60), st.binary(min_size=1, max_size=12)), max_size=30))
def test_pieces_are_in_order_and_hold_the_first_octets(added: list[tuple[int, bytes]]) -> None:
    early = Early()
    model: dict[int, int] = {}
    for start, octets in added:
        early.add(stretch(start, octets))
        for at, octet in enumerate(octets, start):
            model.setdefault(at, octet)
    assert len(early) == 0 or early.start == min(model)
    held: dict[int, int] = {}
    edge = -1
    for one in taken(early):
        assert edge <= one.start < one.end
        assert one.octets is not None
        edge = one.end
        held.update(enumerate(one.octets, one.start))
    assert held == model
