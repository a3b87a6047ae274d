from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import dissect
from scrubber.capture.packet import Datagram, Frame
from scrubber.capture.peel import peel
from scrubber.capture.sctp import _crc
from tests.capture.frames import CLIENT, CLIENT6, RAW, ipv4, learned, put_back, rewritten
from tests.capture.wire import rewriting


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


def user_data(payload: bytes, kind: int = 0, flags: int = 3) -> bytes:
    body = pack(">IHHI", 1, 2, 3, kind) + payload
    return pack(">BBH", 0, flags, 4 + len(body)) + body + bytes(-len(body) % 4)


ALICE = b"OPTIONS sip:alice@203.0.113.7 SIP/2.0\r\nCall-ID: 9\r\n\r\n"


def replaced(datagram: Datagram) -> bytes:
    assert datagram.payload in (ALICE, DIAMETER)
    assert (datagram.flow.sport, datagram.flow.dport) == (2905, 2905)
    return b"longer by some octets: " + datagram.payload.replace(b"alice", b"bob")


DIAMETER = b"\1\0\0\x14alice of diameter"


@pytest.mark.parametrize("message", [user_data(ALICE), user_data(DIAMETER, 46)])
def test_whole_messages_are_those_of_datagrams(message: bytes) -> None:
    whole = packet(message, chunk(11, b""))
    assert learned(whole, RAW) == whole
    new = put_back(peel(Frame(whole, len(whole), RAW), rewriting(), replaced))
    assert b"longer by some octets: " in new
    assert b"alice" not in new
    assert _crc(new[20:]) == new[28:32]
    size = int.from_bytes(new[34:36])
    assert size == int.from_bytes(whole[34:36]) + 21
    assert new[32 + (size + 3) // 4 * 4 :] == chunk(11, b"")
    assert int.from_bytes(new[2:4]) == len(new)


def test_the_first_piece_of_a_message_is_read_as_far_as_it_goes() -> None:
    text = ALICE[:-2] + b"Subject: alice is out until we"
    whole = packet(user_data(text, flags=2), user_data(b"dnesday alice\r\n\r\n", flags=1))

    def cut(datagram: Datagram) -> bytes:
        assert datagram.flow.cut
        return dissect.datagram(datagram.payload, datagram.flow, to)

    to = rewriting()
    new = put_back(peel(Frame(whole, len(whole), RAW), to, cut))
    assert new[48:].startswith(b"OPTIONS sip:")
    assert b"\r\nSubject: " in new
    assert b"alice" not in new
    assert b"until" not in new
    assert new.endswith(bytes(17) + bytes(3))
    assert learned(whole, RAW) == whole


@pytest.mark.parametrize("message", [user_data(ALICE, flags=0), user_data(ALICE, flags=1), user_data(b"\x80" + ALICE)])
def test_pieces_and_octets_are_blanked(message: bytes) -> None:
    new = rewritten(packet(message), RAW)
    assert new[32:48] == message[:16]
    assert not any(new[48:])


@pytest.mark.parametrize(
    ("data", "new"),
    [
        (b"\5\2\0\7\x2a\0\x0c\2\0\2\x80\x91", b"\5\2\0\7\x2a\0\x0c\2\0\2\x80\x91"),
        (b"\x0d\2\0\7\x2a\0\0\0\x09\0", b"\x0d\2\0\7\x2a\0\0\0\x09\0"),
        (b"\5\2\0\7\x2a\0\x09alice", b"\5\2\0\7\x2a\0" + bytes(6)),
        (b"\3\2\0\7alice", b"\3\2\0\7" + bytes(5)),
        (b"\5\2\0\7\x2a", b"\5\2\0\7\x2a"),
        (b"\5\2\0\7", bytes(4)),
        (b"\x10\2\0\7alice", bytes(9)),
    ],
)
def test_calls_in_sigtran(data: bytes, new: bytes) -> None:
    points = b"\0\0\x08\x09\0\0\x10\x03"
    header = b"\1\0\1\1\0\0\0\x24"
    old = packet(user_data(header + parameter(0x0210, points + data), 3))
    assert rewritten(old, RAW)[48:] == header + parameter(0x0210, bytes(8) + new)


def test_of_sigtran_the_headers_stay() -> None:
    header, data = b"\1\0\1\1\0\0\0\x24", parameter(0x0210, b"from alice to bob")
    new = rewritten(packet(user_data(header + parameter(6, b"\0\0\0\1") + data, 3)), RAW)
    assert new[48:] == header + parameter(6, bytes(4)) + parameter(0x0210, bytes(17))


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
