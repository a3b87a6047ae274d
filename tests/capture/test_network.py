from __future__ import annotations

from ipaddress import IPv6Address
from struct import pack

import pytest

from scrubber.capture.packet import Datagram, Done, Fragment, Frame, Peeled
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    CLIENT6,
    PAYLOAD,
    RAW,
    SERVER,
    SERVER6,
    ethernet,
    ipv4,
    ipv4_is_right,
    ipv6,
    ipv6_is_right,
    learned,
    pseudo,
    put_back,
    rewritten,
    udp,
    word_sum,
)
from tests.capture.wire import rewriting

HOP = bytes((203, 0, 113, 9))
HOP6 = IPv6Address("2001:470:3::c").packed
PADDED = b"\x11\0\1\4\0\0\0\0"


def peeled(octets: bytes, missing: int = 0) -> Peeled:
    return peel(Frame(octets, len(octets) + missing, RAW), rewriting())


@pytest.mark.parametrize("payload", [b"", b"x", PAYLOAD, b"long" * 300])
def test_ipv4_is_repaired_around_any_payload(payload: bytes) -> None:
    assert ipv4_is_right(put_back(peeled(ipv4(udp(PAYLOAD))), payload))


@pytest.mark.parametrize("payload", [b"", b"x", PAYLOAD, b"long" * 300])
def test_ipv6_is_repaired_around_any_payload(payload: bytes) -> None:
    octets = ipv6(udp(PAYLOAD, source=CLIENT6, target=SERVER6))
    new = put_back(peeled(octets), payload)
    assert ipv6_is_right(new)
    assert CLIENT6 not in new
    assert SERVER6 not in new


def test_numbers_of_the_header_stay() -> None:
    octets = ipv4(udp(PAYLOAD))
    new = rewritten(octets, RAW)
    assert new[:10] == octets[:10]


def with_field(octets: bytes, at: int, value: int) -> bytes:
    return octets[:at] + pack(">H", value) + octets[at + 2 :]


def test_a_wrong_header_checksum_stays_wrong() -> None:
    octets = with_field(ipv4(udp(PAYLOAD)), 10, 0x1234)
    new = rewritten(octets, RAW)
    assert word_sum(new[:20]) != 0xFFFF
    assert new[10:12] != octets[10:12]


def test_a_header_checksum_left_to_the_card_stays_zero() -> None:
    assert rewritten(with_field(ipv4(udp(PAYLOAD)), 10, 0), RAW)[10:12] == b"\0\0"


def test_a_total_length_left_to_the_card_stays_zero() -> None:
    octets = with_field(ipv4(udp(PAYLOAD)), 2, 0)
    new = put_back(peeled(octets), PAYLOAD * 2)
    assert new[2:4] == b"\0\0"
    assert new.endswith(PAYLOAD * 2)


def test_lengths_of_a_cut_packet_grow_by_what_the_payload_grows() -> None:
    octets = ipv4(udp(PAYLOAD * 9))[:48]
    whole = peeled(octets, len(PAYLOAD) * 9 + 28 - 48)
    assert isinstance(whole.inner, Datagram)
    assert whole.inner.flow.cut
    new = put_back(whole, whole.inner.payload + b"12345")
    assert int.from_bytes(new[2:4], "big") == 28 + len(PAYLOAD) * 9 + 5
    assert int.from_bytes(new[24:26], "big") == 8 + len(PAYLOAD) * 9 + 5


def test_route_options_are_mapped_and_others_blanked() -> None:
    options = b"\x07\x07\x04" + HOP + b"\x01" + b"\x82\x08unit42"
    octets = ipv4(udp(PAYLOAD), options=options)
    new = rewritten(octets, RAW)
    assert HOP not in new
    assert new[20:23] == options[:3]
    assert new[28:36] == b"\x82\x08" + bytes(6)
    assert word_sum(new[:36]) == 0xFFFF
    assert learned(octets, RAW) == octets


def test_timestamps_stay_and_their_addresses_do_not() -> None:
    options = b"\x44\x0c\x0d\x01" + HOP + b"\0\1\2\3"
    new = rewritten(ipv4(udp(PAYLOAD), options=options), RAW)
    assert HOP not in new
    assert new[28:32] == b"\0\1\2\3"


def test_the_checksum_counts_the_end_of_a_source_route() -> None:
    octets = ipv4(udp(PAYLOAD, target=HOP), options=b"\x83\x07\x04" + HOP + b"\0")
    assert learned(octets, RAW) == octets
    new = rewritten(octets, RAW)
    inside = new[28:]
    assert word_sum(pseudo(len(inside), 17, new[12:16], new[23:27]) + inside) == 0xFFFF


@pytest.mark.parametrize("options", [b"\x07\x00ab", b"\x07\xffab", b"\x83\x03\x04\x00", b"\x94\x04\0\0", b"\0abc"])
def test_damaged_options_keep_their_length(options: bytes) -> None:
    octets = ipv4(udp(PAYLOAD), options=options)
    assert len(rewritten(octets, RAW)) == len(octets)
    assert learned(octets, RAW) == octets


