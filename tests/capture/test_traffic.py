"""Frames in, frames out: their order, what waits for what, and what happens when nothing more comes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import traffic
from scrubber.capture.fragments import PIECES
from scrubber.capture.packet import Datagram, Frame, Segment
from scrubber.capture.peel import peel
from scrubber.capture.traffic import Traffic
from scrubber.values import Values
from tests.capture import frames
from tests.capture.wire import learning, rewriting

MESSAGE = (
    b"MESSAGE sip:alice.doe@pbx.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK776asdhds\r\n"
    b'From: "Alice Doe" <sip:alice.doe@pbx.example.com>;tag=1\r\nCall-ID: a84b4c76e66710\r\nCSeq: 1 MESSAGE\r\n'
    b"Content-Type: text/plain\r\nContent-Length: 26\r\n\r\nmeet hunter22 at the corner"
)[:-1]
PLANTED = (b"alice.doe", b"Alice Doe", b"pbx.example.com", b"192.0.2.10", b"776asdhds", b"hunter22", b"a84b4c76e66710")


class Bare(NamedTuple):
    """A block that is nothing but its frame."""

    frame: Frame | None

    @property
    def time(self) -> int | None:
        return None

    def encoded(self, frame: Frame | None, to: Values, shift_ns: int = 0) -> bytes:
        del to, shift_ns
        return b"" if frame is None else frame.data


def passed(octets: Sequence[bytes], to: Values | None = None, missing: int = 0) -> list[Frame]:
    blocks = [Bare(Frame(one, len(one) + missing, 1)) for one in octets]
    out = list(Traffic(to or rewriting()).frames(blocks))
    assert [block for block, _ in out] == blocks
    return [frame for _, frame in out if frame is not None]


def datagram(payload: bytes) -> bytes:
    return frames.ethernet(frames.ipv4(frames.udp(payload, 5060, 5060)))


def fragments(payload: bytes, size: int, number: int = 7) -> list[bytes]:
    """A datagram in pieces of ``size`` octets, a multiple of eight."""
    whole = frames.udp(payload, 5060, 5060)
    places = range(0, len(whole), size)
    return [
        frames.ethernet(
            frames.ipv4(whole[at : at + size], place=at // 8 | (0x2000 if at + size < len(whole) else 0), number=number)
        )
        for at in places
    ]


def segments(payload: bytes, cuts: Sequence[int]) -> list[bytes]:
    """A row of octets over TCP, cut at offsets."""
    edges = sorted({0, *cuts, len(payload)})
    out = []
    for start, end in pairwise(edges):
        segment = bytearray(frames.tcp(payload[start:end]))
        segment[4:8] = (1000 + start).to_bytes(4, "big")
        segment[16:18] = bytes(2)
        segment[16:18] = frames.inverted(frames.pseudo(len(segment), 6) + bytes(segment)).to_bytes(2, "big")
        out.append(frames.ethernet(frames.ipv4(bytes(segment), 6)))
    return out


def reassembled(out: Sequence[Frame]) -> bytes:
    """What the IP packets of a datagram in pieces hold behind the UDP header."""
    return b"".join(frame.data[34:] for frame in out)[8:]


def clean(octets: bytes) -> bool:
    return not any(planted in octets for planted in PLANTED)


def test_a_datagram_goes_at_once() -> None:
    walk = Traffic(rewriting()).frames([Bare(Frame(datagram(MESSAGE), 999, 1))] * 2)
    _, frame = next(iter(walk))
    assert frame is not None
    assert frame.data[42:].startswith(b"MESSAGE sip:")
    assert clean(frame.data)


def test_fragments_are_read_together() -> None:
    (alone,) = passed([datagram(MESSAGE)])
    for size in (64, 200):
        out = passed(fragments(MESSAGE, size))
        assert reassembled(out) == alone.data[42:]
        assert all(len(frame.data) == 34 + size for frame in out[:-1])


def test_fragments_in_any_order_and_twice() -> None:
    pieces = fragments(MESSAGE, 128)
    expected = passed(pieces)
    assert passed(pieces[::-1]) == expected[::-1]
    twice = passed([pieces[0], *pieces])
    assert twice[0] == twice[1] == expected[0]
    assert twice[1:] == expected


@pytest.mark.parametrize("lost", [0, 1, -1])
def test_a_lost_fragment_leaves_nothing_readable(lost: int) -> None:
    pieces = fragments(MESSAGE, 64)
    del pieces[lost]
    out = passed(pieces)
    assert [len(frame.data) for frame in out] == [len(piece) for piece in pieces]
    assert all(clean(frame.data) for frame in out)
    assert clean(b"".join(frame.data[34:] for frame in out))


@pytest.mark.parametrize("beyond", [-1, 0, 1, 2])
def test_more_fragments_than_are_waited_for(beyond: int) -> None:
    # Eight octets a piece, eight of them the UDP header: given up with the last piece, before it, or never.
    pieces = fragments(b"hunter22" * (PIECES + beyond - 1), 8)
    assert len(pieces) == PIECES + beyond
    out = passed(pieces)
    assert [len(frame.data) for frame in out] == [len(piece) for piece in pieces]
    assert not any(b"hunter22" in frame.data for frame in out)


def test_two_packets_in_pieces_do_not_mix() -> None:
    first, second = fragments(MESSAGE, 128, 1), fragments(MESSAGE.replace(b"MESSAGE", b"OPTIONS"), 128, 2)
    mixed = passed([piece for pair in zip(first, second, strict=True) for piece in pair])
    assert reassembled(mixed[::2]) == reassembled(passed(first))
    assert reassembled(mixed[1::2]).startswith(b"OPTIONS")


@settings(max_examples=50)
@given(st.lists(st.integers(1, len(MESSAGE) - 1), max_size=8))
def test_a_message_over_tcp_is_one_however_it_is_cut(cuts: list[int]) -> None:
    (alone,) = passed(segments(MESSAGE, ()))
    out = passed(segments(MESSAGE, cuts))
    payloads = [frame.data[54:] for frame in out]
    assert b"".join(payloads) == alone.data[54:]
    assert clean(b"".join(payloads))


def test_a_short_frame_of_a_protocol_that_was_announced() -> None:
    upgrade = (
        b"GET /ws HTTP/1.1\r\nHost: pbx.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n"
    )
    close = b"\x88\x82\1\2\3\4" + bytes((0x03 ^ 1, 0xE8 ^ 2))
    first, second = passed(segments(upgrade + close, (len(upgrade),)))
    assert first.data[54:].startswith(b"GET /")
    assert second.data[54:] == close


def test_the_order_stays_and_a_waiting_segment_holds_what_is_behind_it() -> None:
    first, second = segments(MESSAGE, (100,))
    walk = Traffic(rewriting()).frames(Bare(Frame(one, len(one), 1)) for one in [first, datagram(MESSAGE), second])
    kinds = []
    for _, frame in walk:
        assert frame is not None
        kinds.append(type(peel(frame, rewriting()).inner))
    assert kinds == [Segment, Datagram, Segment]


def test_a_full_queue_is_settled_with_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "WAITING_FRAMES", 3)
    first, second = segments(MESSAGE, (100,))
    out = passed([first, *[datagram(MESSAGE)] * 9, second])
    assert len(out) == 11
    assert all(clean(frame.data) for frame in out)


def test_a_cut_frame_stays_as_long_and_grows_on_the_wire() -> None:
    cut = datagram(MESSAGE)[:200]
    (frame,) = passed([cut], missing=50)
    assert len(frame.data) <= 200
    assert frame.wire >= len(frame.data)
    assert clean(frame.data)


def test_learning_changes_nothing() -> None:
    octets = [*fragments(MESSAGE, 64), datagram(MESSAGE), *segments(MESSAGE, (50, 99)), b"", b"x"]
    out = passed(octets, learning()[0])
    assert [frame.data for frame in out] == octets


@settings(max_examples=100)
@given(st.lists(st.binary(max_size=120) | st.sampled_from([*fragments(MESSAGE, 64), *segments(MESSAGE, (50, 99))])))
def test_any_frames_are_survived(octets: list[bytes]) -> None:
    assert len(passed(octets)) == len(octets)
