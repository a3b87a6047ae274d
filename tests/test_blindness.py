"""A pattern called blind finds the same places whatever the digits are; one that looks at digits is never called so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import rules
from scrubber.blindness import SHAPE, is_blind
from scrubber.detectors import display, labelled, rows
from scrubber.readings import entry, pairs, proper, screen, table, trailing

BLIND = [
    rb"user [0-9]{2,6} logged in",
    rb"\buser \d+\b",
    rb"[A-Za-z0-9_.-]{1,64}@[^\s0-9]+",
    rb"(?i)call-id: (\S+)",
    rb"([\"'])[^\"']{0,8}\1",
    rb"(?:in|out)(?=[^0-9])|(?<![0-9a-f])id",
    rb"a[^b]c.",
    rb"(?>[0-9a-f]{8})++",
    rb"(\()?x(?(1)\))",
]
SEEING = [
    rb"dtmf 0",
    rb"[^7]x",
    rb"q.931",
    rb"[1-9][0-9]{6}",
    rb"(?:19|20)[0-9]{2}",
    rb"[a-z5]",
    rb"[^0-8]",
    rb"([0-9]{2})-\1",
    rb"(.)\1",
    rb"(\S)\1",
    rb"([^x])\1",
    rb"x(?!1)",
    rb"(?<=2)x",
    rb"(a(b)|c[0-4])?",
    rb"(\()?x(?(1)7|\))",
]


@pytest.mark.parametrize("pattern", BLIND)
def test_patterns_that_cannot_tell_digits(pattern: bytes) -> None:
    assert is_blind(pattern)


@pytest.mark.parametrize("pattern", SEEING)
def test_patterns_that_may_tell_digits(pattern: bytes) -> None:
    assert not is_blind(pattern)


SOURCES = [*BLIND, *SEEING, *sorted(rule.source for rule in rules.load().text)]


def spans(pattern: bytes, text: bytes) -> list[tuple[tuple[int, int], ...]]:
    return [match.regs for match in re.finditer(pattern, text)]


@given(data=st.data(), pattern=st.sampled_from([source for source in SOURCES if is_blind(source)]))
def test_what_is_called_blind_is(data: st.DataObject, pattern: bytes) -> None:
    text = data.draw(st.from_regex(re.compile(pattern)))
    other = bytes(data.draw(st.sampled_from(b"0123456789")) if 0x30 <= byte <= 0x39 else byte for byte in text)
    assert spans(pattern, text) == spans(pattern, other) == spans(pattern, text.translate(SHAPE))


def asked_of_shapes() -> Iterator[re.Pattern[bytes]]:
    """What is looked for in the shape of a text instead of the text."""
    for module in (display, entry, labelled, pairs, proper, rows, screen, table, trailing):
        for name in SHAPED[module.__name__.rpartition(".")[2]]:
            yield getattr(module, name)
    yield from (pattern for pattern, _ in rows._ROWS)


SHAPED = {
    "display": ("_DISPLAY",),
    "entry": ("LEAD",),
    "labelled": ("_PHRASE",),
    "pairs": ("_LIST",),
    "proper": ("_RUN", "_INITIAL", "_CALLED", "_HONOURED"),
    "rows": (),
    "screen": ("_OF_MESSAGE", "_ENTITY"),
    "table": ("_HEADING", "_GAP", "_LEAD"),
    "trailing": ("_OBJECT", "_DICTIONARY"),
}


@pytest.mark.parametrize("pattern", list(asked_of_shapes()), ids=lambda pattern: pattern.pattern[:20])
def test_shapes_are_asked_by_blind_patterns(pattern: re.Pattern[bytes]) -> None:
    assert is_blind(pattern.pattern)
