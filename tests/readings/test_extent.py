"""Where a message starts and ends among the lines of a log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import PLAIN
from scrubber.formats import asterisk, ngrep
from scrubber.model import Format
from scrubber.readings.extent import Extent, Extents

FIELDS = b"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nCall-ID: a@b\r\n"
SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
EXTENTS: list[tuple[Format, bytes, Extent]] = [
    (PLAIN, b"OPTIONS sip:a@b SIP/2.0\r\n" + FIELDS + b"\r\nnext", Extent(0, 3, 3)),
    (PLAIN, b"SIP/2.0 200 OK\r\n" + FIELDS, Extent(0, 3, 3)),
    (
        PLAIN,
        b"SIP/2.0 200 OK\r\n"
        + FIELDS
        + b"Content-Type: application/sdp\r\nContent-Length: 36\r\n\r\n"
        + SDP
        + b"log line",
        Extent(0, 5, 9),
    ),
    (
        ngrep.FORMAT,
        b"SIP/2.0 200 OK.\n" + FIELDS.replace(b"\r\n", b".\n") + b".\nU 2026/01/02 03:04:05.678 192.0.2.1:5060 -> x",
        Extent(0, 3, 3),
    ),
    (asterisk.FORMAT, b"BYE sip:a@b SIP/2.0\n" + FIELDS + b"[Jan  2 03:04:05] NOTICE[1] x.c: text", Extent(0, 3, 3)),
    (
        PLAIN,
        b"MESSAGE sip:a@b SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhelloSIP/2.0 200 OK\r\n",
        Extent(0, 3, 5, 5),
    ),
]


@pytest.mark.parametrize(("fmt", "block", "extent"), EXTENTS)
def test_extent(fmt: Format, block: bytes, extent: Extent) -> None:
    lines = block.split(b"\n")
    assert Extents(fmt).at(lines, 0) == extent


def test_a_line_belongs_to_the_message_above_it() -> None:
    lines = (b"text\nSIP/2.0 200 OK\n" + FIELDS.replace(b"\r", b"") + b"\nmore text").split(b"\n")
    extents = Extents(PLAIN)
    assert extents.around(lines, 3, header_only=True) == Extent(1, 4, 4)
    assert extents.around(lines, 5, header_only=True) is None
    assert extents.around(lines, 0, header_only=False) is None


@given(st.lists(st.sampled_from([b"", b"a: b", b"SIP/2.0 200 OK", b"Content-Type: x/y", b"l: 7", b"v=0", b"-----"])))
def test_an_extent_lies_within_its_lines(lines: list[bytes]) -> None:
    extents = Extents(PLAIN)
    for number in range(len(lines)):
        start, blank, end, _ = extents.at(lines, number)
        assert number == start < blank <= end <= len(lines) or blank == end == start + 1
