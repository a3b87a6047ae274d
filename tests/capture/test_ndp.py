from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import ndp
from scrubber.capture.layer import Walk
from scrubber.values import Values
from tests.capture.frames import MAC_A, ipv6, udp
from tests.capture.wire import learning, rewriting

PREFIX = IPv6Address("2001:470:77::").packed
SERVER = IPv6Address("2001:470:77::53").packed


def read(octets: bytes, to: Values) -> bytes:
    return ndp.options(octets, Walk(to, 0, lambda _kind, packet, _walk: bytes(len(packet)), lambda _: b""))


def option(kind: int, value: bytes) -> bytes:
    return bytes((kind, (len(value) + 2) // 8)) + value


NAMES = b"\3pbx\7example\3com\0"
OPTIONS = [
    option(1, MAC_A),
    option(2, MAC_A),
    option(3, b"\x40\xc0" + bytes(8) + bytes(4) + PREFIX),
    option(24, b"\x40\0\0\0\1\0" + PREFIX[:8]),
    option(25, b"\0\0\0\0\1\0" + SERVER + SERVER),
    option(31, b"\0\0\0\0\1\0" + NAMES.ljust(24, b"\0")),
]


@pytest.mark.parametrize("octets", OPTIONS)
def test_addresses_and_names_are_mapped(octets: bytes) -> None:
    new = read(octets, rewriting())
    assert new != octets
    assert len(new) == len(octets)
    assert new[:2] == octets[:2]
    for value in (MAC_A, PREFIX[:6], b"pbx", b"example"):
        assert value not in new
    assert read(octets, learning()[0]) == octets


def test_the_size_of_packets_stays() -> None:
    assert read(option(5, b"\0\0\0\0\5\xdc"), rewriting()) == option(5, b"\0\0\0\0\5\xdc")


def test_a_redirected_packet_is_quoted() -> None:
    octets = option(4, bytes(6) + ipv6(udp(b"")))
    assert read(octets, rewriting()) == octets[:2] + bytes(len(octets) - 2)


@pytest.mark.parametrize("octets", [option(14, b"nonce!"), option(37, b"http://portal.invalid/"), option(1, b"x" * 14)])
def test_others_are_blanked(octets: bytes) -> None:
    assert read(octets, rewriting()) == octets[:2] + bytes(len(octets) - 2)


@pytest.mark.parametrize("octets", [b"\1\0abcdef", b"\1\2abcdef", b"abc"])
def test_damaged_options_are_blanked(octets: bytes) -> None:
    assert read(octets, rewriting()) == bytes(len(octets))


@pytest.mark.parametrize("names", [b"\x40" + bytes(23), b"\5short" + b"x" * 18, b"\x17" + b"x" * 23])
def test_damaged_names_are_blanked(names: bytes) -> None:
    new = read(option(31, b"\0\0\0\0\1\0" + names), rewriting())
    assert not new[8:].strip(b"\0")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_octets(octets: bytes) -> None:
    assert len(read(octets, rewriting())) == len(octets)
    read(octets, learning()[0])


def test_an_option_that_was_cut_keeps_its_type() -> None:
    to = rewriting()
    walk = Walk(to, 3, lambda kind, octets, walk: bytes(len(octets)), lambda datagram: bytes(len(datagram.payload)))
    assert ndp.options(option(1, MAC_A)[:5], walk) == option(1, MAC_A)[:2] + bytes(3)
