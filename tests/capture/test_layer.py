from __future__ import annotations

from ipaddress import IPv6Address

import pytest

from scrubber.capture import layer
from tests.capture.wire import learning, rewriting

NODE = IPv6Address("ff02::1:ff12:3456").packed
ROUTERS = IPv6Address("ff02::2").packed


@pytest.mark.parametrize(
    ("length", "growth", "result"), [(10, 5, 15), (10, -4, 6), (3, -5, 0), (0xFFFF, 1, 0xFFFF), (0, 0, 0)]
)
def test_grown_stays_within_its_field(length: int, growth: int, result: int) -> None:
    assert layer.grown(length, growth) == result


@pytest.mark.parametrize(
    ("octets", "result"), [(b"abc", b"abc"), (b"a", b"a\0\0"), (b"abcd", b"abc"), (b"", b"\0\0\0")]
)
def test_fitted(octets: bytes, result: bytes) -> None:
    assert layer.fitted(octets, 3) == result


def test_a_solicited_node_group_hides_the_address_it_is_made_of() -> None:
    new = layer.group(rewriting(), NODE)
    assert new[:13] == NODE[:13]
    assert new[13:] != NODE[13:]
    assert new[13:] == layer.solicited(rewriting(), NODE[13:])


def test_its_hardware_address_hides_it_too() -> None:
    octets = b"\x33\x33" + NODE[12:]
    assert layer.station(rewriting(), octets) == b"\x33\x33" + layer.group(rewriting(), NODE)[12:]
    assert layer.station(learning()[0], octets) == octets
    assert layer.station(rewriting(), b"\x33\x33\0\0\0\1") == b"\x33\x33\0\0\0\1"


def test_other_groups_stay() -> None:
    assert layer.group(rewriting(), ROUTERS) == ROUTERS


def test_learning_changes_no_group() -> None:
    assert layer.group(learning()[0], NODE) == NODE


@pytest.mark.parametrize("size", [0, 3, 5, 17])
def test_what_has_the_length_of_no_address_is_blanked(size: int) -> None:
    assert layer.address(rewriting(), b"x" * size) == bytes(size)
    assert layer.address(learning()[0], b"x" * size) == b"x" * size


def test_unchanged() -> None:
    assert layer.unchanged(b"body") == b"body"
