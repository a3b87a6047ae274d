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
