"""Figures of media streams, counted in batches of any size."""

from __future__ import annotations

import random
from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import media
from scrubber.capture.bulk import Packets
from scrubber.capture.media import MediaStream, MediaStreams

MILLI = 1_000_000
Packet = tuple[int, int, int, int]
"""Stream, sequence number, time stamp, time in milliseconds."""


def rows(packets: list[Packet], first: int = 1, kind: int = 0) -> media.Rows:
    flows = b"".join(bytes(8) + pack(">HH", stream, 5004) for stream, *_ in packets)
    headers = b"".join(pack(">BBHII", 0x80, kind, seq % 65536, stamp % (1 << 32), 9) for _, seq, stamp, _ in packets)
    numbers = np.arange(first, first + len(packets))
    times = np.array([-1 if time < 0 else time * MILLI for *_, time in packets], np.int64)
    shape = len(packets), -1
    return media.rows(
        numbers,
        times,
        Packets(
            numbers,
            np.frombuffer(flows, np.uint8).reshape(shape),
            np.frombuffer(headers, np.uint8).reshape(shape),
        ),
    )


def figures(packets: list[Packet], size: int = 1 << 20) -> list[MediaStream]:
    streams = MediaStreams()
    for at in range(0, len(packets), size):
        streams.feed([rows(packets[at : at + size], at + 1)])
    streams.close()
    assert streams.packets == len(packets)
    return [stream for _, stream in sorted(streams.first.items())]


def talk(*sequences: int, start: int = 0, apart: int = 20) -> list[Packet]:
    return [(1, start + seq, 160 * seq, apart * place) for place, seq in enumerate(sequences)]


TALKS: list[tuple[list[Packet], MediaStream]] = [
    (talk(*range(50)), MediaStream(50, 0, 0, 0)),
    (talk(*range(50), start=65_520), MediaStream(50, 0, 0, 0)),
    (talk(0, 1, 3, 6), MediaStream(4, 3, 0, 20_000)),
    (talk(0, 2, 1, 3), MediaStream(4, 0, 1, 26_666)),
    (talk(0, 1, 1, 2), MediaStream(4, 0, 1, 6_666)),
    (talk(5, 4, 6), MediaStream(3, 0, 1, 30_000)),
    (talk(0, 1, 2, apart=25), MediaStream(3, 0, 0, 5_000)),
    ([(1, 0, 0, -1), (1, 1, 160, -1)], MediaStream(2, 0, 0, 0)),
    ([(1, 0, 0, 0), (1, 1, 4_000_000_000, 20), (1, 2, 4_000_000_160, 40)], MediaStream(3, 0, 0, 0)),
]


@pytest.mark.parametrize(("packets", "expected"), TALKS)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_one_stream(packets: list[Packet], expected: MediaStream, size: int) -> None:
    (found,) = figures(packets, size)
    assert found == expected


def test_the_clock_of_a_payload_type() -> None:
    streams = MediaStreams()
    streams.feed([rows([(1, 0, 0, 0), (1, 1, 1800, 20)], kind=34)])
    streams.close()
    assert streams.first[0].jitter == 0


def test_many_streams_between_each_other() -> None:
    chosen = random.Random(3)
    packets = [(stream, seq, 160 * seq, 20 * seq + chosen.randrange(5)) for seq in range(60) for stream in range(40)]
    packets = [packet for packet in packets if chosen.random() > 0.1]
    alone = [figures([packet for packet in packets if packet[0] == stream])[0] for stream in range(40)]
    order = list(dict.fromkeys(stream for stream, *_ in packets))
    for size in (7, 500, 1 << 20):
        assert figures(packets, size) == [alone[stream] for stream in order]


def test_more_streams_than_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "STREAMS", 8)
    packets = [(stream, seq, 160 * seq, 20 * seq) for stream in range(30) for seq in range(2)]
    streams = MediaStreams()
    streams.feed([rows(packets)])
    streams.close()
    assert (streams.begun, streams.packets, streams.lost, streams.full) == (30, 60, 0, True)


def test_the_digest_tells_streams_apart() -> None:
    digests = []
    for packets, _ in TALKS:
        streams = MediaStreams()
        streams.feed([rows(packets)])
        streams.close()
        digests.append(streams.digest)
    assert len(set(digests)) == len({repr(expected) for _, expected in TALKS})


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 70_000), st.integers(0, 1 << 33), st.integers(-1, 1_700_000_000_000)
        ),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 9),
)
def test_batches_do_not_matter(packets: list[Packet], size: int) -> None:
    assert figures(packets, size) == figures(packets)
