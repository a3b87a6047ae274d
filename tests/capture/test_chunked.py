from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import chunked
from tests.passes import DOUBLING, doubling

BODY = b"5\r\nhello\r\n0a;x=1\r\n, worldly\n\r\n0\r\nETag: 1\r\n\r\nnext"


def same(extension: bytes) -> bytes:
    return extension


def test_the_pieces_of_a_body() -> None:
    body = chunked.read(BODY, 0)
    assert body is not None
    assert [chunk.data for chunk in body.chunks] == [b"hello", b", worldly\n"]
    assert body.chunks[1].extension == b";x=1"
    assert body.last is not None
    assert body.last.data == b"ETag: 1\r\n"
    assert BODY[body.end :] == b"next"


@pytest.mark.parametrize(
    ("new", "written"),
    [
        (b"HELLO, worldly\n", b"5\r\nHELLO\r\n0a;x=1\r\n, worldly\n\r\n"),
        (b"hello, worldly\nand more", b"5\r\nhello\r\n12;x=1\r\n, worldly\nand more\r\n"),
        (b"hello!", b"5\r\nhello\r\n01;x=1\r\n!\r\n"),
        (b"hi", b"2\r\nhi\r\n"),
        (b"", b""),
    ],
)
def test_a_body_of_another_length(new: bytes, written: bytes) -> None:
    body = chunked.read(BODY, 0)
    assert body is not None
    assert chunked.written(body, new, same) == written


@pytest.mark.parametrize(
    "data", [b"", b"5", b"5\r\nhel", b"5\r\nhello", b"5\r\nhello\r", b"5\r\nhello\r\n0\r\n", b"0\r\nA: b\r\n"]
)
def test_a_body_whose_end_is_missing(data: bytes) -> None:
    body = chunked.read(data, 0)
    assert body is not None
    assert body.last is None
    new = chunked.written(body, b"".join(chunk.data for chunk in body.chunks), same)
    assert new + data[body.end :] == data


def test_a_missing_end_is_still_counted() -> None:
    body = chunked.read(b"8\r\nabc", 0)
    assert body is not None
    assert chunked.written(body, b"abcde", same) == b"a\r\nabcde"


@pytest.mark.parametrize("data", [b"hello, world", b"zz\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"123456789\r\n"])
def test_no_chunk(data: bytes) -> None:
    assert chunked.read(data, 0) is None


@given(st.binary(max_size=100), st.sampled_from([b"", b"5\r\nhello\r\n", b"0\r\n", b"1\r\n"]), st.binary(max_size=20))
def test_what_is_written_unchanged_is_what_was_read(tail: bytes, head: bytes, new: bytes) -> None:
    data = head + tail
    body = chunked.read(data, 0)
    if body is not None:
        old = b"".join(chunk.data for chunk in body.chunks)
        assert data.startswith(chunked.written(body, old, same))
        chunked.written(body, new, same)


@pytest.mark.parametrize("unit", [b"1\r\na\r\n", b"0\r\n", b"1;", b"0\r\na"])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda data: chunked.read(data, 0), unit, 1 << 13) <= DOUBLING
