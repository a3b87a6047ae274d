from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import iax2
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

ADDRESS = bytes((192, 0, 2, 77))
WHERE = flow(dport=4569)


def full(kind: int, subclass: int, data: bytes = b"") -> bytes:
    return b"\x80\x01\x00\x02\0\0\1\0\3\4" + bytes((kind, subclass)) + data


def element(kind: int, data: bytes) -> bytes:
    return bytes((kind, len(data))) + data


NEW = full(
    6,
    1,
    element(11, b"\0\2")
    + element(1, b"15550100123")
    + element(2, b"1001")
    + element(4, b"Alice Doe")
    + element(6, b"alice.doe")
    + element(7, b"hunter22")
    + element(10, b"en")
    + element(15, b"84726351")
    + element(16, b"0123456789abcdef0123456789abcdef")
    + element(18, b"\2\0\x11\xd9" + ADDRESS + bytes(8))
    + element(9, b"\0\0\0\4")
    + element(22, b"call from 192.0.2.99 refused")
    + element(52, b"secretvariable=wanda")
    + element(99, b"wanda")
    + element(8, b"555wanda")
    + element(255, b"wanda")
    + element(22, b"Wanda is away"),
)
PLANTED = (
    b"15550100123",
    b"1001",
    b"lice",
    b"hunter22",
    b"84726351",
    b"0123456789",
    ADDRESS,
    b"192.0.2.99",
    b"wanda",
    b"Wanda",
)


def test_elements_by_what_they_are() -> None:
    new = iax2.dissect(NEW, WHERE, rewriting())
    assert new is not None
    assert new[:12] == NEW[:12]
    assert not [value for value in PLANTED if value in new]
    position, kinds = 12, []
    while position < len(new):
        kinds.append(new[position])
        position += 2 + new[position + 1]
    assert position == len(new)
    assert kinds == [11, 1, 2, 4, 6, 7, 10, 15, 16, 18, 9, 22, 52, 99, 8, 255, 22]
    assert element(9, b"\0\0\0\4") in new
    assert element(10, b"en") in new
    assert b"\2\0\x11\xd9" in new


@pytest.mark.parametrize(
    ("payload", "new"),
    [
        (full(1, 0x35), full(1, 0x30)),
        (full(12, 0x39), full(12, 0x30)),
        (full(2, 4, b"voices"), full(2, 4, bytes(6))),
        (full(7, 0, b"wanda"), full(7, 0, bytes(5))),
        (full(4, 3), full(4, 3)),
        (full(6, 0x0B), full(6, 0x0B)),
        (full(6, 8, b"encrypted"), full(6, 8, bytes(9))),
        (b"\0\1\2\3voice", b"\0\1\2\3" + bytes(5)),
        (b"\0\0\x80\1\2\3video", b"\0\0\x80\1\2\3" + bytes(5)),
        (b"\0\0\1\1\0\0\0\1\0\3\0\5\1\2abc", b"\0\0\1\1\0\0\0\1\0\3\0\5\1\2" + bytes(3)),
        (b"\0\0\1\0\0\0\0\1\0\5\0\3abc", b"\0\0\1\0\0\0\0\1\0\5\0\3" + bytes(3)),
    ],
)
def test_frames(payload: bytes, new: bytes) -> None:
    assert iax2.dissect(payload, WHERE, rewriting()) == new
    assert iax2.dissect(payload, WHERE, learning()[0]) == payload


@pytest.mark.parametrize(
    ("payload", "port", "claimed"),
    [
        (NEW, 4569, True),
        (NEW, 40002, False),
        (full(0, 1), 4569, False),
        (NEW[:8], 4569, False),
        (b"\0\1\2\3", 4569, True),
        (b"", 4569, False),
    ],
)
def test_claims(payload: bytes, port: int, claimed: bool) -> None:
    assert iax2.claims(payload, flow(dport=port)) is claimed


@pytest.mark.parametrize("size", [13, 20, 30, 60])
def test_a_cut_frame_counts_what_is_missing(size: int) -> None:
    new = iax2.dissect(NEW[:size], flow(dport=4569, cut=True), rewriting())
    assert new is not None
    assert not [value for value in PLANTED if value in new]


def test_learning() -> None:
    to, lexicon = learning()
    assert iax2.dissect(NEW, WHERE, to) == NEW
    assert b"alice.doe" in lexicon.values[Entity.USER]
    assert b"hunter22" in lexicon.values[Entity.SECRET]


@given(st.binary(max_size=150), st.sampled_from([b"", NEW, NEW[:40], full(6, 1), b"\0\0\1\1"]), st.booleans())
def test_any_octets(tail: bytes, head: bytes, cut: bool) -> None:
    payload = head + tail
    where = flow(dport=4569, cut=cut)
    iax2.dissect(payload, where, rewriting())
    assert iax2.dissect(payload, where, learning()[0]) in (None, payload)
