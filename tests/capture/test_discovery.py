from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.discovery import _even
from tests.capture.frames import CLIENT, CLIENT6, MAC_A, ethernet, inverted, learned, rewritten, word_sum


def field(kind: int, value: bytes) -> bytes:
    return pack(">H", kind << 9 | len(value)) + value


MED = b"\x00\x12\xbb"
KEPT = [
    field(3, b"\0\x78"),
    field(7, b"\0\x24\0\x24"),
    field(2, b"\5GigabitEthernet1/0/24"),
    field(2, b"\7Port 1"),
    field(4, b"WAN PORT"),
    field(6, b"Yealink SIP-T46S V84"),
    field(127, b"\x00\x80\xc2\1\0\x64"),
    field(127, b"\x00\x12\x0f\1\3\x6c\1\0\x10"),
    field(127, MED + b"\1\0\x33\3"),
    field(127, MED + b"\2\1\x40\x64\x2e"),
    field(127, MED + b"\4\x51\0\x64"),
]
CHANGED = [
    field(1, b"\4" + MAC_A),
    field(1, b"\5\1" + CLIENT),
    field(1, b"\5\2" + CLIENT6),
    field(1, b"\7tower7"),
    field(2, b"\3" + MAC_A),
    field(2, b"\4\1" + CLIENT),
    field(2, b"\5GigabitEthernet of tower7"),
    field(4, b"desk of Alice Doe"),
    field(5, b"tower7"),
    field(6, b"telephone of Alice Doe"),
    field(8, b"\5\1" + CLIENT + b"\2\0\0\0\1\3oid"),
    field(127, b"\x00\x80\xc2\3\0\x64\6tower7"),
    field(127, MED + b"\3\3" + b"15550100123"),
    field(127, MED + b"\3\2\x0a\2US\6\7Springf"),
    field(127, MED + b"\x08SN-00099-AB"),
    field(127, MED + b"\x0bSN-00099-AB"),
    field(127, b"\xaa\xbb\xcc\1made up by a vendor"),
    field(99, b"reserved"),
    field(7, b"tower7"),
    field(127, b"\x00\x80\xc2\1tower7"),
]
PLANTED = (MAC_A, CLIENT, CLIENT6, *b"tower7 Alice oid 15550100123 Springf SN-0009 vendor reserved".split())


@pytest.mark.parametrize("octets", KEPT)
def test_numbers_stay(octets: bytes) -> None:
    assert rewritten(ethernet(octets + b"\0\0", 0x88CC))[14:] == octets + b"\0\0"


@pytest.mark.parametrize("octets", CHANGED)
def test_names_and_addresses_go(octets: bytes) -> None:
    frame = ethernet(octets + b"\0\0", 0x88CC)
    new = rewritten(frame)
    assert len(new) == len(frame)
    assert new[14:16] == frame[14:16]
    for value in PLANTED:
        assert value not in new
    assert learned(frame) == frame


def test_models_and_versions_stay_but_for_what_is_found_in_them() -> None:
    octets = field(127, MED + b"\x06SIP55.9-4-2") + field(127, MED + b"\x07of alice.doe@pbx.example.com")
    new = rewritten(ethernet(octets, 0x88CC))
    assert b"SIP55.9-4-2" in new
    assert b"alice.doe" not in new


def test_elements_of_a_place_keep_their_types() -> None:
    place = b"\3\2\x10\2US\6\7Springf\x13\x0277more"
    new = rewritten(ethernet(field(127, MED + place) + b"\0\0", 0x88CC))
    assert new[19 : 19 + len(place)] == b"\3\2\x10\2\0\0\6\7" + bytes(7) + b"\x13\2" + bytes(6)


def test_what_follows_the_end_is_a_trailer() -> None:
    assert rewritten(ethernet(b"\0\0padding", 0x88CC))[14:] == bytes(9)


def cisco(body: bytes) -> bytes:
    octets = b"\2\xb4\0\0" + body
    return octets[:2] + pack(">H", inverted(_even(octets))) + octets[4:]


def tagged(kind: int, value: bytes) -> bytes:
    return pack(">HH", kind, len(value) + 4) + value


def snap(octets: bytes) -> bytes:
    return ethernet(b"\xaa\xaa\3\0\0\x0c\x20\0" + octets, 8 + len(octets))


ADDRESS = b"\1\1\xcc\0\4" + CLIENT
CDP = [
    tagged(1, b"tower7"),
    tagged(2, b"\0\0\0\1" + ADDRESS),
    tagged(2, b"\0\0\0\2" + ADDRESS + b"\2\x08\xaa\xaa\3\0\0\0\x86\xdd\0\x10" + CLIENT6),
    tagged(3, b"Gigabit of tower7"),
    tagged(7, CLIENT + b"\x18"),
    tagged(7, CLIENT),
    tagged(9, b"tower7"),
    tagged(0x16, b"\0\0\0\1" + ADDRESS),
    tagged(0x17, b"\0Springfield"),
    tagged(0x99, b"reserved"),
    tagged(0x1A, b"tower7"),
    tagged(2, b"\0\0\0\1\1\x0ereserved words\0\4" + CLIENT),
    b"\0\1\0\2reserved",
]


@pytest.mark.parametrize("octets", CDP)
@pytest.mark.parametrize("more", [tagged(0x0A, b"\0\x64"), tagged(0x0B, b"\1"), tagged(0x12, b"\x90")])
def test_cdp(octets: bytes, more: bytes) -> None:
    frame = snap(cisco(more + octets))
    assert learned(frame) == frame
    new = rewritten(frame)
    assert len(new) == len(frame)
    for value in PLANTED:
        assert value not in new
    assert word_sum(_even(new[22:])) == 0xFFFF
    assert new[26 : 26 + len(more)] == more


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_octets(octets: bytes) -> None:
    for frame in (ethernet(octets, 0x88CC), snap(octets)):
        assert len(rewritten(frame)) == len(frame)
        assert learned(frame)[:24] == frame[:24]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (b"Cisco IP Phone 8841", True),
        (b"sip88xx.12-8-1-0001-455", True),
        (b"V3.70.1", True),
        (b"Marla Vexel's telephone", False),
        (b"SN 99FCH217", False),
    ],
)
def test_models_and_versions(text: bytes, kept: bool) -> None:
    octets = ethernet(field(127, MED + b"\x0a" + text) + field(0, b""), 0x88CC)
    new = rewritten(octets)
    assert (text in new) is kept
    assert len(new) == len(octets)
    assert b"Marla" not in new
