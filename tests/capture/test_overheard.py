"""SIP in captures: over UDP, over TCP in pieces, in fragments, over WebSocket; and what a watcher is shown."""

from __future__ import annotations

from collections.abc import Iterator
from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from scrubber.capture.bulk import Packets
from scrubber.capture.overheard import Overheard, Watcher, overheard
from scrubber.capture.packet import Inner
from tests.capture import files, frames
from tests.passes import rule_set

MESSAGE = b"OPTIONS sip:100@pbx.example.com SIP/2.0\r\nCall-ID: a@b\r\nContent-Length: 0\r\n\r\n"
RTP = bytes.fromhex("8000000100000000000000aa") + bytes(160)


def segment(payload: bytes, seq: int, flags: int = 0x18) -> bytes:
    """A segment from client to server."""
    whole = bytearray(frames.tcp(payload, flags=flags))
    whole[4:8] = pack(">I", seq)
    return frames.ethernet(frames.ipv4(bytes(whole), 6))


def datagram(payload: bytes, sport: int = 40000, dport: int = 40002) -> bytes:
    return frames.ethernet(frames.ipv4(frames.udp(payload, sport, dport)))


def messages(*octets: bytes, watcher: Watcher | None = None, ng: bool = False) -> list[Overheard]:
    data = files.pcapng(octets) if ng else files.pcap(octets)
    return list(overheard(iter((data,)), rule_set(), watcher))


def test_over_udp() -> None:
    (one, two) = messages(datagram(MESSAGE + MESSAGE))
    assert (one.number, one.time, one.transport) == (1, 1_700_000_000_000_017_000, b"UDP")
    assert (one.flow.sport, one.flow.dport) == (40000, 40002)
    assert one.message == two.message == MESSAGE


def test_over_tcp_in_pieces_and_out_of_order() -> None:
    parts = [
        segment(b"", 999, 2),
        segment(MESSAGE[:30], 1000),
        segment(MESSAGE[40:], 1040),
        segment(MESSAGE[30:40], 1030),
    ]
    (found,) = messages(*parts)
    assert (found.number, found.transport, found.message) == (4, b"TCP", MESSAGE)


def test_a_connection_that_never_ends_its_message() -> None:
    (found,) = messages(segment(b"", 999, 2), segment(MESSAGE[:60], 1000))
    assert found.message == MESSAGE[:60]


def test_in_fragments() -> None:
    packet = frames.udp(MESSAGE, 5060, 5060)
    first = frames.ethernet(frames.ipv4(packet[:48], place=0x2000))
    last = frames.ethernet(frames.ipv4(packet[48:], place=6))
    (found,) = messages(last, first)
    assert (found.number, found.message) == (2, MESSAGE)
    (cut,) = messages(first)
    assert cut.message == MESSAGE[:40]


@pytest.mark.parametrize("ng", [False, True])
def test_numbers_count_every_frame(ng: bool) -> None:
    octets = [datagram(RTP)] * 5 + [datagram(MESSAGE)] + [b""] + [datagram(RTP)] * 3 + [datagram(MESSAGE)]
    assert [one.number for one in messages(*octets, ng=ng)] == [6, 11]


class Notes(Watcher):
    def __init__(self) -> None:
        self.seen: list[tuple[object, ...]] = []

    def frames(self, times: NDArray[np.int64]) -> None:
        self.seen.append(("frames", len(times)))

    def headers(self, inner: Inner) -> None:
        self.seen.append((type(inner).__name__,))

    def control(self) -> None:
        self.seen.append(("control",))

    def media(self, number: int, time: int | None, flow: bytes, header: bytes) -> None:
        self.seen.append(("media", number, time is None, len(flow), header))

    def run(self, first: int, times: NDArray[np.int64], packets: Packets) -> None:
        self.seen.append(("run", first, packets.which.tolist(), packets.flows.shape, packets.headers.shape))

    def settle(self) -> None:
        self.seen.append(("settle",))


def test_what_a_watcher_is_shown() -> None:
    notes = Notes()
    messages(datagram(RTP), datagram(bytes.fromhex("80c80001") + bytes(8), 40001, 40003), watcher=notes, ng=True)
    assert ("media", 1, False, 12, RTP[:12]) in notes.seen
    assert ("control",) in notes.seen
    assert notes.seen.count(("frames", 1)) == 2
    assert notes.seen[-1] == ("settle",)


def test_usual_packets_come_in_runs() -> None:
    octets = [datagram(RTP)] * 3 + [datagram(MESSAGE)] + [datagram(RTP)]
    data = bytearray(files.pcap(octets))
    position = 24
    for one in octets:
        data[position + 12 : position + 16] = pack("<I", len(one))
        position += 16 + len(one)
    notes = Notes()
    list(overheard(iter((bytes(data),)), rule_set(), notes))
    assert ("run", 1, [0, 1, 2, 4], (4, 12), (4, 12)) in notes.seen
    assert ("frames", 5) in notes.seen


def chunks(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 100] for at in range(0, len(data), 100))


@given(st.lists(st.binary(max_size=120) | st.sampled_from([datagram(MESSAGE), datagram(RTP), segment(MESSAGE, 5)])))
def test_any_frames(octets: list[bytes]) -> None:
    data = files.pcap(octets)
    assert list(overheard(chunks(data), rule_set())) == list(overheard(iter((data,)), rule_set()))
