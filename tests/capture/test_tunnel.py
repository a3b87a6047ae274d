from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Done, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    CLIENT6,
    MAC_A,
    PAYLOAD,
    RAW,
    SERVER6,
    ethernet,
    inverted,
    ipv4,
    ipv4_is_right,
    ipv6,
    learned,
    put_back,
    rewritten,
    udp,
    word_sum,
)
from tests.capture.wire import rewriting

INSIDE = ipv4(udp(PAYLOAD))
FRAME = ethernet(INSIDE)


def gre(flags: int, kind: int, fields: bytes, inside: bytes) -> bytes:
    return ipv4(pack(">BBH", flags, 0, kind) + fields + inside, 47)


def checked_gre(inside: bytes) -> bytes:
    octets = pack(">BBH", 0x80, 0, 0x0800) + bytes(4) + inside
    return ipv4(octets[:4] + pack(">H", inverted(octets)) + octets[6:], 47)


def gtp(flags: int, kind: int, optional: bytes, inside: bytes) -> bytes:
    return pack(">BBHI", flags, kind, len(optional + inside), 99) + optional + inside


SIX = ipv6(udp(PAYLOAD, source=CLIENT6, target=SERVER6))
HIDDEN = bytes(255 - octet for octet in CLIENT)
"""How Teredo writes an address, so that no translator changes it."""
PPTP = pack(">BBHHH", 0x30, 1, 0x880B, len(INSIDE) + 4, 7) + bytes(4) + b"\xff\3\0\x21" + INSIDE
TUNNELS = [
    gre(0, 0x0800, b"", INSIDE),
    gre(0x30, 0x0800, b"key!" + bytes(4), INSIDE),
    checked_gre(INSIDE),
    gre(0, 0x883E, b"", INSIDE),
    gre(0, 0x883E, b"\0\5H\0", INSIDE),
    gre(0, 0x6558, b"", FRAME),
    gre(0, 0x88BE, b"", FRAME),
    gre(0x10, 0x88BE, bytes(4) + b"\x10\1\2\3\0\0\0\1", FRAME),
    gre(0x10, 0x22EB, bytes(4) + b"\x20" + bytes(11), FRAME),
    gre(0x10, 0x22EB, bytes(4) + b"\x20" + bytes(10) + b"\1" + b"platform", FRAME),
    gre(0x10, 0x22EB, bytes(4) + b"\x20" + bytes(9) + b"\x08\0", INSIDE),
    ipv4(PPTP, 47),
    ipv4(b"\x30\0" + FRAME, 97),
    *[ipv4(udp(b"\x08\0\0\0\0\0\7\0" + FRAME, dport=port)) for port in (4789, 8472)],
    ipv4(udp(b"\x88\0\0\7\0\0\7\0" + FRAME, dport=4789)),
    ipv4(udp(b"\x0c\0\0\3\0\0\7\0" + FRAME, dport=4790)),
    ipv4(udp(b"\x0c\0\0\1\0\0\7\0" + INSIDE, dport=4790)),
    ipv4(udp(SIX, dport=3544)),
    ipv4(udp(b"\0\0\x12\x34" + HIDDEN + SIX, sport=3544)),
    ipv4(udp(b"\0\1\2\4opzzzz" + b"nonceopt\0" + b"\0\0\x12\x34" + HIDDEN + SIX, dport=3544)),
    ipv4(udp(b"\0\0\x65\x58\0\0\7\0" + FRAME, dport=6081)),
    ipv4(udp(b"\2\0\x08\0\0\0\7\0" + b"\1\2\3\1opts" + INSIDE, dport=6081)),
    ipv4(udp(gtp(0x30, 255, b"", INSIDE), dport=2152)),
    ipv4(udp(gtp(0x32, 255, b"\0\1\0\0", INSIDE), dport=2152)),
    ipv4(udp(gtp(0x34, 255, b"\0\0\0\x85\1\0\x09\0", INSIDE), sport=2152)),
    ipv4(udp(gtp(0x34, 255, b"\0\0\0\x20\1zz\x20\1zz\0", INSIDE), dport=2152)),
    ipv4(udp(b"\1\0\0\1" + b"\x0a\1\7\0\x3c\6" + MAC_A + b"\1" + FRAME, dport=37008)),
]


