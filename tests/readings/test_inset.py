"""Messages behind blanks, words and the names of host and program are found, line by line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.inset import LINES, LONGEST, cuts, unquoted
from tests.passes import DOUBLING, cleaned, doubling, rewritten

START = b"INVITE sip:bobby@doeberg.example SIP/2.0"
FIELD = b"Via: SIP/2.0/UDP 198.51.100.7"
FURTHER = (b"  " + START, b"  " + FIELD)


def prefix(line: bytes) -> int:
    found = re.match(rb"\[[0-9:]+\] ", line)
    return found.end() if found else 0


def found(*lines: bytes) -> dict[int, int]:
    return cuts(b"\n".join(lines), lines, prefix)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((START, FIELD), {}),
        ((b"[10:00] " + START, b"[10:00] " + FIELD), {}),
        ((b"a: " + START, FIELD, b"a: " + FIELD), {0: 3}),
        ((b"a: " + START + b"\r", FIELD + b"\r"), {0: 3}),
        ((b"a: " + START + b".", FIELD + b"."), {0: 3}),
        ((b"a: SIP/2.0 200 OK", FIELD), {0: 3}),
        ((b"a " + START,), {}),
        ((b"a " + START, b"is gone"), {}),
        ((b"a " + START, b"[10:00] " + FIELD), {}),
        ((b"x" * LONGEST + b" " + START, FIELD), {}),
        ((b"x", b"  " + START, b"  " + FIELD, b"    folded", b"", b"  y"), {1: 2, 2: 2, 3: 2, 4: 0}),
        ((b"  " + START, b"  " + FIELD, b"  x y"), {0: 2, 1: 2}),
        ((b"  " + START, b"  " + FIELD, b" To: <sip:a>"), {0: 2, 1: 2}),
        ((b"  " + START, b"  " + FIELD, b"  l: 8", b"  ", b"  abc", b"  d", b"  x"), dict.fromkeys(range(6), 2)),
        (
            (b"  " + START, b"  " + FIELD, b"  c: a/b", b"", b"  abc", b"", b"  d", b"x"),
            {**dict.fromkeys(range(7), 2), 3: 0, 5: 0},
        ),
        ((b"  " + START, b"  c: application/sdp", b"  " + FIELD, b"", b"  v=0", b"  x"), {}),
        (
            (b"  " + START, b"  " + FIELD, b"  c: application/sdp", b"", b"  v=0", b"  x"),
            {**dict.fromkeys(range(5), 2), 3: 0},
        ),
        ((b"[10:00] b[3]: " + START, b"[10:01] b[3]: " + FIELD, b"[10:02] b[3]: x"), {0: 14, 1: 14}),
        ((b"> " + START, b"> " + FIELD, b">", b"> x"), {0: 2, 1: 2, 2: 1}),
        (
            (b'7,"' + START + b'"', b'8,"' + FIELD + b'"', b'9,"l: 1"', b'1,""', b'2,"a"', b'3,"b"'),
            dict.fromkeys(range(5), 3),
        ),
        ((b'{"log":"' + START + b' ","t":7}', b'{"log":"' + FIELD + b'","t":8}'), {}),
        ((b'{"log":"SIP/2.0 200 OK","t":7}', b'{"log":"' + FIELD + b'","t":8}'), {}),
        ((b"l: 5", b"", b"abc: " + START, FIELD), {}),
        ((b"l: 9", b"", b"abc: " + START, FIELD), {2: 5}),
        ((b"abcINVITE sip:a@b SIP/2.0", FIELD), {}),
        ((b" Via: SIP/2.0/UDP 198.51.100.7", FIELD), {}),
    ],
)
def test_where_the_lines_of_a_message_begin(lines: tuple[bytes, ...], expected: dict[int, int]) -> None:
    assert found(*lines) == expected


def test_ever_more_lines_belong_to_no_message() -> None:
    assert len(found(b"  " + START, *[b"  " + FIELD] * 1000)) == LINES


PIECES = st.lists(
    st.sampled_from(
        [START, FIELD, b"\n", b"  ", b"a: ", b"l: 30", b"\r", b"\r\n", b"[10:00] ", b"SIP/2.0 200 OK", b"."]
    )
)


@given(PIECES)
def test_any_block_is_searched(pieces: list[bytes]) -> None:
    block = b"".join(pieces)
    lines = block.split(b"\n")
    result = cuts(block, lines, prefix)
    assert all(0 <= cut <= len(lines[number]) for number, cut in result.items())


@given(PIECES)
def test_lines_stay_lines(pieces: list[bytes]) -> None:
    block = b"".join(pieces)
    assert rewritten(block).count(b"\n") == block.count(b"\n")


def test_what_stands_before_a_message_is_read_too() -> None:
    text = b"Mar  2 18:10:12 edge1 prog[23]: "
    new = cleaned(b"\n".join(text + line for line in (START, FIELD, b"Subject: Trudy", b"")), "syslog")
    assert b"edge1" not in new
    assert b"Trudy" not in new
    assert new.count(b" prog[23]: ") == 4
    assert len({line[:30] for line in new.split(b"\n")}) == 1


def test_lines_around_belong_to_no_message_further_in() -> None:
    text = b"  " + START + b"\n  " + FIELD + b"\n  Content-Type: text/plain\n\n  Meet Trudy\n"
    new = cleaned(b"<send>\n" + text + b"</send>\nringing at last\n" + text + b"ringing at last\n")
    assert b"Trudy" not in new
    assert new.count(b"ringing at last") == 2
    assert new.count(b"\n  Via: ") == 2


@pytest.mark.parametrize(
    "unit",
    [
        b" " + START + b"\n",
        b"a: " + START + b"\n" + FIELD + b"\n",
        b" " + START + b"\n " + FIELD + b"\n",
        b" SIP/2.0 200\n",
        b"l: 1\n\n",
        b"l: 9\n\na: " + START + b"\n" + FIELD + b"\n",
        b"INVITE sip:a ",
        b" SIP/2.0 200 INVITE sip:a",
    ],
)
def test_long_blocks_take_linear_time(unit: bytes) -> None:
    def search(block: bytes) -> None:
        cuts(block, block.split(b"\n"), prefix)

    assert doubling(search, unit) <= DOUBLING


@pytest.mark.parametrize(
    ("line", "cut", "expected"),
    [
        (b"a: To: x", 3, (b"To: x", b"", b'"')),
        (b'7,"To: x"', 3, (b"To: x", b'"', b'"')),
        (b'7,"To: ""A"" <x>"\r', 3, (b'To: "A" <x>', b'"\r', b'""')),
        (b'7="To: \\"A\\" <x>"', 3, (b'To: "A" <x>', b'"', b'\\"')),
        (b'7,"To: x', 3, (b"To: x", b"", b'"')),
        (b'7,""', 3, (b"", b'"', b'"')),
        (b'7,"To: ""A"" \\"B\\""', 3, (b'To: ""A"" \\"B\\""', b"", b'"')),
    ],
)
def test_quotes_around_a_line(line: bytes, cut: int, expected: tuple[bytes, bytes, bytes]) -> None:
    text, tail, quote = unquoted(line, cut)
    assert (text, tail, quote) == expected
    assert line[:cut] + text.replace(b'"', quote) + tail == line


@pytest.mark.parametrize("quote", [b'""', b'\\"'])
def test_what_somebody_wrote_goes_from_records_in_quotes(quote: bytes) -> None:
    message = (
        b"MESSAGE sip:bobby@doeberg.example SIP/2.0",
        b'From: "Wanda Blume" <sip:wanda@doeberg.example>;tag=as19f3b7',
        b'Authorization: Digest username="wanda", realm="doeberg", opaque="35e187d858c8fed0", qop=auth',
        b"Content-Type: text/plain",
        b"Content-Length: 22",
        b"",
        b"meet Wanda at the gate",
    )
    rows = (b'%d,INFO,"%b"' % (number, line.replace(b'"', quote)) for number, line in enumerate(message, 3))
    data = b"\n".join(rows) + b"\n"
    new = cleaned(data)
    assert not [value for value in (b"anda", b"lume", b"bobby", b"35e187d8", b"gate", b"meet") if value in new]
    assert new.count(quote) == data.count(quote)
    assert b'7,INFO,"Content-Length: 22"\n8,INFO,""\n9,INFO,"' in new
