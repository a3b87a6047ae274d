"""Which words are marked; and that nothing of the input ever comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.reports.evidence import Excerpt
from scrubber.reports.highlight import LINES, LONGEST, WINDOW, Pair, best, highlighted


def marked(excerpt: Excerpt) -> list[str]:
    """Lines with what was replaced in square brackets."""
    return ["".join(f"[{text}]" if other else text for text, other in line) for line in excerpt.lines]


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (b"sip:4417@qeru.invalid;lr", b"sip:1001@acme.example;lr", "sip:[4417]@[qeru.invalid];lr"),
        (b"10.99.1.2:5060 up", b"10.0.0.1:5060 up", "[10.99.1.2]:5060 up"),
        (b'"Gs Hxu" <a>', b'"Al Doe" <a>', '"[Gs Hxu]" <a>'),
        (b'nonce="8b20/17ef",', b'nonce="aaaa/bbbb",', 'nonce="[8b20/17ef]",'),
        (b"t REDACTED u", b"t my long secret u", "t [REDACTED] u"),
        (b"same", b"same", "same"),
        (b"", b"", ""),
        ("Жкл x".encode(), "Яна x".encode(), "[Жкл] x"),
    ],
)
def test_what_differs_is_marked(after: bytes, before: bytes, expected: str) -> None:
    assert marked(highlighted(Pair(1, after, before))) == [expected]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (b"INVITE sip:4417@qeru.invalid SIP/2.0", "INVITE sip:4417@[qeru.invalid] SIP/2.0"),
        (b"from 245.7.0.9 to 10.0.0.1", "from [245.7.0.9] to 10.0.0.1"),
        (b"[2001:db8::7]:5060 REDACTEDcard", "[[2001:db8::7]]:5060 [REDACTEDcard]"),
    ],
)
def test_without_the_input_a_pseudonym_is_known_on_sight(after: bytes, expected: str) -> None:
    excerpt = highlighted(Pair(1, after, None))
    assert marked(excerpt) == [expected]
    assert not excerpt.compared


def test_texts_of_other_lines_are_not_compared() -> None:
    excerpt = highlighted(Pair(1, b"a\nb", b"a"))
    assert not excerpt.compared
    assert marked(excerpt) == ["a", "b"]


def test_an_excerpt_is_short() -> None:
    excerpt = highlighted(Pair(7, b"a\r\n" * (LINES + 5), b"b\r\n" * (LINES + 5)))
    assert (excerpt.place, len(excerpt.lines), excerpt.more) == (7, LINES, 5)
    (line,) = highlighted(Pair(1, b"x" * 5000, b"y")).lines
    assert sum(len(piece.text) for piece in line) == LONGEST + 1


def test_the_busiest_stretch() -> None:
    before = [b"same"] * 100
    after = list(before)
    for number in (3, 60, 62, 63):
        after[number] = b"other"
    pair = best(after, before, set())
    assert pair is not None
    assert pair.place == 61
    assert pair.after.count(b"\n") == WINDOW - 1
    again = best(after, before, {60, 62, 63})
    assert again is not None
    assert again.place == 4
    assert best(before, before, set()) is None
    assert best([b"a"] * 9, [b"b"], set()) is None


WORDS = st.lists(st.sampled_from([b"sip:", b"alice", b"qeru", b" ", b"@", b"\n", b"\xff", b"1.2.3.4"]), max_size=30)


@given(WORDS, st.none() | WORDS)
def test_what_comes_out_is_the_output(after: list[bytes], before: list[bytes] | None) -> None:
    text = b"".join(after)
    excerpt = highlighted(Pair(1, text, None if before is None else b"".join(before)), limit=1000)
    shown = ["".join(piece.text for piece in line) for line in excerpt.lines]
    assert shown == [line.decode("utf-8", "replace") for line in text.rstrip(b"\r\n").split(b"\n")]


@given(WORDS)
def test_equal_texts_have_no_mark(words: list[bytes]) -> None:
    text = b"".join(words)
    assert not any(piece.replaced for line in highlighted(Pair(1, text, text)).lines for piece in line)
