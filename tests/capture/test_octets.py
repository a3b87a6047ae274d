from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.octets import Octets


@given(pieces=st.lists(st.binary(max_size=9)), counts=st.lists(st.integers(0, 20), max_size=30))
def test_what_is_taken_is_what_was_given(pieces: list[bytes], counts: list[int]) -> None:
    octets, data = Octets(iter(pieces)), b"".join(pieces)
    for count in counts:
        assert octets.look(count) == data[:count]
        assert octets.take(count) == data[:count]
        data = data[count:]
    assert octets.take(1 << 20) == data
    assert octets.take(1) == b""


@given(
    pieces=st.lists(st.binary(max_size=9)),
    steps=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 5)), max_size=30),
)
def test_what_is_lent_may_be_changed_and_partly_given_back(
    pieces: list[bytes], steps: list[tuple[int, int, int]]
) -> None:
    octets, data = Octets(iter(pieces)), b"".join(pieces)
    for count, kept, taken in steps:
        lent = octets.lent(count)
        assert lent == data[:count]
        octets.back(lent[kept:])
        lent[:] = bytes(len(lent))
        data = data[min(kept, count) :]
        assert octets.take(taken) == data[:taken]
        data = data[taken:]
    assert octets.take(1 << 20) == data
