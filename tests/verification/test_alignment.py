from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.verification.alignment import LONGEST, aligned, lines


class Told:
    def __init__(self) -> None:
        self.before: set[tuple[Entity, str]] = set()
        self.after: list[tuple[str, int]] = []

    def met(self, named: tuple[Entity, str], /) -> None:
        self.before.add(named)

    def left(self, named: tuple[Entity, str], number: int, /) -> None:
        self.after.append((named[1], number))


def lexicon() -> Lexicon:
    learned = Lexicon()
    for value in (b"10.0.0.5", b"192.168.7.9"):
        learned.add(Entity.IPV4, value)
    for value in (b"2001", b"2002"):
        learned.add(Entity.EXTENSION, value)
    return learned


def compared(before: bytes, after: bytes) -> tuple[bool, Told]:
    told = Told()
    return aligned(iter((before,)), iter((after,)), lexicon(), told), told


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        (b"from 10.0.0.5", b"from 10.0.0.5", ["10.0.0.5"]),
        (b"from 10.0.0.5", b"from 10.0.0.6", []),
        (b"10.0.0.5 to 192.168.7.9", b"192.168.7.9 to 10.0.0.5", []),
        (b"10.0.0.5 to 192.168.7.9", b"10.0.0.5 to 10.1.1.1", ["10.0.0.5"]),
        (b"release 10.0.0.5.1", b"release 10.0.0.5.1", []),
        (b"10.9.9.9", b"10.9.9.9", []),  # never learned
        (b"sip:2001@host", b"sip:2001@host", ["2001"]),
        (b"PJSIP/2001-0000001a", b"PJSIP/2001-0000001a", ["2001"]),
        (b'"2002" <sip:2001@a>', b'"2002" <sip:4711@a>', ["2002"]),
        (b"took 2001 ms", b"took 2001 ms", []),
        (b"sip:20011@host", b"sip:20011@host", []),
    ],
)
def test_what_stands_where_it_stood(before: bytes, after: bytes, left: list[str]) -> None:
    same, told = compared(before, after)
    assert same
    assert [value for value, _ in told.after] == left


def test_every_value_of_the_original_is_met() -> None:
    _, told = compared(b"sip:2001@h 10.0.0.5\n", b"\n")
    assert told.before == {(Entity.EXTENSION, "2001"), (Entity.IPV4, "10.0.0.5")}


def test_lines_are_counted_from_one() -> None:
    _, told = compared(b"a\n\nsip:2001@h\n", b"b\n\nsip:2001@h\n")
    assert told.after == [("2001", 3)]


@pytest.mark.parametrize("after", [b"", b"a\n", b"a\nb\nc\n"])
def test_texts_of_another_length_say_nothing(after: bytes) -> None:
    assert not compared(b"a\nb\n", after)[0]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_where_a_text_is_cut_does_not_matter(text: bytes, cuts: list[int]) -> None:
    places = sorted({0, *cuts, len(text)})
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert list(lines(iter(pieces))) == list(lines(iter((text,))))
    assert b"\n".join(lines(iter(pieces))) == text.removesuffix(b"\n")


def test_a_line_without_end_is_cut() -> None:
    found = list(lines(iter((b"x" * (2 * LONGEST + 7), b"y"))))
    assert max(map(len, found)) == LONGEST
    assert sum(map(len, found)) == 2 * LONGEST + 8
