"""SCCP, TCAP and MAP: what is invoked stays, with whom and what for goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import transaction
from scrubber.encodings import bcd_encode
from tests.capture.wire import learning, rewriting

CENTRE, SUBSCRIBER, IMSI = b"441632960017", b"441632960123", b"234150999999234"
WORDS = b"meet Wanda at nine"


def bcd(digits: bytes) -> bytes:
    octets = bcd_encode(digits)
    assert octets is not None
    return octets


def element(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    size = bytes((len(value),)) if len(value) < 0x80 else b"\x81" + bytes((len(value),))
    return bytes((tag,)) + size + value


def party(digits: bytes, subsystem: int = 8) -> bytes:
    """A global title of E.164, even, international; routed by it, with a point of the network."""
    return b"\x13\x05\x08" + bytes((subsystem,)) + b"\0\x12\4" + bcd(digits)


def unit(content: bytes, called: bytes = party(CENTRE), calling: bytes = party(SUBSCRIBER, 6)) -> bytes:
    """UDT of class 1."""
    first, second = 3, 3 + len(called)
    pointers = bytes((first, second, second + len(calling)))
    return b"\x09\x81" + pointers + b"".join(bytes((len(one),)) + one for one in (called, calling, content))


NUMBER = b"\x91" + bcd(SUBSCRIBER)
INVOKE = element(
    0xA1,
    element(0x02, b"\1"),
    element(0x02, b"\x2c"),
    element(0x30, element(0x80, bcd(IMSI)), element(0x84, b"\x91" + bcd(CENTRE)), element(0x04, WORDS), b"\5\0"),
)
CONTEXT = element(0x06, b"\4\0\0\1\0\x19\3")
BEGIN = element(0x62, element(0x48, b"\1\2\3\4"), element(0x6B, element(0x28, CONTEXT)), element(0x6C, INVOKE))


def rewritten(data: bytes) -> bytes:
    assert transaction.sccp(data, learning()[0]) == data
    new = transaction.sccp(data, rewriting())
    assert new is not None
    assert len(new) == len(data)
    for value in (CENTRE, SUBSCRIBER, IMSI):
        assert bcd(value) not in new
    assert b"Wanda" not in new
    return new


def test_what_is_invoked_stays() -> None:
    data = unit(BEGIN)
    new = rewritten(data)
    content = new[-len(BEGIN) :]
    kept = BEGIN.index(element(0x6B, element(0x28, CONTEXT)))
    assert content[:4] == BEGIN[:4]
    assert content[4:8] != b"\1\2\3\4"
    assert content[kept : BEGIN.index(bcd(IMSI))] == BEGIN[kept : BEGIN.index(bcd(IMSI))]
    assert content.endswith(element(0x04, bytes(len(WORDS))) + b"\5\0")
    assert new[:7] == data[:7]
    assert new[7:9] == bytes(2)  # the point
    assert new[9:13] == b"\x08\0\x12\4"


def test_a_number_is_the_same_in_any_place() -> None:
    new = rewritten(unit(element(0x62, element(0x84, NUMBER), element(0x04, NUMBER))))
    assert new.count(new[-len(bcd(SUBSCRIBER)) :]) == 3
    assert new[-7:-6] == b"\x91"


@pytest.mark.parametrize(
    "value",
    [
        element(0x02, b"\1\2"),
        element(0x0A, b"\3"),
        element(0x81, b"\7"),
        element(0x80, b""),
        element(0x80, b"\7\x80"),
        element(0x06, b"\0\x11\x86\5\1\1\1"),
        element(0x4A, b"\3"),
        element(0xA3, element(0x02, b"\1"), element(0x02, b"\x1b")),  # an error
        b"\x6c\x80" + element(0xA1, element(0x02, b"\1")) + b"\0\0",  # of indefinite length
        b"\xbf\x1f\3" + element(0x02, b"\1"),  # a tag of two octets
        element(0x30, bytes(90).replace(b"\0", b"\5\0")),
    ],
)
def test_structure_stays(value: bytes) -> None:
    assert transaction.skeleton(value, rewriting()) == value


@pytest.mark.parametrize(
    "value",
    [
        element(0x02, b"abc"),
        element(0x04, b"ab"),
        element(0x81, b"ab"),
        element(0x06, b"\x2a\3Wanda"),
        element(0x04, b"\x91Wanda"),
        element(0x16, WORDS),
        element(0x9F, WORDS),
        b"\x04\x85" + WORDS,
        b"\x04\x80" + WORDS,
        b"\x30\x82\1\1" + WORDS,
        b"\x1f\xff\xff\xff" + WORDS,
    ],
)
def test_values_go(value: bytes) -> None:
    new = transaction.skeleton(value, rewriting())
    assert len(new) == len(value)
    assert not [word for word in (b"ab", b"Wanda", b"meet") if word in new]


@pytest.mark.parametrize(
    "party_of",
    [b"\x12\x08\0\x12\4" + bcd(SUBSCRIBER), b"\x04\4" + bcd(SUBSCRIBER), b"\x0c\0\x12" + bcd(SUBSCRIBER),
     b"\x08\0" + bcd(SUBSCRIBER), b"\x3c" + bcd(SUBSCRIBER), b"\x12", b"\x42\x08"],
)  # fmt: skip
def test_parties_of_any_kind(party_of: bytes) -> None:
    new = rewritten(unit(BEGIN, called=party_of))
    assert new[6:7] == party_of[:1]


def test_extended_units_and_what_comes_back() -> None:
    plain = unit(BEGIN)
    options = b"\x10\4\x81\1\2\3\x0f\5Wanda\0"
    pointers = bytes((4, 3 + 1 + len(party(CENTRE)), 3 + 1 + len(party(CENTRE)) + len(party(SUBSCRIBER))))
    extended = b"\x11\1\x0f" + pointers + bytes((pointers[2] + 1 + len(BEGIN),)) + plain[5:] + options
    new = rewritten(extended)
    assert new[:7] == extended[:7]
    assert new.endswith(b"\x10\4\x81\1\2\3\x0f\5" + bytes(6))
    returned = b"\x0a\1" + plain[2:]
    assert rewritten(returned)[:6] == returned[:6]


@pytest.mark.parametrize("data", [b"", b"\x09", unit(BEGIN)[:40], b"\x07" + unit(BEGIN)[1:], b"\x09\1\1\1\1abc"])
def test_what_does_not_fit_is_nobody_s(data: bytes) -> None:
    assert transaction.sccp(data, rewriting()) is None


@given(st.binary(max_size=60))
def test_any_octets(octets: bytes) -> None:
    for data in (octets, unit(octets), b"\x09\1\3\5\7" + octets):
        new = transaction.sccp(data, rewriting())
        same = transaction.sccp(data, learning()[0])
        assert (new is None) == (same is None)
        assert same in (None, data)
        assert new is None or len(new) == len(data)
    assert transaction.skeleton(octets, learning()[0]) == octets
    assert len(transaction.skeleton(octets, rewriting())) == len(octets)
    assert len(transaction.skeleton(b"\x30\x80" * 3000 + octets, rewriting())) == 6000 + len(octets)
