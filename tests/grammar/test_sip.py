from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import sip
from scrubber.model import Span
from tests.grammar.lossless import LINEAR, Named, check, growth, named

MESSAGE = (
    b"INVITE sip:bob@example.net SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
    b"TO :\r\n sip:bob@example.net ;\r\n\ttag    = 1\r\n"
    b"Subject:\r\n"
    b"no colon here\r\n"
    b"l: 4\r\n"
    b"\r\n"
    b"v=0\n"
)


def shown(data: bytes, start: int = 0) -> list[tuple[bytes, bytes, bytes]]:
    return [
        (field.name, data[field.name_start : field.name_end], data[field.value_start : field.value_end])
        for field in sip.fields(data, start)
    ]


START_LINES: list[tuple[bytes, str, Named]] = [
    (b"INVITE sip:bob@example.net SIP/2.0", "request", [(b"bob", "user"), (b"example.net", "host")]),
    (b"INVITE sip:bob@example.net SIP/2.0\r\n", "request", [(b"bob", "user"), (b"example.net", "host")]),
    (b"INVITE  sip:bob@example.net  SIP/2.0  ", "request", [(b"bob", "user"), (b"example.net", "host")]),
    (b"OPTIONS <sip:bob@example.net> SIP/2.0", "request", [(b"bob", "user"), (b"example.net", "host")]),
    (b"INVITE sip:bob@example.net; lr SIP/2.0", "request", [(b"bob", "user"), (b"example.net", "host")]),
    (b"BYE sip:h.example sip/7.0", "request", [(b"h.example", "host")]),
    (b"!x-Method0_*+`.%y'~ sip:h.example SIP/2.0", "request", [(b"h.example", "host")]),
    (b"INVITE tel:+15550100 SIP/2.0", "request", [(b"+15550100", "number")]),
    (b"INVITE urn:service:sos SIP/2.0", "request", []),
]
STATUS_LINES: list[tuple[bytes, str, Named]] = [
    (b"SIP/2.0 200 OK", "status", []),
    (b"SIP/2.0 100 Giving a try\r\n", "status", []),
    (b"SIP/2.0 100 ", "status", []),
    (b"SIP/2.0 487", "status", []),
    (b"sip/2.0  486  BUSY HERE", "status", []),
    (b"SIP/2.0 486 Bob is at lunch", "status", [(b"Bob is at lunch", "free")]),
    (b"SIP/2.0 4294967301 better not", "status", [(b"4294967301", "free"), (b"better not", "free")]),
]
OTHER_LINES: list[tuple[bytes, str, Named]] = [
    (b"INVITE sip:bob@examp", "request", [(b"bob", "user"), (b"examp", "host")]),
    (b"INVITE sip:bob@example.net SIP/", "request", [(b"bob", "user"), (b"example.net", "host")]),
    (b"call from alice", "", [(b"call from alice", "free")]),
    (b"SIP/2.0 20", "", [(b"SIP/2.0 20", "free")]),
    (b"INVITE", "", [(b"INVITE", "free")]),
    (b"\r\n", "", []),
    (b"", "", []),
]


@pytest.mark.parametrize(("line", "kind", "expected"), [*START_LINES, *STATUS_LINES, *OTHER_LINES])
def test_start_line(line: bytes, kind: str, expected: Named) -> None:
    found, parts = sip.start_line(line)
    assert (found, named(line, parts)) == (kind, expected)


@pytest.mark.parametrize("line", [line for line, _, _ in [*START_LINES, *STATUS_LINES]])
def test_is_start_line(line: bytes) -> None:
    assert sip.is_start_line(line)


@pytest.mark.parametrize(
    "line",
    [
        *(line for line, _, _ in OTHER_LINES),
        b"Via: SIP/2.0/UDP 192.0.2.1",
        b"received INVITE sip:bob@example.net SIP/2.0",
        b"[10:00:00] INVITE sip:bob@example.net SIP/2.0",
        b" INVITE sip:bob@example.net SIP/2.0",
        b"INVITE bob SIP/2.0",
        b"INVITE sip:bob@example.net SIP/2.0 and more",
        b"INVITE sip:bob@example.net HTTP/1.1",
        b"SIP/2.0 200OK",
        b"SIP/2.0/UDP 192.0.2.1",
        b"INVITE sip:a SIP/2.0\r\nVia: x",
    ],
)
def test_is_no_start_line(line: bytes) -> None:
    assert not sip.is_start_line(line)


