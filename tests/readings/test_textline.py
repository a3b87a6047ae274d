"""Dump rows lose their octets, flattened messages are scrubbed unfolded."""

from __future__ import annotations

import pytest

from scrubber.readings.textline import escaped_newlines, hexdump, looks_like_hexdump


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            b"\t0x0010:  05b3 ae78 4000 4011 1ffe c000 020a c633  ...x@.@........3",
            b"\t0x0010:  0000 0000 0000 0000 0000 0000 0000 0000  ................",
        ),
        (
            b"0000  49 4e 56 49 54 45 20 73 69 70 3a 61 6c 69 63 65   INVITE sip:alice",
            b"0000  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00   ...... .........",
        ),
        (
            b"0000012f`88a01c40  49 4e 56 49 54 45 20 73-69 70 3a 61 6c 69 63 65  INVITE sip:alice",
            b"0000012f`88a01c40  00 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00  ...... .........",
        ),
        (
            b"6b03c5f1.0030dbec 0x7f12289fd6c0   0000:  01 03 04 23 63 6e 3d 74   ...#cn=t",
            b"6b03c5f1.0030dbec 0x7f12289fd6c0   0000:  00 00 00 00 00 00 00 00   ........",
        ),
        (
            b"  4d 45 53 53 41 47 45 20    73 69 70 3a 61 6c 69 63    MESSAGE sip:alic",
            b"  00 00 00 00 00 00 00 00    00 00 00 00 00 00 00 00    ....... ........",
        ),
        (b"  0d 0a                                               ..", None),
        (b"00000000  69 6e 76                                          |inv|\r", None),
    ],
)
def test_hexdump_rows(row: bytes, expected: bytes | None) -> None:
    assert looks_like_hexdump(row)
    new = hexdump(row)
    assert len(new) == len(row)
    if expected is not None:
        assert new == expected
    assert b"alice" not in new
    assert b"inv" not in new


@pytest.mark.parametrize(
    "line",
    [
        b"  4d 45 53    cafe",
        b"  ab cd",
        b"[2026-01-02 03:04:05] NOTICE[1234] pbx.c: hello",
        b"a=rtpmap:0 PCMU/8000",
        b"1234 5678",
        b"",
        b"2026 packets received",
        b"00007ff8`10000000 ntdll.dll 10.0.22631",
        b"20260302 10-20-30 alice",
        b"Via: SIP/2.0/UDP 192.0.2.1",
    ],
)
def test_other_lines_are_no_dump(line: bytes) -> None:
    assert not looks_like_hexdump(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            b"x INVITE sip:a@b SIP/2.0#015#012From: a#015#012#015#012",
            b"X INVITE SIP:A@B SIP/2.0#015#012FROM: A#015#012#015#012",
        ),
        (rb"y SIP/2.0 200 OK\r\nFrom: a\r\n", rb"Y SIP/2.0 200 OK\r\nFROM: A\r\n"),
        (b"no message#012here#012", None),
        (b"SIP/2.0 200 OK", None),
    ],
)
def test_flattened_messages_are_unfolded(line: bytes, expected: bytes | None) -> None:
    assert escaped_newlines(line, bytes.upper) == expected
