from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import mime
from tests.grammar.lossless import LINEAR, Named, check, growth, named

BODY = b"before\r\n--bb\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n--bb \r\n\r\nbare\r\n--bb--\r\nafter\r\n"


def blocks(data: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (data[section.header_start : section.header_end], data[section.body_start : section.body_end])
        for section in mime.parts(data, 0, len(data), boundary)
    ]


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        (b"multipart/mixed;boundary=bb", b"bb"),
        (b'multipart/mixed; Boundary = "b b"', b"b b"),
        (b'multipart/mixed; charset=x;boundary="bb"; type=a', b"bb"),
        (b"multipart/mixed;boundary=bb, x", b"bb"),
        (b"multipart/mixed", b""),
        (b"multipart/mixed;boundary=", b""),
        (b'multipart/mixed;boundary="open', b"open"),
        (b"boundary=bb", b""),
    ],
)
def test_boundary(content_type: bytes, boundary: bytes) -> None:
    assert mime.boundary(content_type) == boundary


@pytest.mark.parametrize(
    ("body", "boundary"),
    [
        (b"--bb\r\nx", b"bb"),
        (b"\r\n--bb \nx", b"bb"),
        (b"--bb", b"bb"),
        (b"--\r\n", b""),
        (b"text --bb\r\n", b""),
        (b"", b""),
    ],
)
def test_first_boundary(body: bytes, boundary: bytes) -> None:
    assert mime.first_boundary(body) == boundary


def test_sections() -> None:
    assert blocks(BODY, b"bb") == [
        (b"", b"before"),
        (b"Content-Type: text/plain\r\n", b"one\r\ntwo"),
        (b"", b"bare"),
        (b"", b"after\r\n"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"--bb\na: 1\n\nx\n--bb--", [(b"a: 1\n", b"x")]),
        (b"--bb\r\na: 1\r\n\r\nno end", [(b"a: 1\r\n", b"no end")]),
        (b"--bb\r\na: 1", [(b"a: 1", b"")]),
        (b"--bb\r\n--bb\r\n--bb--\r\n", [(b"", b""), (b"", b"")]),
        (b"--bb\r\nAlice is no field\r\nat all\r\n\r\n--bb--", [(b"", b"Alice is no field\r\nat all\r\n")]),
        (b"--bb\r\n\r\nx --bb\r\n--bbc\r\n--bb-\r\n--bb--", [(b"", b"x --bb\r\n--bbc\r\n--bb-")]),
        (b"--bb\r\n\r\nx\r\n--bb--\r\nend\r\n--bb\r\nstill end", [(b"", b"x"), (b"", b"end\r\n--bb\r\nstill end")]),
        (b"no delimiter", []),
        (b"", []),
    ],
)
def test_sections_of_odd_bodies(body: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert blocks(body, b"bb") == expected


def test_no_boundary_no_sections() -> None:
    assert blocks(b"--\r\n\r\nx\r\n----", b"") == []


def test_fields() -> None:
    data = b"Content-ID : <a>\r\nX:\r\n folded\r\n\tagain \r\nnothing here\r\n: empty\r\nY:z"
    found = [
        (data[field.name_start : field.name_end], data[field.value_start : field.value_end])
        for field in mime.fields(data, 0, len(data))
    ]
    assert found == [
        (b"Content-ID", b"<a>"),
        (b"X", b"folded\r\n\tagain"),
        (b"", b"nothing here"),
        (b"", b": empty"),
        (b"Y", b"z"),
    ]


def test_value_of() -> None:
    data = b"A: 1\r\nB: 2\r\na: 3\r\n"
    block = mime.fields(data, 0, len(data))
    assert mime.value_of(data, block, b"a") == b"1"
    assert mime.value_of(data, block, b"c") == b""


HEADERS: list[tuple[bytes, Named]] = [
    (b"Content-Type: text/plain; charset=utf-8; boundary=bb", []),
    (b'content-type: image/jpeg; name="alice.jpg"', [(b"alice.jpg", "text")]),
    (b"Content-Type: a/b; owner=Alice", [(b"Alice", "unknown")]),
    (b"Content-Type: multipart/related; start=<a@example.com>", [(b"<a@example.com>", "identifier")]),
    (b"Content-Disposition: attachment; filename=alice.jpg; size=3", [(b"alice.jpg", "text"), (b"3", "unknown")]),
    (b"Content-Disposition: attachment; filename*=utf-8''alice", [(b"utf-8''alice", "text")]),
    (b'Content-Disposition: attachment; filename="al\\"ice', [(b'al\\"ice', "text")]),
    (b"Content-Disposition: session;handling=optional", []),
    (b"Content-ID: <alice@pc.example.com>", [(b"alice", "identifier"), (b"pc.example.com", "host")]),
    (b"Content-ID: 1234", [(b"1234", "identifier")]),
    (b"Content-ID: <a b>", [(b"<a b>", "unknown")]),
    (b"Content-Description: Alice at sea", [(b"Alice at sea", "text")]),
    (b"Content-Location: http://example.com/a", [(b"http://example.com/a", "url")]),
    (b"Content-Transfer-Encoding: base64\r\nContent-Length: 5\r\nMIME-Version: 1.0", []),
    (b"X-Owner: Alice", [(b"Alice", "unknown")]),
    (b"Alice was here", [(b"Alice was here", "unknown")]),
]


@pytest.mark.parametrize(("data", "expected"), HEADERS)
def test_header_parts(data: bytes, expected: Named) -> None:
    assert named(data, mime.header_parts(data, 0, len(data))) == expected


LIKE_MIME = st.lists(
    st.sampled_from(
        [
            b"--bb",
            b"--",
            b"\r\n",
            b"\n",
            b"\r",
            b" ",
            b"Content-Type:",
            b"Content-ID:",
            b"<",
            b">",
            b"@",
            b";",
            b"name=",
            b'"',
            b"\\",
            b"x",
            b":",
            b"\x00",
        ]
    ),
    max_size=40,
).map(b"".join)


@given(LIKE_MIME | st.binary(max_size=200), st.sampled_from([b"bb", b"b", b"-", b""]))
def test_any_bytes(data: bytes, boundary: bytes) -> None:
    position = 0
    for section in mime.parts(data, 0, len(data), boundary):
        assert position <= section.header_start <= section.header_end <= section.body_start <= section.body_end
        position = section.body_end
    assert position <= len(data)
    check(mime.header_parts(data, 0, len(data)), 0, len(data))
    assert mime.boundary(data) in data
    assert mime.first_boundary(data) in data


@pytest.mark.parametrize("cut", range(len(BODY)))
def test_cut_anywhere(cut: int) -> None:
    data = BODY[:cut]
    covered = b"".join(header + body for header, body in blocks(data, b"bb"))
    if b"--bb\r\n" in data:
        assert all(word in covered for word in (b"one", b"two", b"bare", b"after") if word in data)


@pytest.mark.parametrize(
    "unit", [b"--bb", b"--bb\n", b"\n--bb", b"\r\n--bb\r\n\r\n", b"a:", b"a: b\n", b"; a", b'; a="', b" ", b"\n\r"]
)
def test_time_is_linear(unit: bytes) -> None:
    def work(data: bytes) -> None:
        mime.parts(data, 0, len(data), b"bb")
        mime.header_parts(b"Content-Type: a/b" + data, 0, len(data))
        mime.boundary(data)
        mime.first_boundary(data)

    assert growth(work, unit) < LINEAR
