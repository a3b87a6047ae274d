"""Terminal sequences are taken out and put back where they stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.terminal import OVERDRAWN, offsets, original, recoloured, uncoloured
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


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"dail\b\b\bial", b"dial"),
        (b"N\bNA\bAM\bME\bE", b"NAME"),
        (b"_\bN_\bA", b"NA"),
        (b"call 4021\b\b\b\b    \b\b\b\b4022", b"call 4022"),
        (b"call 4021\b\b\x1b[K33", b"call 4033"),
        (b"\x1b[1mcall\x1b[0m ali\b\b\bbob\r", b"call bob\r"),
        (b"\x1b]0;alice@host\x07a\b", b"a"),
        (b"\b\b\ba", b"a"),
        (b"alice\b\b\b", b"alice"),
    ],
)
def test_a_line_with_backspaces_is_read_as_it_was_shown(line: bytes, shown: bytes) -> None:
    assert uncoloured(b"to\n" + line + b"\nnow") == b"to\n" + shown + b"\nnow"


@pytest.mark.parametrize(
    "line",
    [
        b"> chat 4021 Ali\r< 4021 Alice Do     \b\b\b\b\be",
        b"\x1b[4Cal\bice",
        b"al\bi\x1b[2Pce",
        b"\xc3\x89lo\bise",
        b"al\bice\x1b",
    ],
)
def test_a_line_that_nobody_can_read_is_suppressed(line: bytes) -> None:
    assert rewritten(b"to\n" + line + b"\nnow\n") == b"to\n" + OVERDRAWN + b"\nnow\n"


def test_a_value_hides_in_no_backspaces() -> None:
    assert b"5550100123" not in rewritten(b"call 555010\b\b0100123 ended\n")
    assert rewritten(b"call sip:alice@pbx.example.co\b\bcom\n") == rewritten(b"call sip:alice@pbx.example.com\n")


@pytest.mark.parametrize("unit", [b"a\b", b"ab\b", b"ab\b\n", b"\b", b"a\b\x1b[K", b"a\b\r"])
def test_many_backspaces_take_linear_time(unit: bytes) -> None:
    assert doubling(uncoloured, unit) <= DOUBLING


def test_what_stands_behind_a_drawn_line_keeps_its_offset() -> None:
    text = b"ab\b\bcd \x1b[1mx\nan\b end \x1b[1mhere"
    places = list(offsets(text))
    assert text[original(places, uncoloured(text).index(b"\n")) :].startswith(b"\nan")
