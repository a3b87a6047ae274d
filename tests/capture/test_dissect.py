"""The tables of dissectors: who gets a payload, and what nobody gets."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from scrubber.capture import dissect
from scrubber.capture.dissectors import rtp
from scrubber.capture.stream import DAMAGED
from tests.capture import frames
from tests.capture.wire import flow, learning, rewriting

TO = rewriting()
PORTS = st.sampled_from([53, 69, 123, 137, 161, 514, 1812, 3478, 4569, 5060, 5353, 9060, 40000, 1, 65535])
OPTIONS = b"OPTIONS sip:alice.doe@pbx.example.com SIP/2.0\r\nCall-ID: a84b4c76e66710\r\nContent-Length: 0\r\n\r\n"
VOICE = pack(">BBHII", 0x80, 8, 1, 160, 7) + b"voice" * 32


def test_unknown_payloads_are_suppressed_and_counted() -> None:
    before = TO.reader.notes[dissect.UNKNOWN]
    assert dissect.datagram(b"who knows alice.doe", flow(), TO) == bytes(19)
    assert TO.reader.notes[dissect.UNKNOWN] == before + 1


@pytest.mark.parametrize("port", [6343, 4341, 4342])
@pytest.mark.parametrize("first", [b"\0\0\0\5\0\0\0\1", b"\x84\0\0\0"])
def test_packets_in_samples_and_unknown_tunnels_are_suppressed(port: int, first: bytes) -> None:
    sample = first + frames.udp_frame(b"SIP/2.0 200 OK\r\nSubject: Mona Keller\r\n\r\n")
    assert dissect.datagram(sample, flow(port, port), TO) == bytes(len(sample))


def test_an_empty_payload_is_nothing_to_suppress() -> None:
    assert dissect.datagram(b"", flow(), TO) == b""


@pytest.mark.parametrize("port", [5060, 40000, 53, 4])
def test_sip_is_known_on_any_port(port: int) -> None:
    new = dissect.datagram(OPTIONS, flow(port, port), TO)
    assert new.startswith(b"OPTIONS sip:")
    assert b"alice" not in new


def test_voice_becomes_silence() -> None:
    assert dissect.datagram(VOICE, flow(), TO) == VOICE[:12] + b"\xd5" * 160


@pytest.mark.parametrize("kind", [0, 4, 34, 100, 200])
def test_a_capture_agent_carries_nothing_unread(kind: int) -> None:
    payload = b"\0\1 the words of Mona Keller \2"
    chunks = pack(">HHHB", 0, 11, 7, kind) + pack(">HHH", 0, 15, 6 + len(payload)) + payload
    packet = b"HEP3" + pack(">H", 6 + len(chunks)) + chunks
    new = dissect.datagram(packet, flow(40000, 9060), TO)
    assert new == packet[: -len(payload)] + bytes(len(payload))


def test_a_relay_carries_voice_but_no_relay() -> None:
    channel = pack(">HH", 0x4000, len(VOICE)) + VOICE
    assert dissect.datagram(channel, flow(40000, 3478), TO) == channel[:4] + VOICE[:12] + b"\xd5" * 160
    nested = pack(">HH", 0x4000, len(channel)) + channel
    assert b"voice" not in dissect.datagram(nested, flow(40000, 3478), TO)


@settings(max_examples=300)
@given(st.binary(max_size=200), PORTS, PORTS, st.booleans())
@example(OPTIONS[:40], 5060, 5060, True)
def test_any_payload_is_survived_and_learning_changes_none(payload: bytes, sport: int, dport: int, cut: bool) -> None:
    way = flow(sport, dport, cut=cut)
    dissect.datagram(payload, way, TO)
    assert dissect.datagram(payload, way, learning()[0]) == payload


@settings(max_examples=300)
@given(st.binary(max_size=300), PORTS, PORTS)
def test_any_stream_is_survived(data: bytes, sport: int, dport: int) -> None:
    way = flow(sport, dport)
    for stream in (*dissect.STREAMS, *map(dissect.named, ("websocket", "tls-record", "stun-frame"))):
        assert stream is not None
        stream.begins(data, way)
        assert stream.length(data) >= DAMAGED
        stream.rewrite(data, way, TO)


@settings(max_examples=500)
@given(
    st.integers(0, 255).filter(lambda octet: not 64 <= octet & 0x7F < 96),
    st.binary(min_size=10, max_size=400),
    st.integers(rtp.LOWEST, 65535).filter(lambda port: port not in rtp.SIGNALLING),
    st.integers(rtp.LOWEST, 65535).filter(lambda port: port not in rtp.SIGNALLING),
)
def test_nobody_claims_a_plain_rtp_packet_before_rtp(kind: int, rest: bytes, sport: int, dport: int) -> None:
    """What is read in bulk relies on it."""
    payload = bytes((0x80, kind)) + rest
    assume(not rtp.is_spoken(payload))
    first = next(protocol for protocol in dissect.DATAGRAMS if protocol.claims(payload, flow(sport, dport)))
    assert first.dissect is rtp.dissect


def test_names_lead_to_their_streams() -> None:
    for stream in dissect.STREAMS:
        assert dissect.named(stream.name) is stream
    assert dissect.named("nothing") is None


def test_a_stream_begins_with_what_it_is() -> None:
    begun = dissect.begin(OPTIONS, flow(5060, 5060))
    assert begun is not None
    assert begun.name == "sip"
    assert dissect.begin(b"\xff" * 64, flow()) is None
