from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import sip
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

BODY = (
    b"v=0\r\no=alice.doe 100 100 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    b"m=audio 40000 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\n"
)
INVITE = (
    b"INVITE sip:1001@pbx.example.com SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776asdhds\r\n"
    b'From: "Alice Doe" <sip:alice.doe@pbx.example.com>;tag=1c2a9f3b\r\n'
    b"To: <sip:1001@pbx.example.com>\r\nCall-ID: a84b4c76e66710\r\nCSeq: 314159 INVITE\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY
OPTIONS = b"OPTIONS sip:pbx.example.com SIP/2.0\r\nCall-ID: a84b4c76e66710\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n"
PLANTED = (b"alice.doe", b"Alice", b"pbx.example", b"192.0.2.10", b"a84b4c76e66710", b"1001")


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [
        (INVITE, 40002, True),
        (b"SIP/2.0 200 OK\r\n\r\n", 40002, True),
        (b"\r\n\r\n" + OPTIONS, 40002, True),
        (b"\r\n\r\n", 5060, True),
        (b"\0\0\0\0", 5060, True),
        (b"\r\n\r\n", 40002, False),
        (b"", 5060, False),
        (b"GET / HTTP/1.1\r\n\r\n", 5060, False),
        (b"INVITE sip:1001@pbx.exam", 5060, False),
        (b"\x80\x00\x00\x01", 5060, False),
    ],
)
def test_recognised_by_the_start_line(payload: bytes, port: int, claimed: bool) -> None:
    assert sip.claims(payload, flow(dport=port)) is claimed


@pytest.mark.parametrize("size", [24, 40, 120, 300, len(INVITE) - 30])
def test_a_cut_message_shows_nothing(size: int) -> None:
    cut = flow(cut=True)
    assert sip.claims(INVITE[:size], cut)
    new = sip.dissect(INVITE[:size], cut, rewriting())
    assert new is not None
    assert new.startswith(b"INVITE sip:")
    assert not [value for value in PLANTED if value in new]


def test_several_messages_in_a_datagram() -> None:
    payload = b"\r\n" + INVITE + b"\r\n" + OPTIONS + b"\r\n\r\n"
    new = sip.dissect(payload, flow(), rewriting())
    assert new is not None
    assert new.startswith(b"\r\nINVITE sip:")
    assert new.count(b" SIP/2.0\r\n") == 2
    assert new.endswith(b"\r\n\r\n\r\n\r\n")
    assert b"CSeq: 314159 INVITE" in new
    assert b"m=audio 40000 RTP/AVP 0 8" in new
    assert not [value for value in PLANTED if value in new]
    head, _, rest = new.partition(b"\r\n\r\n")
    declared = int(head.rpartition(b"Content-Length: ")[2])
    assert rest[declared:].startswith(b"\r\nOPTIONS")


def test_octets_behind_the_content_length_are_blanked() -> None:
    new = sip.dissect(OPTIONS + b"secret of alice.doe", flow(), rewriting())
    assert new is not None
    assert new.endswith(b"\r\n\r\n" + bytes(19))


@pytest.mark.parametrize("payload", [b"\r\n\r\n", b"\r\n", b"\0\0\0\0"])
def test_keep_alives_stay(payload: bytes) -> None:
    assert sip.dissect(payload, flow(dport=5060), rewriting()) == payload


def test_what_is_no_message_is_none() -> None:
    assert sip.dissect(b"GET / HTTP/1.1\r\n\r\n", flow(), rewriting()) is None


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (INVITE + OPTIONS, len(INVITE)),
        (INVITE[:-40], len(INVITE)),
        (OPTIONS + b"\r\n", len(OPTIONS)),
        (b"\r\n\r\n" + OPTIONS, 4),
        (b"\r\n", 2),
        (INVITE[:100], MORE),
        (INVITE[:16], MORE),
        (b"BYE sip:pbx.example.com SIP/2.0\r\nCSeq: 2 BYE\r\n\r\nbody", 48),
        (b"BYE sip:pbx.example.com SIP/2.0\nCSeq: 2 BYE\n\nbody", 45),
        (b"HTTP/1.1 200 OK\r\n\r\n", DAMAGED),
        (b"\x16\x03\x01\x00\x05hello", DAMAGED),
    ],
)
def test_length_over_tcp(data: bytes, length: int) -> None:
    assert sip.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (INVITE[:16], True),
        (b"SUBSCRIBE sips:a", True),
        (b"SIP/2.0 183 Sess", True),
        (b"\r\n\r\n", True),
        (b"\r\n", True),
        (b"\0\0\0\0", False),
        (b"GET / HTTP/1.1\r\n", False),
        (b"OPTIONS * HTTP/1", False),
    ],
)
def test_where_a_message_begins_over_tcp(data: bytes, begins: bool) -> None:
    assert sip.STREAM.begins(data, flow()) is begins


def test_learning_changes_nothing_and_learns() -> None:
    to, lexicon = learning()
    payload = b"\r\n" + INVITE + OPTIONS + b"rest"
    assert sip.dissect(payload, flow(), to) == payload
    assert b"alice.doe" in lexicon.values[Entity.USER]


@given(st.binary(max_size=200), st.sampled_from([b"", INVITE, OPTIONS, b"\r\n", INVITE[:200]]), st.booleans())
def test_any_octets(tail: bytes, head: bytes, cut: bool) -> None:
    payload = head + tail
    where = flow(cut=cut)
    sip.claims(payload, where)
    sip.STREAM.begins(payload, where)
    length = sip.STREAM.length(payload)
    assert length >= DAMAGED
    sip.dissect(payload, where, rewriting())
    unchanged = sip.dissect(payload, where, learning()[0])
    assert unchanged in (None, payload)
