"""Identifiers of clients: equal ones stay equal, and none passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.unique import identifier, unique
from tests.capture.wire import learning, rewriting

MAC = bytes.fromhex("00005e005301")


def test_hardware_address_is_one() -> None:
    to = rewriting()
    assert identifier(MAC, to) == to.mac(MAC) != MAC


@pytest.mark.parametrize("head", [b"\0\1\0\1\x11\x22\x33\x44", b"\0\3\0\1"])
def test_link_layer_identifiers_hold_the_hardware_address(head: bytes) -> None:
    to = rewriting()
    assert unique(head + MAC, to) == head[:4] + bytes(len(head) - 4) + to.mac(MAC)


@pytest.mark.parametrize("value", [b"\0\4" + bytes(range(16)), b"\0\2\0\0\1\x37alicedoe", b"\0\1\0\1\1\2\3\4\5\6\7"])
def test_other_identifiers_are_opaque(value: bytes) -> None:
    new = unique(value, rewriting())
    assert len(new) == len(value)
    assert new[:2] == value[:2]
    assert new != value
    assert b"alice" not in new


@pytest.mark.parametrize("value", [b"\0\0\0\1", b"\0\0\1\2", bytes(4)])
def test_a_count_is_no_identifier(value: bytes) -> None:
    to, lexicon = learning()
    assert identifier(value, to) == identifier(value, rewriting()) == value
    assert not len(lexicon)


def test_the_number_of_an_enterprise_stays() -> None:
    assert unique(b"\0\2\0\0\1\x37alicedoe", rewriting())[:6] == b"\0\2\0\0\1\x37"


@given(st.binary(max_size=40))
def test_length_and_identity(value: bytes) -> None:
    assert len(unique(value, rewriting())) == len(identifier(value, rewriting())) == len(value)
    assert unique(value, learning()[0]) == identifier(value, learning()[0]) == value


@given(st.binary(min_size=8, max_size=40))
def test_the_same_gives_the_same(value: bytes) -> None:
    assert identifier(value, rewriting()) == identifier(value, rewriting())
