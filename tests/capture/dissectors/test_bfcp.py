from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import bfcp
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

CONFERENCE, USER = 4021, 17


def mapped(number: int) -> int:
    return int(rewriting().value(Entity.IDENTIFIER, str(number).encode(), "test"))


def attribute(kind: int, content: bytes, filling: bytes = b"\0") -> bytes:
    length = 2 + len(content)
    return bytes((kind << 1 | 1, length)) + content + filling * (-length % 4)


def message(*attributes: bytes, first: int = 0x20, conference: int = CONFERENCE, user: int = USER) -> bytes:
    body = b"".join(attributes)
    ids = conference.to_bytes(4) + b"\0\7" + user.to_bytes(2)
    return bytes((first, 1)) + (len(body) // 4).to_bytes(2) + ids + body


def replaced(*attributes: bytes, first: int = 0x20) -> bytes:
    return message(*attributes, first=first, conference=mapped(CONFERENCE), user=mapped(USER))


def rewritten(payload: bytes) -> bytes:
    new = bfcp.dissect(payload, flow(), rewriting())
    assert new is not None
    return new


NAME = rewriting().fixed(Entity.NAME, b"Alice Doe", "test")
TEXT = rewriting().fixed(Entity.TEXT, b"please", "test")


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (1, b"\0\x11", mapped(17).to_bytes(2)),
        (2, b"\0\x11\0", bytes(3)),
        (3, b"\0\x11", b"\0\x11"),
        (4, b"\x80\0", b"\x80\0"),
        (4, b"abc", bytes(3)),
        (5, b"\3\0", b"\3\0"),
        (6, b"\5alice", b"\5" + bytes(5)),
        (7, b"no such floor", b"no such floor"),
        (7, b"\xff\xfe", bytes(2)),
        (9, b"    ", b"    "),
        (8, b"please", TEXT),
        (10, b"\2\4\6", b"\2\4\6"),
        (10, b"alice", bytes(5)),
        (12, b"Alice Doe", NAME),
        (14, b"\0\x11" + attribute(12, b"Alice Doe"), mapped(17).to_bytes(2) + attribute(12, NAME)),
        (15, b"\0\x11" + attribute(18, b"\0\x11"), b"\0\x11" + attribute(18, b"\0\x11")),
        (30, b"alice", bytes(5)),
    ],
)
def test_attributes(kind: int, before: bytes, after: bytes) -> None:
    assert rewritten(message(attribute(kind, before, b"x"))) == replaced(attribute(kind, after))


def test_a_uri_keeps_its_width() -> None:
    new = rewritten(message(attribute(13, b"sip:alice.doe@pbx.example.com")))
    assert len(new) == 12 + 32
    assert b"alice" not in new
    assert b"example" not in new


def test_ids_are_those_of_the_session_description() -> None:
    session = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=application 5070 UDP/BFCP *\r\na=confid:4021\r\n"
    text = rewriting().body(b"application/sdp", session)
    assert rewritten(message())[4:8] == int(text.rpartition(b"confid:")[2]).to_bytes(4)


def test_ids_stay_different() -> None:
    users = {rewritten(message(user=user))[10:12] for user in range(65000, 65200)}
    assert len(users) == 200


def test_groups_in_groups_have_an_end() -> None:
    inner = b"alice"
    for _ in range(20):
        inner = b"\0\1" + attribute(15, inner)
    new = rewritten(message(attribute(15, inner)))
    assert b"alice" not in new
    assert len(new) == len(message(attribute(15, inner)))


def test_pieces_become_zero() -> None:
    payload = message(attribute(12, b"Alice Doe"), first=0x48)
    assert rewritten(payload)[16:] == bytes(len(payload) - 16)


ALONE = message(attribute(4, b"\x80\0"))


@pytest.mark.parametrize(
    ("payload", "claimed"),
    [
        (ALONE, True),
        (message(first=0x40), True),
        (message(), True),
        (ALONE[:-1], False),
        (ALONE + b"1234", False),
        (message(first=0x60), False),
        (message(first=0x21), False),
        (b"\x20\x40" + ALONE[2:], False),
        (message(attribute(30, b"ab")), False),
        (message(b"\3\1\0\0"), False),
        (message(b"\3\x08\0\0"), False),
        (b"", False),
    ],
)
def test_claims(payload: bytes, claimed: bool) -> None:
    assert bfcp.claims(payload, flow()) is claimed
    assert not bfcp.claims(payload, flow(53, 40000))
    assert not bfcp.claims(payload, flow(cut=True))


def test_over_tcp_messages_follow_each_other() -> None:
    begins, length = bfcp.STREAM.begins, bfcp.STREAM.length
    assert begins(ALONE, flow())
    assert begins(message(), flow())
    assert not begins(message(attribute(30, b"ab")), flow())
    assert not begins(b"GET / HTTP/1.1\r\n", flow())
    assert not begins(b"\x20\1", flow())
    assert length(ALONE + ALONE) == len(ALONE)
    assert length(b"\x20\1") == 0
    assert bfcp.STREAM.rewrite(b"\x20\1", flow(), rewriting()) is None


ROWS = st.lists(st.builds(attribute, st.integers(1, 31), st.binary(max_size=20)), max_size=4)


@given(st.binary(max_size=40) | ROWS.map(lambda row: message(*row)))
def test_any_octets(payload: bytes) -> None:
    new = bfcp.dissect(payload, flow(), rewriting())
    same = bfcp.dissect(payload, flow(), learning()[0])
    assert (new is None) == (same is None)
    if new is not None:
        assert same == payload
        assert len(new) == len(payload)
    else:
        assert not bfcp.claims(payload, flow())


@pytest.mark.parametrize("kind", [7, 9, 13])
def test_texts_of_programs_name_nobody(kind: int) -> None:
    new = rewritten(message(attribute(kind, b"granted to Wanda", b"x")))
    assert b"Wanda" not in new
    assert b"granted to " in new
