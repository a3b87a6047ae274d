from __future__ import annotations

from struct import pack

import pytest

from tests.capture.frames import (
    CLIENT,
    ETHERNET,
    MAC_A,
    MAC_B,
    RAW,
    SERVER,
    ethernet,
    inverted,
    ipv4,
    learned,
    pseudo,
    rewritten,
    word_sum,
)

ARP = b"\0\1\x08\0\6\4\0\1" + MAC_A + CLIENT + bytes(6) + SERVER
BRIDGE = b"\x80\0" + MAC_A
TREE = b"\0\0\0\0\0" + BRIDGE + bytes(4) + BRIDGE + b"\x80\1" + bytes(8)
REGION = b"\0\x50\0" + b"headquarters".ljust(32, b"\0") + b"\0\1" + b"digest of vlans!" + bytes(4) + BRIDGE + b"\x14"
RECORD = b"\x7c" + BRIDGE + bytes(4) + b"\x80\x80\x14"
LACP = (
    b"\1\1"
    + 2 * (b"\1\x14\xff\xff" + MAC_A + bytes(7) + b"abc")
    + b"\3\x10\0\0"
    + b"secret in reserve".ljust(64, b"\0")
)
KEY = b"\2\0\x8a\0\x10" + bytes(8) + b"nonce".ljust(80, b"n") + b"\0\4" + b"data"

FRAMES = [
    ethernet(ARP, 0x0806),
    ethernet(ARP, 0x8035),
    ethernet(b"BB\3" + TREE, len(TREE) + 3),
    ethernet(b"BB\3\0\0\2\2" + TREE[4:] + b"\0", len(TREE) + 4),
    ethernet(b"BB\3\0\0\3\2" + TREE[4:] + b"\0" + REGION + RECORD, len(TREE) + 4 + len(REGION + RECORD)),
    ethernet(b"BB\3\0\0\0\x80", 7),
    ethernet(b"\xaa\xaa\3\0\0\x0c\1\x0b" + TREE + b"\0\0\0\0\2\0\x64", len(TREE) + 15),
    ethernet(LACP, 0x8809),
    ethernet(b"\x03oam of some vendor", 0x8809),
    ethernet(b"\1\0\0\x0a\2\1\0\x0a\1alice", 0x888E),
    ethernet(b"\1\3" + pack(">H", len(KEY)) + KEY, 0x888E),
]


@pytest.mark.parametrize("octets", FRAMES)
def test_nothing_changes_when_learning(octets: bytes) -> None:
    assert learned(octets) == octets


@pytest.mark.parametrize("octets", FRAMES)
def test_addresses_and_names_go(octets: bytes) -> None:
    new = rewritten(octets)
    assert len(new) == len(octets)
    for value in (MAC_A, MAC_B, CLIENT, SERVER, b"headq", b"digest", b"secret", b"vendor", b"alice", b"nonce", b"data"):
        assert value not in new


def test_arp_keeps_its_operation_and_its_zeros() -> None:
    new = rewritten(ethernet(ARP + b"padding", 0x0806))
    assert new[14:22] == ARP[:8]
    assert new[32:38] == bytes(6)
    assert new.endswith(bytes(7))


def test_arp_of_unknown_addresses_is_blanked() -> None:
    new = rewritten(ethernet(b"\0\x20\x08\0\x08\4\0\1" + b"infinity" + CLIENT + b"infinite" + SERVER, 0x0806))
    assert b"infini" not in new
    assert CLIENT not in new


def test_an_arp_that_was_cut() -> None:
    new = rewritten(ethernet(ARP[:20], 0x0806), missing=8)
    assert new[22:28] != MAC_A
    assert len(new) == 34


def test_the_spanning_tree_keeps_priorities_and_ports() -> None:
    new = rewritten(FRAMES[2])[17:]
    assert new[5:7] == TREE[5:7]
    assert new[25:] == TREE[25:]
    assert new[7:13] == new[19:25]


def test_the_methods_of_authentication_stay() -> None:
    assert rewritten(FRAMES[9])[14:] == b"\1\0\0\x0a\2\1\0\x0a\1" + bytes(5)


GROUP = bytes((239, 1, 2, 3))


def igmp(kind: int, body: bytes) -> bytes:
    octets = bytes((kind, 0, 0, 0)) + body
    return octets[:2] + pack(">H", inverted(octets)) + octets[4:]


@pytest.mark.parametrize(
    "octets",
    [
        igmp(0x11, bytes(4)),
        igmp(0x11, GROUP + b"\2\x7d\0\1" + CLIENT),
        igmp(0x16, GROUP),
        igmp(0x17, GROUP),
        igmp(0x22, b"\0\0\0\1\1\0\0\1" + GROUP + CLIENT),
        igmp(0x22, b"\0\0\0\2\1\1\0\1" + GROUP + CLIENT + b"more"),
        igmp(0x13, CLIENT + b"routing"),
    ],
)
def test_igmp(octets: bytes) -> None:
    packet = ipv4(octets, 2)
    assert learned(packet, RAW) == packet
    new = rewritten(packet, RAW)
    assert len(new) == len(packet)
    assert CLIENT not in new
    assert word_sum(new[20:]) == 0xFFFF
    assert new[20] == octets[0]


@pytest.mark.parametrize(
    ("octets", "sums"),
    [
        (b"\x21\7\x64\2\0\1\0\0" + CLIENT + SERVER + b"password", b""),
        (b"\x31\7\x64\1\0\x64\0\0" + CLIENT, pseudo(12, 112)),
    ],
)
def test_redundant_routers(octets: bytes, sums: bytes) -> None:
    octets = octets[:6] + pack(">H", inverted(sums + octets)) + octets[8:]
    packet = ipv4(octets, 112)
    assert learned(packet, RAW) == packet
    new = rewritten(packet, RAW)
    assert len(new) == len(packet)
    for value in (CLIENT, SERVER, b"password"):
        assert value not in new
    assert word_sum((pseudo(12, 112, new[12:16], new[16:20]) if sums else b"") + new[20:]) == 0xFFFF


@pytest.mark.parametrize("kind", [0x0806, 0x8809, 0x888E, 0x0027])
@pytest.mark.parametrize("size", range(0, 70, 7))
def test_cut_frames_keep_their_length(kind: int, size: int) -> None:
    octets = ethernet((b"BB\3" + TREE + REGION)[:size], kind)
    assert len(rewritten(octets, ETHERNET, 40)) == len(octets)
    assert learned(octets, ETHERNET, 40) == octets
