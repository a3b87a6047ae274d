"""Messages counted, and the shape of their dialogs under a renaming."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit import signalling
from scrubber.audit.signalling import Numbers, Signalling
from scrubber.heard import Heard

SDP = (
    b"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0 96 97\r\na=rtpmap:96 opus/48000\r\na=rtpmap:97 Mallory/1\r\n"
)


def message(
    start: bytes,
    call: bytes = b"a@b",
    tags: tuple[bytes, bytes] = (b"1", b""),
    branch: bytes = b"z9hG4bK1",
    cseq: int = 7,
) -> bytes:
    method = b"INVITE" if start.startswith(b"SIP/") else start.split(b" ")[0]
    return (
        start + b"\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=" + branch + b"\r\nFrom: <sip:a@b>;tag=" + tags[0] + b"\r\n"
        b"To: <sip:c@d>" + (b";tag=" + tags[1] if tags[1] else b"") + b"\r\nCall-ID: " + call + b"\r\n"
        b"CSeq: %d %b\r\nContent-Type: application/sdp\r\n\r\n" % (cseq, method)
    )


INVITE, OK, BYE = b"INVITE sip:a@b SIP/2.0", b"SIP/2.0 200 OK", b"BYE sip:a@b SIP/2.0"
ACK, PRACK = b"ACK sip:a@b SIP/2.0", b"PRACK sip:a@b SIP/2.0"
CALL = [
    message(INVITE) + SDP,
    message(INVITE) + SDP,
    message(OK, tags=(b"1", b"2")) + SDP,
    message(BYE, tags=(b"2", b"1"), branch=b"z9hG4bK2", cseq=1),
    message(b"REGISTER sip:b SIP/2.0", call=b"r", branch=b"z9hG4bK3"),
    message(b"MALLORY sip:b SIP/2.0", call=b"m", branch=b"z9hG4bK4"),
]


def counted(messages: list[bytes], times: list[float | None] | None = None, source: bytes = b"x:1") -> Signalling:
    found = Signalling()
    for place, one in enumerate(messages):
        time = None if times is None else times[place]
        found.hear(Heard(place, time, source, b"", b"UDP", one))
    return found


def test_counts() -> None:
    found = counted(CALL, [0.0, 0.5, None, 3.0, 2.0, 3.5])
    assert found.requests == {"INVITE": 2, "BYE": 1, "REGISTER": 1, "other": 1}
    assert found.responses == {"200 INVITE": 1}
    assert found.dialogs == {"calls": 3, "dialogs": 1, "transactions": 4, "retransmissions": 1, "registrations": 1}
    assert found.codecs == {
        **{f"offered audio {name}": 2 for name in ("PCMU", "opus", "other")},
        **{f"answered audio {name}": 1 for name in ("PCMU", "opus", "other")},
    }
    assert found.transports == {"UDP": 6}
    assert found.silence == 2_500_000
    assert not found.full


@pytest.mark.parametrize(
    ("messages", "offered", "answered"),
    [
        ([message(INVITE), message(OK) + SDP, message(OK) + SDP, message(ACK) + SDP, message(ACK) + SDP], 2, 2),
        (
            [message(INVITE), message(b"SIP/2.0 183 Progress") + SDP, message(PRACK, cseq=8) + SDP, message(OK) + SDP],
            2,
            1,
        ),
        ([message(INVITE) + SDP, message(b"SIP/2.0 183 Progress") + SDP, message(OK) + SDP, message(ACK)], 1, 2),
        (
            [
                message(INVITE),
                message(OK) + SDP,
                message(ACK) + SDP,
                message(INVITE, cseq=8) + SDP,
                message(OK, cseq=8) + SDP,
            ],
            2,
            2,
        ),
        ([message(INVITE) + SDP, message(PRACK, cseq=8) + SDP, message(b"SIP/2.0 200 OK", cseq=8) + SDP], 2, 1),
        ([message(INVITE), message(OK) + SDP, message(ACK, call=b"other") + SDP], 2, 0),
    ],
)
def test_who_offers_and_who_answers(messages: list[bytes], offered: int, answered: int) -> None:
    """RFC 3261 section 13.2.1: a request without a description leaves the offer to the response."""
    codecs = counted(messages).codecs
    assert (codecs["offered audio PCMU"], codecs["answered audio PCMU"]) == (offered, answered)


def renamed(messages: list[bytes]) -> list[bytes]:
    """Another name for everything that has one."""
    table = {
        b"a@b": b"q@w",
        b"z9hG4bK": b"z9hG4bKx",
        b"192.0.2.1": b"240.1.2.3",
        b"tag=1": b"tag=8",
        b"tag=2": b"tag=9",
    }
    for old, new in table.items():
        messages = [one.replace(old, new) for one in messages]
    return messages


def test_a_renaming_keeps_the_shape() -> None:
    assert counted(CALL).shape == counted(renamed(CALL), source=b"other:5").shape


CHANGES = [
    CALL[1:],
    CALL[::-1],
    [*CALL[:2], CALL[2].replace(b"200 OK", b"202 OK"), *CALL[3:]],
    [*CALL[:3], CALL[3].replace(b"Call-ID: a@b", b"Call-ID: another"), *CALL[4:]],
    [*CALL[:3], CALL[3].replace(b"tag=1", b"tag=5"), *CALL[4:]],
    [*CALL[:3], CALL[3].replace(b"z9hG4bK2", b"z9hG4bK1"), *CALL[4:]],
    [*CALL[:2], CALL[2].replace(b"CSeq: 7", b"CSeq: 8"), *CALL[3:]],
    [CALL[0], CALL[1].replace(b"opus", b"G722"), *CALL[2:]],
    [CALL[0], CALL[1].replace(b"v=0", b"v=0\r\na=sendonly"), *CALL[2:]],
]


@pytest.mark.parametrize("changed", CHANGES)
def test_anything_else_does_not(changed: list[bytes]) -> None:
    assert counted(CALL).shape != counted(changed).shape


def test_an_end_that_two_share_afterwards() -> None:
    def between(*ends: bytes) -> str:
        found = Signalling()
        for end in ends:
            found.hear(Heard(1, None, end, b"", b"UDP", CALL[0]))
        return found.shape

    assert between(b"a:1", b"b:1") == between(b"c:1", b"d:1") != between(b"c:1", b"c:1")


def test_no_more_is_held_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signalling, "HELD", 2)
    numbers = Numbers()
    assert [numbers.of(value) for value in (b"a", b"b", b"a", b"", b"c", b"b", b"a")] == [1, 2, 1, 0, 3, 2, 4]
    assert numbers.full


@given(st.lists(st.sampled_from(CALL) | st.binary(max_size=40)))
def test_any_octets(messages: list[bytes]) -> None:
    found = counted(messages)
    assert sum(found.requests.values()) + sum(found.responses.values()) == len(messages)
