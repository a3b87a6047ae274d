"""Every reading gives pieces of the text, never raises, and takes time in proportion to the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit.notations import _SPOKEN, CUT, CUT_PROSE, NOTATIONS, REVERSED, SPOKEN, SPREAD, Notation, dialled
from tests.passes import DOUBLING, doubling

ALL = (*NOTATIONS, REVERSED, CUT, CUT_PROSE, SPREAD, SPOKEN)
MARKS = st.sampled_from(
    [b"%41", b"\\u0041", b"\\ud83d", b"&#65;", b"&lt;", b"=41", b"=\r\n", b"=?utf-8?q?a?=", b"\xef\xbd\x81", b"\n",
     b" ", b"6162636465", b"QUJDREVGR0hJ", b"61 62 63 64 65", b"a\0b\0c\0d\0", b"xn--a-ecp", b"Signal=1", b"1", b"x"]
)  # fmt: skip

MARKED = (
    b"=",
    b"=41",
    b"=?utf-8?q?a?=",
    b"QUJDREVGR0hJ",
    b"QUJDREVGR0hJ==",
    b"61 62 63 64 65",
    b" 6162 6364 ",
    b"0x61, ",
)


def read(notation: Notation, text: bytes) -> list[tuple[bytes, bytes]]:
    return list(notation.read(text, b"\n".join(set(text.split()))))


@pytest.mark.parametrize("notation", ALL, ids=lambda notation: notation.read.__name__)
@given(st.lists(MARKS | st.binary(max_size=4), max_size=30))
def test_pieces_stand_in_the_text(notation: Notation, pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    for piece, says in read(notation, text):
        assert isinstance(says, bytes)
        if notation not in (REVERSED, CUT, CUT_PROSE, SPREAD, SPOKEN):
            assert piece in text


@pytest.mark.parametrize(
    "unit", [b"%41", b"\\u0041", b"&#65;", b"=41=", b"=\n", b"=?u?q?a?=", b"ab", b"a\n", b"61 ", b"\0a", b"Signal=1\n"]
)  # fmt: skip
def test_linear_time(unit: bytes) -> None:
    def work(text: bytes) -> None:
        for notation in ALL:
            read(notation, text)

    assert doubling(work, unit) <= DOUBLING


def test_lines_are_joined_at_their_ends() -> None:
    assert read(CUT, b"a tow\r\n er b\n") == [(b"tow\ner", b"tower")]
    assert read(CUT, b"a tow\nVia: er b\n") == []
    assert read(CUT_PROSE, b"a tow\r\n er b\n") == [(b"a tow\ner b", b"a tower b")]


@given(
    st.lists(
        st.sampled_from([b"one", b"Two", b"oh", b"zero", b"nine", b" ", b"-", b", ", b"\n", b"x", b"    "]), max_size=90
    )
)
def test_spoken_digits_as_one_expression_reads_them(pieces: list[bytes]) -> None:
    text = b" ".join(pieces)
    assert {piece for piece, _ in read(SPOKEN, text)} == set(_SPOKEN.findall(text.lower()))


@pytest.mark.parametrize(
    "notation", [each for each in ALL if each.by_line], ids=lambda notation: notation.read.__name__
)
@given(st.lists(MARKS | st.binary(max_size=4), max_size=30))
def test_lines_are_read_by_themselves(notation: Notation, pieces: list[bytes]) -> None:
    """What is read of a text is read of its lines, each once."""
    text = b"".join(pieces)
    lines = text.split(b"\n")
    once = b"\n".join(dict.fromkeys(lines))
    assert (
        set(read(notation, text))
        == set(read(notation, once))
        == {pair for line in lines for pair in read(notation, line)}
    )


@pytest.mark.parametrize("notation", [each for each in ALL if each.shown], ids=lambda notation: notation.read.__name__)
@given(st.lists(st.sampled_from([*MARKED, b"\n", b"\r\n", b" ", b"x"]), max_size=30))
def test_what_shows_a_notation_stands_wherever_it_is_read(notation: Notation, pieces: list[bytes]) -> None:
    """A text in which nothing shows it tells no more than its words."""
    text = b"\n" + b"".join(pieces)
    lines, words = b"\n".join(dict.fromkeys(text.split(b"\n"))), b"\n".join(set(text.split()))
    assert set(notation.found(text, lines, words)) == set(notation.read(text, words))


def test_dialled_digits() -> None:
    assert [digit for _, digit in dialled(b"DTMF begin '4' on x\nDTMF end '#'\nSignal=7\r\nSignal=12\n")] == [
        b"4",
        b"#",
        b"7",
    ]
