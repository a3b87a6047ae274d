from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents.stretch import stretches


class Lines:
    """Whole lines in capitals, and how they came."""

    def __init__(self) -> None:
        self.lasts: list[bool] = []

    def read(self, data: bytes, *, last: bool) -> tuple[bytes, int]:
        self.lasts.append(last)
        end = len(data) if last else data.rfind(b";") + 1
        return data[:end].upper(), end


@given(st.lists(st.text("ab;\n", max_size=30).map(str.encode), max_size=8))
def test_nothing_is_lost_or_said_twice(chunks: list[bytes]) -> None:
    text = b"".join(chunks)
    pairs = list(stretches(iter(chunks), Lines()))
    assert b"".join(old for old, _ in pairs) == text
    assert b"".join(new for _, new in pairs) == text.upper()


@pytest.mark.parametrize(("longest", "pieces"), [(1 << 17, True), (None, False)])
def test_a_long_unit_is_read_in_pieces_where_there_is_a_limit(longest: int | None, *, pieces: bool) -> None:
    chunks = [b"a" * 70_000 + b"\n"] * 40
    lines = Lines()
    pairs = list(stretches(iter(chunks), lines, longest))
    assert b"".join(new for _, new in pairs) == b"".join(chunks).upper()
    assert len(lines.lasts) > 2
    assert (lines.lasts.count(True) > 1) is (len(pairs) > 1) is pieces