def test_a_piece_is_a_fragment_with_its_key() -> None:
    octets = ipv4(b"12345678", place=0x2000 | 3)
    fragment = peeled(octets).inner
    assert isinstance(fragment, Fragment)
    assert fragment == Fragment(
        (CLIENT, SERVER, b"\x11", b"\0\7"), 17, 24, more=True, payload=b"12345678", source=CLIENT, target=SERVER
    )
    new = put_back(peeled(octets), b"1234567890")
    assert word_sum(new[:20]) == 0xFFFF
    assert int.from_bytes(new[2:4], "big") == 30


def test_a_piece_of_ipv6_is_a_fragment_with_its_key() -> None:
    octets = ipv6(b"\x11\0" + pack(">HI", 16 | 1, 99) + b"12345678", 44)
    fragment = peeled(octets).inner
    assert isinstance(fragment, Fragment)
    assert fragment.key == (CLIENT6, SERVER6, b"\x11", pack(">I", 99))
    assert (fragment.offset, fragment.more, fragment.payload) == (16, True, b"12345678")
    assert learned(octets, RAW) == octets


def test_the_cut_beginning_of_a_fragmented_packet_is_read() -> None:
    octets = ipv4(udp(PAYLOAD * 9), place=0x2000)[:60]
    inner = peeled(octets, 40).inner
    assert isinstance(inner, Datagram)
    assert inner.flow.cut


def routed(kind: int, hops: bytes, left: int) -> bytes:
    return bytes((17, len(hops) // 8, kind, left, 0, 0, 0, 0)) + hops


@pytest.mark.parametrize(
    ("protocol", "header"),
    [
        (0, b"\x11\0\5\2\0\0\1\0"),
        (60, PADDED),
        (60, b"\x11\2\1\2\0\0\xc9\x10" + HOP6),
        (44, b"\x11\0" + pack(">HI", 0, 99)),
        (43, routed(0, HOP6 + HOP6, 0)),
        (51, b"\x11\4" + bytes(10) + b"check value!"),
        (0, b"\x3c\0\1\4\0\0\0\0" + PADDED),
    ],
)
def test_extension_headers(protocol: int, header: bytes) -> None:
    octets = ipv6(header + udp(PAYLOAD, source=CLIENT6, target=SERVER6), protocol)
    assert learned(octets, RAW) == octets
    assert isinstance(peeled(octets).inner, Datagram)
    new = rewritten(octets, RAW)
    assert len(new) == len(octets)
    assert HOP6 not in new
    assert b"check value!" not in new
    inside = new[40 + len(header) :]
    assert word_sum(pseudo(len(inside), 17, new[8:24], new[24:40]) + inside) == 0xFFFF


@pytest.mark.parametrize(("kind", "hops", "last"), [(0, SERVER6 + HOP6, 1), (4, HOP6 + SERVER6, 0)])
def test_the_checksum_counts_the_last_hop(kind: int, hops: bytes, last: int) -> None:
    header = routed(kind, hops, 1)
    header = header[:4] + bytes((1 if kind == 4 else 0,)) + header[5:]
    octets = ipv6(header + udp(PAYLOAD, source=CLIENT6, target=HOP6), 43)
    assert learned(octets, RAW) == octets
    new = rewritten(octets, RAW)
    hop = new[48 + 16 * last : 64 + 16 * last]
    assert word_sum(pseudo(len(octets) - 80, 17, new[8:24], hop) + new[80:]) == 0xFFFF


def test_unknown_options_of_ipv6_are_blanked() -> None:
    new = rewritten(ipv6(b"\x11\0\x1e\4abcd" + udp(PAYLOAD), 60), RAW)
    assert new[40:48] == b"\x11\0\x1e\4\0\0\0\0"


def test_tunnels_of_ip_in_ip() -> None:
    inner = ipv4(udp(PAYLOAD))
    for octets in (ipv4(inner, 4), ipv4(ipv6(udp(PAYLOAD)), 41), ipv6(inner, 4), ipv6(ipv6(udp(PAYLOAD)), 41)):
        assert isinstance(peeled(octets).inner, Datagram)
        assert CLIENT not in rewritten(octets, RAW)
        assert CLIENT6 not in rewritten(octets, RAW)


def test_unknown_protocols_are_blanked_and_counted() -> None:
    to = rewriting()
    octets = ipv4(b"something private", 253)
    assert peel(Frame(octets, len(octets), RAW), to).inner == Done(bytes(17))
    assert to.reader.notes["unknown IP protocol"]


def test_a_trailer_is_no_payload() -> None:
    octets = ipv4(udp(PAYLOAD))
    new = put_back(peeled(octets + b"junk"), b"short")
    assert new.endswith(b"short\0\0\0\0")
    assert ipv4_is_right(new[:-4])


def test_an_odd_time_option_goes() -> None:
    option = b"\x44\x0c\x05\x02marlavex"
    new = rewritten(ethernet(ipv4(udp(PAYLOAD), options=option)))
    assert option[:2] + bytes(10) in new
