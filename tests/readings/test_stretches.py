"""Where a long text is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.stretches import PIECE, stretches


@given(st.binary(max_size=200), st.integers(0, 3))
def test_joined_they_are_the_text(text: bytes, times: int) -> None:
    whole = (text or b"a") * (times * PIECE // max(1, len(text)))
    assert b"".join(stretches(whole)) == whole
    assert all(len(piece) <= PIECE for piece in stretches(whole))


@pytest.mark.parametrize("mark", [b" ", b",", b"|", b'"'])
def test_a_text_is_cut_behind_a_mark(mark: bytes) -> None:
    text = b"a" * (PIECE - 10) + mark + b"b" * 40
    assert next(stretches(text)).endswith(mark)
