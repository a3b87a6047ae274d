"""DHCP for IPv6: options inside options inside relayed messages."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import dhcpv6
from tests.capture.wire import flow, learning, rewriting

MAC = bytes.fromhex("00005e005301")
ADDRESS = IPv6Address("2001:db9:7::15").packed
DHCP = flow(546, 547)
PBX = b"\x03pbx\x07example\x03com\0"
PLANTED = (b"alice", b"pbx", b"example", MAC, ADDRESS, ADDRESS[:4])


def option(code: int, value: bytes) -> bytes:
    return code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def options_of(octets: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(octets):
        size = int.from_bytes(octets[at + 2 : at + 4], "big")
        found.append((int.from_bytes(octets[at : at + 2], "big"), octets[at + 4 : at + 4 + size]))
        at += 4 + size
    assert at == len(octets)
    return found


def rewritten(payload: bytes) -> bytes:
    new = dhcpv6.dissect(payload, DHCP, rewriting())
    assert new is not None
    return new


REPLACED = [
    (1, b"\0\1\0\1\x11\x22\x33\x44" + MAC),
    (3, b"alic" + bytes(8) + option(5, ADDRESS + bytes(8))),
    (4, b"alic" + option(13, b"\0\0alice.doe failed")),
    (25, b"alic" + bytes(8) + option(26, bytes(8) + b"\x38" + ADDRESS)),
    (12, ADDRESS),
    (11, b"\1\1\0alicedoe"),
    (15, b"\0\5alice"),
    (16, b"\0\0\1\x37\0\5alice"),
    (17, b"\0\0\1\x37" + option(1, b"alice.cfg")),
    (18, b"alice 0/1"),
    (21, PBX),
    (22, ADDRESS * 2),
    (24, PBX + b"\x03sip\xc0\x04"),
    (37, b"\0\0\1\x37alice"),
    (38, b"alice"),
    (39, b"\1\5alice"),
    (56, option(1, ADDRESS) + option(3, PBX)),
    (59, b"tftp://pbx.example.com/alice"),
    (79, b"\0\1" + MAC),
    (250, b"alice"),
    (8, b"alice"),
]


@pytest.mark.parametrize(("code", "value"), REPLACED)
def test_values_go(code: int, value: bytes) -> None:
    payload = b"\1\xab\xcd\xef" + option(6, b"\0\x17") + option(code, value) + option(8, b"\0\1")
    for message in (payload, b"\x0c\0" + ADDRESS * 2 + option(9, payload)):
        new = rewritten(message)
        inner = new if message is payload else options_of(new[34:])[0][1]
        assert inner[:4] == payload[:4]
        found = options_of(inner[4:])
        assert [kind for kind, _ in found] == [6, code, 8]
        assert found[0][1] == b"\0\x17"
        assert found[1][1] != value
        assert found[2][1] == b"\0\1"
        for planted in PLANTED:
            assert planted not in new, planted
        assert dhcpv6.dissect(message, DHCP, learning()[0]) == message


def test_relays_end_somewhere() -> None:
    message = b"\1\0\0\0" + option(38, b"alice")
    for _ in range(40):
        message = b"\x0c\0" + ADDRESS * 2 + option(9, message)
    new = rewritten(message)
    assert len(new) == len(message)
    assert b"alice" not in new


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (b"\1\0\0\0", (546, 547), True),
        (b"\1\0\0\0" + option(8, b"\0\0"), (546, 547), True),
        (b"\1\0\0\0\0\1\0\x20", (546, 547), False),
        (b"\1\0\0\0" + option(8, b"\0\0"), (40000, 5060), False),
        (b"\x50\0\0\0", (546, 547), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert dhcpv6.claims(payload, flow(*ports)) is expected


@given(st.binary(max_size=200))
def test_any_octets(payload: bytes) -> None:
    dhcpv6.claims(payload, DHCP)
    dhcpv6.dissect(payload, DHCP, rewriting())
    assert dhcpv6.dissect(payload, DHCP, learning()[0]) in (None, payload)


@given(st.sampled_from(sorted(dhcpv6._OPTIONS)), st.binary(max_size=60))
def test_any_value_leaves_the_options_whole(code: int, value: bytes) -> None:
    payload = b"\1\0\0\0" + option(code, value) + option(8, b"\0\1")
    assert [kind for kind, _ in options_of(rewritten(payload)[4:])] == [code, 8]
    assert dhcpv6.dissect(payload, DHCP, learning()[0]) == payload


def test_a_status_names_nobody() -> None:
    new = rewritten(b"\7\1\2\3" + option(13, b"\0\2no address for Marla"))
    assert b"\0\2no address for " in new
    assert b"Marla" not in new
