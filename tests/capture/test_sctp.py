from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.sctp import _crc
from tests.capture.frames import CLIENT, CLIENT6, RAW, ipv4, learned, rewritten


def chunk(kind: int, body: bytes) -> bytes:
    return pack(">BBH", kind, 0, 4 + len(body)) + body + bytes(-len(body) % 4)


def parameter(kind: int, value: bytes) -> bytes:
    return pack(">HH", kind, 4 + len(value)) + value + bytes(-len(value) % 4)


def packet(*chunks: bytes, right: bool = True) -> bytes:
    octets = pack(">HHII", 2905, 2905, 77, 0) + b"".join(chunks)
    check = _crc(octets) if right else b"oops"
    return ipv4(octets[:8] + check + octets[12:], 132)


INIT = bytes(16) + parameter(5, CLIENT) + parameter(6, CLIENT6) + parameter(7, b"cookie!") + parameter(12, b"\0\5\0\6")
CHUNKS = [
    chunk(0, pack(">IHHI", 1, 2, 3, 3) + b"call of alice"),
    chunk(1, INIT),
    chunk(2, INIT),
    chunk(3, bytes(12)),
    chunk(4, parameter(1, b"alice at " + CLIENT)),
    chunk(6, parameter(12, b"alice was here")),
    chunk(7, bytes(4)),
    chunk(10, b"cookie!"),
    chunk(14, b""),
    chunk(0xC1, b"alice " + CLIENT),
]


def test_example_of_the_checksum() -> None:
    # RFC 3720 appendix B.4: the checksum field itself, here of zeros, is counted as zero.
    assert _crc(bytes(32)).hex() == "aa36918a"


@pytest.mark.parametrize("octets", CHUNKS)
def test_chunks(octets: bytes) -> None:
    whole = packet(octets, chunk(11, b""))
    assert learned(whole, RAW) == whole
    new = rewritten(whole, RAW)
    assert len(new) == len(whole)
    for value in (CLIENT, CLIENT6, b"alice", b"cookie!"):
        assert value not in new
    assert _crc(new[20:]) == new[28:32]
    assert new[32:36] == whole[32:36]


def test_numbers_of_user_data_stay() -> None:
    assert rewritten(packet(CHUNKS[0]), RAW)[32:48] == CHUNKS[0][:16]


def test_a_wrong_checksum_stays_wrong() -> None:
    new = rewritten(packet(CHUNKS[0], right=False), RAW)
    assert new[28:32] not in (b"oops", _crc(new[20:]))


def test_a_cut_packet() -> None:
    octets = packet(CHUNKS[1])[:60]
    new = rewritten(octets, RAW, 40)
    assert CLIENT not in new
    assert new[28:32] != octets[28:32]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from((b"", b"\1\0\0\x28", b"\6\0\0\x10", b"\0\0\0\3")))
def test_any_octets(octets: bytes, front: bytes) -> None:
    whole = packet(front + octets)
    assert len(rewritten(whole, RAW)) == len(whole)
    assert learned(whole, RAW) == whole
