from __future__ import annotations

from ipaddress import ip_address
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import stun
from scrubber.capture.packet import Flow
from scrubber.model import Entity
from scrubber.values import Values
from tests.capture.wire import flow, learning, rewriting

TRANSACTION = bytes(range(0x30, 0x3C))
KEY = stun.COOKIE + TRANSACTION
CLASSIC = bytes(range(0x60, 0x70))
V4 = ip_address("192.0.2.10").packed
V6 = ip_address("2001:db8::10").packed


def attribute(kind: int, value: bytes, *, step: int = 4) -> bytes:
    return kind.to_bytes(2) + len(value).to_bytes(2) + value + bytes(-len(value) % step)


def message(*attributes: bytes, kind: int = 1, key: bytes = KEY) -> bytes:
    body = b"".join(attributes)
    return kind.to_bytes(2) + len(body).to_bytes(2) + key + body


def signed(*attributes: bytes) -> bytes:
    front = message(*attributes, bytes(8))[:-8]
    return front + attribute(0x8028, (crc32(front) ^ 0x5354554E).to_bytes(4))


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = stun.dissect(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


def xor(octets: bytes, key: bytes = KEY) -> bytes:
    return bytes(one ^ other for one, other in zip(octets, key, strict=False))


def value(entity: Entity, text: bytes) -> bytes:
    return rewriting().value(entity, text, "test")


def mapped(address: bytes) -> bytes:
    return rewriting().address(address)


@pytest.mark.parametrize("kind", [0x0001, 0x0002, 0x0004, 0x0005, 0x000B, 0x0011, 0x8023, 0x802B, 0x802C])
@pytest.mark.parametrize(("family", "address"), [(b"\1", V4), (b"\2", V6)])
def test_addresses(kind: int, family: bytes, address: bytes) -> None:
    before = message(attribute(kind, b"\0" + family + b"\x13\xc4" + address))
    assert rewritten(before) == message(attribute(kind, b"\0" + family + b"\x13\xc4" + mapped(address)))


@pytest.mark.parametrize("kind", [0x0012, 0x0016, 0x0020, 0x8020])
@pytest.mark.parametrize(("family", "address"), [(b"\1", V4), (b"\2", V6), (b"\1", bytes(4))])
def test_addresses_under_the_cookie(kind: int, family: bytes, address: bytes) -> None:
    before = message(attribute(kind, b"\0" + family + b"\x32\xd6" + xor(address)))
    assert rewritten(before) == message(attribute(kind, b"\0" + family + b"\x32\xd6" + xor(mapped(address))))


def test_messages_of_the_drafts_of_turn() -> None:
    cookie = attribute(0x000F, bytes.fromhex("72c64bc6"))
    before = message(cookie, attribute(0x0012, b"\0\1\x32\xd6" + V4), kind=0x0115, key=CLASSIC)
    assert stun.claims(before, flow(40001, 40003))
    after = message(cookie, attribute(0x0012, b"\0\1\x32\xd6" + mapped(V4)), kind=0x0115, key=CLASSIC)
    assert rewritten(before) == after


def test_a_channel_of_many_sessions() -> None:
    inner = message(attribute(0x0020, b"\0\1\x32\xd6" + xor(V4)))
    before = b"\xff\x10" + (8 + len(inner)).to_bytes(2) + b"\xde\xaa\x29\x67\x08\xf7\x08\xfc" + inner
    where = flow(40001, 3479)
    assert stun.claims(before, where)
    assert not stun.claims(before[:-1], where)
    new = stun.dissect(before, where, rewriting(), inner=stun.dissect)
    assert new == before[:12] + rewritten(inner)
    assert rewritten(before) == before[:12] + bytes(len(inner))


def test_addresses_before_the_cookie() -> None:
    for kind, key in ((0x8020, CLASSIC), (0x0012, bytes(16))):
        before = message(attribute(kind, b"\0\1\x32\xd6" + xor(V4, key)), key=CLASSIC)
        after = message(attribute(kind, b"\0\1\x32\xd6" + xor(mapped(V4), key)), key=CLASSIC)
        assert rewritten(before) == after


@pytest.mark.parametrize("odd", [b"\0\3\1\1" + V4, b"\0\2\1\1" + V4, b"\0\1\1\1" + V6, b"\0\1", b""])
@pytest.mark.parametrize("kind", [0x0001, 0x0020])
def test_what_is_no_address(kind: int, odd: bytes) -> None:
    assert rewritten(message(attribute(kind, odd))) == message(attribute(kind, bytes(len(odd))))


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (0x0006, b"8hhY:a1b2c3", value(Entity.IDENTIFIER, b"8hhY") + b":" + value(Entity.IDENTIFIER, b"a1b2c3")),
        (0x0006, b"1433895918:alice.doe", b"1433895918:" + value(Entity.USER, b"alice.doe")),
        (0x0006, b"alice.doe", value(Entity.USER, b"alice.doe")),
        (
            0x0006,
            b"alice@pbx.example.com",
            value(Entity.USER, b"alice") + b"@" + value(Entity.HOST, b"pbx.example.com"),
        ),
        (0x0006, b"alice.doe\0\0\0", value(Entity.USER, b"alice.doe") + b"\0\0\0"),
        (0x0006, b"\xff\1\2\3", bytes(4)),
        (0x0006, b"x" * 1025, bytes(1025)),
        (0x0014, b"pbx.example.com", value(Entity.HOST, b"pbx.example.com")),
        (0x0014, b"Acme Inc", value(Entity.NAME, b"Acme Inc")),
        (0x0015, b"d7e0a6cf33", value(Entity.NONCE, b"d7e0a6cf33")),
        (0x0015, b"obMatJos2AAAAd7e0a6", b"obMatJos2AAAA" + value(Entity.NONCE, b"d7e0a6")),
        (0x8022, b"Relay-4.6 'Name'", b"Relay-4.6 'Name'"),
        (0x8022, b"Relay of pbx.example.com", b"Relay of " + value(Entity.HOST, b"pbx.example.com")),
        (0x8022, b"Relay-4.6 'Name' relay-wanda12", b"Relay-4.6 'Name' " + value(Entity.HOST, b"relay-wanda12")),
        (0x8003, b"pbx.example.com", value(Entity.HOST, b"pbx.example.com")),
        (0x802F, b"https://pbx.example.com", value(Entity.URL, b"https://pbx.example.com")),
        (0x0009, b"\0\0\4\1Unauthorized", b"\0\0\4\1Unauthorized"),
        (0x0009, b"\7\7\4\1\xff", b"\0\0\4\1\0"),
        (0x8001, b"\2\0\4\x28", b"\2\0\4\x28"),
        (0x0024, b"\x6e\0\1\xff", b"\x6e\0\1\xff"),
        (0x0024, b"alice", bytes(5)),
        (0x0025, b"", b""),
        (0x0018, b"\x80", b"\x80"),
        (0x000A, b"\0\1\0\2", b"\0\1\0\2"),
        (0x000A, b"\0\1\0", bytes(3)),
        (0x001D, b"\0\1\0\0", b"\0\1\0\0"),
        (0x001D, b"\0\1\0\4four", bytes(8)),
        (0x802A, b"\1\2\3\4\5\6\7\x08", b"\1\2" + bytes(6)),
        (0x0007, b"hunter22", bytes(8)),
        (0x0008, b"\x99" * 20, bytes(20)),
        (0x001C, b"\x99" * 32, bytes(32)),
        (0x001E, b"\x99" * 32, bytes(32)),
        (0x0022, b"\x99" * 8, bytes(8)),
        (0x0013, b"alice", bytes(5)),
        (0x8054, b"alice", bytes(5)),
        (0xC0DE, b"alice", bytes(5)),
    ],
)
def test_attributes(kind: int, before: bytes, after: bytes) -> None:
    last = attribute(0x0024, b"\0\0\0\1")
    assert rewritten(message(attribute(kind, before), last)) == message(attribute(kind, after), last)


