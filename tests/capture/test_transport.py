from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Done, Frame, Peeled, Segment
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    PAYLOAD,
    RAW,
    SERVER,
    ipv4,
    ipv4_is_right,
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

SACK = b"\1\1\5\x12" + pack(">IIII", 100, 200, 300, 400)
STAMPS = b"\x08\x0a" + pack(">II", 1, 2) + b"\1\1"


def peeled(octets: bytes, missing: int = 0) -> Peeled:
    return peel(Frame(octets, len(octets) + missing, RAW), rewriting())


def with_checksum(inside: bytes, at: int, value: int) -> bytes:
    return inside[:at] + pack(">H", value) + inside[at + 2 :]


def is_right(packet: bytes) -> bool:
    return ipv4_is_right(packet)


def test_a_datagram_and_its_flow() -> None:
    inner = peeled(ipv4(udp(PAYLOAD))).inner
    assert isinstance(inner, Datagram)
    assert inner.flow == (CLIENT, SERVER, 40000, 40002, False)
    assert inner.payload == PAYLOAD


def test_zero_stays_zero() -> None:
    new = put_back(peeled(ipv4(with_checksum(udp(PAYLOAD), 6, 0))), b"other")
    assert new[26:28] == b"\0\0"


def test_wrong_stays_wrong() -> None:
    octets = ipv4(with_checksum(udp(PAYLOAD), 6, 0x1234))
    new = rewritten(octets, RAW)
    assert not is_right(new)
    assert new[26:28] not in (b"\0\0", octets[26:28])


def test_the_partial_sum_of_offloading_becomes_a_partial_sum() -> None:
    for protocol, inside, at in ((17, udp(PAYLOAD), 6), (6, tcp(PAYLOAD), 16)):
        octets = ipv4(with_checksum(inside, at, word_sum(pseudo(len(inside), protocol))), protocol)
        new = put_back(peeled(octets), b"another payload")
        here = new[20 + at : 22 + at]
        assert here == pack(">H", word_sum(pseudo(len(new) - 20, protocol, new[12:16], new[16:20])))
        assert learned(octets, RAW) == octets


def test_a_right_checksum_that_equals_the_partial_sum_stays_right() -> None:
    size = 8 + len(PAYLOAD)
    front = pack(">HHH", 40000, 40002, size) + b"\0\0" + PAYLOAD[:-2]
    partial = word_sum(pseudo(size, 17))
    last = (-2 * partial - word_sum(front)) % 0xFFFF
    octets = ipv4(udp(PAYLOAD[:-2] + pack(">H", last)))
    assert octets[26:28] == pack(">H", partial)
    assert is_right(octets)
    assert is_right(put_back(peeled(octets), b"rewritten"))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40))
def test_any_payload_gets_a_right_checksum(old: bytes, new: bytes) -> None:
    assert is_right(put_back(peeled(ipv4(udp(old))), new))
    assert is_right(put_back(peeled(ipv4(tcp(old), 6)), new))


def test_a_checksum_that_comes_out_as_zero_is_written_as_ones() -> None:
    packet = peeled(
        ipv6(udp(bytes(2), source=b"\x20" * 16, target=b"\x21" * 16), source=b"\x20" * 16, target=b"\x21" * 16)
    )
    new = put_back(packet, bytes(2))
    wanted = int.from_bytes(new[46:48], "big")
    new = put_back(packet, pack(">H", wanted))
    assert new[46:48] == b"\xff\xff"


def test_octets_behind_the_length_of_udp_become_zeros() -> None:
    octets = ipv4(udp(PAYLOAD) + b"hidden")
    new = rewritten(octets, RAW)
    assert new.endswith(PAYLOAD + bytes(6))
    assert learned(octets, RAW) == octets


def test_a_cut_datagram_gets_a_checksum_of_what_is_there() -> None:
    octets = ipv4(udp(PAYLOAD * 4))[:50]
    whole = peeled(octets, 34)
    assert isinstance(whole.inner, Datagram)
    assert whole.inner.flow.cut
    new = rewritten(octets, RAW, 34)
    assert new[24:26] == octets[24:26]
    assert new[26:28] not in (octets[26:28], b"\0\0")


def test_a_datagram_that_is_there_is_whole_whatever_the_ip_header_says() -> None:
    for value, right in ((None, True), (0x1234, False)):
        inside = udp(PAYLOAD) if value is None else with_checksum(udp(PAYLOAD), 6, value)
        longer = bytearray(ipv4(inside))
        longer[2:4] = pack(">H", len(longer) + 34)
        octets = bytes(longer)
        whole = peeled(octets)
        assert isinstance(whole.inner, Datagram)
        assert not whole.inner.flow.cut
        new = rewritten(octets, RAW)
        ends = new[12:16], new[16:20]
        assert (word_sum(pseudo(len(inside), 17, *ends) + new[20:]) == 0xFFFF) is right


