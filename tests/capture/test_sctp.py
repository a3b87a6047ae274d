from __future__ import annotations

from itertools import pairwise
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture.packet import Datagram, Frame
from scrubber.capture.peel import peel
from scrubber.capture.sctp import _crc
from tests.capture.frames import CLIENT, CLIENT6, RAW, ethernet, ipv4, learned, put_back, rewritten
from tests.capture.test_traffic import passed
from tests.capture.wire import learning, rewriting


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


def pieces(text: bytes, *cuts: int, first: int = 0xFFFFFFFF, stream: int = 2) -> list[bytes]:
    """Frames, each with a piece of a message; the numbers go on behind the largest one."""
    edges = [0, *cuts, len(text)]
    out = []
    for place, (start, end) in enumerate(pairwise(edges)):
        flags = (2 if not start else 0) | (1 if end == len(text) else 0)
        body = pack(">IHHI", (first + place) % (1 << 32), stream, 3, 0) + text[start:end]
        out.append(chunk(3, bytes(12)) + pack(">BBH", 0, flags, 4 + len(body)) + body + bytes(-len(body) % 4))
    return [ethernet(packet(octets, chunk(11, b""))) for octets in out]


def held(frame: bytes) -> bytes:
    """The user data in the second chunk of a frame, whose lengths and sums are right."""
    octets = frame[34:]
    assert int.from_bytes(frame[16:18]) == len(frame) - 14
    assert _crc(octets) == octets[8:12]
    size = int.from_bytes(octets[30:32])
    assert octets[28 + (size + 3) // 4 * 4 :] == chunk(11, b"")
    return octets[44 : 28 + size]


TEXT = b"OPTIONS sip:alice@203.0.113.7 SIP/2.0\r\nSubject: alice is out until wednesday\r\nCall-ID: 9\r\nl: 0\r\n\r\n"


@pytest.mark.parametrize("cuts", [(12,), (4, 70), (16, 17, 18, 60), (len(TEXT) - 1,)])
def test_a_message_in_pieces_is_one_however_it_is_cut(cuts: tuple[int, ...]) -> None:
    cut = pieces(TEXT, *cuts)
    for order in (cut, cut[::-1], [cut[0], *cut]):
        new = [held(frame.data) for frame in passed(order)]
        (alone,) = (
            held(frame.data)
            for frame in passed([ethernet(packet(chunk(3, bytes(12)), user_data(TEXT), chunk(11, b"")))])
        )
        row = new[::-1] if order is not cut and len(order) == len(cut) else new[len(order) - len(cut) :]
        assert b"".join(row).rstrip(b"\0") == alone
        assert alone.startswith(b"OPTIONS sip:")
        assert [frame.data for frame in passed(order, learning()[0])] == order


def test_of_a_message_without_its_end_the_beginning_is_read() -> None:
    first, second, _ = pieces(TEXT, 60, 80)
    for order in ([first], [first, second], [second], [second, first]):
        new = [held(frame.data) for frame in passed(order)]
        assert [len(one) for one in new] == [60 if one is first else 20 for one in order]
        for one, was in zip(new, order, strict=True):
            assert b"alice" not in one
            assert any(one) is (was is first)
    assert held(passed([first])[0].data).startswith(b"OPTIONS sip:")


@pytest.mark.parametrize("text", [b"\x80" + TEXT, b"\x80\0" + bytes(10) + TEXT])
def test_pieces_of_what_is_no_text_are_blanked(text: bytes) -> None:
    assert not any(b"".join(held(frame.data) for frame in passed(pieces(text, 40))))


def test_messages_in_pieces_do_not_mix() -> None:
    one, two = pieces(TEXT, 50), pieces(TEXT.replace(b"alice", b"carol"), 50, first=99, stream=4)
    new = [held(frame.data) for frame in passed([one[0], two[0], one[1], two[1]])]
    assert new[0] + new[2] != new[1] + new[3]
    assert not [word for word in (b"alice", b"carol") if word in b"".join(new)]
    assert all(text.startswith(b"OPTIONS sip:") for text in new[:2])


@pytest.mark.parametrize("message", [user_data(ALICE, flags=0), user_data(ALICE, flags=1), user_data(b"\x80" + ALICE)])
def test_pieces_and_octets_are_blanked(message: bytes) -> None:
    (new,) = passed([ethernet(packet(message))])
    assert new.data[46:62] == message[:16]
    assert not any(new.data[62:])


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
