from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Done, Frame
from scrubber.capture.peel import peel
from tests.capture.frames import CLIENT, MAC_A, MAC_B, PAYLOAD, ipv4, ipv4_is_right, learned, put_back, rewritten, udp
from tests.capture.wire import rewriting

INSIDE = b"\xaa\xaa\3\0\0\0\x08\0" + ipv4(udp(PAYLOAD))
STATION = bytes.fromhex("00005e005303")
ADDRESSES = MAC_A + MAC_B + STATION
WIRELESS, RADIOTAP, PPI = 105, 127, 192


def frame(control: int, flags: int, rest: bytes, number: int = 16) -> bytes:
    return bytes((control, flags, 0, 0)) + ADDRESSES + pack("<H", number) + rest


def radiotap(present: int, fields: bytes, inside: bytes) -> bytes:
    return pack("<BBHI", 0, 0, 8 + len(fields), present) + fields + inside


DATA = [
    (WIRELESS, frame(0x08, 1, INSIDE)),
    (WIRELESS, frame(0x88, 2, b"\0\0" + INSIDE)),
    (WIRELESS, frame(0x88, 0x82, b"\0\0htc!" + INSIDE)),
    (WIRELESS, frame(0x88, 3, MAC_A + b"\0\0" + INSIDE)),
    (RADIOTAP, radiotap(2, b"\0", frame(0x08, 1, INSIDE))),
    (RADIOTAP, radiotap(0, b"", frame(0x08, 1, INSIDE))),
    (RADIOTAP, radiotap(3, bytes(8) + b"\x10", frame(0x08, 1, INSIDE) + b"fcs!")),
    (RADIOTAP, radiotap(1 << 31, bytes(4), frame(0x08, 1, INSIDE))),
    (RADIOTAP, radiotap(1 << 30, b"vend", frame(0x08, 1, INSIDE))),
    (PPI, pack("<BBHI", 0, 0, 16, 105) + b"\x30\x75\4\0gps!" + frame(0x08, 1, INSIDE)),
    (PPI, pack("<BBHI", 0, 0, 32, 105) + b"\2\0\x14\0" + bytes(20) + frame(0x08, 1, INSIDE)),
]


@pytest.mark.parametrize(("link", "octets"), DATA)
def test_data_frames_lead_to_the_datagram(link: int, octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), link), rewriting())
    assert isinstance(peeled.inner, Datagram)
    assert peeled.inner.payload == PAYLOAD
    assert learned(octets, link) == octets
    new = put_back(peeled, PAYLOAD * 2)
    for value in (MAC_A, MAC_B, STATION, CLIENT, b"fcs!", b"vend", b"gps!"):
        assert value not in new
    start = new.index(b"\x08\0\x45") + 2
    assert ipv4_is_right(new[start : start + 28 + 2 * len(PAYLOAD)])


BEACON = bytes(12) + b"\0\x08AcmeWifi" + b"\3\1\6" + b"\xdd\7vendor!"
OTHERS = [
    frame(0x80, 0, BEACON),
    frame(0x40, 0, b"\0\x08AcmeWifi\1\1\x82"),
    frame(0x20, 0, b"\1\2\3\4" + MAC_A + b"\0\x08AcmeWifi"),
    frame(0xC0, 0, b"\7\0"),
    frame(0xD0, 0, b"private action"),
    frame(0x80, 0x80, b"htc!" + BEACON),
    frame(0xB0, 0x40, b"private authentication"),
    frame(0x08, 0x41, b"private and encrypted"),
    frame(0x08, 0x05, b"private fragment"),
    frame(0x08, 0x01, b"private fragment", number=17),
    frame(0x88, 0x01, b"\x80\0private aggregate"),
    frame(0x48, 0x01, b""),
    b"\xb4\0\0\0" + MAC_A + MAC_B,
    b"\xd4\0\0\0" + MAC_A,
    b"\x84\0\0\0" + MAC_A + MAC_B + b"private",
]


@pytest.mark.parametrize("octets", OTHERS)
def test_other_frames_keep_their_numbers(octets: bytes) -> None:
    peeled = peel(Frame(octets, len(octets), WIRELESS), rewriting())
    assert isinstance(peeled.inner, Done)
    new = put_back(peeled)
    assert len(new) == len(octets)
    assert new[:4] == octets[:4]
    for value in (MAC_A, MAC_B, STATION, b"private", b"Acme", b"vendor!"):
        assert value not in new
    assert learned(octets, WIRELESS) == octets


def test_elements_keep_type_length_and_channel() -> None:
    new = rewritten(OTHERS[0], WIRELESS)[24:]
    assert new == bytes(12) + b"\0\x08" + bytes(8) + b"\3\1\6" + b"\xdd\7" + bytes(7)


def test_a_padded_frame_is_blanked() -> None:
    octets = radiotap(2, b"\x20", frame(0x08, 1, INSIDE))
    assert not rewritten(octets, RADIOTAP)[9:].strip(b"\0")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=80), st.sampled_from((WIRELESS, RADIOTAP, PPI)), st.sampled_from((b"", b"\x88\3", b"\0\0\x0c\0"))
)
def test_any_octets(octets: bytes, link: int, front: bytes) -> None:
    octets = front + octets
    assert len(rewritten(octets, link)) == len(octets)
    learned(octets, link)
