"""NetBIOS: names in letters keep their width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import netbios
from scrubber.capture.packet import Flow
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

NAMES, DATAGRAMS = flow(137, 137), flow(138, 138)
ADDRESS = bytes((198, 51, 100, 7))
MAC = bytes.fromhex("00005e005301")


def encoded(name: bytes, kind: int = 0, pad: bytes = b" ") -> bytes:
    octets = name.ljust(15, pad) + bytes((kind,))
    return b"\x20" + bytes(0x41 + nibble for octet in octets for nibble in (octet >> 4, octet & 15)) + b"\0"


def query(name: bytes, kind: int = 0x20) -> bytes:
    return b"\x12\x34\x01\x10\0\1" + bytes(6) + encoded(name) + kind.to_bytes(2, "big") + b"\0\1"


def answer(kind: int, rdata: bytes) -> bytes:
    fixed = kind.to_bytes(2, "big") + b"\0\1" + bytes(4) + len(rdata).to_bytes(2, "big")
    return b"\x12\x34\x85\0\0\0\0\1" + bytes(4) + encoded(b"TOWER7") + fixed + rdata


def datagram(kind: int, data: bytes) -> bytes:
    return bytes((kind, 2, 0, 1)) + ADDRESS + b"\0\x8a" + b"\0\x50\0\0" + encoded(b"TOWER7") + encoded(b"ACME") + data


def rewritten(payload: bytes, travels: Flow = NAMES) -> bytes:
    new = netbios.dissect(payload, travels, rewriting())
    assert new is not None
    assert len(new) == len(payload)
    assert netbios.dissect(payload, travels, learning()[0]) == payload
    return new


@pytest.mark.parametrize("name", [b"*", b"WORKGROUP", b"\1\2__MSBROWSE__\2"])
def test_names_of_nobody_stay(name: bytes) -> None:
    assert rewritten(query(name)) == query(name)


def test_machines_have_the_pseudonym_of_texts() -> None:
    expected = rewriting().value(Entity.HOST, b"TOWER7", "test")
    assert rewritten(query(b"TOWER7")) == query(expected) != query(b"TOWER7")


def test_addresses() -> None:
    new = rewritten(answer(0x20, b"\0\0" + ADDRESS + b"al"))
    assert new[-8:] == b"\0\0" + rewriting().ipv4(ADDRESS) + b"\0\0"


def test_node_status() -> None:
    names = b"TOWER7".ljust(15) + b"\0\4\0" + b"WORKGROUP".ljust(15) + b"\0\x84\0"
    new = rewritten(answer(0x21, b"\2" + names + MAC + b"alice"))
    assert b"TOWER7" not in new
    assert b"WORKGROUP" in new
    assert new[-11:] == rewriting().mac(MAC) + bytes(5)
    assert rewritten(answer(0x21, b"\x7falice"))[-6:] == bytes(6)


@pytest.mark.parametrize(
    ("data", "expected"), [(b"alice", bytes(5)), (b"\xffSMB\x25alice", b"\xffSMB\x25" + bytes(5)), (b"", b"")]
)
def test_datagrams(data: bytes, expected: bytes) -> None:
    new = rewritten(datagram(0x11, data), DATAGRAMS)
    assert new[4:8] == rewriting().ipv4(ADDRESS)
    assert encoded(b"TOWER7") not in new
    assert new[82:] == expected
    assert rewritten(b"\x13\2\0\1" + ADDRESS + b"\0\x8a\x82", DATAGRAMS)[-1] == 0x82


def test_scopes_go() -> None:
    payload = query(b"TOWER7")[:45] + b"\x05alice\0\0\x20\0\1"
    assert b"\x05xxxxx\0\0\x20\0\1" in rewritten(payload)


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (query(b"TOWER7"), (137, 137), True),
        (query(b"TOWER7"), (53, 40000), False),
        (b"INVITE sip:alice@example.com SIP/2.0 and more of it here", (137, 137), False),
        (datagram(0x10, b""), (138, 138), True),
        (b"alice doe and more", (138, 138), False),
        (b"\x10", (138, 138), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert netbios.claims(payload, flow(*ports)) is expected
    assert (netbios.dissect(payload, flow(*ports), rewriting()) is not None) is expected


@given(st.binary(max_size=80))
def test_any_octets(rest: bytes) -> None:
    for payload in (query(b"TOWER7") + rest, b"\0\0\x85\0\0\1\0\2" + bytes(4) + encoded(b"A") + rest):
        rewritten(payload)
    for kind in (b"\x10", b"\x13", b"\x14"):
        if len(rest) > 9:
            rewritten(kind + rest, DATAGRAMS)
