from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import form
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

SUMMARY = (
    b"Messages-Waiting: yes\r\n"
    b"Message-Account: sip:1001@example.com\r\n"
    b"Voice-Message: 2/8 (0/2)\r\n"
    b"\r\n"
    b"To: <alice@example.com>\r\n"
    b"From: Bob Jones <sip:bob@example.com>\r\n"
    b"Subject: carpool tomorrow?\r\n"
    b"Date: Sun, 09 Jul 2000 21:23:01 -0700\r\n"
    b"Priority: normal\r\n"
    b"Message-ID: 13784434989@vmail.example.com\r\n"
    b"X-Note: Alice\r\n"
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Signal=5\r\nDuration=160\r\n", [(b"5", "dtmf")]),
        (b"Signal= 5 \nDuration= 160", [(b"5", "dtmf")]),
        (b"Signal: *", [(b"*", "dtmf")]),
        (b"signal=hf\r\n", [(b"hf", "dtmf")]),
        (b"5\r\n", [(b"5", "dtmf")]),
        (b"1234#", [(b"1234#", "dtmf")]),
        (b"p=Digit-Collection\r\ny=Digits\r\n\r\nd=23\r\n", [(b"23", "dtmf")]),
        (b"Duration=Alice Smith", [(b"Alice Smith", "text")]),
        (b"User=Alice", [(b"Alice", "text")]),
        (b"Account=4711", [(b"4711", "dtmf")]),
        (b"Alice", [(b"Alice", "text")]),
        (b"Signal=\r\n\r\n", []),
        (b"", []),
    ],
)
def test_dtmf(data: bytes, expected: Named) -> None:
    assert named(data, form.dtmf(data)) == expected


def test_message_summary() -> None:
    assert named(SUMMARY, form.message_summary(SUMMARY)) == [
        (b"1001", "user"),
        (b"example.com", "host"),
        (b"alice", "user"),
        (b"example.com", "host"),
        (b"Bob Jones", "display"),
        (b"bob", "user"),
        (b"example.com", "host"),
        (b"carpool tomorrow?", "text"),
        (b"Sun, 09 Jul 2000 21:23:01 -0700", "time"),
        (b"13784434989", "identifier"),
        (b"vmail.example.com", "host"),
        (b"Alice", "text"),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Messages-Waiting: no\n", []),
        (b"messages-waiting:yes", []),
        (b"Voice-Message: 0/0", []),
        (b"Voice-Message: ask Alice", [(b"ask Alice", "text")]),
        (b"Message-Account: 1001", [(b"1001", "user")]),
        (b"Message-Account: alice", [(b"alice", "user")]),
        (b"Message-Account: tel:+15550100", [(b"+15550100", "number")]),
        (b"Alice was here", [(b"Alice was here", "text")]),
    ],
)
def test_message_summary_lines(data: bytes, expected: Named) -> None:
    assert named(data, form.message_summary(data)) == expected


@pytest.mark.parametrize("cut", range(len(SUMMARY)))
def test_cut_anywhere(cut: int) -> None:
    data = SUMMARY[:cut]
    parts = form.message_summary(data)
    check(parts, 0, cut)
    assert not any(value in gaps(data, parts) for value in (b"1001", b"alice", b"Bob", b"carpool", b"137", b"Alice"))


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([b"Signal", b"=", b":", b"5", b"\r\n", b" ", b"To", b"<", b"@"])).map(b"".join)
)
def test_any_bytes(data: bytes) -> None:
    check(form.dtmf(data), 0, len(data))
    check(form.message_summary(data), 0, len(data))


@given(st.binary(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_range(data: bytes, start: int, length: int) -> None:
    start = min(start, len(data))
    end = min(start + length, len(data))
    check(form.dtmf(data, start, end), start, end)
    check(form.message_summary(data, start, end), start, end)


@pytest.mark.parametrize("unit", [b"a", b"a=", b"5", b"Signal=5\n", b" ", b"1/1 (", b"To: <", b"To: a\n "])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(form.dtmf, unit) < LINEAR
    assert growth(form.message_summary, unit) < LINEAR
