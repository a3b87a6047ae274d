"""Events of TCP and ICMP, silences, and media out of whole captures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import tally
from scrubber.capture.packet import Done, Fragment, Segment
from scrubber.capture.tally import Tally
from tests.capture import frames
from tests.capture.wire import flow

FIN, SYN, RST, ACK = 1, 2, 4, 16
TOP = (1 << 32) - 10

Sent = tuple[int, int, int]
"""Sequence number, octets, flags."""
CONNECTIONS: list[tuple[list[Sent], dict[str, int]]] = [
    ([(9, 0, SYN), (10, 100, ACK), (110, 50, ACK), (160, 0, FIN | ACK)], {"TCP SYN": 1, "TCP FIN": 1}),
    ([(9, 0, SYN | ACK)], {"TCP SYN ACK": 1}),
    ([(9, 0, SYN), (9, 0, SYN)], {"TCP SYN": 2, "TCP retransmissions": 1}),
    ([(9, 0, SYN), (10, 100, ACK), (10, 100, ACK)], {"TCP SYN": 1, "TCP retransmissions": 1}),
    ([(10, 100, ACK), (210, 100, ACK), (110, 100, ACK)], {"TCP gaps": 1, "TCP out of order": 1}),
    ([(10, 100, ACK), (210, 100, ACK), (10, 50, ACK)], {"TCP gaps": 1, "TCP retransmissions": 1}),
    ([(10, 100, ACK), (109, 1, ACK), (110, 5, ACK)], {"TCP keep-alives": 1}),
    ([(TOP, 100, ACK), (TOP + 100 - (1 << 32), 7, ACK), (TOP, 100, ACK)], {"TCP retransmissions": 1}),
    ([(10, 100, ACK), (60, 100, ACK), (160, 1, ACK)], {"TCP retransmissions": 1}),
    ([(10, 100, ACK), (500, 0, ACK), (7, 0, RST)], {"TCP RST": 1}),
]


@pytest.mark.parametrize(("sent", "expected"), CONNECTIONS)
def test_connections(sent: list[Sent], expected: dict[str, int]) -> None:
    counted = Tally()
    for seq, size, flags in sent:
        counted.headers(Segment(flow(), seq, 0, flags, (), bytes(size)))
    assert counted.events == {"TCP segments": len(sent), **expected}


def test_octets_that_were_not_captured_count() -> None:
    counted = Tally()
    counted.headers(Segment(flow(), 10, 0, ACK, (), bytes(10), 90))
    counted.headers(Segment(flow(cut=True), 110, 0, ACK, (), bytes(10)))
    assert counted.events == {"TCP segments": 2}


def test_more_connections_than_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "DIRECTIONS", 2)
    counted = Tally()
    for port in (1, 2, 3, 1):
        counted.headers(Segment(flow(port), 10, 0, ACK, (), bytes(10)))
    assert counted.full
    assert "TCP retransmissions" not in counted.events


def test_messages_of_icmp() -> None:
    counted = Tally()
    for payload, protocol in ((b"\3\3", 1), (b"\x80\0", 58), (b"\3\3", 1)):
        kind = (3 << 16) | protocol
        counted.headers(Done(payload + bytes(6), kind))
    counted.headers(Done(b"anything else"))
    counted.headers(Fragment((b"",), 17, 8, False, b"", b"", b""))
    assert counted.events == {"ICMP 3/3": 2, "ICMPv6 128/0": 1, "IP fragments": 1}


def test_silence() -> None:
    counted = Tally()
    for times in ([5, 9], [], [20], [21, 15, 16]):
        counted.frames(np.array(times, np.int64))
    assert (counted.silence, counted.events["frames"]) == (11, 6)


def test_media_one_by_one() -> None:
    counted = Tally()
    ends = frames.CLIENT + frames.SERVER + bytes(4)
    six = frames.CLIENT6 + frames.SERVER6 + bytes(4)
    for number, (time, where) in enumerate([(0, ends), (20_000_000, ends), (None, six)]):
        counted.media(number, time, where, b"\x80\0" + number.to_bytes(2) + (160 * number).to_bytes(4) + b"ssrc")
    counted.control()
    assert [tuple(stream) for stream in counted.finish()] == [(2, 0, 0, 0), (1, 0, 0, 0)]
    assert counted.events == {"RTCP packets": 1, "RTP streams": 2, "RTP packets": 3, "RTP lost": 0, "RTP late": 0}


@given(st.lists(st.tuples(st.integers(0, (1 << 32) - 1), st.integers(0, 9), st.integers(0, 255), st.integers(0, 3))))
def test_any_segments(sent: list[tuple[int, int, int, int]]) -> None:
    counted = Tally()
    for seq, size, flags, port in sent:
        counted.headers(Segment(flow(port), seq, 0, flags, (), bytes(size)))
    assert counted.events["TCP segments"] == len(sent)
