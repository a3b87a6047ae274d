"""Packed addresses and digits count where they stand, or where they can be no coincidence."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address

import pytest

from scrubber.audit.known import Known
from scrubber.audit.packed import COOKIE, Packed
from scrubber.edges import APART
from scrubber.model import Entity
from scrubber.originals import VOICE
from scrubber.pseudonyms.surrogate import Surrogates
from tests.capture import frames
from tests.passes import KEY, lexicon, rule_set

E = Entity
FOUR, SIX = IPv4Address("81.2.69.160").packed, IPv6Address("2a02:1::5").packed
MAC = bytes.fromhex("805eaf31b222")
SAMPLE = bytes(range(131, 171))


def packed() -> Packed:
    known = lexicon(
        (E.IPV4, b"81.2.69.160"),
        (E.IPV6, b"2a02:1::5"),
        (E.MAC, b"80:5e:af:31:b2:22"),
        (E.NUMBER, b"+442079460958"),
        (E.DTMF, b"4"),
    )
    known.originals.blanked(SAMPLE, VOICE)
    return Packed(Known(known, rule_set(), Surrogates(KEY)))


def masked(octets: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(octets, mask, strict=False))


NUMBER = bytes(12)
STUN4 = b"\x01\x01\0\x0c" + COOKIE + NUMBER + b"\0\x20\0\x08\0\x01\x12\x34" + masked(FOUR, COOKIE)
STUN6 = b"\x01\x01\0\x18" + COOKIE + NUMBER + b"\0\x20\0\x14\0\x02\x12\x34" + masked(SIX, COOKIE + NUMBER)
EVENT = b"\x0f\xa0\x0f\xa2\0\x18\0\0\x80\x65" + bytes(10) + b"%c\x0a\0\xa0"
PLANTED = {
    "an IPv4 header": (frames.ipv4(b"x" * 30, source=FOUR), "ipv4 packed"),
    "the target of a header": (frames.ipv4(b"x" * 30, target=FOUR), "ipv4 packed"),
    "an address in an answer": (b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + FOUR, "ipv4 packed"),
    "a mapped address": (b"\0\1\0\x08\0\1\x12\x34" + FOUR, "ipv4 packed"),
    "a masked address": (STUN4, "ipv4 xor"),
    "a masked long address": (STUN6, "ipv6 xor"),
    "an IPv6 header": (frames.ipv6(b"x" * 30, source=SIX), "ipv6 packed"),
    "a hardware address": (MAC + b"\1\2\3", "mac packed"),
    "swapped digits": (b"\x91" + bytes.fromhex("440297649085"), "number bcd"),
    "straight digits": (b"\x91" + bytes.fromhex("442079460958"), "number bcd"),
    "digits behind a half octet": (bytes.fromhex("a442079460958f"), "number bcd"),
    "a dialled digit": (EVENT % 4, "dtmf event"),
    "a payload": (b"\1\2" + SAMPLE, "text payload"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_found(name: str) -> None:
    octets, expected = PLANTED[name]
    around = random.Random(name).randbytes(5000)
    found = {f"{entity} {notation}" for _, _, entity, notation in packed()(around + octets + around)}
    assert expected in found


def test_nothing_is_found_in_noise() -> None:
    assert list(packed()(random.Random(1).randbytes(200_000))) == []
    assert list(packed()(EVENT % 0)) == []


def test_four_octets_in_much_noise_prove_nothing() -> None:
    noise = random.Random(2).randbytes(300_000)
    assert list(packed()(noise + b"\xaa\xbb\xcc\xdd" + FOUR + noise)) == []
    assert list(packed()(b"\xaa\xbb\xcc\xdd" + FOUR + noise[:100])) != []


def test_an_address_in_a_text_or_a_small_number_proves_nothing() -> None:
    known = lexicon((E.IPV4, b"49.46.49.32"), (E.IPV4, b"10.0.0.2"))
    audit = Packed(Known(known, rule_set(), Surrogates(KEY)))
    assert list(audit(b"HTTP/1.1 200 OK and so on")) == []
    assert list(audit(b"\xaa\xbb\2\0\0\x0a\xcc\xdd")) == []
    assert list(audit(frames.ipv4(b"x" * 30, source=b"\x0a\0\0\2"))) != []


@pytest.mark.parametrize(
    ("address", "octets"),
    [
        (b"170.170.170.170", b"\xaa" * 40),  # filling
        (b"1.2.3.4", bytes(range(40))),  # a row of codes
        (b"10.9.7.1", frames.ipv4(b"x" * 9, source=b"\x0a\1\7\x09", target=b"\x0a\1\7\x79")),  # end and beginning
        (b"10.0.2.31", b"\x80\x10\1\x5f\xd6\x11\0\0\1\1\x08\x0a\0\2\x1f\x3b\x13\xab"),  # a timestamp of TCP
        (b"10.1.0.94", b"abc" + APART + b"\1\0\x5e\0\0\xfb"),  # between two frames
    ],
)
def test_what_resembles_an_address_proves_nothing(address: bytes, octets: bytes) -> None:
    known = Known(lexicon((E.IPV4, address)), rule_set(), Surrogates(KEY))
    assert list(Packed(known)(octets)) == []


def test_a_long_address_of_few_octets_counts_in_a_header() -> None:
    audit = Packed(Known(lexicon((E.IPV6, b"::2")), rule_set(), Surrogates(KEY)))
    few = IPv6Address("::2").packed
    assert list(audit(bytes(40) + b"\2" + bytes(40))) == []
    assert list(audit(frames.ipv6(b"x" * 30, source=few))) != []
    assert list(audit(frames.ipv6(b"x" * 30, target=few))) != []
    assert list(audit(b"\0\x1c\0\1\0\0\0\x3c\0\x10" + few)) != []


def test_an_address_of_small_numbers_counts_where_nothing_else_stands() -> None:
    """Behind what may be a family or a length, counters read like 10.0.0.64; in a header they do not."""
    few = IPv4Address("10.0.0.64").packed
    audit = Packed(
        Known(lexicon(*((E.IPV4, b"10.0.0.%d" % last) for last in range(40, 70))), rule_set(), Surrogates(KEY))
    )
    around = bytes([7, 7, 200, 99]) * 400
    for before in (b"\0\1\x15\x43", b"\x5a\0\2\x11\x12", b"\1\4"):
        assert list(audit(around + before + few + around)) == []
        assert list(audit(around + (before + few + b"\x99") * 9 + around)) != []
    assert list(audit(around + frames.ipv4(b"x" * 30, source=few) + around)) != []
    assert list(audit(around + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + few + around)) != []
    assert list(audit(around + b"\0\1\0\x08\0\1\x12\x34" + few + around)) != []


def test_what_the_separator_resembles_is_found_elsewhere() -> None:
    for address in ("10.1.0.94", "10.0.30.0", "10.0.10.1"):
        audit = Packed(Known(lexicon((E.IPV4, address.encode())), rule_set(), Surrogates(KEY)))
        assert list(audit(APART + frames.ipv4(b"x" * 30, source=IPv4Address(address).packed) + APART)) != []


def test_the_end_of_another_address_is_no_hardware_address() -> None:
    audit = Packed(Known(lexicon((E.MAC, b"00:00:00:00:00:01")), rule_set(), Surrogates(KEY)))
    assert list(audit(bytes(15) + b"\1\x81\0\x96\xd6")) == []


@pytest.mark.parametrize("length", [11, 12, 15])
def test_half_octets_are_read_as_whole_numbers(length: int) -> None:
    digits = "4420794609581234"[:length]
    audit = Packed(Known(lexicon((E.NUMBER, b"+" + digits.encode())), rule_set(), Surrogates(KEY)))
    octets = bytes.fromhex(digits + "f" * (length % 2))
    found = list(audit(b"\xfe\xee" + octets + b"\xee\xfe"))
    assert found
    assert all(entity is E.NUMBER and 2 <= start < end <= 2 + len(octets) for start, end, entity, _ in found)
