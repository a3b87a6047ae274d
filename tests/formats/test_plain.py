from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrubber.formats.plain import FORMAT
from scrubber.learn import PLAIN


def test_it_is_the_fallback() -> None:
    assert FORMAT is PLAIN
    assert FORMAT.name == "plain"
    assert FORMAT.tail == b"\r"


@given(st.binary(max_size=80), st.text(max_size=10))
def test_it_takes_anything_and_copies_nothing(data: bytes, name: str) -> None:
    assert FORMAT.sniff(data, name) == 1
    assert FORMAT.text_start(data) == 0