def test_fields() -> None:
    assert shown(MESSAGE, MESSAGE.index(b"v:")) == [
        (b"via", b"v", b"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"),
        (b"to", b"TO", b"sip:bob@example.net ;\r\n\ttag    = 1"),
        (b"subject", b"Subject", b""),
        (b"", b"", b"no colon here"),
        (b"content-length", b"l", b"4"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"P: 1\nQ: 2\n\nC: 3", [(b"p", b"1"), (b"q", b"2")]),
        (b"P: 1\rQ: 2\r\rC: 3", [(b"p", b"1"), (b"q", b"2")]),
        (b"P: 1\nQ: 2", [(b"p", b"1"), (b"q", b"2")]),
        (b"P:1  \r\n", [(b"p", b"1")]),
        (b"P:x:y\r\n", [(b"p", b"x:y")]),
        (b"P: 1\r\n  \r\nQ: 2", [(b"p", b"1"), (b"q", b"2")]),
        (b"  \r\nQ: 2", [(b"q", b"2")]),
        (b"two words: 2", [(b"", b"two words: 2")]),
        (b": 2", [(b"", b": 2")]),
        (b"T", [(b"", b"T")]),
        (b"T:", [(b"to", b"")]),
        (b"N\xc3\xa4me: 2", [(b"", b"N\xc3\xa4me: 2")]),
        (b"P: \x00\xff", [(b"p", b"\x00\xff")]),
        (b"", []),
        (b"\r\nP: 1", []),
    ],
)
def test_odd_fields(data: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert [(name, value) for name, _, value in shown(data)] == expected


def test_message() -> None:
    found = sip.message(MESSAGE)
    assert MESSAGE[: found.start_line_end] == b"INVITE sip:bob@example.net SIP/2.0"
    assert MESSAGE[found.body_start :] == b"v=0\n"
    assert found.fields == tuple(sip.fields(MESSAGE, found.start_line_end + 2))


def test_message_after_line_breaks_and_inside_other_bytes() -> None:
    data = b"xx\r\n\r\n" + MESSAGE + b"yy"
    found = sip.message(data, 2, len(data) - 2)
    assert data[: found.start_line_end].endswith(b" SIP/2.0")
    assert len(found.fields) == 5
    assert data[found.body_start :] == b"v=0\nyy"


def test_message_cut_off_anywhere() -> None:
    whole = sip.message(MESSAGE)
    for end in range(len(MESSAGE)):
        found = sip.message(MESSAGE, 0, end)
        complete = [field for field in whole.fields if field.value_end < end]
        assert found.fields[: len(complete)] == tuple(complete)
        assert found.body_start == min(end, whole.body_start)
        assert found.start_line_end == min(end, whole.start_line_end)
        check(sip.start_line(MESSAGE, 0, found.start_line_end)[1], 0, found.start_line_end)


@pytest.mark.parametrize(
    ("value", "number"),
    [(b" 142", 142), (b"\r\n 0 ", 0), (b"-1", None), (b"", None), (b"9" * 19, None), (b"1 2", None), (b"+5", None)],
)
def test_content_length(value: bytes, number: int | None) -> None:
    data = b"BYE sip:h.example SIP/2.0\r\nContent-Length:" + value + b"\r\n\r\n"
    found = sip.content_length(sip.message(data), data)
    assert (found[1] if found else None) == number
    if found is not None:
        assert data[slice(*found[0])] == value.strip()


def test_content_length_is_the_first_and_may_be_absent() -> None:
    data = b"BYE sip:h.example SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n"
    assert sip.content_length(sip.message(data), data) == (Span(30, 31), 1)
    assert sip.content_length(sip.message(b"BYE sip:h.example SIP/2.0\r\n\r\n"), b"") is None


def test_compact_names() -> None:
    assert len(sip.COMPACT) == 20
    assert all(len(short) == 1 and full == full.lower() for short, full in sip.COMPACT.items())


@given(st.binary(max_size=120) | st.text("aA: \r\n\t;v", max_size=80).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    found = sip.message(data)
    assert 0 <= found.start_line_end <= found.body_start <= len(data)
    position = found.start_line_end
    for field in found.fields:
        assert position <= field.name_start <= field.name_end <= field.value_start <= field.value_end
        position = field.value_end
    assert position <= found.body_start
    check(sip.start_line(data)[1], 0, len(data))
    assert isinstance(sip.is_start_line(data), bool)


@given(st.binary(max_size=120))
def test_every_visible_byte_of_the_header_is_name_value_or_colon(data: bytes) -> None:
    data = b"X sip:a SIP/2.0\r\n" + data
    found = sip.message(data)
    position, between = found.start_line_end, b""
    for field in found.fields:
        between += data[position : field.name_start] + data[field.name_end : field.value_start]
        position = field.value_end
    between += data[position : found.body_start]
    assert set(between) <= set(b" \t\r\n:")


@pytest.mark.parametrize(
    "unit", [b"\r\n ", b"\r", b"\n", b"A:\n", b":", b" ", b"A", b"A B\r\n", b"SIP/2.0 ", b"INVITE sip:", b" SIP/2.0"]
)
def test_time_is_linear(unit: bytes) -> None:
    assert growth(sip.message, unit) < LINEAR
    assert growth(sip.start_line, unit) < LINEAR
    assert growth(lambda data: sip.is_start_line(b"INVITE sip:" + data + b" SIP/2.0x"), unit) < LINEAR
    assert growth(lambda data: sip.start_line(b"INVITE sip:" + data + b" SIP/2.0x"), unit) < LINEAR
