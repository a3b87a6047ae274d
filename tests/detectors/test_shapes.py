from __future__ import annotations

from scrubber.detectors import shapes
from scrubber.model import Entity, Finding


def test_blanked_hides_spans_and_keeps_the_length() -> None:
    assert shapes.blanked(b"abcdef", [(1, 3), (5, 6)]) == b"a\0\0de\0"
    assert shapes.blanked(b"abc", []) == b"abc"


def test_word_before() -> None:
    assert shapes.word_before(b"a bc12/", 6) == b"bc12"
    assert shapes.word_before(b"abc", 3, limit=2) == b"bc"
    assert shapes.word_before(b"a-b", 3, shapes.ALNUM + b"-") == b"a-b"
    assert shapes.word_before(b"", 0) == b""


def test_ordered_keeps_the_first_then_the_longest() -> None:
    def finding(start: int, end: int) -> Finding:
        return Finding(start, end, Entity.USER, "x")

    assert shapes.ordered([finding(4, 6), finding(0, 2), finding(1, 5), finding(0, 3), finding(9, 9)]) == [
        finding(0, 3),
        finding(4, 6),
    ]


def test_zeroed_turns_digits_into_zeros() -> None:
    assert b"a1b29.".translate(shapes.ZEROED) == b"a0b00."