@pytest.mark.parametrize("size", range(8))
def test_a_stump_of_udp_keeps_ports_and_length_alone(size: int) -> None:
    octets = ipv4(udp(PAYLOAD))[: 20 + size]
    new = rewritten(octets, RAW, 40)
    assert new[20:] == octets[20 : 20 + min(size, 6)] + bytes(max(size - 6, 0))


def test_a_segment() -> None:
    inner = peeled(ipv4(tcp(PAYLOAD, SACK), 6)).inner
    assert isinstance(inner, Segment)
    assert inner.flow == (CLIENT, SERVER, 40000, 5060, False)
    assert (inner.seq, inner.ack, inner.flags) == (1000, 2000, 0x18)
    assert inner.sack == (100, 200, 300, 400)
    assert inner.payload == PAYLOAD
    assert inner.missing == 0


def test_a_rewritten_segment() -> None:
    whole = peeled(ipv4(tcp(PAYLOAD, SACK), 6))
    assert isinstance(whole.inner, Segment)
    assert whole.segment is not None
    changed = whole.inner._replace(seq=1 << 32 | 7, ack=9, sack=(1, 2, 3, 4), payload=b"longer " * 9)
    new = whole.around(whole.segment(changed))
    assert is_right(new)
    again = peeled(new).inner
    assert isinstance(again, Segment)
    assert again[1:6] == (7, 9, 0x18, (1, 2, 3, 4), b"longer " * 9)


def test_fewer_edges_than_the_option_has_room_for_are_filled_up() -> None:
    whole = peeled(ipv4(tcp(PAYLOAD, SACK), 6))
    assert isinstance(whole.inner, Segment)
    assert whole.segment is not None
    again = peeled(whole.around(whole.segment(whole.inner._replace(sack=(1, 2))))).inner
    assert isinstance(again, Segment)
    assert again.sack == (1, 2, 0, 0)


def test_without_the_flag_there_is_no_acknowledgement() -> None:
    inner = peeled(ipv4(tcp(b"", flags=2), 6)).inner
    assert isinstance(inner, Segment)
    assert inner.ack == 0


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (b"\2\4\5\xb4\1\3\3\7\4\2\1\1", True),
        (STAMPS, True),
        (STAMPS[10:] + STAMPS[:10], True),
        (SACK, True),
        (b"\x1c\4\0\5", True),
        (b"\x13\x12" + b"m" * 16 + b"\1\1", False),
        (b"\x1d\x10" + b"a" * 14, False),
        (b"\x22\x0a" + b"cookie!!" + b"\1\1", False),
        (b"\xfe\4ab", False),
        (b"\2\5abc\1\1\1", False),
        (b"\5\5abc\1\1\1", False),
        (b"\0abc", False),
        (b"\x08\xffab", False),
        (b"\x08\0ab", False),
        (b"\5\2\5\x0a" + b"12345678", True),
    ],
)
def test_options(options: bytes, kept: bool) -> None:
    octets = ipv4(tcp(PAYLOAD, options), 6)
    assert learned(octets, RAW) == octets
    new = rewritten(octets, RAW)
    assert len(new) == len(octets)
    assert is_right(new)
    assert (new[40 : 40 + len(options)] == options) is kept


def test_a_cut_segment_says_what_is_missing() -> None:
    octets = ipv4(tcp(PAYLOAD * 4), 6)[:60]
    inner = peeled(octets, 36).inner
    assert isinstance(inner, Segment)
    assert inner.missing == 36
    assert inner.flow.cut
    assert rewritten(octets, RAW, 36)[36:38] != octets[36:38]


@pytest.mark.parametrize("size", range(20))
def test_a_stump_of_tcp_keeps_ports_and_numbers_alone(size: int) -> None:
    octets = ipv4(tcp(PAYLOAD), 6)[: 20 + size]
    whole = peeled(octets, 40)
    assert isinstance(whole.inner, Done)
    assert put_back(whole)[20:] == octets[20 : 20 + min(size, 16)] + bytes(max(size - 16, 0))


def test_a_payload_larger_than_any_length_field_raises_nothing() -> None:
    assert put_back(peeled(ipv4(udp(PAYLOAD))), bytes(70000))[2:4] == b"\xff\xff"
    assert put_back(peeled(ipv4(tcp(PAYLOAD), 6)), bytes(70000))[2:4] == b"\xff\xff"
