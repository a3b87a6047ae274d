"""Sentences are told from texts whose line or neighbours decide, by their shape alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.blindness import SHAPE
from scrubber.readings.screen import _stands_alone, is_spaced, screen

SENTENCES = [
    b"",
    b"Channel PJSIP/1001-0000001a joined 'simple_bridge' basic-bridge <46b0e971-dea1-42c4-a5c8-337d74d4544f>",
    b'Executing [1002@from-internal:2] Set("PJSIP/1001-0000001a", "CALLERID(num)=1001") in new stack',
    b"<--- Received SIP request (957 bytes) from UDP:192.0.2.7:5060 --->",
    b"start 2025-03-02 08:00:00 ends",
    b"x{1}",
]
OTHERS = [
    b"From: carla",
    b"Caller ID Name: Carla",
    b" folded",
    b"v=0",
    b"a &quot;b&quot;",
    b"call 020 7946 0958",
    b'SecurityEvent="ChallengeSent",EventTV="2025"',
    b"/CIDNAME/1001 : Carla",
    b"[key] => value",
    b'body: {"selector":"x"}',
    b"x d7:call-id2:ab7:command5:offere",
]


@pytest.mark.parametrize("wrapped", [False, True])
def test_sentences(*, wrapped: bool) -> None:
    assert [text for text in SENTENCES if not screen(wrapped=wrapped)(text.translate(SHAPE))] == []
    assert [text for text in OTHERS if screen(wrapped=wrapped)(text.translate(SHAPE))] == []


def test_tables_and_programs_stand_in_wrapped_texts_alone() -> None:
    for text in (b"Name/username   Host     Dyn  Forcerport", b"asterisk[812]: [key] => x"):
        assert screen(wrapped=False)(text.translate(SHAPE))
        assert not screen(wrapped=True)(text.translate(SHAPE))


@given(
    st.one_of(st.sampled_from(SENTENCES + OTHERS), st.binary(max_size=60)),
    st.integers(0, 2),
    st.randoms(),
    st.booleans(),
)
def test_digits_do_not_matter(text: bytes, cut: int, chance: object, wrapped: bool) -> None:
    other = re.sub(rb"[0-9]", lambda _: b"%d" % chance.randrange(10), text[cut:])  # type: ignore[attr-defined]
    expected = _stands_alone(other, wrapped=wrapped)
    assert other.translate(SHAPE) == text[cut:].translate(SHAPE)
    assert screen(wrapped=wrapped)(other.translate(SHAPE)) == expected
    longer = other + b"x" * 2000
    assert screen(wrapped=wrapped)(longer.translate(SHAPE)) == _stands_alone(longer, wrapped=wrapped)


@pytest.mark.parametrize(
    ("text", "spaced"),
    [(b"020 7946", True), (b"at 2025-03-02 08:00:00", False), (b"2025-03-02 08 15", True), (b"a 1 b 2", False)],
)
def test_digits_behind_digits(text: bytes, spaced: bool) -> None:
    assert is_spaced(text) is spaced
