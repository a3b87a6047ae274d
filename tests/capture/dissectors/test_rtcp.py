from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import rtcp
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

SSRC = b"\x0b\xad\xca\xfe"
SENDER = bytes(range(1, 21))
BLOCK = bytes(range(1, 25))


def packet(kind: int, number: int, body: bytes, *, padding: bytes = b"") -> bytes:
    words = len(body + padding) // 4
    return bytes((0x80 | bool(padding) << 5 | number, kind)) + words.to_bytes(2) + body + padding


def described(*items: tuple[int, bytes]) -> bytes:
    body = SSRC + b"".join(bytes((kind, len(text))) + text for kind, text in items)
    return packet(202, 1, body + bytes(4 - len(body) % 4))


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = rtcp.dissect(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


RECEIVER = packet(201, 1, SSRC + BLOCK)
REMB = b"REMB\1\7\xff\xff" + SSRC


@pytest.mark.parametrize("damage", [b"\0\0\0\0", b"\x81", b"\x81\xcb\xff\xffalice", b"alice doe"])
def test_what_stands_before_a_damaged_packet_is_read(damage: bytes) -> None:
    sender, names = packet(200, 0, SSRC + SENDER), described((1, b"alice.doe@192.0.2.77"))
    whole = rewritten(sender + names)
    new = rewritten(sender + names + damage)
    assert new == whole + bytes(len(damage))
    assert rtcp.claims(sender + names + damage, flow())
    assert new.startswith(sender)
    other = packet(202, 1, b"\1\2\3\4" + bytes(4))
    assert rewritten(sender + other + damage) == sender[:8] + bytes(len(sender + other + damage) - 8)


@pytest.mark.parametrize(
    "payload",
    [
        RECEIVER,
        packet(201, 0, SSRC),
        packet(200, 1, SSRC + SENDER + BLOCK),
        packet(200, 2, SSRC + SENDER + BLOCK * 2) + packet(203, 1, SSRC),
        packet(205, 1, SSRC * 2 + b"\1\2\0\3"),
        packet(205, 15, SSRC * 2 + b"\0\1\0\1\0\0\1\0\x20\1\x94\0"),
        packet(206, 1, SSRC * 2),
        packet(206, 4, SSRC * 2 + SSRC + b"\1\0\0\0"),
        packet(206, 15, SSRC * 2 + REMB),
        packet(207, 0, SSRC + b"\4\0\0\2" + bytes(range(8)) + b"\5\0\0\3" + bytes(12)),
        packet(207, 0, SSRC + b"\7\0\0\x08" + bytes(range(32))),
        packet(192, 0, SSRC),
        packet(193, 0, SSRC + b"\1\2\3\4"),
    ],
)
def test_statistics_stay(payload: bytes) -> None:
    assert rewritten(payload) == payload


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        (packet(200, 0, SSRC + SENDER + b"secretly"), 28),
        (packet(201, 1, SSRC + BLOCK + b"more"), 32),
        (packet(201, 2, SSRC + BLOCK), 8),  # announces more blocks than there are
        (packet(204, 1, SSRC + b"PoC1" + b"alice\0\0\0"), 12),
        (packet(204, 1, SSRC + b"a\0-\1" + b"alice\0\0\0"), 8),
        (packet(205, 9, SSRC * 2 + b"data"), 12),
        (packet(206, 15, SSRC * 2 + b"datadata"), 12),
        (packet(206, 15, SSRC * 2 + REMB + b"more"), 12),
        (packet(206, 2, SSRC * 2 + b"data"), 16),
        (packet(207, 0, SSRC + b"\x63\0\0\1" + b"data"), 12),
        (packet(207, 0, SSRC + b"\4\0\0\1" + b"data"), 12),
        (packet(209, 0, SSRC + b"data"), 8),
        (RECEIVER + b"\x01data", 8),  # not a row of packets: encrypted
        (packet(200, 1, SSRC + SENDER + BLOCK) + bytes(range(14)), 8),
    ],
)
def test_what_is_not_known_becomes_zero(payload: bytes, kept: int) -> None:
    assert rewritten(payload) == payload[:kept] + bytes(len(payload) - kept)


