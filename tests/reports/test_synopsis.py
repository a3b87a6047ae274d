"""A message at a glance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.reports import synopsis
from scrubber.reports.synopsis import Description, Synopsis

INVITE = (
    b"INVITE sip:100@pbx.example.com;tag=no SIP/2.0\r\n"
    b"v: SIP/2.0/UDP host.example.com;rport=5071;received=192.0.2.9;branch=z9hG4bK1, SIP/2.0/UDP x;branch=z9hG4bK0\r\n"
    b"Via: SIP/2.0/UDP y;branch=z9hG4bK9\r\n"
    b'From: "A" <sip:a@b;tag=no>\r\n ;tag=1\r\nT : <sip:c@d>;tag=2\r\ni: x@y\r\nCSeq: 17 INVITE\r\n'
    b"c: application/SDP; x=y\r\n\r\n"
)
BODY = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\na=sendonly\r\nm=audio 4000 RTP/AVP 0 8 96 101\r\n"
    b"a=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\nm=video 5000/2 RTP/SAVPF 97\r\n"
    b"c=IN IP6 2001:db8::1\r\na=inactive\r\n"
)


def test_a_request() -> None:
    found = synopsis.read(INVITE + BODY)
    assert found._replace(via=b"") == Synopsis(
        b"INVITE", b"", b"", 17, b"x@y", b"1", b"2", b"z9hG4bK1", b"", b"application/sdp", BODY
    )
    assert synopsis.sent_by(found.via) == b"192.0.2.9:5071"


def test_a_response() -> None:
    found = synopsis.read(b"SIP/2.0 486 Busy Here\nCSeq: 17 INVITE\nTo: x\n\n")
    assert found[:4] == (b"INVITE", b"486", b"Busy Here", 17)


@pytest.mark.parametrize(
    ("via", "end"),
    [
        (b"SIP/2.0/UDP 192.0.2.1;branch=z", b"192.0.2.1"),
        (b"SIP / 2.0 / TLS [2001:db8::1]:5061 ;rport", b"[2001:db8::1]:5061"),
        (b"SIP/2.0/UDP a.example.com:5060;received=2001:db8::2", b"[2001:db8::2]:5060"),
        (b"nonsense", b""),
    ],
)
def test_who_asks(via: bytes, end: bytes) -> None:
    assert synopsis.sent_by(via) == end


def test_media() -> None:
    audio, video = synopsis.descriptions(synopsis.read(INVITE + BODY))
    assert audio == Description(
        b"audio", b"192.0.2.1", b"4000", b"RTP/AVP", (b"PCMU", b"PCMA", b"opus", b"telephone-event"), b"sendonly"
    )
    assert video == Description(b"video", b"2001:db8::1", b"5000", b"RTP/SAVPF", (b"97",), b"inactive")


def test_no_media_in_other_bodies() -> None:
    assert synopsis.descriptions(synopsis.read(INVITE.replace(b"application/SDP", b"text/plain") + BODY)) == []


@given(st.lists(st.sampled_from([INVITE, BODY, b"m=", b"a=rtpmap:", b"\r\n", b"Via:"]) | st.binary(max_size=30)))
def test_any_octets(pieces: list[bytes]) -> None:
    found = synopsis.read(b"".join(pieces))
    synopsis.descriptions(found)
    synopsis.sent_by(found.via)
