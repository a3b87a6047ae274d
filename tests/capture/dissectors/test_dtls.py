from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import dtls
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

V1_0, V1_2 = b"\xfe\xff", b"\xfe\xfd"
RANDOM = bytes(range(1, 33))
KEY = b"\x99" * 65


def vector(width: int, *content: bytes) -> bytes:
    whole = b"".join(content)
    return len(whole).to_bytes(width) + whole


def record(kind: int, content: bytes, *, version: bytes = V1_2, epoch: int = 0) -> bytes:
    return bytes((kind,)) + version + epoch.to_bytes(2) + b"\0\0\0\0\0\7" + vector(2, content)


def handshake(kind: int, body: bytes, *, offset: int = 0, length: int | None = None) -> bytes:
    total = len(body) if length is None else length
    return bytes((kind,)) + total.to_bytes(3) + b"\0\1" + offset.to_bytes(3) + vector(3, body)


def extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + vector(2, content)


def hello(*extensions: bytes, random: bytes = RANDOM, session: bytes = b"session", cookie: bytes = b"cookie") -> bytes:
    opened = V1_2 + random + vector(1, session) + vector(1, cookie) + vector(2, b"\xc0\x2b\xc0\x2f") + vector(1, b"\0")
    return opened + vector(2, *extensions)


def server_hello(*extensions: bytes, random: bytes = RANDOM) -> bytes:
    return V1_2 + random + vector(1, b"session") + b"\xc0\x2b\0" + vector(2, *extensions)


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = dtls.dissect(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


def message(kind: int, body: bytes, version: bytes = V1_2) -> bytes:
    """The body that a handshake message comes out with."""
    whole = record(22, handshake(kind, body), version=version)
    new = rewritten(whole)
    assert new[:25] == whole[:25]
    assert len(new) == len(whole)
    return new[25:]


def test_a_client_hello_keeps_what_was_offered() -> None:
    new = message(1, hello(extension(10, b"\0\2\0\x1d"), extension(0xABCD, b"alice")))
    kept = extension(10, b"\0\2\0\x1d"), extension(0xABCD, bytes(5))
    assert new == hello(*kept, random=bytes(32), session=bytes(7), cookie=bytes(6))


NAME = rewriting().fixed(Entity.HOST, b"pbx.example.com", "test")
KEPT = b"\0\2\0\x1d"


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (0, vector(2, b"\0" + vector(2, b"pbx.example.com")), vector(2, b"\0" + vector(2, NAME))),
        (0, b"", b""),
        (10, KEPT, KEPT),
        (10, bytes(range(250)) * 3, bytes(750)),
        (14, vector(2, b"\0\1\0\7") + vector(1, b"mki"), vector(2, b"\0\1\0\7") + vector(1, bytes(3))),
        (
            16,
            vector(2, vector(1, b"webrtc"), vector(1, b"alice")),
            vector(2, vector(1, b"webrtc"), vector(1, bytes(5))),
        ),
        (5, b"\1\0\0\0\0", b"\1\0\0\0\0"),
        (5, b"\1\0\3abc", bytes(6)),
        (35, b"ticket", bytes(6)),
        (44, vector(2, b"cookie"), vector(2, bytes(6))),
        (54, vector(1, b"id"), vector(1, bytes(2))),
        (0xFF01, vector(1, b"done"), vector(1, bytes(4))),
        (51, vector(2, b"\0\x1d" + vector(2, KEY)), vector(2, b"\0\x1d" + vector(2, bytes(65)))),
        (16, b"\xff\xff\xffalice", b"\xff\xff\xff" + bytes(5)),
    ],
)
def test_extensions(kind: int, before: bytes, after: bytes) -> None:
    blind = {"random": bytes(32), "session": bytes(7), "cookie": bytes(6)}
    assert message(1, hello(extension(kind, before), extension(23, b""))) == hello(
        extension(kind, after), extension(23, b""), **blind
    )


def test_a_server_hello_has_one_share() -> None:
    new = message(2, server_hello(extension(51, b"\0\x1d" + vector(2, KEY))))
    zeros = V1_2 + bytes(32) + vector(1, bytes(7)) + b"\xc0\x2b\0"
    assert new == zeros + vector(2, extension(51, b"\0\x1d" + vector(2, bytes(65))))
    assert message(2, server_hello(random=dtls._RETRY))[:34] == V1_2 + dtls._RETRY


@pytest.mark.parametrize(
    ("kind", "version", "before", "after"),
    [
        (3, V1_0, V1_0 + vector(1, b"cookie"), V1_0 + vector(1, bytes(6))),
        (4, V1_2, b"\0\0\x0e\x10" + vector(2, b"ticket"), b"\0\0\x0e\x10" + vector(2, bytes(6))),
        (
            12,
            V1_2,
            b"\3\0\x1d" + vector(1, KEY) + b"\4\3" + vector(2, KEY),
            b"\3\0\x1d" + vector(1, bytes(65)) + b"\4\3" + vector(2, bytes(65)),
        ),
        (
            12,
            V1_0,
            b"\3\0\x17" + vector(1, KEY) + vector(2, KEY),
            b"\3\0\x17" + vector(1, bytes(65)) + vector(2, bytes(65)),
        ),
        (12, V1_2, vector(2, KEY), bytes(67)),
        (
            13,
            V1_2,
            vector(1, b"\1\x40") + vector(2, b"\4\3") + vector(2, vector(2, b"authority")),
            vector(1, b"\1\x40") + vector(2, b"\4\3") + vector(2, vector(2, bytes(9))),
        ),
        (13, V1_0, vector(1, b"\1") + vector(2, vector(2, b"name")), vector(1, b"\1") + vector(2, vector(2, bytes(4)))),
        (14, V1_2, b"", b""),
        (15, V1_2, b"\4\3" + vector(2, KEY), b"\4\3" + vector(2, bytes(65))),
        (15, V1_0, vector(2, KEY), vector(2, bytes(65))),
        (16, V1_2, vector(1, KEY), vector(1, bytes(65))),
        (16, V1_2, vector(2, KEY), vector(2, bytes(65))),
        (16, V1_2, b"alice", bytes(5)),
        (20, V1_2, b"finished", bytes(8)),
        (99, V1_2, b"alice", b""),
    ],
)
def test_messages(kind: int, version: bytes, before: bytes, after: bytes) -> None:
    if kind == 99:
        whole = record(22, handshake(kind, before))
        assert rewritten(whole) == whole[:13] + bytes(len(whole) - 13)
    else:
        assert message(kind, before, version) == after


