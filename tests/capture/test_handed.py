from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Done, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    CLIENT6,
    MAC_A,
    PAYLOAD,
    SERVER,
    SERVER6,
    ipv4,
    ipv4_is_right,
    ipv6,
    learned,
    put_back,
    udp,
)
from tests.capture.wire import rewriting

ENC, NFLOG, EXPORTED = 109, 239, 252
INSIDE, INSIDE6 = ipv4(udp(PAYLOAD)), ipv6(udp(PAYLOAD, source=CLIENT6, target=SERVER6))


def field(number: int, value: bytes, order: str = "<") -> bytes:
    return pack(order + "HH", 4 + len(value), number) + value + bytes(-len(value) % 4)


def tag(number: int, value: bytes) -> bytes:
    return pack(">HH", number, len(value)) + value


HARDWARE = b"\0\6\0\0" + MAC_A + b"\x77\x77"
FIREWALL = field(1, b"\x08\0\1\0") + field(10, b"alice \0") + field(8, HARDWARE)
TAGS = tag(12, b"sip\0") + tag(20, CLIENT) + tag(21, SERVER) + tag(25, b"\0\0\x13\xc4") + tag(26, b"\0\0\x9c\x42")
TAGS6 = tag(22, CLIENT6) + tag(23, SERVER6) + tag(34, b"alice")
FRAMES = [
    (ENC, b"\2\0\0\0" + b"\1\2\3\4" + bytes(4) + INSIDE),
    (ENC, b"\0\0\0\x18" + b"\1\2\3\4" + bytes(4) + INSIDE6),
    (NFLOG, b"\2\0\0\7" + FIREWALL + field(9, INSIDE)),
    (NFLOG, b"\2\0\0\7" + field(1, b"\x08\0\1\0", ">") + field(9, INSIDE, ">")),
    (NFLOG, b"\x0a\0\0\7" + field(9, INSIDE6)),
    (EXPORTED, TAGS + tag(0, b"") + PAYLOAD),
    (EXPORTED, TAGS6 + tag(0, b"") + PAYLOAD),
]


@pytest.mark.parametrize(("link", "octets"), FRAMES)
def test_the_way_to_the_payload(link: int, octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), link), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.payload == PAYLOAD
    assert peeled.inner.flow.source in (CLIENT, CLIENT6)
    new = put_back(peeled, PAYLOAD)
    assert len(new) == len(octets)
    assert not [value for value in (CLIENT, CLIENT6, SERVER6, MAC_A, b"alice") if value in new]
    assert learned(octets, link) == octets


def test_what_a_firewall_says() -> None:
    link, octets = FRAMES[2]
    new = put_back(peel(Frame(octets, len(octets), link), rewriting()), PAYLOAD * 3)
    assert new[:12] == octets[:12]
    assert new[12:24] == field(10, bytes(7))
    assert new[24:40] == field(8, b"\0\6\0\0" + rewriting().mac(MAC_A) + bytes(2))
    packet = new[44 : 40 + int.from_bytes(new[40:42], "little")]
    assert ipv4_is_right(packet)
    assert len(packet) == len(INSIDE) + 2 * len(PAYLOAD)
    assert len(new) % 4 == 0


def test_between_whom_a_payload_went() -> None:
    link, octets = FRAMES[5]
    peeled = peel(Frame(octets, len(octets), link), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.flow == (CLIENT, SERVER, 5060, 40002, False)
    new = put_back(peeled, b"another")
    assert new[:12] == octets[:8] + tag(20, b"")[:2] + b"\0\4"
    assert new.endswith(tag(26, b"\0\0\x9c\x42") + tag(0, b"") + b"another")


@pytest.mark.parametrize(
    ("link", "octets"),
    [
        (ENC, b"\x63\0\0\0" + bytes(8) + b"private"),
        (ENC, b"\2\0\0\0private"),
        (ENC, b"\x1e\0\0\0private and private"),
        (NFLOG, b"\2\0\0\7" + field(10, b"private")),
        (NFLOG, b"\x63\0\0\7" + field(9, INSIDE)),
        (NFLOG, b"\2\0\0\7" + b"\2\0\1\0private"),
        (EXPORTED, tag(12, b"private")),
        (EXPORTED, b"private"),
    ],
)
def test_what_is_damaged_is_blanked(link: int, octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), link), rewriting())
    assert peeled.inner == Done(bytes(len(octets)))
    assert learned(octets, link) == octets


@given(st.sampled_from([ENC, NFLOG, EXPORTED]), st.binary(max_size=70), st.sampled_from([b"", b"\2\0\0\0", TAGS]))
def test_any_octets(link: int, tail: bytes, head: bytes) -> None:
    octets = head + tail
    assert learned(octets, link) == octets
    peel(Frame(octets, len(octets) + 9, link), rewriting())
