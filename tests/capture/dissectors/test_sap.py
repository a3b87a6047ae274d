"""Announcements of sessions: the description is read, nothing of its owner stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import sap
from tests.capture.wire import flow, learning, rewriting

WHERE = flow(dport=9875)
SOURCE = bytes((192, 0, 2, 77))
DESCRIPTION = (
    b"v=0\r\no=alice.doe 1 1 IN IP4 192.0.2.77\r\ns=Vexel of Alice\r\nc=IN IP4 239.1.1.1\r\nt=0 0\r\n"
    b"m=audio 5004 RTP/AVP 0\r\n"
)
TYPED = b"\x20\0\x12\x34" + SOURCE + b"application/sdp\0" + DESCRIPTION
PLANTED = (SOURCE, *b"alice Alice 192.0.2.77 Vexel signature sealed other".split())


@pytest.mark.parametrize(
    "payload",
    [
        TYPED,
        b"\x20\0\x12\x34" + SOURCE + DESCRIPTION,
        b"\x24\0\x12\x34" + SOURCE + b"o=alice.doe 1 1 IN IP4 192.0.2.77\r\n",
        b"\x20\3\x12\x34" + SOURCE + b"signature of" + DESCRIPTION,
        b"\x22\0\x12\x34" + SOURCE + b"sealed",
        b"\x20\0\x12\x34" + SOURCE + b"text/plain\0other",
        b"\x20\0\x12\x34" + SOURCE + b"v=0 other\r\n",
    ],
)
def test_what_goes_and_what_stays(payload: bytes) -> None:
    new = sap.dissect(payload, WHERE, rewriting())
    assert new is not None
    assert new[:4] == payload[:4]
    assert not [value for value in PLANTED if value in new]
    assert (b"m=audio 5004 RTP/AVP 0\r\n" in new) is (b"m=" in payload)
    assert sap.dissect(payload, WHERE, learning()[0]) == payload


def test_the_type_of_the_description_stays() -> None:
    new = sap.dissect(TYPED, WHERE, rewriting())
    assert new is not None
    assert new[8:].startswith(b"application/sdp\0v=0\r\no=")
    assert b"c=IN IP4 239.1.1.1\r\n" in new


def test_an_address_of_the_sixth_version() -> None:
    payload = b"\x30\0\x12\x34" + bytes(range(16)) + DESCRIPTION
    new = sap.dissect(payload, WHERE, rewriting())
    assert new is not None
    assert new[4:20] != payload[4:20]
    assert new[20:23] == b"v=0"


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [(TYPED, 9875, True), (TYPED, 40002, False), (b"\x40" + TYPED[1:], 9875, False), (TYPED[:7], 9875, False),
     (b"\x20", 9875, False), (b"", 9875, False), (b"\x20\xff" + TYPED[2:], 9875, False)],
)  # fmt: skip
def test_claims(payload: bytes, port: int, claimed: bool) -> None:
    assert sap.claims(payload, flow(dport=port)) is claimed
    assert (sap.dissect(payload, flow(dport=port), rewriting()) is not None) is claimed


@given(st.sampled_from([b"", TYPED[:8], b"\x30\0\0\0", b"\x20\1\0\0"]), st.binary(max_size=60))
def test_any_octets(head: bytes, rest: bytes) -> None:
    sap.dissect(head + rest, WHERE, rewriting())
    assert sap.dissect(head + rest, WHERE, learning()[0]) in (None, head + rest)
