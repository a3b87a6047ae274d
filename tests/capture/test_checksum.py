from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import checksum
from tests.capture.frames import inverted, word_sum

OCTETS = st.binary(min_size=4, max_size=64)


@given(st.binary(max_size=64))
def test_total_is_the_sum_of_words(octets: bytes) -> None:
    assert checksum.total(octets) == word_sum(octets) % 0xFFFF


def test_example_of_the_rfc() -> None:
    assert checksum.total(bytes.fromhex("0001f203f4f5f6f7")) == 0xDDF2


@given(OCTETS, OCTETS)
def test_right_stays_right(old: bytes, new: bytes) -> None:
    value = checksum.repaired(inverted(old), checksum.total(old), checksum.total(new))
    assert (value + word_sum(new)) % 0xFFFF == 0


@given(OCTETS, OCTETS, st.integers(0, 0xFFFF))
def test_wrong_stays_wrong_and_is_new(old: bytes, new: bytes, given_value: int) -> None:
    if not (given_value + word_sum(old)) % 0xFFFF:
        return
    value = checksum.repaired(given_value, checksum.total(old), checksum.total(new))
    assert (value + word_sum(new)) % 0xFFFF != 0
    assert value % 0xFFFF != given_value % 0xFFFF


@pytest.mark.parametrize("old", [0, 0xFFFF])
def test_a_right_zero_keeps_its_spelling_when_nothing_changes(old: int) -> None:
    assert checksum.repaired(old, 0xFFFF, 0xFFFF) == old


@given(st.integers(0, 0xFFFF), st.integers(0, 1 << 40))
def test_unverified_is_never_the_old_value(old: int, now: int) -> None:
    assert checksum.unverified(old, now) != old % 0xFFFF


@pytest.mark.parametrize(("count", "folded"), [(0, 0xFFFF), (1, 1), (0xFFFF, 0xFFFF), (0x10000, 1)])
def test_partial_sum_is_folded(count: int, folded: int) -> None:
    assert checksum.partial(count) == folded


@given(st.binary(min_size=8, max_size=40), st.binary(min_size=8, max_size=40))
def test_refreshed_octets_verify(old: bytes, new: bytes) -> None:
    check = inverted(old[:2] + b"\0\0" + old[4:]).to_bytes(2, "big")
    old, new = old[:2] + check + old[4:], new[:2] + check + new[4:]
    result = checksum.refreshed(old, new, 2)
    assert word_sum(result) in (0, 0xFFFF)
    assert result[:2] + result[4:] == new[:2] + new[4:]


def test_crc32c_of_the_digits() -> None:
    assert checksum.crc32c(b"123456789") == 0xE3069283
