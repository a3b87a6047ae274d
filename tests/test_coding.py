"""Packed bodies come out as they went in, and none becomes more than it may."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import coding

TEXT = b"v=0\r\ns=a call\r\n" * 9


def packed(text: bytes, wbits: int) -> bytes:
    packing = zlib.compressobj(wbits=wbits)
    return packing.compress(text) + packing.flush()


@pytest.mark.parametrize(
    ("name", "data", "content"),
    [
        (b"gzip", packed(TEXT, 31), TEXT),
        (b"X-GZIP", packed(TEXT, 31), TEXT),
        (b" deflate ", packed(TEXT, 15), TEXT),
        (b"deflate", packed(TEXT, -15), TEXT),
        (b"", packed(TEXT, 31), TEXT),
        (b"", packed(TEXT, 15), TEXT),
        (b"gzip", packed(b"", 31), b""),
        (b"gzip", packed(TEXT, 15), None),
        (b"deflate", packed(TEXT, 31), None),
        (b"br", packed(TEXT, 15), None),
        (b"gzip, gzip", packed(packed(TEXT, 31), 31), None),
        (b"gzip", packed(TEXT, 31)[:-1], None),
        (b"gzip", packed(TEXT, 31) + b"x", None),
        (b"gzip", packed(TEXT, 31)[:-6] + b"damage", None),
        (b"gzip", b"", None),
        (b"deflate", b"", None),
        (b"deflate", b"no such thing", None),
    ],
)
def test_what_a_body_holds(name: bytes, data: bytes, content: bytes | None) -> None:
    assert coding.plain(name, data) == content


@pytest.mark.parametrize("wbits", [31, 15, -15])
@given(content=st.binary(max_size=200))
def test_a_body_is_packed_as_it_was(content: bytes, wbits: int) -> None:
    data = coding.again(content, TEXT, packed(TEXT, wbits), bare=False)
    assert zlib.decompress(data, wbits) == content
    assert coding.plain(b"", data) == content


def test_nothing_of_a_file_is_kept() -> None:
    data = gzip.compress(TEXT, mtime=1_700_000_000)
    named = data[:3] + b"\x08" + data[4:10] + b"alice.cfg\0" + data[10:]
    assert coding.plain(b"gzip", named) == TEXT
    for content, bare in ((TEXT, True), (TEXT + b"!", True), (TEXT + b"!", False)):
        new = coding.again(content, TEXT, named, bare=bare)
        assert coding.plain(b"gzip", new) == content
        assert b"alice" not in new
        assert new[4:8] == bytes(4)
    assert coding.again(TEXT, TEXT, named, bare=False) == named
    unnamed = gzip.compress(TEXT, mtime=0)
    assert coding.again(TEXT, TEXT, unnamed, bare=True) == unnamed


@pytest.mark.parametrize("size", [coding.FREE, 1 << 18, 1 << 24])
def test_no_body_becomes_more_than_it_may(size: int) -> None:
    data = packed(bytes(size), 31)
    allowed = min(coding.MOST, coding.FREE + coding.EXPANSION * len(data))
    assert (coding.plain(b"gzip", data) is not None) is (size <= allowed)


@given(st.sampled_from([b"gzip", b"deflate", b""]), st.binary(max_size=80))
def test_any_octets(name: bytes, data: bytes) -> None:
    for octets in (data, b"\x1f\x8b\x08" + data, b"\x78\x9c" + data):
        coding.plain(name, octets)
