from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.hexdump import dumps
from tests.passes import DOUBLING, doubling

OCTETS = b"INVITE sip:carla@mossgruppe.at SIP/2.0\r\n\r\n\x00\xff A"


def shown(dump: bytes) -> bytes:
    """The octets of the only dump in a text."""
    found = list(dumps(dump.split(b"\n")))
    assert len(found) == 1
    return found[0].octets


def printed(row: bytes, *, graph: bool = False) -> bytes:
    return bytes(octet if (33 if graph else 32) <= octet < 127 else 46 for octet in row)


def tshark(octets: bytes) -> bytes:
    rows = [(at, octets[at : at + 16]) for at in range(0, len(octets), 16)]
    return b"\n".join(b"%04x  %-47b   %b" % (at, row.hex(" ").encode(), printed(row)) for at, row in rows)


def tcpdump(octets: bytes) -> bytes:
    rows = [(at, octets[at : at + 16]) for at in range(0, len(octets), 16)]
    return b"\n".join(
        b"\t0x%04x:  %-39b  %b" % (at, row.hex(" ", -2).encode(), printed(row, graph=True)) for at, row in rows
    )


def canonical(octets: bytes) -> bytes:
    rows = [(at, octets[at : at + 16]) for at in range(0, len(octets), 16)]
    return b"\n".join(
        b"%08x  %-49b |%b|" % (at, (row[:8].hex(" ") + "  " + row[8:].hex(" ")).encode(), printed(row))
        for at, row in rows
    )


LAYOUTS = [tshark, tcpdump, canonical]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [16, 17, 31, 32, 47, len(OCTETS)])
def test_what_a_dump_shows(layout: Callable[[bytes], bytes], size: int) -> None:
    text = layout(OCTETS[:size])
    assert shown(text) == OCTETS[:size]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [15, 17, 40, 60])
def test_other_octets_in_the_same_layout(layout: Callable[[bytes], bytes], size: int) -> None:
    text = layout(OCTETS)
    new = (OCTETS * 2)[3 : 3 + size]
    (dump,) = dumps(text.split(b"\n"))
    written = b"\n".join(dump.around(new))
    assert written.rstrip() == layout(new).rstrip()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_around_itself_a_dump_is_the_same(layout: Callable[[bytes], bytes]) -> None:
    text = layout(OCTETS)
    for lines in (text.split(b"\n"), [line + b"\r" for line in text.split(b"\n")]):
        (dump,) = dumps(lines)
        assert dump.around(dump.octets) == lines


def test_text_above_and_below_belongs_to_no_dump() -> None:
    lines = [
        b"Frame 1: 72 bytes",
        b"",
        *tshark(OCTETS).split(b"\n"),
        b"",
        b"0000 hello",
        *tshark(b"abc" * 9).split(b"\n"),
    ]
    first, second = dumps(lines)
    assert (first.start, first.octets) == (2, OCTETS)
    assert second.octets == b"abc" * 9


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"0000",
        b"2025-03-02 18:03:12 hello",
        b"0000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50   ABCDEFGHIJKLMNOX\n0010  41   A",
        b"0000  41 42 4   AB",
        b"dead beef cafe",
    ],
)
def test_what_does_not_agree_is_no_dump(text: bytes) -> None:
    assert list(dumps(text.split(b"\n"))) == []


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_lines_may_come(lines: list[bytes]) -> None:
    for dump in dumps(lines):
        assert 0 <= dump.start < dump.end <= len(lines)


@given(st.binary(min_size=17, max_size=80))
def test_dumps_of_any_octets_are_understood(octets: bytes) -> None:
    for layout in LAYOUTS:
        assert shown(layout(octets)) == octets


@pytest.mark.parametrize("unit", [b"0000  41\n", b"0000 ", b"41 ", b"0x0000: ", b" ", b"0000  41 42 43   ABC\n"])
def test_hostile_lines_take_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: list(dumps(text.split(b"\n"))), unit) <= DOUBLING
