"""Compressed messages of WebSockets: undone with what was said before, done again alone."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import permessage

TEXT = b"SIP/2.0 200 OK\r\nCall-ID: a84b4c76e66710\r\nContent-Length: 0\r\n\r\n"


def packed(*messages: bytes) -> list[bytes]:
    """Messages as a peer sends them that keeps its window."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return [
        (packing.compress(one) + packing.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff") for one in messages
    ]


def test_example_of_the_standard() -> None:
    # RFC 7692 sections 7.2.3.1 and 7.2.3.2: "Hello", and again with what was said before.
    first, second = bytes.fromhex("f248cdc9c90700"), bytes.fromhex("f200110000")
    assert permessage.inflated(first, b"") == b"Hello"
    assert permessage.inflated(second, b"Hello") == b"Hello"
    assert permessage.inflated(second, b"") is None


@given(st.lists(st.binary(max_size=300) | st.just(TEXT), max_size=6))
def test_messages_that_refer_to_earlier_ones(messages: list[bytes]) -> None:
    before = b""
    for message, octets in zip(messages, packed(*messages), strict=True):
        assert permessage.inflated(octets, before) == message
        before += message


@given(st.binary(max_size=3000))
def test_what_is_done_again_stands_alone(content: bytes) -> None:
    new = permessage.deflated(content)
    assert new
    assert permessage.inflated(new, b"") == content == permessage.inflated(new, b"something else")
    unpacking = zlib.decompressobj(-9)
    assert unpacking.decompress(new + b"\0\0\xff\xff") == content


@pytest.mark.parametrize("size", [*range(1, 40), 65540, 65541, 65542, 65546, 200_000])
def test_a_stand_in_has_its_size_and_says_nothing(size: int) -> None:
    octets = permessage.stand_in(size)
    assert len(octets) == size
    unpacking = zlib.decompressobj(-15)
    content = unpacking.decompress(octets + b"\0\0\xff\xff")
    assert not any(content)
    assert not unpacking.unused_data
    assert unpacking.decompress(b"\0") == b""  # the next message begins at a block


def test_of_nothing_nothing_stands_in() -> None:
    assert permessage.stand_in(0) == b""


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_octets(data: bytes, before: bytes) -> None:
    content = permessage.inflated(data, before)
    assert content is None or len(content) <= 1 << 20


def test_a_bomb_is_not_unpacked() -> None:
    (bomb,) = packed(bytes(10_000_000))
    assert permessage.inflated(bomb, b"") is None
