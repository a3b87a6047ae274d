"""Payloads in one buffer: sums, and silence where something was said."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.payloads import FILL, by_size, payload_sums, silenced, silent_sums
from scrubber.capture.vectors import MODULUS, Offsets
from tests.capture.frames import word_sum


def laid(payloads: list[bytes]) -> tuple[bytearray, Offsets, Offsets]:
    """Payloads in a buffer, where each begins, and its size."""
    sizes = np.array([len(payload) for payload in payloads], np.int64)
    return bytearray(b"|".join(payloads)), np.cumsum(sizes + 1) - sizes - 1, sizes


def folded(octets: bytes) -> int:
    return int.from_bytes((word_sum(octets) % MODULUS).to_bytes(2, "big"), "little") % MODULUS


@given(st.lists(st.tuples(st.binary(max_size=20), st.sampled_from([0, 0xD5, 0xFF])), min_size=1))
def test_payloads(said: list[tuple[bytes, int]]) -> None:
    payloads, fills = [payload for payload, _ in said], np.array([fill for _, fill in said], np.uint8)
    buffer, places, sizes = laid(payloads)
    totals = payload_sums(buffer, places, sizes)
    assert [total % MODULUS for total in totals.tolist()] == [folded(payload) for payload in payloads]
    blank = [bytes((fill,)) * len(payload) for payload, fill in said]
    assert silenced(buffer, places, sizes, fills, totals) == sum(map(bytes.__ne__, payloads, blank))
    assert buffer == b"|".join(blank)
    assert silent_sums(sizes, fills).tolist() == [folded(octets) for octets in blank]


def test_sound_with_the_sum_of_silence_is_sound() -> None:
    buffer, places, sizes = laid([b"\1\2\3\4", b"\3\4\1\2", b"\2\2\2\2"])
    fills = np.array([2, 2, 2], np.uint8)
    assert silenced(buffer, places, sizes, fills, payload_sums(buffer, places, sizes)) == 2


def test_sizes() -> None:
    found = [(size, these.tolist()) for size, these in by_size(np.array([3, 0, 5, 3]))]
    assert found == [(3, [0, 3]), (5, [2])]
    assert by_size(np.array([], np.int64)) == []


def test_silence_of_a_type() -> None:
    assert FILL[[0, 0x80, 8, 0x88, 18, 111]].tolist() == [0xFF, 0xFF, 0xD5, 0xD5, 0, 0]
