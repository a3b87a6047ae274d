from __future__ import annotations

from struct import pack

import pytest

from scrubber.capture.packet import Datagram, Done, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    MAC_A,
    MAC_B,
    PAYLOAD,
    ethernet,
    ipv4,
    ipv4_is_right,
    ipv6,
    learned,
    put_back,
    rewritten,
    udp,
    udp_frame,
)
from tests.capture.wire import rewriting

INSIDE = ipv4(udp(PAYLOAD))
INSIDE6 = ipv6(udp(PAYLOAD))
TAG = pack(">H", 0x2064)

FRAMES = [
    ("ethernet", 1, ethernet(INSIDE)),
    ("one tag", 1, ethernet(TAG + b"\x08\x00" + INSIDE, 0x8100)),
    ("two tags", 1, ethernet(TAG + b"\x81\x00" + TAG + b"\x08\x00" + INSIDE, 0x88A8)),
    ("backbone", 1, ethernet(bytes(4) + ethernet(INSIDE), 0x88E7)),
    ("snap", 1, ethernet(b"\xaa\xaa\x03\0\0\0\x08\x00" + INSIDE, 8 + len(INSIDE))),
    ("bridged", 1, ethernet(b"\xaa\xaa\x03\0\x80\xc2\0\x07" + ethernet(INSIDE), 22 + len(INSIDE))),
    ("cooked", 113, pack(">HHH", 0, 1, 6) + MAC_A + b"\0\0\x08\x00" + INSIDE),
    ("cooked with tag", 113, pack(">HHH", 0, 1, 6) + MAC_A + b"\0\0\x81\x00" + TAG + b"\x08\x00" + INSIDE),
    ("cooked 2", 276, pack(">HHIHBB", 0x0800, 0, 3, 1, 4, 6) + MAC_A + b"\0\0" + INSIDE),
    *[(f"raw {link}", link, INSIDE) for link in (12, 14, 101, 228)],
    ("null, little-endian", 0, b"\2\0\0\0" + INSIDE),
    ("null, big-endian", 0, b"\0\0\0\2" + INSIDE),
    ("loop", 108, b"\0\0\0\2" + INSIDE),
    ("frame relay", 107, b"\x18\x41\x03\xcc" + INSIDE),
    ("frame relay with type", 107, b"\x18\x41\x08\x00" + INSIDE),
]


@pytest.mark.parametrize(("name", "link", "octets"), FRAMES)
def test_links_lead_to_the_datagram(name: str, link: int, octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), link), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.payload == PAYLOAD
    assert peeled.inner.flow.source == CLIENT


@pytest.mark.parametrize(("name", "link", "octets"), FRAMES)
def test_nothing_changes_when_learning(name: str, link: int, octets: bytes) -> None:
    assert learned(octets, link) == octets


@pytest.mark.parametrize(("name", "link", "octets"), FRAMES)
def test_addresses_go_and_checksums_stay_right(name: str, link: int, octets: bytes) -> None:
    new = put_back(peel(Frame(octets, len(octets), link), rewriting()), PAYLOAD + b"and more")
    assert MAC_A not in new
    assert MAC_B not in new
    assert CLIENT not in new
    assert len(new) == len(octets) + 8
    assert ipv4_is_right(new[len(octets) - len(INSIDE) :])


def test_the_length_of_ieee_802_3_grows() -> None:
    octets = ethernet(b"\xaa\xaa\x03\0\0\0\x08\x00" + INSIDE, 8 + len(INSIDE))
    new = put_back(peel(Frame(octets, len(octets), 1), rewriting()), PAYLOAD + b"more")
    assert int.from_bytes(new[12:14], "big") == len(new) - 14


@pytest.mark.parametrize("family", [10, 23, 24, 26, 28, 30])
def test_loopback_families_of_ipv6(family: int) -> None:
    octets = pack("<I", family) + INSIDE6
    assert isinstance(peel(Frame(octets, len(octets), 0), rewriting()).inner, Datagram)


def test_a_trailer_becomes_zeros() -> None:
    new = rewritten(udp_frame() + b"left in memory")
    assert new.endswith(PAYLOAD + bytes(14))


def test_padding_of_a_cooked_address_becomes_zeros() -> None:
    new = rewritten(pack(">HHH", 0, 1, 6) + MAC_A + b"xy\x08\x00" + INSIDE, 113)
    assert new[12:14] == b"\0\0"
    assert new[6:12] != MAC_A


def test_the_group_of_a_solicitation_follows_its_address() -> None:
    target = bytes.fromhex("fe80000000000000" + "0200ca0000fe123456"[2:].zfill(16))
    group = bytes.fromhex("ff0200000000000000000001ff") + target[13:]
    message = b"\x87\0\0\0\0\0\0\0" + target
    octets = ethernet(ipv6(message, 58, target=group), 0x86DD, b"\x33\x33\xff" + target[13:])
    new = rewritten(octets)
    assert target[13:] not in new
    assert new[3:6] == new[14 + 37 : 14 + 40] == new[-3:]
    assert learned(octets)[:6] == octets[:6]


@pytest.mark.parametrize("link", [2, 147, 220, 999, -1, 1 << 20])
def test_unknown_link_types_are_blanked_and_counted(link: int) -> None:
    to = rewriting()
    peeled = peel(Frame(b"anything at all", 15, link), to)
    assert peeled.inner == Done(bytes(15))
    assert to.reader.notes["unknown link type"]


@pytest.mark.parametrize("size", range(34))
def test_short_frames_leave_nothing_behind(size: int) -> None:
    new = rewritten(udp_frame()[:size], missing=50 - size)
    assert len(new) == size
    assert CLIENT[:3] not in new