@pytest.mark.parametrize("octets", TUNNELS)
def test_the_way_to_the_datagram(octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), RAW), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.payload == PAYLOAD
    assert peeled.inner.flow.dport == 40002
    assert learned(octets, RAW) == octets


@pytest.mark.parametrize("octets", TUNNELS)
def test_every_header_is_rewritten_and_repaired(octets: bytes) -> None:
    new = put_back(peel(Frame(octets, len(octets), RAW), rewriting()), PAYLOAD * 3)
    assert len(new) == len(octets) + 2 * len(PAYLOAD)
    for value in (CLIENT, CLIENT6, HIDDEN, MAC_A, b"platform", b"opts", b"zz", b"nonce"):
        assert value not in new
    assert word_sum(new[:20]) == 0xFFFF
    assert int.from_bytes(new[2:4], "big") == len(new)
    if new[9] == 17:
        assert ipv4_is_right(new)
    if CLIENT6 not in octets:
        assert ipv4_is_right(new[-28 - 3 * len(PAYLOAD) :])


def test_checksum_and_length_of_gre() -> None:
    new = put_back(peel(Frame(checked_gre(INSIDE), 200, RAW), rewriting()), PAYLOAD * 3)
    assert word_sum(new[20:]) == 0xFFFF
    new = put_back(peel(Frame(ipv4(PPTP, 47), 200, RAW), rewriting()), PAYLOAD * 3)
    assert int.from_bytes(new[24:26], "big") == len(new) - 32


def test_the_length_of_gtp() -> None:
    octets = ipv4(udp(gtp(0x30, 255, b"", INSIDE), dport=2152))
    new = put_back(peel(Frame(octets, len(octets), RAW), rewriting()), PAYLOAD * 3)
    assert int.from_bytes(new[30:32], "big") == len(new) - 36


@pytest.mark.parametrize(
    "octets",
    [
        gre(0x40, 0x0800, b"rout", INSIDE),
        gre(0, 0x9999, b"", b"private"),
        ipv4(pack(">BBHHH", 0x30, 1, 0x880B, 0, 7) + bytes(4), 47),
        ipv4(b"\x00\x00" + FRAME, 97),
        ipv4(b"spi!seq!private", 50),
        ipv4(udp(gtp(0x30, 26, b"", b"\x10private"), dport=2152)),
        ipv4(udp(gtp(0x30, 255, b"", b"private"), dport=2152)),
    ],
)
def test_what_cannot_be_read_is_blanked(octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), RAW), rewriting())
    assert isinstance(peeled.inner, Done)
    new = put_back(peeled)
    assert len(new) == len(octets)
    assert b"private" not in new
    assert CLIENT not in new
    assert learned(octets, RAW) == octets


@pytest.mark.parametrize(
    ("payload", "port"),
    [
        (b"\x08\0\0\1\0\0\7\0" + FRAME, 4789),
        (b"\x08\0\0\0\0\0\7\1" + FRAME, 4789),
        (b"\x08\0\0\0\0\0\7\0", 4789),
        (b"\x0c\0\0\x09\0\0\7\0" + FRAME, 4790),
        (SIX[:-1], 3544),
        (b"\0\1\xff\xff" + SIX, 3544),
        (b"\x40\0\x65\x58\0\0\7\0" + FRAME, 6081),
        (b"\x3f\0\x65\x58\0\0\7\0" + FRAME, 6081),
        (gtp(0x30, 255, b"", INSIDE)[:-1], 2152),
        (b"\x80" + bytes(20), 2152),
        (b"\2\0\0\1\1" + FRAME, 37008),
        (b"\1\0\0\1" + b"\x3c\xff" + MAC_A, 37008),
        (b"\1\0\0\x99\1" + FRAME, 37008),
    ],
)
def test_what_is_no_tunnel_is_a_datagram(payload: bytes, port: int) -> None:
    octets = ipv4(udp(payload, dport=port))
    to = rewriting()
    inner = peel(Frame(octets, len(octets), RAW), to).inner
    assert isinstance(inner, Datagram)
    assert inner.payload == payload


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60), st.sampled_from((47, 50, 97)), st.sampled_from((b"", b"\0\0\x88\xbe", b"\x30\1\x88\x0b"))
)
def test_any_octets(octets: bytes, protocol: int, front: bytes) -> None:
    packet = ipv4(front + octets, protocol)
    assert len(rewritten(packet, RAW)) == len(packet)
    learned(packet, RAW)


