"""A memo computes once, stays bounded, and never stores what needs its line."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.memo import Contextual, Cue, Memo, Odd, Words


class Calls:
    """A computation that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[bytes] = Counter()

    def __call__(self, key: bytes) -> bytes:
        self.asked[key] += 1
        if key.startswith(b"!"):
            raise Contextual
        return key.upper()


def test_a_hit_computes_nothing() -> None:
    calls = Calls()
    memo = Memo(calls, 8)
    assert [memo[b"a"], memo[b"b"], memo[b"a"]] == [b"A", b"B", b"A"]
    assert calls.asked == {b"a": 1, b"b": 1}
    assert dict(memo) == {b"a": b"A", b"b": b"B"}


def test_what_needs_its_line_is_not_stored() -> None:
    calls = Calls()
    memo = Memo(calls, 8)
    for _ in range(2):
        with pytest.raises(Contextual):
            memo[b"!x"]
    assert calls.asked[b"!x"] == 2
    assert b"!x" not in memo


def test_a_full_memo_keeps_what_is_in_use() -> None:
    calls = Calls()
    memo = Memo(calls, 4)
    for number in range(100):
        assert memo[b"hot"] == b"HOT"
        memo[b"cold%d" % number]
    assert calls.asked[b"hot"] == 1
    assert len(memo) <= 4


def test_words_that_mean_nothing_are_not_computed() -> None:
    calls = Calls()
    memo = Words(calls, 8, {b"carla"})
    assert [memo[b"call"], memo[b"Carla"], memo[b"a1"]] == [b"call", b"CARLA", b"A1"]
    assert calls.asked == {b"Carla": 1, b"a1": 1}


def test_a_word_that_needs_its_line_is_asked_once() -> None:
    calls = Calls()
    memo = Words(calls, 8, frozenset())
    for number in range(20):
        for token in (b"!x", b"!%d" % number):
            with pytest.raises(Contextual):
                memo[token]
    assert calls.asked[b"!x"] <= 3
    assert len(memo.contextual) <= 8
    assert dict(memo) == {}


@given(st.lists(st.binary(max_size=2)), st.integers(1, 6))
def test_results_do_not_depend_on_capacity(keys: list[bytes], capacity: int) -> None:
    memo = Memo(bytes.upper, capacity)
    for key in keys:
        assert memo[key] == key.upper()
        assert len(memo) <= capacity


@pytest.mark.parametrize("kind", ["content", "header", "resized"])
def test_a_cue_is_its_line_with_a_reason(kind: str) -> None:
    cue = Cue.of(kind, b"From: x")
    assert cue == b"From: x"
    assert isinstance(cue, bytes)
    assert cue.kind == kind
    assert b"\n".join([cue, b"y"]) == b"From: x\ny"


def test_signals_are_not_errors_of_the_package() -> None:
    for signal in (Odd, Contextual):
        assert issubclass(signal, Exception)
        assert str(signal()) == ""
