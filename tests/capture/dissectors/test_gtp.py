from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import gtp
from scrubber.encodings import bcd_encode
from scrubber.model import Entity
from tests.capture.wire import CLIENT, flow, learning, rewriting
from tests.passes import complete

WHERE = flow(dport=2123)
SIX = bytes.fromhex("3fff00000000000000000000000000aa")
IMSI = b"001015550100123"
MOBILE = b"15550100123"
ENDPOINT = b"\x11\x22\x33\x44"
PLANTED = (CLIENT, SIX, bcd_encode(IMSI) or b"", bcd_encode(MOBILE) or b"", ENDPOINT, b"tower", b"wanda")


def element(kind: int, data: bytes) -> bytes:
    return bytes((kind,)) + len(data).to_bytes(2) + b"\0" + data


def message(kind: int, body: bytes, flags: int = 0x48, endpoint: bytes = ENDPOINT) -> bytes:
    numbers = (endpoint if flags & 8 else b"") + b"\0\x03\x07\0"
    return bytes((flags, kind)) + (len(numbers) + len(body)).to_bytes(2) + numbers + body


def first(kind: int, body: bytes, flags: int = 0x32) -> bytes:
    optional = b"\0\x51\0\0" if flags & 7 else b""
    return bytes((flags, kind)) + (len(optional) + len(body)).to_bytes(2) + ENDPOINT + optional + body


def rewritten(payload: bytes) -> bytes:
    new = gtp.dissect(payload, WHERE, rewriting())
    assert new is not None
    assert len(new) == len(payload)
    assert gtp.dissect(payload, WHERE, learning()[0]) == payload
    return new


def surrogate(number: bytes) -> bytes:
    return bcd_encode(complete().value(Entity.NUMBER, number, "x").lstrip(b"+")) or b""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (element(2, b"\x10\0"), element(2, b"\x10\0")),
        (element(3, b"\x07"), element(3, b"\x07")),
        (element(82, b"\6"), element(82, b"\6")),
        (element(1, bcd_encode(IMSI) or b""), element(1, surrogate(IMSI))),
        (element(76, bcd_encode(MOBILE) or b""), element(76, surrogate(b"+" + MOBILE))),
        (element(86, b"\x18wanda"), element(86, bytes(6))),
        (element(2, b"longer than a cause is"), element(2, bytes(22))),
        (element(1, b"\xaa\xbb"), element(1, bytes(2))),
        (
            element(93, element(73, b"\5") + element(86, b"wanda")),
            element(93, element(73, b"\5") + element(86, bytes(5))),
        ),
        (b"\1\0", b"\0\0"),
        (b"\1\0\x20\0wanda", b"\1\0\x20\0" + bytes(5)),
    ],
)
def test_elements_of_the_second_version(old: bytes, new: bytes) -> None:
    assert rewritten(message(32, old))[12:] == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\1\x80", b"\1\x80"),
        (b"\2" + (bcd_encode(IMSI) or b""), b"\2" + surrogate(IMSI)),
        (b"\x0e\7", b"\x0e\7"),
        (b"\3\1\2\3\4\5\6", b"\3" + bytes(6)),
        (b"\x87\0\2\x0b\x92", b"\x87\0\2\x0b\x92"),
        (b"\x86\0\7\x91" + (bcd_encode(MOBILE) or b""), b"\x86\0\7\x91" + surrogate(b"+" + MOBILE)),
        (b"\x84\0\5wanda", b"\x84\0\5" + bytes(5)),
        (b"\x50wanda", bytes(6)),
        (b"\x86\0", bytes(2)),
    ],
)
def test_elements_of_the_first_version(old: bytes, new: bytes) -> None:
    assert rewritten(first(16, old))[12:] == new
    assert rewritten(first(16, old, 0x30))[8:] == new


def test_addresses_and_endpoints_follow_their_maps() -> None:
    to = rewriting()
    four, six, endpoint = to.ipv4(CLIENT), to.ipv6(SIX), to.opaque(ENDPOINT, "x")
    old = element(87, b"\xc6" + ENDPOINT + CLIENT + SIX) + element(79, b"\1" + CLIENT)
    old += element(79, b"\3\x40" + SIX + CLIENT) + element(74, CLIENT)
    new = element(87, b"\xc6" + endpoint + four + six) + element(79, b"\1" + four)
    new += element(79, b"\3\x40" + six + four) + element(74, four)
    assert rewritten(message(33, old)) == message(33, new, endpoint=endpoint)
    old = b"\x10" + ENDPOINT + b"\x85\0\4" + CLIENT + b"\x80\0\6\xf1\x21" + CLIENT
    new = b"\x10" + endpoint + b"\x85\0\4" + four + b"\x80\0\6\xf1\x21" + four
    assert rewritten(first(17, old))[12:] == new
    assert rewritten(first(17, old))[4:8] == endpoint


@pytest.mark.parametrize("kind", [71, 131])
def test_an_access_point_keeps_its_lengths(kind: int) -> None:
    name = b"\3ims\6tower7\6mnc001\6mcc001\4gprs"
    payload = message(32, element(kind, name)) if kind == 71 else first(16, b"\x83" + len(name).to_bytes(2) + name)
    new = rewritten(payload)
    assert b"\3ims\6" in new
    assert b"\6mnc001\6mcc001\4gprs" in new
    assert b"tower" not in new


@pytest.mark.parametrize(
    ("payload", "claimed"),
    [
        (message(32, b""), True),
        (message(1, element(3, b"\7"), 0x40), True),
        (first(16, b""), True),
        (message(32, b"")[:-1], False),
        (first(16, b"", 0x22), False),
        (b"\x80" + bytes(20), False),
        (b"\x48\x20\0\0", False),
    ],
)
def test_claims(payload: bytes, claimed: bool) -> None:
    assert gtp.claims(payload, WHERE) is claimed
    assert not gtp.claims(payload, flow())
    assert (gtp.dissect(payload, WHERE, rewriting()) is not None) is claimed


def test_what_stands_behind_a_message_goes() -> None:
    assert rewritten(message(32, b"") + b"wanda").endswith(bytes(5))
    assert rewritten(first(16, b"") + b"wanda").endswith(bytes(5))


@given(st.binary(max_size=80), st.sampled_from([0x48, 0x40, 0x32, 0x30]), st.integers(0, 3))
def test_any_octets(tail: bytes, flags: int, more: int) -> None:
    payload = bytes((flags, 32)) + max(0, len(tail) - more).to_bytes(2) + tail
    new = gtp.dissect(payload, WHERE, rewriting())
    assert new is None or len(new) == len(payload)
    assert gtp.dissect(payload, WHERE, learning()[0]) in (None, payload)