def value(entity: Entity, text: bytes) -> bytes:
    return rewriting().value(entity, text, "test")


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (1, b"alice@192.0.2.10", value(Entity.IDENTIFIER, b"alice") + b"@" + value(Entity.HOST, b"192.0.2.10")),
        (1, b"198.51.100.7", value(Entity.HOST, b"198.51.100.7")),
        (1, b"6f1ce2d4", value(Entity.IDENTIFIER, b"6f1ce2d4")),
        (1, b"6f1ce2d4\0", value(Entity.IDENTIFIER, b"6f1ce2d4") + b"\0"),
        (1, b"\xff\x01\x02", bytes(3)),
        (2, b"Alice Doe", value(Entity.NAME, b"Alice Doe")),
        (3, b"alice@pbx.example.com", value(Entity.EMAIL, b"alice@pbx.example.com")),
        (4, b"+15550100123", value(Entity.NUMBER, b"+15550100123")),
        (5, b"Dock Street 5", value(Entity.LOCATION, b"Dock Street 5")),
        (6, b"Talker 2.1", b"Talker 2.1"),
        (6, b"Talker of Alice Doe", b"Talker of " + value(Entity.NAME, b"Alice Doe")),
        (7, b"at lunch", value(Entity.TEXT, b"at lunch")),
        (8, b"\4call4021", b"\4call" + value(Entity.IDENTIFIER, b"4021")),
        (8, b"\x09ext", bytes(4)),
        (8, b"", b""),
        (15, b"audio", b"audio"),
        (9, b"192.0.2.10", bytes(10)),
    ],
)
def test_words_of_a_source(kind: int, before: bytes, after: bytes) -> None:
    assert rewritten(RECEIVER + described((6, b"x"), (kind, before))) == RECEIVER + described((6, b"x"), (kind, after))


def test_a_cname_is_the_one_of_the_session_description() -> None:
    to = rewriting()
    line = b"a=ssrc:5 cname:alice.doe@pbx.example.com\r\n"
    session = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
    cname = to.body(b"application/sdp", session + line).rpartition(b"cname:")[2].strip()
    assert rewritten(described((1, b"alice.doe@pbx.example.com"))) == described((1, cname))


def test_why_a_source_leaves() -> None:
    reason = b"alice.doe call ended"
    new = rewritten(packet(203, 1, SSRC + bytes((len(reason),)) + reason + bytes(3)))
    assert b"alice" not in new
    assert new[8:9] + new[-3:] == bytes((len(reason), 0, 0, 0))
    assert new.endswith(b" call ended\0\0\0")


def test_filling_and_padding() -> None:
    source = SSRC + b"\6\1x\0filling!"
    assert rewritten(packet(202, 1, source)) == packet(202, 1, SSRC + b"\6\1x\0" + bytes(8))
    assert rewritten(packet(201, 0, SSRC, padding=b"abc\4")) == packet(201, 0, SSRC, padding=b"\0\0\0\4")
    assert rewritten(packet(201, 0, SSRC, padding=b"abc\5")) == packet(201, 0, SSRC, padding=bytes(4))


def test_a_source_without_an_end() -> None:
    payload = packet(202, 2, SSRC + b"\6\1x\0" + SSRC + b"\1\x63alice@")
    assert rewritten(payload) == payload[:16] + bytes(8)


def test_what_the_snap_length_left_is_dealt_with() -> None:
    whole = RECEIVER + described((1, b"alice@192.0.2.10"))
    new = rewritten(whole[:-6], cut=True)
    assert new[:44] == whole[:42] + bytes(2)
    assert len(new) == len(whole) - 6


@pytest.mark.parametrize(
    ("payload", "sport", "cut", "claimed"),
    [
        (RECEIVER, 40001, False, True),
        (RECEIVER, 514, False, False),
        (RECEIVER[:20], 40001, False, False),
        (RECEIVER[:20], 40001, True, True),
        (RECEIVER + bytes(range(14)), 40001, False, True),
        (b"\x80\xc8\0\xff" + bytes(40), 40001, False, False),
        (b"\x80\x00\0\1" + bytes(4), 40001, False, False),
        (b"\x40" + RECEIVER[1:], 40001, False, False),
        (b"\x80\xc9\0\0", 40001, False, False),
    ],
)
def test_claims(payload: bytes, sport: int, cut: bool, claimed: bool) -> None:
    assert rtcp.claims(payload, flow(sport, cut=cut)) is claimed


PACKETS = st.builds(
    lambda kind, number, body: packet(kind, number, body + bytes(-len(body) % 4)),
    st.sampled_from([*range(192, 196), *range(200, 214)]),
    st.integers(0, 31),
    st.binary(max_size=60),
)


@given(st.binary(max_size=64) | st.lists(PACKETS, min_size=1, max_size=3).map(b"".join), st.booleans())
def test_any_octets(payload: bytes, cut: bool) -> None:
    where = flow(cut=cut)
    new = rtcp.dissect(payload, where, rewriting())
    same = rtcp.dissect(payload, where, learning()[0])
    assert (new is None) == (same is None)
    if new is not None:
        assert same == payload
        assert new[:2] == payload[:2]
        assert (len(new) - len(payload)) % 4 == 0 or cut
    else:
        assert not rtcp.claims(payload, where)


def test_items_that_were_cut_keep_their_places() -> None:
    whole = RECEIVER + described((1, b"alice@192.0.2.10"), (2, b"Alice Doe"))
    new = rewritten(whole[:-6], cut=True)
    assert len(new) == len(whole) - 6
    assert new == whole[: len(RECEIVER) + 10] + bytes(16) + b"\2\x09" + bytes(len(new) - len(RECEIVER) - 28)
