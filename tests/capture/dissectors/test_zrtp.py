from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import zrtp
from tests.capture.wire import flow, learning, rewriting

KEY = b"\x99"


def unchecked(kind: bytes, body: bytes = b"") -> bytes:
    words = (12 + len(body)) // 4
    return b"\x10\0\0\7ZRTP\x0b\xad\xca\xfe" + b"\x50\x5a" + words.to_bytes(2) + kind.ljust(8) + body


def packet(kind: bytes, body: bytes = b"", *, swapped: bool = False) -> bytes:
    octets = unchecked(kind, body)
    return octets + zrtp._check(octets, swapped=swapped)


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = zrtp.dissect(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


def hello(client: bytes, hidden: bytes, algorithms: bytes, version: bytes = b"1.10", mac: bytes = KEY * 8) -> bytes:
    return version + client + hidden * 44 + b"\x20\x01\x11\x11" + algorithms + mac


def test_check_sum() -> None:
    assert zrtp._check(b"123456789", swapped=True) == bytes.fromhex("e3069283")
    assert zrtp._check(b"123456789", swapped=False) == bytes.fromhex("839206e3")


ALGORITHMS = b"S256AES1HS32DH3kB32 "


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (
            b"Hello",
            hello(b"Talker 1.2".ljust(16), KEY, ALGORITHMS),
            hello(b"Talker 1.2".ljust(16), b"\0", ALGORITHMS, mac=bytes(8)),
        ),
        (
            b"Hello",
            hello(b"\xff" * 16, KEY, b"S256AES1XXXXDH3kB32 ", b"12.0"),
            hello(bytes(16), b"\0", b"S256AES1\0\0\0\0DH3kB32 ", bytes(4), bytes(8)),
        ),
        (b"HelloACK", b"", b""),
        (b"Commit", KEY * 44 + ALGORITHMS + KEY * 40, bytes(44) + ALGORITHMS + bytes(40)),
        (b"DHPart1", KEY * 100, bytes(100)),
        (b"Confirm1", KEY * 76, bytes(76)),
        (b"Error", b"\0\0\0\x70", b"\0\0\0\x70"),
        (b"Ping", b"1.10" + KEY * 8, b"1.10" + bytes(8)),
        (b"PingACK", b"1.10" + KEY * 16 + b"ssrc", b"1.10" + bytes(16) + b"ssrc"),
    ],
)
def test_messages(kind: bytes, before: bytes, after: bytes, swapped: bool) -> None:
    assert rewritten(packet(kind, before, swapped=swapped)) == packet(kind, after, swapped=swapped)


def test_a_client_that_names_its_user() -> None:
    new = rewritten(packet(b"Hello", hello(b"alice.doe phone ", KEY, ALGORITHMS)))
    assert b"alice" not in new
    assert new[28:44].endswith(b" phone ")
    new = rewritten(packet(b"Hello", hello(b"Kettle 471120   ", KEY, ALGORITHMS)))
    assert new[28:35] == b"Kettle "
    assert b"471120" not in new
    assert new[41:44] == b"   "


def test_a_wrong_check_sum_stays_wrong() -> None:
    assert rewritten(unchecked(b"DHPart2", KEY * 4) + b"sums") == unchecked(b"DHPart2", bytes(4)) + bytes(4)


def test_what_the_snap_length_left_is_dealt_with() -> None:
    whole = packet(b"Hello", hello(b"Talker 1.2".ljust(16), KEY, ALGORITHMS))
    for length in range(24, len(whole)):
        new = rewritten(whole[:length], cut=True)
        assert len(new) == length
        assert KEY not in new[44:]


ACK = packet(b"HelloACK")


@pytest.mark.parametrize(
    ("payload", "claimed"),
    [
        (ACK, True),
        (ACK[:-1], False),
        (ACK + b"x", False),
        (b"\x10\1" + ACK[2:], False),
        (ACK.replace(b"ZRTP", b"STUN"), False),
        (packet(b"Other"), False),
        (ACK.replace(b"\x50\x5a", b"\0\0"), False),
        (b"", False),
    ],
)
def test_claims(payload: bytes, claimed: bool) -> None:
    assert zrtp.claims(payload, flow()) is claimed


PACKETS = st.builds(
    lambda kind, words: packet(kind, b"".join(words)),
    st.sampled_from(sorted(zrtp._TYPES)),
    st.lists(st.binary(min_size=4, max_size=4), max_size=40),
)


@given(st.binary(max_size=40) | PACKETS | PACKETS.map(lambda whole: whole[:-7]), st.booleans())
def test_any_octets(payload: bytes, cut: bool) -> None:
    where = flow(cut=cut)
    new = zrtp.dissect(payload, where, rewriting())
    same = zrtp.dissect(payload, where, learning()[0])
    assert (new is None) == (same is None) == (not zrtp.claims(payload, where))
    if new is not None:
        assert same == payload
        assert len(new) == len(payload)
        assert new[:24] == payload[:24]
