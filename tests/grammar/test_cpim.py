from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import cpim
from tests.grammar.lossless import LINEAR, Named, check, growth, named

HEADER = (
    b"From: MR SANDERS <im:piglet@example.com>\r\n"
    b"To: <im:eeyore@example.com>\r\n"
    b"DateTime: 2000-12-13T13:40:00-08:00\r\n"
    b"Subject:;lang=fr beau temps\r\n"
    b"NS: imdn <urn:ietf:params:imdn>\r\n"
    b"imdn.Message-ID: 34jk324j\r\n"
    b"imdn.Disposition-Notification: positive-delivery, display\r\n"
    b"imdn.Original-To: <im:bob@example.com>\r\n"
)
MESSAGE = HEADER + b"\r\nContent-Type: text/plain\r\n\r\nHello"


def test_split() -> None:
    message = cpim.split(MESSAGE)
    assert MESSAGE[message.header_start : message.header_end] == HEADER
    assert MESSAGE[message.content.header_start : message.content.header_end] == b"Content-Type: text/plain\r\n"
    assert MESSAGE[message.content.body_start : message.content.body_end] == b"Hello"


def test_split_with_a_mime_header_around() -> None:
    data = b"Content-Type: Message/CPIM\r\n\r\n" + MESSAGE
    message = cpim.split(data)
    assert data[message.header_start : message.header_end].endswith(HEADER)
    assert data[message.content.body_start : message.content.body_end] == b"Hello"


@pytest.mark.parametrize("data", [b"", b"\r\n", b"Hello", b"From: x", b"From: x\r\n\r\n", b"From: x\n\n\nHello"])
def test_split_of_odd_messages_covers_everything(data: bytes) -> None:
    message = cpim.split(data)
    assert message.header_start == 0
    assert message.header_end <= message.content.header_start <= message.content.header_end
    assert message.content.header_end <= message.content.body_start <= message.content.body_end == len(data)


def test_header_parts() -> None:
    assert named(HEADER, cpim.header_parts(HEADER, 0, len(HEADER))) == [
        (b"MR SANDERS", "display"),
        (b"piglet", "user"),
        (b"example.com", "host"),
        (b"eeyore", "user"),
        (b"example.com", "host"),
        (b"2000-12-13T13:40:00-08:00", "time"),
        (b";lang=fr beau temps", "text"),
        (b"34jk324j", "identifier"),
        (b"bob", "user"),
        (b"example.com", "host"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b"NS: MyFeatures <mid:MessageFeatures@id.example.com>",
            [(b"MyFeatures <mid:MessageFeatures@id.example.com>", "unknown")],
        ),
        (b"MyFeatures.Owner: Alice", [(b"Alice", "unknown")]),
        (b"Require: MyFeatures.VitalMessageOption", []),
        (b"imdn.Message-ID: a@example.com", [(b"a", "identifier"), (b"example.com", "host")]),
        (b"Hello Alice", [(b"Hello Alice", "unknown")]),
        (b"Subject:", []),
    ],
)
def test_header_lines(data: bytes, expected: Named) -> None:
    assert named(data, cpim.header_parts(data, 0, len(data))) == expected


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([b"From:", b"NS:", b" ", b"<", b">", b"\r\n", b"\n", b"a", b"@"])).map(b"".join)
)
def test_any_bytes(data: bytes) -> None:
    message = cpim.split(data)
    check(cpim.header_parts(data, message.header_start, message.header_end), message.header_start, message.header_end)
    check(cpim.header_parts(data, 0, len(data)), 0, len(data))


@pytest.mark.parametrize("unit", [b"From: ", b"a: b\n", b"NS: a", b"<", b"\n\n", b" "])
def test_time_is_linear(unit: bytes) -> None:
    def work(data: bytes) -> None:
        cpim.split(data)
        cpim.header_parts(data, 0, len(data))

    assert growth(work, unit) < LINEAR
