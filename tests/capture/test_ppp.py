from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import (
    CLIENT,
    CLIENT6,
    MAC_A,
    PAYLOAD,
    SERVER6,
    ethernet,
    ipv4,
    ipv4_is_right,
    ipv6,
    learned,
    put_back,
    rewritten,
    udp,
)
from tests.capture.wire import rewriting

INSIDE = ipv4(udp(PAYLOAD))
PPP = 9


def session(octets: bytes) -> bytes:
    return ethernet(b"\x11\0\0\7" + pack(">H", len(octets)) + octets, 0x8864)


def label(number: int, *, last: bool) -> bytes:
    return pack(">I", number << 12 | last << 8 | 64)


LEADING = [
    (1, session(b"\0\x21" + INSIDE)),
    (51, session(b"\0\x21" + INSIDE)[14:]),
    (PPP, b"\xff\3\0\x21" + INSIDE),
    (PPP, b"\0\x21" + INSIDE),
    (PPP, b"\x21" + INSIDE),
    (50, b"\xff\3\0\x21" + INSIDE),
    (166, b"\1\xff\3\0\x21" + INSIDE),
    (104, b"\x0f\0\x08\0" + INSIDE),
    (1, ethernet(label(16, last=False) + label(17, last=True) + INSIDE, 0x8847)),
    (1, ethernet(label(16, last=True) + ethernet(INSIDE), 0x8847)),
    (1, ethernet(label(16, last=True) + bytes(4) + ethernet(INSIDE), 0x8847)),
    (1, ethernet(label(16, last=True) + ipv6(udp(PAYLOAD, source=CLIENT6, target=SERVER6)), 0x8848)),
    (1, session(b"\2\x81" + label(16, last=True) + INSIDE)),
]


@pytest.mark.parametrize(("link", "octets"), LEADING)
def test_the_way_to_the_datagram(link: int, octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), link), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.payload == PAYLOAD
    assert learned(octets, link) == octets
    new = put_back(peeled, PAYLOAD * 3)
    assert CLIENT not in new
    assert MAC_A not in new
    assert len(new) == len(octets) + 2 * len(PAYLOAD)


def test_the_length_of_a_session_grows_and_its_padding_is_blanked() -> None:
    octets = session(b"\0\x21" + INSIDE) + b"padding"
    new = put_back(peel(Frame(octets, len(octets), 1), rewriting()), PAYLOAD * 3)
    assert int.from_bytes(new[18:20], "big") == len(new) - 20 - 7
    assert ipv4_is_right(new[22:-7])
    assert new.endswith(bytes(7))


def tag(kind: int, value: bytes) -> bytes:
    return pack(">HH", kind, len(value)) + value


def test_discovery_maps_names_and_blanks_the_rest() -> None:
    tags = tag(0x0101, b"tower7") + tag(0x0102, b"pbx.example.com") + tag(0x0103, b"host uniq") + tag(0x0104, b"cookie")
    octets = ethernet(b"\x11\x07\0\0" + pack(">H", len(tags)) + tags + b"tail", 0x8863)
    new = rewritten(octets)
    for value in (b"tower7", b"pbx", b"uniq", b"cookie", b"tail"):
        assert value not in new
    assert len(new) == len(octets)
    assert learned(octets) == octets


def control(code: int, body: bytes) -> bytes:
    return bytes((code, 1)) + pack(">H", 4 + len(body)) + body


MESSAGES = [
    (b"\xc0\x21" + control(1, b"\1\4\5\xd4\3\5\xc2\x23\5\5\6\1\2\3\4"), True),
    (b"\xc0\x21" + control(1, b"\x11\4\5\xd4\x13\x0a\1endpoint"), False),
    (b"\xc0\x21" + control(9, b"\1\2\3\4alice"), False),
    (b"\x80\x21" + control(1, b"\3\6" + CLIENT + b"\x81\6" + CLIENT), False),
    (b"\x80\x21" + control(1, b"\2\6\0\x2d\x0f\1"), True),
    (b"\x80\x57" + control(1, b"\1\x0a" + bytes.fromhex("02005efffe005301")), False),
    (b"\x80\xfd" + control(1, b"\x11\6\0\1\1\3"), False),
    (b"\xc0\x23" + control(1, b"\5alice\7hunter2"), False),
    (b"\xc0\x23" + control(2, b"\5hello"), False),
    (b"\xc2\x23" + control(1, b"\x08hunter22alice"), False),
    (b"\xc2\x23" + control(2, b"\x08hunter22alice"), False),
    (b"\xc2\x23" + control(3, b"welcome alice"), False),
    (b"\xc2\x27" + control(2, b"\1alice"), False),
    (b"\xc2\x27" + control(3, b""), True),
    (b"\x00\x2d" + b"alice in a compressed packet", False),
]


@pytest.mark.parametrize(("octets", "kept"), MESSAGES)
def test_control_messages(octets: bytes, kept: bool) -> None:
    assert learned(octets, PPP) == octets
    new = rewritten(octets, PPP)
    assert len(new) == len(octets)
    assert new[:2] == octets[:2]
    assert (new == octets) is kept
    for value in (CLIENT, b"alice", b"hunter2", b"endpoint", b"hello", b"\x5e\xff\xfe\x00\x53"):
        assert value not in new


def test_labels_before_nothing_known_are_blanked() -> None:
    octets = ethernet(label(16, last=True) + b"some private octets", 0x8847)
    assert b"private" not in rewritten(octets)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60), st.sampled_from((0xC021, 0x8021, 0x8057, 0x80FD, 0xC023, 0xC223, 0xC227, 0x0021, 0x0281))
)
def test_any_octets(octets: bytes, protocol: int) -> None:
    frame = pack(">H", protocol) + octets
    assert len(rewritten(frame, PPP)) == len(frame)
    learned(frame, PPP)