def test_an_ice_user_is_the_one_of_the_session_description() -> None:
    to = rewriting()
    session = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=ice-ufrag:8hhY\r\n"
    fragment = to.body(b"application/sdp", session).rpartition(b"ufrag:")[2].strip()
    assert fragment + b":" in rewritten(message(attribute(0x0006, b"8hhY:9uB6")))


def test_a_fingerprint_stays_as_right_as_it_was() -> None:
    before = attribute(0x0014, b"sip.acmewidgets.example"), attribute(0x0001, b"\0\1\1\1" + V4)
    new = rewritten(signed(*before))
    assert new == signed(
        attribute(0x0014, value(Entity.HOST, b"sip.acmewidgets.example")), attribute(1, b"\0\1\1\1" + mapped(V4))
    )
    wrong = signed(*before)[:-1] + b"\x99"
    assert rewritten(wrong) == new[:-4] + bytes(4)


def test_fillings_and_rests_become_zero() -> None:
    payload = message(attribute(0x0018, b"\x80")[:5] + b"abc") + b"more"
    assert rewritten(payload) == message(attribute(0x0018, b"\x80")) + bytes(4)
    damaged = message(b"\0\6\0\x63alice")
    assert rewritten(damaged) == damaged[:24] + bytes(5)
    assert rewritten(message(b"abc")) == message(bytes(3))


def test_without_a_cookie_nothing_is_filled_up() -> None:
    for opened, key in ((b"", CLASSIC), (attribute(0x000F, bytes.fromhex("72c64bc6")), KEY)):
        before = message(opened, attribute(0x0009, b"\0\0\4\1Hello", step=1), attribute(0x0010, b"\0\0\0\1"), key=key)
        assert rewritten(before) == before
        before = message(opened, attribute(0x0006, b"alice.doe", step=1), attribute(0x0010, b"\0\0\0\1"), key=key)
        after = message(opened, attribute(0x0006, value(Entity.USER, b"alice.doe"), step=1), before[-8:], key=key)
        assert rewritten(before) == after


def test_what_the_snap_length_left_is_dealt_with() -> None:
    whole = message(attribute(0x0001, b"\0\1\1\1" + V4), attribute(0x0006, b"alice.doe"))
    new = rewritten(whole[:-7], cut=True)
    assert new == message(attribute(0x0001, b"\0\1\1\1" + mapped(V4)), whole[32:36], bytes(12))[:-7]


