"""Terminal sequences are taken out and put back where they stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.terminal import offsets, original, recoloured, uncoloured
from tests.passes import DOUBLING, doubling, rewritten

RED, OFF = b"\x1b[1;31m", b"\x1b[0m"
PIECES = st.lists(st.sampled_from([RED, OFF, b"\x1b[K", b"a", b"bc", b" ", b"\n", b"\x1b", b"["]), max_size=20)


@pytest.mark.parametrize(
    ("coloured", "new", "expected"),
    [
        (RED + b"abc" + OFF, b"xyzzy", RED + b"xyzzy" + OFF),
        (b"to " + RED + b"abc" + OFF + b" now", b"to xyzzy now", b"to " + RED + b"xyzzy" + OFF + b" now"),
        (b"<" + RED + b"abc" + OFF + b">", b"<xyzzy>", b"<" + RED + b"xyzzy>" + OFF),
        (b"a" + RED + b" b" + OFF, b"one two three", b"one two three" + RED + OFF),
        (RED + b"a b" + OFF, b"one two three", RED + b"one two three" + OFF),
        (b" " + RED + b"a" + OFF + b"  ", b" one  ", b" " + RED + b"one" + OFF + b"  "),
        (RED + b" " + OFF, b" ", RED + b" " + OFF),
        (b"\x1b]0;abc\x07a", b"a", b"a"),
        (b"\x1b[5550100123ma" + OFF, b"b", b"b" + OFF),
        (b"\x1b[1;5550100123ma" + OFF, b"b", b"b" + OFF),
        (b"\x1b[38;2;255;128;0ma\x1b[?25l", b"b", b"\x1b[38;2;255;128;0mb\x1b[?25l"),
        (RED + b"\n" + OFF + b"\n", b"\n\n", RED + b"\n" + OFF + b"\n"),
        (RED + b"abc", b"a\nb", b"a\nb"),
        (b"abc", b"xyz", b"xyz"),
    ],
)
def test_sequences_go_back(coloured: bytes, new: bytes, expected: bytes) -> None:
    assert recoloured(new, coloured) == expected
    assert uncoloured(expected) == new


@given(PIECES, PIECES)
def test_nothing_but_sequences_is_added(coloured: list[bytes], new: list[bytes]) -> None:
    text = uncoloured(b"".join(new)).replace(b"\x1b", b"")
    assert uncoloured(recoloured(text, b"".join(coloured))) == text


@pytest.mark.parametrize("unit", [b"a" + OFF, OFF, b"a " + OFF, b"\x1b[1", b"\x1b]0"])
def test_many_sequences_take_linear_time(unit: bytes) -> None:
    assert doubling(lambda coloured: recoloured(uncoloured(coloured), coloured), unit) <= DOUBLING
    assert doubling(lambda coloured: recoloured(b"b " + uncoloured(coloured), coloured), unit) <= DOUBLING


@given(PIECES)
def test_an_unchanged_text_is_the_same_again(pieces: list[bytes]) -> None:
    coloured = b"".join(pieces)
    plain = uncoloured(coloured)
    if b"\x1b" not in plain:
        assert recoloured(plain, coloured) == coloured


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (b"\x1b[alice.doe", b"\x1b[alice.doe"),
        (b"\x1b[ alice.doe", b"\x1b[ alice.doe"),
        (b"\x1b[4021 alice.doe", b"\x1b[4021 alice.doe"),
        (b"\x1b[1;alice.doe", b"\x1b[1;alice.doe"),
        (b"\x1b[malice.doe", b"alice.doe"),
        (b"\x1b[Kalice.doe", b"alice.doe"),
        (b"\x1b[2Kalice.doe", b"alice.doe"),
        (b"\x1b[?25halice.doe", b"alice.doe"),
        (b"\x1b[10dalice.doe", b"alice.doe"),
        (b"\x1b[s\x1b[ualice.doe", b"\x1b[ualice.doe"),
        (b"\x1b[!p\x1b[2 q\x1b[z", b""),
    ],
)
def test_the_first_letter_of_a_word_ends_no_sequence(text: bytes, plain: bytes) -> None:
    assert uncoloured(text) == plain
    assert b"lice.doe" not in rewritten(text)


@given(PIECES)
def test_offsets_lead_to_the_same_byte(pieces: list[bytes]) -> None:
    coloured = b"".join(pieces)
    plain = uncoloured(coloured)
    places = list(offsets(coloured))
    for offset in range(len(plain)):
        at = original(places, offset)
        assert coloured[at : at + 1] == plain[offset : offset + 1]
