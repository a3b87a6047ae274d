"""Elements of the basic encoding rules: read, written, and never beyond the octets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import ber
from scrubber.capture.ber import Element


@pytest.mark.parametrize(
    ("octets", "found", "rest"),
    [
        (b"", [], b""),
        (b"\x02\x01\x05", [Element(2, b"\x05")], b""),
        (b"\x04\x81\x02ab\x05\x00", [Element(4, b"ab", 2), Element(5, b"")], b""),
        (b"\x04\x84\0\0\0\x02ab", [Element(4, b"ab", 5)], b""),
        (b"\x05\x00\x04\x05ab", [Element(5, b"")], b"\x04\x05ab"),
        (b"\x30\x80\x00\x00", [], b"\x30\x80\x00\x00"),
        (b"\x1f\x81\x01\x00", [], b"\x1f\x81\x01\x00"),
        (b"\x04\x85\0\0\0\0\x01a", [], b"\x04\x85\0\0\0\0\x01a"),
        (b"\x04", [], b"\x04"),
    ],
)
def test_elements(octets: bytes, found: list[Element], rest: bytes) -> None:
    assert ber.elements(octets) == (found, rest)
    assert b"".join(element.holding(element.value) for element in found) + rest == octets


def test_header_may_reach_beyond_the_octets() -> None:
    assert ber.header(b"\x30\x82\x01\x00") == (4, 260)
    assert ber.header(b"\x30") is None


def test_no_more_elements_than_asked_for() -> None:
    assert ber.elements(b"\5\0\5\0\5\0", 2) == ([Element(5, b"")] * 2, b"\5\0")


@pytest.mark.parametrize(
    ("size", "width", "head"),
    [(5, 1, b"\x05"), (200, 1, b"\x81\xc8"), (5, 3, b"\x82\0\5"), (70000, 2, b"\x83\1\x11\x70")],
)
def test_lengths_follow(size: int, width: int, head: bytes) -> None:
    assert Element(4, b"", width).holding(bytes(size)) == b"\x04" + head + bytes(size)


def test_rewriting() -> None:
    octets = b"\2\1\5\4\3abc\4\x09cut"
    new = ber.rewritten(octets, lambda place, element: element.value * place, lambda rest: bytes(len(rest)))
    assert new == b"\2\0\4\3abc" + bytes(5)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"\x2b\x06\x01", [43, 6, 1]),
        (b"\x2b\x81\x00", [43, 128]),
        (b"", []),
        (b"\x2b\x81", None),
        (b"\xff" * 20 + b"\0", None),
    ],
)
def test_object_identifiers(value: bytes, found: list[int] | None) -> None:
    assert ber.arcs(value) == found
    if found is not None:
        assert ber.identifier(found) == value


@given(st.lists(st.integers(0, (1 << 64) - 1)))
def test_arcs_are_read_as_written(found: list[int]) -> None:
    assert ber.arcs(ber.identifier(found)) == found


@given(st.binary(max_size=80))
def test_any_octets(octets: bytes) -> None:
    found, rest = ber.elements(octets)
    assert b"".join(element.holding(element.value) for element in found) + rest == octets
    ber.arcs(octets)
