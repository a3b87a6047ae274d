from __future__ import annotations

from ipaddress import IPv6Address
from struct import pack

import pytest

from scrubber.capture.packet import Datagram, Done, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    CLIENT6,
    PAYLOAD,
    RAW,
    SERVER,
    SERVER6,
    inverted,
    ipv4,
    ipv6,
    learned,
    pseudo,
    put_back,
    rewritten,
    tcp,
    udp,
    word_sum,
)
from tests.capture.wire import rewriting

GROUP6 = IPv6Address("ff02::1:ff12:3456").packed
HOST6 = IPv6Address("2001:470:9::77").packed


def message(kind: int, rest: bytes, body: bytes = b"", code: int = 0) -> bytes:
    octets = bytes((kind, code, 0, 0)) + rest + body
    return octets[:2] + pack(">H", inverted(octets)) + octets[4:]


def message6(kind: int, rest: bytes, body: bytes = b"") -> bytes:
    octets = bytes((kind, 0, 0, 0)) + rest + body
    check = inverted(pseudo(len(octets), 58, CLIENT6, SERVER6) + octets)
    return octets[:2] + pack(">H", check) + octets[4:]


def is_right(packet: bytes) -> bool:
    return word_sum(packet[20:]) == 0xFFFF


def is_right6(packet: bytes) -> bool:
    return word_sum(pseudo(len(packet) - 40, 58, packet[8:24], packet[24:40]) + packet[40:]) == 0xFFFF


QUOTE = ipv4(udp(PAYLOAD))
EXTENSION = b"\x20\0\0\0" + b"\0\x08\1\1" + b"\0\1\1\xff" + b"\0\x08\2\x0fname"
MESSAGES = [
    message(8, b"\0\1\0\2", b"user alice typed this"),
    message(0, b"\0\1\0\2", b"user alice typed this"),
    message(3, bytes(4), QUOTE, code=3),
    message(3, bytes(4), QUOTE[:28], code=3),
    message(4, bytes(4), QUOTE),
    message(5, CLIENT, QUOTE),
    message(11, bytes(4), ipv4(tcp(PAYLOAD), 6)[:28]),
    message(11, b"\0\x20\0\0", QUOTE.ljust(128, b"\0") + EXTENSION),
    message(12, b"\x14\0\0\0", QUOTE),
    message(9, b"\1\2\0\x0a", CLIENT + bytes(4)),
    message(10, bytes(4)),
    message(13, b"\0\1\0\2", bytes(range(12))),
    message(17, b"\0\1\0\2", b"\xff\xff\xff\0"),
    message(40, b"\0\1\0\2", b"unknown"),
]


@pytest.mark.parametrize("octets", MESSAGES)
def test_messages_of_icmp(octets: bytes) -> None:
    packet = ipv4(octets, 1)
    new = rewritten(packet, RAW)
    assert len(new) == len(packet)
    assert CLIENT not in new
    assert SERVER not in new
    assert b"alice" not in new
    assert is_right(new)
    assert new[20:22] == packet[20:22]


@pytest.mark.parametrize("octets", [octets for octets in MESSAGES if octets[0] not in (3, 11)])
def test_learning_changes_nothing(octets: bytes) -> None:
    assert learned(ipv4(octets, 1), RAW) == ipv4(octets, 1)


def test_the_payload_of_a_quoted_datagram_goes_through_the_reader() -> None:
    packet = ipv4(message(3, bytes(4), QUOTE, code=3), 1)
    seen: list[Datagram] = []

    def quoted(datagram: Datagram) -> bytes:
        seen.append(datagram)
        return b"something much longer than the payload was"

    new = put_back(peel(Frame(packet, len(packet), RAW), rewriting(), quoted))
    assert seen == [Datagram(seen[0].flow, PAYLOAD)]
    assert seen[0].flow == (CLIENT, SERVER, 40000, 40002, True)
    assert len(new) == len(packet)
    assert new.endswith(b"something much")
    assert new[28 + 24 : 28 + 26] == packet[28 + 24 : 28 + 26]
    assert is_right(new)


