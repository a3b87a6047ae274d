"""L2TP: what is inside is read like any packet, names and numbers of calls go."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import CLIENT, PAYLOAD, RAW, ipv4, ipv4_is_right, learned, put_back, rewritten, udp
from tests.capture.wire import rewriting

INSIDE = b"\xff\3\0\x21" + ipv4(udp(PAYLOAD))
IDS = pack(">HH", 7, 9)
COUNTED = pack(">BBH", 0x40, 2, 8 + len(INSIDE)) + IDS + INSIDE


def attribute(kind: int, value: bytes, flags: int = 0x8000, vendor: int = 0) -> bytes:
    return pack(">HHH", flags | 6 + len(value), vendor, kind) + value


def control(*attributes: bytes) -> bytes:
    body = b"".join(attributes)
    return pack(">BBHHHHH", 0xC8, 2, 12 + len(body), 7, 0, 1, 2) + body


@pytest.mark.parametrize(
    "header",
    [
        COUNTED[: -len(INSIDE)],
        b"\0\2" + IDS,
        b"\x08\2" + IDS + bytes(4),
        b"\2\2" + IDS + b"\0\3pad",
        pack(">BBH", 0x4A, 2, 17 + len(INSIDE)) + IDS + b"\0\1\0\2\0\3pad",
    ],
)
def test_the_way_to_the_datagram(header: bytes) -> None:
    octets = ipv4(udp(header + INSIDE, dport=1701))
    peeled = peel(Frame(octets, len(octets), RAW), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.payload == PAYLOAD
    assert learned(octets, RAW) == octets
    new = put_back(peeled, PAYLOAD * 3)
    assert ipv4_is_right(new)
    assert CLIENT not in new
    assert b"pad" not in new
    length = int.from_bytes(new[30:32], "big") if header[0] & 0x40 else len(new) - 28
    assert length == len(new) - 28


KEPT = control(
    attribute(0, b"\0\1"),
    attribute(1, b"\0\2\0\6"),
    attribute(3, bytes(4)),
    attribute(8, b"Cisco Systems, Inc."),
    attribute(34, bytes(26)),
    attribute(39, b""),
)
CHANGED = control(
    attribute(7, b"tower7.example.com"),
    attribute(8, b"Vexel of Wanda"),
    attribute(21, b"+15550100123"),
    attribute(22, b"15550100177"),
    attribute(30, b"alice.doe"),
    attribute(11, b"challenge"),
    attribute(1, b"\0\2\0\6of tower7.example.com"),
    attribute(7, b"hidden", 0xC000),
    attribute(7, b"vendor", vendor=9),
    attribute(0, b"wrong size"),
    attribute(99, b"unknown"),
)
PLANTED = b"tower7 example Wanda 5550100 alice.doe challenge hidden vendor wrong unknown trailing".split()


@pytest.mark.parametrize("octets", [KEPT, CHANGED, CHANGED + b"\0\1\0\0\0\0trailing"])
def test_control_messages(octets: bytes) -> None:
    packet = ipv4(udp(octets, sport=1701))
    new = rewritten(packet, RAW)
    assert len(new) == len(packet)
    assert ipv4_is_right(new)
    assert new[28:40] == octets[:12]
    assert not [value for value in PLANTED if value in new]
    assert learned(packet, RAW) == packet
    assert octets is not KEPT or new[28:] == octets


@pytest.mark.parametrize(
    "octets",
    [b"", b"hello, Alice Doe", b"\x40\3" + COUNTED[2:], b"\x40\2\xff\xff" + COUNTED[4:], b"\x80\2" + bytes(10)],
)
def test_other_datagrams_are_none(octets: bytes) -> None:
    packet = ipv4(udp(octets, dport=1701))
    inner = peel(Frame(packet, len(packet), RAW), rewriting()).inner
    assert isinstance(inner, Datagram)
    assert inner.payload == octets


@given(st.sampled_from([b"", COUNTED[:8], KEPT[:12], b"\2\2"]), st.binary(max_size=60))
def test_any_octets(head: bytes, octets: bytes) -> None:
    packet = ipv4(udp(head + octets, dport=1701))
    assert len(rewritten(packet, RAW)) == len(packet)
    assert learned(packet, RAW) == packet
