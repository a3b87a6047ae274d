"""Headers by number: the same number for the same headers whatever changes in them, and for no others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import templates
from scrubber.capture.templates import Numbers, Templates
from scrubber.capture.vectors import Words

WIDTH, CHANGING = 10, (3, 9)


def rows_of(octets: list[bytes]) -> Words:
    return np.frombuffer(b"".join(one.ljust(16, b"?") for one in octets), np.uint64).reshape(len(octets), 2)


def met(by: Templates, octets: list[bytes], kept: dict[int, bytes]) -> list[int]:
    """The numbers of headers, those that are new being added; under its number each is kept, as a user would do it."""
    constant = by.constant(rows_of(octets))
    numbers = by.found(constant)
    agree(numbers, constant, kept)
    missing = np.flatnonzero(numbers == 0)
    if len(missing):
        numbers[missing], firsts = by.added(constant[missing])
        for at in missing[firsts].tolist():
            kept[int(numbers[at])] = constant[at].tobytes()
        agree(numbers[missing], constant[missing], kept)
    return [int(number) for number in numbers]


def agree(numbers: Numbers, constant: Words, kept: dict[int, bytes]) -> None:
    for number, row in zip(numbers.tolist(), constant, strict=True):
        assert not number or kept[number] == row.tobytes()


def test_only_what_does_not_change_counts() -> None:
    by, kept = Templates(WIDTH, CHANGING), dict[int, bytes]()
    first, second, *others = met(by, [b"abcdefghij", b"abc.efghi.behind", b"bbcdefghij", b"abcdefghIj"], kept)
    assert first == second != 0
    assert len({first, *others}) == 3
    assert met(by, [b"abc!efghi!", b"bbcdefghij", b"new", b"new"], kept)[:2] == [first, others[0]]
    assert met(by, [b"new"], kept) == met(by, [b"new"], kept) != [0]


@pytest.mark.parametrize("bits", [1, 3, 17])
@pytest.mark.parametrize("most", [2, 4, 9, 1 << 15])
@settings(max_examples=30)
@given(rounds=st.lists(st.lists(st.binary(min_size=1, max_size=2), min_size=1, max_size=12), max_size=8))
def test_a_number_stands_for_one_header(bits: int, most: int, rounds: list[list[bytes]]) -> None:
    """Also with few slots and numbers, where headers drive each other out and all are forgotten now and then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templates, "_BITS", bits)
        patch.setattr(templates, "MOST", most)
        by, kept = Templates(WIDTH, CHANGING), dict[int, bytes]()
        for octets in rounds:
            assert all(0 <= number < most for number in met(by, octets, kept))
