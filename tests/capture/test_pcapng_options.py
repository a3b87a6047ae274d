from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import pcapng_options
from scrubber.capture.pcapng_options import ENHANCED, INTERFACE, NAMES, PACKET, SECTION, STATISTICS, Place
from scrubber.model import Entity
from tests.capture.files import option
from tests.capture.wire import CLIENT, learning, rewriting

TYPES = [SECTION, INTERFACE, PACKET, NAMES, STATISTICS, ENHANCED]
MAC = bytes.fromhex("00005e005301")
KEPT: list[tuple[int, int, bytes]] = [
    (SECTION, 2, b"x86_64"),
    (SECTION, 3, b"Linux 6.1.0"),
    (SECTION, 4, b"Dumpcap (Wireshark) 4.0.17"),
    (INTERFACE, 2, b"eth0"),
    (INTERFACE, 8, bytes(7) + b"\x09"),
    (INTERFACE, 9, b"\x09"),
    (INTERFACE, 11, b"\0udp port 5060"),
    (INTERFACE, 12, b"Linux"),
    (INTERFACE, 13, b"\4"),
    (INTERFACE, 14, b"\1" * 8),
    (ENHANCED, 2, b"\2\0\0\0"),
    (ENHANCED, 4, b"\7" + bytes(7)),
    (ENHANCED, 6, b"\1\0\0\0"),
    (STATISTICS, 5, b"\7" + bytes(7)),
]
DROPPED: list[tuple[int, int, bytes, str]] = [
    (SECTION, 2, b"srv-acme-17 (blade)", "hardware"),
    (SECTION, 3, b"AcmeOS on pbx.example.com", "operating system"),
    (SECTION, 4, b"/home/alice/capture.sh", "application"),
    (SECTION, 99, b"whatever", "unknown"),
    (INTERFACE, 8, b"short", "speed"),
    (INTERFACE, 10, b"\0\0\x0e\x10", "time zone"),
    (INTERFACE, 11, b"\1\x28\0\0\0\x0c\0\0\0", "capture filter"),
    (INTERFACE, 4, CLIENT, "interface address"),
    (INTERFACE, 18, b"Europe/Zurich", "time zone"),
    (ENHANCED, 3, b"\2" + bytes(range(8)), "packet hash"),
    (ENHANCED, 5, bytes(range(8)), "packet id"),
    (ENHANCED, 7, b"\1" + bytes(range(8)), "verdict"),
    (ENHANCED, 8, bytes(range(8)), "process"),
    (PACKET, 3, b"\2" + bytes(range(8)), "packet hash"),
    (ENHANCED, 2988, b"\0\0\x7e\xd9alice", "custom"),
    (STATISTICS, 2, b"short", "start time"),
    (NAMES, 3, b"short", "name server"),
]


@pytest.mark.parametrize(("block", "code", "value"), KEPT)
@pytest.mark.parametrize("order", "<>")
def test_numbers_and_common_words_stay(block: int, code: int, value: bytes, order: str) -> None:
    data = option(code, value, order) + bytes(4)
    assert pcapng_options.encoded(data, block, Place(order, rewriting())) == data


@pytest.mark.parametrize(("block", "code", "value", "name"), DROPPED)
def test_what_is_not_listed_is_dropped_and_counted(block: int, code: int, value: bytes, name: str) -> None:
    to = rewriting()
    before = to.reader.notes.copy()
    assert pcapng_options.encoded(option(code, value) + option(0, b""), block, Place("<", to)) == bytes(4)
    assert to.reader.notes - before == {f"pcapng option dropped: {name}": 1}


def one(block: int, code: int, value: bytes) -> bytes:
    """The value of an option after rewriting."""
    out = pcapng_options.encoded(option(code, value), block, Place("<", rewriting()))
    found, length = struct.unpack_from("<HH", out)
    assert found == code
    return out[4 : 4 + length]


def test_addresses_are_mapped() -> None:
    to = rewriting()
    mask = b"\xff\xff\xff\0"
    assert one(INTERFACE, 4, CLIENT + mask) == to.ipv4(CLIENT) + mask
    assert one(INTERFACE, 4, CLIENT + b"\1\2\3\4") == to.ipv4(CLIENT) + b"\xff" * 4
    six = bytes.fromhex("20010db8000000000000000000000001")
    assert one(INTERFACE, 5, six + b"\x40") == to.ipv6(six) + b"\x40"
    assert one(INTERFACE, 6, MAC) == to.mac(MAC) != MAC
    mapped = to.mac(MAC)
    assert one(INTERFACE, 7, MAC[:3] + b"\xff\xfe" + MAC[3:]) == mapped[:3] + b"\xff\xfe" + mapped[3:]
    assert one(INTERFACE, 7, bytes(range(1, 9))) == bytes(8)
    assert one(NAMES, 3, CLIENT) == to.ipv4(CLIENT)
    assert one(NAMES, 4, six) == to.ipv6(six)


def test_texts_and_names_are_replaced() -> None:
    to = rewriting()
    text = b"Alice Doe called from the lobby"
    assert one(ENHANCED, 1, text) == to.value(Entity.TEXT, text, "x") != text
    assert one(INTERFACE, 3, text) == to.value(Entity.TEXT, text, "x")
    assert one(NAMES, 2, b"dns.acme.example\0") == to.value(Entity.HOST, b"dns.acme.example", "x") + b"\0"
    assert one(INTERFACE, 2, b"acme-trunk") == to.value(Entity.DEVICE, b"acme-trunk", "x") != b"acme-trunk"
    filtered = one(INTERFACE, 11, b"\0host 192.0.2.10")
    assert filtered == b"\0host " + to.value(Entity.IPV4, b"192.0.2.10", "x")


def test_times_move() -> None:
    data = option(2, struct.pack("<II", 1, 0xFFFF_FFFF))
    moved = pcapng_options.encoded(data, STATISTICS, Place("<", learning()[0], 2))
    assert moved == option(2, struct.pack("<II", 2, 1))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (b"", 10**6),
        (option(9, b"\x09"), 10**9),
        (option(1, b"comment") + option(9, b"\x8a"), 1 << 10),
        (option(9, b"too long"), 10**6),
        (bytes(4) + option(9, b"\x09"), 10**6),
        (b"\x09\0\xff\xff\x09", 10**6),
    ],
)
def test_resolution(options: bytes, expected: int) -> None:
    assert pcapng_options.second(options, "<") == expected


def test_what_stands_behind_the_end_is_dropped() -> None:
    to = rewriting()
    assert pcapng_options.encoded(bytes(4) + b"alice.doe", SECTION, Place("<", to)) == bytes(4)
    assert to.reader.notes[pcapng_options.SLACK] >= 1
    assert pcapng_options.encoded(b"\1\0\xff\0alice.doe", SECTION, Place("<", to)) == b""


@given(options=st.binary(max_size=80), block=st.sampled_from([*TYPES, 77]), order=st.sampled_from("<>"))
def test_any_octets_give_a_list_that_stays_as_it_is(options: bytes, block: int, order: str) -> None:
    """What goes out of a pass that changes nothing is well-formed, so it goes out again unchanged."""
    place = Place(order, learning()[0])
    out = pcapng_options.encoded(options, block, place)
    assert len(out) % 4 == 0
    assert pcapng_options.encoded(out, block, place) == out


@given(options=st.binary(max_size=80), block=st.sampled_from(TYPES))
def test_rewriting_never_raises(options: bytes, block: int) -> None:
    """Any options come out as whole words of four octets."""
    assert len(pcapng_options.encoded(options, block, Place("<", rewriting(), 5))) % 4 == 0
