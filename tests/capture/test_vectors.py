"""Many octets at once, against the same done one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import vectors
from scrubber.capture.vectors import MODULUS, VectorMap, filled, gathered, numbers, scattered, store, stored, sums
from tests.capture.frames import word_sum

ROWS = st.integers(1, 41).flatmap(lambda width: st.lists(st.binary(min_size=width, max_size=width), min_size=1))


def rows_of(octets: list[bytes]) -> vectors.Octets:
    return np.frombuffer(b"".join(octets), np.uint8).reshape(len(octets), -1)


def test_gathered_octets_go_back_to_their_places() -> None:
    buffer = bytearray(range(100))
    places = np.array([0, 97, 50])
    rows = gathered(buffer, places, 3)
    assert [bytes(row) for row in rows] == [b"\0\1\2", b"abc", b"234"]
    scattered(buffer, places, rows[::-1] + np.uint8(0))
    assert bytes(buffer[0:3] + buffer[97:100] + buffer[50:53]) == b"234abc\0\1\2"
    filled(buffer, places, 2, 7)
    assert bytes(buffer[0:3] + buffer[97:100] + buffer[50:53]) == b"\7\0074\7\7c\7\7\2"
    assert buffer[3:50] == bytes(range(3, 50))


def test_numbers_and_words() -> None:
    rows = rows_of([b"x\1\2y", b"x\xff\xfey"]).copy()
    assert numbers(rows, 1).tolist() == [0x0102, 0xFFFE]
    assert stored(rows, 1).tolist() == [0x0201, 0xFEFF]
    store(rows, 0, np.array([0x0403, 0xFFFF]))
    assert [bytes(row) for row in rows] == [b"\3\4\2y", b"\xff\xff\xfey"]


@given(ROWS)
def test_sums_are_those_of_the_internet_checksum(octets: list[bytes]) -> None:
    for row, total in zip(octets, sums(rows_of(octets)).tolist(), strict=True):
        swapped = int.from_bytes((word_sum(row) % MODULUS).to_bytes(2, "big"), "little") % MODULUS
        assert total % MODULUS == swapped


def test_sums_of_long_rows_are_exact() -> None:
    assert sums(np.full((2, 65536), 255, np.uint8)).tolist() == [0xFFFFFFFF * 16384] * 2


@pytest.mark.parametrize("width", [4, 6, 16])
@pytest.mark.parametrize("bits", [1, 17])
def test_a_map_gives_what_it_is_given(width: int, bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with two slots, where keys drive each other out all the time."""
    monkeypatch.setattr(vectors, "_BITS", bits)
    asked: Counter[bytes] = Counter()

    def one(key: bytes) -> bytes:
        asked[key] += 1
        return bytes(octet ^ 0xA5 for octet in key)

    table = VectorMap(width, one)
    for seed in range(4):
        keys = np.random.default_rng(seed % 2).integers(0, 256, (50, width), np.uint8)
        keys[10:20] = 0
        assert (table(keys) == keys ^ 0xA5).all()
    assert all(len(key) == width for key in asked)
    if bits > 1:
        assert max(asked.values()) <= 2


def test_no_keys_no_values() -> None:
    assert VectorMap(6, bytes).__call__(np.zeros((0, 6), np.uint8)).shape == (0, 6)