def test_without_a_reader_the_quoted_payload_is_zeros() -> None:
    packet = ipv4(message(3, bytes(4), QUOTE), 1)
    new = put_back(peel(Frame(packet, len(packet), RAW), rewriting()))
    assert new.endswith(bytes(len(PAYLOAD)))


def test_a_quoted_segment_keeps_ports_and_number() -> None:
    packet = ipv4(message(3, bytes(4), ipv4(tcp(PAYLOAD), 6)), 1)
    new = rewritten(packet, RAW)
    assert new[48:56] == packet[48:56]
    assert PAYLOAD not in new


def test_extensions_keep_labels_and_lose_names() -> None:
    new = rewritten(ipv4(MESSAGES[7], 1), RAW)
    extension = new[28 + 128 :]
    assert extension[4:12] == EXTENSION[4:12]
    assert b"name" not in extension


def test_quotes_in_quotes_end() -> None:
    octets = ipv4(message(8, bytes(4), b"innermost"), 1)
    for _ in range(9):
        octets = ipv4(message(3, bytes(4), octets), 1)
    new = rewritten(octets, RAW)
    assert len(new) == len(octets)
    assert CLIENT not in new
    assert b"innermost" not in new


def test_a_wrong_checksum_stays_wrong() -> None:
    octets = ipv4(b"\x08\0\x12\x34" + bytes(12), 1)
    new = rewritten(octets, RAW)
    assert not is_right(new)
    assert new[22:24] != octets[22:24]


QUOTE6 = ipv6(udp(PAYLOAD, source=CLIENT6, target=HOST6), target=HOST6)
MESSAGES6 = [
    message6(1, bytes(4), QUOTE6),
    message6(1, b"\x0a\0\0\0", QUOTE6.ljust(80, b"\0") + EXTENSION),
    message6(2, bytes(4), QUOTE6[:56]),
    message6(3, bytes(4), QUOTE6),
    message6(4, bytes(4), QUOTE6),
    message6(128, b"\0\1\0\2", b"user alice typed this"),
    message6(130, bytes(4), HOST6 + b"\2\x7d\0\1" + HOST6),
    message6(131, bytes(4), GROUP6),
    message6(133, bytes(4)),
    message6(134, b"\x40\0\7\x08" + bytes(8)),
    message6(135, bytes(4), HOST6),
    message6(136, b"\x60\0\0\0", HOST6),
    message6(137, bytes(4), HOST6 + HOST6),
    message6(143, b"\0\0\0\1", b"\4\0\0\1" + GROUP6 + HOST6),
    message6(139, bytes(4), HOST6),
]


@pytest.mark.parametrize("octets", MESSAGES6)
def test_messages_of_icmp6(octets: bytes) -> None:
    packet = ipv6(octets, 58)
    assert learned(packet, RAW)[:42] == packet[:42]
    new = rewritten(packet, RAW)
    assert len(new) == len(packet)
    assert CLIENT6 not in new
    assert HOST6 not in new
    assert GROUP6 not in new
    assert b"alice" not in new
    assert b"name" not in new
    assert is_right6(new)


@pytest.mark.parametrize("octets", MESSAGES6[5:])
def test_learning_changes_nothing_of_icmp6(octets: bytes) -> None:
    assert learned(ipv6(octets, 58), RAW) == ipv6(octets, 58)


@pytest.mark.parametrize("size", range(60))
def test_cut_messages(size: int) -> None:
    packet = ipv4(MESSAGES[2], 1)[:size]
    assert len(rewritten(packet, RAW, 70 - size)) == size


def test_what_is_left_of_a_message_says_what_it_is() -> None:
    for octets, protocol in ((ipv4(message(3, bytes(4)), 1), 1), (ipv6(message6(128, bytes(4)), 58), 58)):
        inner = peel(Frame(octets, len(octets), RAW), rewriting()).inner
        assert isinstance(inner, Done)
        assert inner.kind & 0xFFFF == protocol
