"""The checker of call flows itself: what it must see and what it must not mind."""

from __future__ import annotations

import pytest

from tests.dialogs import differences, lengths, messages

SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\n"
INVITE = (
    b"INVITE sip:bob@example.com SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n"
    b"From: <sip:alice@example.com>;tag=a1\r\n"
    b"To: <sip:bob@example.com>\r\n"
    b"Call-ID: c1@192.0.2.7\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: %d\r\n\r\n" % len(SDP)
) + SDP
RINGING = (
    b"SIP/2.0 180 Ringing\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n"
    b"From: <sip:alice@example.com>;tag=a1\r\n"
    b"To: <sip:bob@example.com>;tag=b1\r\n"
    b"Call-ID: c1@192.0.2.7\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Content-Length: 0\r\n\r\n"
)
CALL = b"<--- (%d bytes) from 192.0.2.7 --->\r\n" % len(INVITE) + INVITE + b"[12:00:01] ringing\r\n" + RINGING


def renamed(text: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def test_messages_are_found() -> None:
    assert [message.kept["start"] for message in messages(CALL)] == ["INVITE", "180"]


def test_a_renaming_is_no_difference() -> None:
    after = renamed(CALL, (b"c1@192.0.2.7", b"x9@192.0.2.7"), (b"tag=a1", b"tag=q7"), (b"alice", b"clara"))
    assert differences(CALL, after) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (b"SIP/2.0 180 Ringing", b"SIP/2.0 183 Ringing", "start differs"),
        (b"CSeq: 1 INVITE", b"CSeq: 2 INVITE", "cseq differs"),
        (b"SIP/2.0 180 Ringing", b"SIP-2.0 180 Ringing", "2 messages became 1"),
        (b"Content-Type: application/sdp", b"Content-Type: text/plain", "content-type differs"),
        (b"To: <sip:bob@example.com>\r\n", b"", "names differs"),
        (b";tag=b1", b"", "tag: 2 values became 1"),
        (b"tag=b1", b"tag=a1", "two originals, one pseudonym"),
    ],
)
def test_what_is_more_than_a_renaming_is_found(old: bytes, new: bytes, found: str) -> None:
    assert found in "\n".join(differences(CALL, CALL.replace(old, new)))


def test_one_value_with_two_names_is_found() -> None:
    first, second = CALL.split(b"[12:00:01]")
    after = first + b"[12:00:01]" + second.replace(b"c1@", b"c2@")
    assert differences(CALL, after) == ["line 14: call-id: one original, two pseudonyms"]


def test_right_lengths_are_counted() -> None:
    assert lengths(CALL, CALL) == (2, [])


def test_a_body_that_grew_needs_its_length_changed() -> None:
    longer = CALL.replace(b"IP4 192.0.2.7", b"IP4 192.0.2.77")
    assert lengths(CALL, longer)[1] == [
        "line 2: Content-Length grew by 0, not 1",
        f"line 1: not {len(INVITE) + 1} bytes",
    ]
    fixed = longer.replace(b"Content-Length: %d" % len(SDP), b"Content-Length: %d" % (len(SDP) + 1))
    assert lengths(CALL, fixed)[1] == [f"line 1: not {len(INVITE) + 1} bytes"]
    assert lengths(CALL, fixed.replace(b"(%d b" % len(INVITE), b"(%d b" % (len(INVITE) + 1))) == (2, [])


def test_a_length_that_was_wrong_is_not_counted() -> None:
    wrong = CALL.replace(b"Content-Length: %d" % len(SDP), b"Content-Length: 999")
    assert lengths(wrong, wrong.replace(b"IP4 192.0.2.7", b"IP4 192.0.2.77")) == (0, [])


def test_lines_that_are_lost_are_found() -> None:
    assert lengths(CALL, CALL.removesuffix(b"\r\n")) == (0, ["22 lines became 21"])
