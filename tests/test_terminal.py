"""Terminal sequences are taken out and put back where they stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.terminal import offsets, original, recoloured, uncoloured

RED, OFF = b"\x1b[1;31m", b"\x1b[0m"
PIECES = st.lists(st.sampled_from([RED, OFF, b"\x1b[K", b"a", b"bc", b" ", b"\n", b"\x1b", b"["]), max_size=20)


@pytest.mark.parametrize(
    ("coloured", "new", "expected"),
    [
        (RED + b"abc" + OFF, b"xyzzy", RED + b"xyzzy" + OFF),
        (b"to " + RED + b"abc" + OFF + b" now", b"to xyzzy now", b"to " + RED + b"xyzzy" + OFF + b" now"),
        (b"<" + RED + b"abc" + OFF + b">", b"<xyzzy>", b"<" + RED + b"xyzzy>" + OFF),
        (b"a" + RED + b" b" + OFF, b"one two three", b"a" + RED + b" b" + OFF),
        (b"\x1b]0;abc\x07a", b"a", b"a"),
        (RED + b"\n" + OFF + b"\n", b"\n\n", RED + b"\n" + OFF + b"\n"),
        (RED + b"abc", b"a\nb", b"a\nb"),
        (b"abc", b"xyz", b"xyz"),
    ],
)
def test_sequences_go_back(coloured: bytes, new: bytes, expected: bytes) -> None:
    found = recoloured(new, coloured)
    assert uncoloured(found) == new
    if uncoloured(coloured).count(b" ") == new.count(b" "):
        assert found == expected


@given(PIECES)
def test_an_unchanged_text_is_the_same_again(pieces: list[bytes]) -> None:
    coloured = b"".join(pieces)
    plain = uncoloured(coloured)
    if b"\x1b" not in plain:
        assert recoloured(plain, coloured) == coloured


@given(PIECES)
def test_offsets_lead_to_the_same_byte(pieces: list[bytes]) -> None:
    coloured = b"".join(pieces)
    plain = uncoloured(coloured)
    places = list(offsets(coloured))
    for offset in range(len(plain)):
        at = original(places, offset)
        assert coloured[at : at + 1] == plain[offset : offset + 1]