def test_endpoints_of_gtp_get_numbers_of_their_own() -> None:
    def number(octets: bytes) -> bytes:
        return octets[32:36]

    octets = ipv4(udp(gtp(0x30, 255, b"", INSIDE), dport=2152))
    one = octets[:32] + bytes.fromhex("cafeb0b5") + octets[36:]
    none = octets[:32] + bytes(4) + octets[36:]
    assert number(octets) != number(rewritten(octets, RAW))
    assert number(rewritten(one, RAW)) == number(rewritten(one, RAW)) != bytes.fromhex("cafeb0b5")
    assert number(rewritten(none, RAW)) == bytes(4)


def ike(flags: int, *payloads: bytes) -> bytes:
    body = b"".join(payloads)
    return b"\x91initiateanswers\x21\x20\x22" + bytes((flags,)) + bytes(4) + pack(">I", 28 + len(body)) + body


OFFER = b"\x22\0\0\x0bprivate" + b"\0\0\0\x0cidentity"


@pytest.mark.parametrize(("flags", "kept"), [(8, True), (9, False)])
@pytest.mark.parametrize(("front", "port"), [(b"", 500), (bytes(4), 4500)])
def test_of_a_key_exchange_its_course_stays(flags: int, kept: bool, front: bytes, port: int) -> None:
    octets = ipv4(udp(front + ike(flags, OFFER), dport=port))
    new = put_back(peel(Frame(octets, len(octets), RAW), rewriting()))[28 + len(front) :]
    to = rewriting()
    assert new[:16] == to.opaque(octets[28 + len(front) :][:8], "x") + to.opaque(octets[36 + len(front) :][:8], "x")
    assert new[16:28] == ike(flags, OFFER)[16:28]
    assert new[28:] == (b"\x22\0\0\x0b" + bytes(7) + b"\0\0\0\x0c" + bytes(8) if kept else bytes(23))
    assert learned(octets, RAW) == octets


@pytest.mark.parametrize(
    ("payload", "new"),
    [
        (b"\xc1\xa2\xb3\xc4\0\0\0\x11private", b"\xc1\xa2\xb3\xc4\0\0\0\x11" + bytes(7)),
        (b"\xff", b"\xff"),
    ],
)
def test_what_goes_through_nat(payload: bytes, new: bytes) -> None:
    octets = ipv4(udp(payload, dport=4500))
    assert put_back(peel(Frame(octets, len(octets), RAW), rewriting()))[28:] == new


@pytest.mark.parametrize(
    ("payload", "port"),
    [
        (b"INVITE sip:alice.doe@pbx.example.com SIP/2.0", 4500),
        (b"\0\1\0\x08\x21\x12\xa4\x42\xee\xee", 4500),
        (b"\xc1\xa2\xb3\xc4", 4500),
        (ike(8, OFFER)[:-1], 500),
        (b"INVITE sip:alice. @ and so on, on a port for keys", 500),
        (b"short", 500),
    ],
)
def test_another_use_of_these_ports_is_a_datagram(payload: bytes, port: int) -> None:
    octets = ipv4(udp(payload, dport=port))
    assert isinstance(peel(Frame(octets, len(octets), RAW), rewriting()).inner, Datagram)