@pytest.mark.parametrize("length", [110, 300, 2000])
def test_an_empty_certificate_is_known_on_sight(length: int) -> None:
    made = dtls._stand_in(length)
    assert dtls.is_stand_in(made) is bool(made.strip(b"\0"))
    assert dtls.is_stand_in((length).to_bytes(3) + made) is bool(made.strip(b"\0"))
    assert not dtls.is_stand_in(made[:-1] + b"x")
    assert not dtls.is_stand_in(b"somebody" + made)
    assert not dtls.is_stand_in(bytes(length))


def test_in_place_of_a_certificate_stands_an_empty_one() -> None:
    new = message(11, vector(3, vector(3, b"\x99" * 300), vector(3, b"\x99" * 40)))
    assert new == vector(3, vector(3, dtls._stand_in(300)), vector(3, bytes(40)))
    assert dtls._stand_in(300)[:8] == bytes.fromhex("30820128303fa003")
    assert len(dtls._stand_in(300)) == 300


def test_pieces_of_a_message() -> None:
    chain = vector(3, vector(3, b"\x99" * 300), vector(3, b"\x99" * 300))
    first = rewritten(record(22, handshake(11, chain[:200], length=len(chain))))
    assert first[25:] == chain[:3] + (603).to_bytes(3) + dtls._stand_in(603)[:194]
    second = record(22, handshake(11, chain[200:], offset=200, length=len(chain)))
    assert rewritten(second) == second[:25] + bytes(len(chain) - 200)
    tiny = record(22, handshake(11, chain[:2], length=len(chain)))
    assert rewritten(tiny) == tiny[:25] + bytes(2)


def test_of_encrypted_records_the_header_stays() -> None:
    for kind in (21, 22, 23, 24, 26):
        whole = record(kind, handshake(1, hello()), epoch=1)
        assert rewritten(whole) == whole[:13] + b"\xff" * (len(whole) - 13)
    change, alert = record(20, b"\1"), record(21, b"\2\x28")
    assert rewritten(change + alert) == change + alert
    assert rewritten(record(20, b"alice")) == record(20, b"\xff" * 5)
    assert rewritten(record(25, b"alice", epoch=1)) == record(25, b"alice", epoch=1)[:11] + b"\xff" * 7


def test_what_the_snap_length_left_is_dealt_with() -> None:
    whole = record(21, b"\2\x28") + record(22, handshake(1, hello(extension(35, b"ticket"))))
    for length in range(1, len(whole)):
        if dtls.claims(whole[:length], flow(cut=True)):
            assert len(rewritten(whole[:length], cut=True)) == length
    assert rewritten(whole[:-3], cut=True) == rewritten(whole)[:-3]


WHOLE = record(21, b"\2\x28")


@pytest.mark.parametrize(
    ("payload", "cut", "claimed"),
    [
        (WHOLE, False, True),
        (WHOLE + WHOLE, False, True),
        (WHOLE + b"x", False, False),
        (WHOLE[:-1], False, False),
        (WHOLE[:-1], True, True),
        (WHOLE[:12], False, False),
        (WHOLE[:12], True, True),
        (b"\x16\3\3" + WHOLE[3:], False, False),
        (b"\x1f" + WHOLE[1:], False, False),
        (b"\x16" + V1_2 + bytes(8) + b"\xff\xff", True, False),
        (b"", False, False),
        (b"\x16", True, False),
    ],
)
def test_claims(payload: bytes, cut: bool, claimed: bool) -> None:
    assert dtls.claims(payload, flow(cut=cut)) is claimed


BODIES = st.binary(max_size=60) | st.lists(
    st.builds(extension, st.sampled_from([*dtls._CLIENT, 35, 41]), st.binary(max_size=12)), max_size=3
).map(lambda found: hello(*found))
RECORDS = st.builds(
    lambda kind, message, body, epoch, version: record(kind, handshake(message, body), epoch=epoch, version=version),
    st.integers(20, 26),
    st.sampled_from([*dtls._MESSAGES, 99]),
    BODIES,
    st.integers(0, 1),
    st.sampled_from([V1_0, V1_2]),
)


@given(st.binary(max_size=40) | RECORDS | st.tuples(RECORDS, RECORDS).map(b"".join), st.booleans())
def test_any_octets(payload: bytes, cut: bool) -> None:
    where = flow(cut=cut)
    new = dtls.dissect(payload, where, rewriting())
    same = dtls.dissect(payload, where, learning()[0])
    assert (new is None) == (same is None) == (not dtls.claims(payload, where))
    if new is not None:
        assert same == payload
        assert len(new) == len(payload)
        assert new[:11] == payload[:11] or len(payload) < 11
