from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import hep
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from scrubber.values import Values
from tests.capture.wire import flow, learning, rewriting

OPTIONS = (
    b"OPTIONS sip:pbx.example.com SIP/2.0\r\nCall-ID: a84b4c76e66710\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)
ADDRESS = bytes((192, 0, 2, 77))
PLANTED = (b"pbx.example", b"a84b4c76e66710", b"hunter22", b"tower7", ADDRESS, b"wanda")


def chunk(kind: int, data: bytes, vendor: int = 0) -> bytes:
    return vendor.to_bytes(2) + kind.to_bytes(2) + (6 + len(data)).to_bytes(2) + data


def packet(payload: bytes, protocol: int = 1) -> bytes:
    body = b"".join(
        (
            chunk(1, b"\2"),
            chunk(2, b"\x11"),
            chunk(3, ADDRESS),
            chunk(4, ADDRESS),
            chunk(7, b"\x13\xc4"),
            chunk(8, b"\x13\xc5"),
            chunk(9, b"\x50\1\2\3"),
            chunk(11, bytes((protocol,))),
            chunk(12, b"\0\0\x07\xd1"),
            chunk(14, b"hunter22"),
            chunk(17, b"a84b4c76e66710"),
            chunk(19, b"tower7"),
            chunk(1, b"wanda", 9),
            chunk(15, payload),
        )
    )
    return b"HEP3" + (6 + len(body)).to_bytes(2) + body


PACKET = packet(OPTIONS)
SECOND = b"\2\x1c\2\x11\x13\xc4\x13\xc5" + ADDRESS + ADDRESS + b"\1\2\3\4\5\6\7\x08\x07\xd1\0\0" + OPTIONS


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = hep.dissect(payload, flow(dport=9060, cut=cut), rewriting())
    assert new is not None
    return new


@pytest.mark.parametrize(
    "payload",
    [PACKET, SECOND, packet(b'{"call":"a84b4c76e66710","password":"hunter22"}', 100), packet(b'{"x":"wanda"}', 34)],
)
def test_an_identity_goes_wherever_it_stands(payload: bytes) -> None:
    new = rewritten(payload)
    assert not [value for value in PLANTED if value in new]
    assert hep.dissect(payload, flow(dport=9060), learning()[0]) == payload


def test_chunks_keep_their_order_and_get_their_lengths() -> None:
    new = rewritten(PACKET)
    assert int.from_bytes(new[4:6]) == len(new)
    kinds = []
    position = 6
    while position < len(new):
        kinds.append(int.from_bytes(new[position + 2 : position + 4]))
        position += int.from_bytes(new[position + 4 : position + 6])
    assert position == len(new)
    assert kinds == [1, 2, 3, 4, 7, 8, 9, 11, 12, 14, 17, 19, 1, 15]
    assert chunk(7, b"\x13\xc4") in new
    assert chunk(12, bytes(4)) in new
    assert b"CSeq: 1 OPTIONS" in new


@pytest.mark.parametrize("wbits", [15, 31])
def test_a_packet_that_was_compressed(wbits: int) -> None:
    packing = zlib.compressobj(wbits=wbits)
    packed = packing.compress(OPTIONS) + packing.flush()
    chunks = chunk(11, b"\1") + chunk(16, packed)
    payload = b"HEP3" + (6 + len(chunks)).to_bytes(2) + chunks
    new = rewritten(payload)
    assert int.from_bytes(new[4:6]) == len(new)
    assert zlib.decompress(new[19:], wbits) == rewriting().message(OPTIONS)
    damaged = payload[:-4] + b"xxxx"
    assert rewritten(damaged)[19:] == bytes(len(packed))
    assert hep.dissect(payload, flow(), learning()[0]) == payload


def test_the_correlation_is_the_call_id() -> None:
    new = rewritten(PACKET)
    call = new.partition(b"Call-ID: ")[2].partition(b"\r")[0]
    assert new.count(call) == 2


def test_other_packets_go_to_their_dissector() -> None:
    seen: list[tuple[int, bytes, int]] = []

    def inner(kind: int, payload: bytes, where: Flow, to: Values) -> bytes:
        del to
        seen.append((kind, payload, where.sport))
        return b"inner"

    new = hep.dissect(packet(b"\x80\0wanda", 4), flow(), rewriting(), inner)
    assert new is not None
    assert new.endswith(chunk(15, b"inner"))
    assert seen == [(4, b"\x80\0wanda", 5060)]
    assert rewritten(packet(b"\x80\0wanda", 4)).endswith(chunk(15, bytes(7)))


@pytest.mark.parametrize("size", [10, 40, 100, len(PACKET) - 20])
def test_a_cut_packet(size: int) -> None:
    new = rewritten(PACKET[:size], cut=True)
    assert int.from_bytes(new[4:6]) - len(new) == len(PACKET) - size
    assert not [value for value in PLANTED if value in new]


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [
        (PACKET, 40002, True),
        (SECOND, 9060, True),
        (SECOND, 40002, False),
        (PACKET[:50], 9060, False),
        (b"HEP3", 9060, False),
        (b"HEP4" + bytes(40), 9060, False),
    ],
)
def test_claims(payload: bytes, port: int, claimed: bool) -> None:
    assert hep.claims(payload, flow(dport=port)) is claimed


def test_over_tcp() -> None:
    assert hep.STREAM.begins(PACKET, flow())
    assert hep.STREAM.length(PACKET + PACKET) == len(PACKET)
    assert hep.STREAM.length(PACKET[:5]) == MORE
    assert hep.STREAM.length(b"HEP3\0\0") == DAMAGED
    assert hep.STREAM.length(b"GET / HTTP/1.1") == DAMAGED


def test_learning() -> None:
    to, lexicon = learning()
    hep.dissect(PACKET, flow(), to)
    assert b"pbx.example.com" in lexicon.values[Entity.HOST]


@given(st.binary(max_size=150), st.sampled_from([b"", PACKET, PACKET[:70], SECOND[:30], b"HEP3\0\x40"]), st.booleans())
def test_any_octets(tail: bytes, head: bytes, cut: bool) -> None:
    payload = head + tail
    where = flow(dport=9060, cut=cut)
    hep.STREAM.begins(payload, where)
    assert hep.STREAM.length(payload) >= DAMAGED
    hep.dissect(payload, where, rewriting())
    assert hep.dissect(payload, where, learning()[0]) in (None, payload)