def reversing(payload: bytes, where: Flow, to: Values) -> bytes | None:
    return payload[::-1] + b"!" if payload.startswith(b"known") else None


def test_what_a_relay_carries_is_given_to_the_inner_dissector() -> None:
    def new(payload: bytes) -> bytes | None:
        return stun.dissect(payload, flow(), rewriting(), inner=reversing)

    assert new(message(attribute(0x0013, b"known"), kind=0x16)) == message(attribute(0x0013, b"nwonk!"), kind=0x16)
    assert new(message(attribute(0x0013, b"alice"), kind=0x16)) == message(attribute(0x0013, bytes(5)), kind=0x16)
    assert new(b"\x40\0\0\5known") == b"\x40\0\0\6nwonk!"
    assert new(b"\x40\0\0\5alice\1\1\1") == b"\x40\0\0\5" + bytes(8)
    assert rewritten(b"\x40\0\0\5known") == b"\x40\0\0\5" + bytes(5)


def test_lengths_stay_within_their_fields() -> None:
    payload = message(attribute(0x0013, b"known" + bytes(65500)))
    new = stun.dissect(payload, flow(), rewriting(), inner=lambda payload, where, to: payload + bytes(26))
    assert new == payload[:20] + bytes(len(payload) - 20)
    new = stun.dissect(b"\x40\0\xff\xffknown", flow(), rewriting(), inner=reversing)
    assert new == b"\x40\0\xff\xff" + bytes(5)


REQUEST = message(attribute(0x0024, b"\0\0\0\1"))


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [
        (REQUEST, 40000, True),
        (REQUEST[:19], 40000, False),
        (b"", 3478, False),
        (message(key=CLASSIC), 40000, False),
        (message(key=CLASSIC), 3478, True),
        (message(key=CLASSIC, kind=0x55), 3478, False),
        (message(attribute(0x0001, b"\0\1\1\1" + V4), key=CLASSIC), 40000, True),
        (message(attribute(0x7001, b"\0\1\1\1" + V4), key=CLASSIC), 40000, False),
        (message(attribute(0x0001, b"\0\1\1\1" + V4), key=CLASSIC)[:-1], 3478, False),
        (b"\x40\0\0\5alice", 40000, False),
        (b"\x40\0\0\5\x80lice", 40000, True),
        (b"\x40\0\0\5\x16\xfeice", 40000, True),
        (b"\x40\0\0\x1c" + REQUEST, 40000, True),
        (b"\x40\0\0\5\x80lice\0\0\0", 40000, False),
        (b"\x40\0\0\5alice\0\0\0", 40000, False),
        (b"\x40\0\0\5alice\0\0\0", 3478, True),
        (b"\x60\0\0\5alice", 40000, False),
        (b"\x60\0\0\5alice", 3478, True),
        (b"\x40\0\0\0", 3478, False),
        (b"\x80" + bytes(40), 3478, False),
    ],
)
def test_claims(payload: bytes, port: int, claimed: bool) -> None:
    assert stun.claims(payload, flow(40001, port)) is claimed


def test_over_tcp_messages_follow_each_other() -> None:
    begins, length = stun.STREAM.begins, stun.STREAM.length
    assert begins(REQUEST, flow())
    assert begins(b"\x40\0\0\5alice", flow(40001, 3478))
    assert not begins(b"\x40\0\0\5alice", flow())
    assert not begins(b"\x80" + REQUEST[1:], flow())
    assert length(REQUEST + REQUEST) == len(REQUEST)
    assert length(b"\x40\0\0\5alice") == 12
    assert length(b"\0\1") == 0


ATTRIBUTES = st.builds(attribute, st.sampled_from([*stun._ATTRIBUTES, 0x8028, 0x7777]), st.binary(max_size=24))


@given(
    st.binary(max_size=64)
    | st.lists(ATTRIBUTES, max_size=4).map(lambda found: message(*found))
    | st.lists(ATTRIBUTES, max_size=4).map(lambda found: signed(*found))
    | st.lists(ATTRIBUTES, max_size=4).map(lambda found: message(*found, key=CLASSIC)),
    st.booleans(),
    st.sampled_from([3478, 40000]),
)
def test_any_octets(payload: bytes, cut: bool, port: int) -> None:
    where = flow(40001, port, cut=cut)
    new = stun.dissect(payload, where, rewriting())
    same = stun.dissect(payload, where, learning()[0])
    assert (new is None) == (same is None)
    if new is not None:
        assert same == payload
        assert new[:2] == payload[:2]
        assert new[4:20] == payload[4:20] or new[0] >= 0x40
    else:
        assert not stun.claims(payload, where)
    if stun.STREAM.begins(payload, where):
        assert stun.STREAM.length(payload) >= 0


def test_a_reason_names_nobody() -> None:
    new = rewritten(message(attribute(0x0009, b"\0\0\4\1Unauthorized Marla"), kind=0x113))
    assert b"\0\0\4\1Unauthorized " in new
    assert b"Marla" not in new
