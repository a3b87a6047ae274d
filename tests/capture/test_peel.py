from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Done, Frame, Segment
from scrubber.capture.peel import peel, peel_transport
from tests.capture.frames import (
    CLIENT,
    ETHERNET,
    PAYLOAD,
    RAW,
    SERVER,
    ethernet,
    ipv4,
    ipv4_is_right,
    ipv6,
    learned,
    pseudo,
    put_back,
    rewritten,
    tcp,
    udp,
    udp_frame,
    word_sum,
)
from tests.capture.wire import learning, rewriting

LINKS = (0, 1, 9, 12, 50, 51, 101, 104, 105, 107, 108, 113, 127, 166, 192, 219, 228, 276, 7)
UNDER_TEST = (rewriting(), learning()[0])


def survives(octets: bytes, link: int, missing: int) -> None:
    for to in UNDER_TEST:
        peeled = peel(Frame(octets, len(octets) + missing, link), to)
        put_back(peeled)
        put_back(peeled, b"")
        put_back(peeled, bytes(66000))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120), st.sampled_from(LINKS), st.sampled_from((0, 1, 900)))
def test_any_octets_under_any_link(octets: bytes, link: int, missing: int) -> None:
    survives(octets, link, missing)


TYPES = (0x0806, 0x8100, 0x8809, 0x8847, 0x8863, 0x8864, 0x888E, 0x88CC, 0x88E7, 0x8035, 0x6558, 0x0040, 0x9999)
PROTOCOLS = (0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 60, 97, 132, 137, 253)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=100), st.sampled_from(TYPES), st.sampled_from((0, 30)))
def test_any_octets_behind_any_type(octets: bytes, kind: int, missing: int) -> None:
    survives(ethernet(octets, kind), ETHERNET, missing)
    assert learned(ethernet(octets, kind), ETHERNET, missing)[:14] == ethernet(b"", kind)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=100), st.sampled_from(PROTOCOLS), st.sampled_from((0, 30)))
def test_any_octets_in_any_protocol(octets: bytes, protocol: int, missing: int) -> None:
    survives(ipv4(octets, protocol), RAW, missing)
    survives(ipv6(octets, protocol), RAW, missing)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from((3544, 4789, 4790, 8472, 6081, 2152, 37008)))
def test_any_octets_at_the_port_of_a_tunnel(octets: bytes, port: int) -> None:
    frame = ethernet(ipv4(udp(octets, dport=port)))
    survives(frame, ETHERNET, 0)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 80), st.integers(0, 255), st.integers(0, 90))
def test_one_octet_changed_anywhere(at: int, value: int, size: int) -> None:
    octets = bytearray(ethernet(ipv4(tcp(PAYLOAD * 2, b"\1\1\5\x0a12345678"), 6)))
    octets[at] = value
    survives(bytes(octets[:size]), ETHERNET, 0)
    survives(bytes(octets), ETHERNET, 5)


def test_headers_without_end_are_read_no_further() -> None:
    tags = b"\x81\x00\x00\x01" * 5000
    to = rewriting()
    peeled = peel(Frame(ethernet(tags, 0x8100), len(tags) + 14, ETHERNET), to)
    assert isinstance(peeled.inner, Done)
    assert not peeled.inner.payload.strip(b"\0")
    assert len(put_back(peeled)) == len(tags) + 14


def test_packets_in_packets_without_end() -> None:
    octets = ipv4(udp(PAYLOAD))
    for _ in range(60):
        octets = ipv4(octets, 4)
    new = rewritten(octets, RAW)
    assert len(new) == len(octets)
    assert CLIENT not in new


def test_payload_that_looks_like_no_tunnel_is_a_datagram() -> None:
    octets = ethernet(ipv4(udp(PAYLOAD, dport=4789)))
    inner = peel(Frame(octets, len(octets), ETHERNET), rewriting()).inner
    assert isinstance(inner, Datagram)
    assert inner.payload == PAYLOAD


@pytest.mark.parametrize(("protocol", "octets"), [(17, udp(PAYLOAD)), (6, tcp(PAYLOAD))])
def test_a_packet_put_together_from_fragments(protocol: int, octets: bytes) -> None:
    to = rewriting()
    peeled = peel_transport(protocol, octets, CLIENT, SERVER, to)
    assert isinstance(peeled.inner, Datagram | Segment)
    assert peeled.inner.flow.source == CLIENT
    new = put_back(peeled, b"rewritten")
    sums = pseudo(len(new), protocol, to.ipv4(CLIENT), to.ipv4(SERVER))
    assert word_sum(sums + new) == 0xFFFF


def test_the_cut_beginning_of_a_packet_of_fragments() -> None:
    inner = peel_transport(17, udp(PAYLOAD * 3)[:30], CLIENT, SERVER, rewriting(), cut=True).inner
    assert isinstance(inner, Datagram)
    assert inner.flow.cut


@settings(max_examples=100, deadline=None)
@given(st.integers(-5, 300), st.binary(max_size=60), st.binary(max_size=17))
def test_any_octets_as_a_packet_of_fragments(protocol: int, octets: bytes, address: bytes) -> None:
    put_back(peel_transport(protocol, octets, address, address, rewriting()))


def test_nothing_of_addresses_is_left_in_a_frame() -> None:
    new = rewritten(udp_frame())
    assert CLIENT not in new
    assert SERVER not in new
    assert ipv4_is_right(new[14:])


def test_frames_show_no_payload() -> None:
    peeled = peel(Frame(udp_frame(), 60, ETHERNET), rewriting())
    assert "fourteen" not in repr(peeled.inner)
