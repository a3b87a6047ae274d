from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import udptl
from tests.capture.wire import flow, learning, rewriting

CED = b"\x02"
PAGE = bytes(range(1, 41))


def long(octets: bytes) -> bytes:
    return (len(octets) | 0x8000 if len(octets) > 127 else len(octets)).to_bytes(2 if len(octets) > 127 else 1) + octets


def image(content: bytes, kind: bytes = b"\xc6", last: bytes = b"") -> bytes:
    field = b"\x80" + (len(content) - 1).to_bytes(2) + content
    return kind + bytes((1 + bool(last),)) + field + last


def packet(primary: bytes, *earlier: bytes) -> bytes:
    return b"\x12\x34" + long(primary) + b"\0" + bytes((len(earlier),)) + b"".join(map(long, earlier))


def corrected(primary: bytes, *sums: bytes) -> bytes:
    return b"\x12\x34" + long(primary) + b"\x80\1\3" + bytes((len(sums),)) + b"".join(map(long, sums))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (packet(CED), packet(CED)),
        (packet(b"\x20\x40"), packet(b"\x20\x40")),  # an indicator of V.34
        (packet(b"\x40"), packet(b"\x40")),  # a type of data without any
        (packet(image(PAGE), CED, b""), packet(image(bytes(40)), CED, b"")),
        (packet(image(PAGE, last=b"\x20"), image(PAGE)), packet(image(bytes(40), last=b"\x20"), image(bytes(40)))),
        (packet(image(PAGE, b"\xe0\x40")), packet(image(bytes(40), b"\xe0\x40"))),
        (packet(image(PAGE * 9)), packet(image(bytes(360)))),
        (corrected(image(PAGE), PAGE, PAGE), corrected(image(bytes(40)), bytes(40), bytes(40))),
        (packet(b"\xc0\2\x10\x80\0\0A"), packet(b"\xc0" + bytes(6))),  # a field that begins within an octet
    ],
)
def test_data_goes_and_what_it_was_stays(before: bytes, after: bytes) -> None:
    assert udptl.claims(before, flow())
    assert udptl.dissect(before, flow(), rewriting()) == after


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x12\x34",
        b"\x12\x34\0",
        b"\x12\x34\x81",
        b"\x12\x34\xc1\2\0\0",
        b"\x12\x34\x01\x02",
        b"\x12\x34\x01\x02\0",
        b"\x12\x34\x01\x02\1",
        packet(CED) + b"x",
        packet(CED, CED)[:-1],
        packet(b"\x03"),
        packet(b"\x02\x02"),
        packet(b"\x30\0"),
        packet(b"\x20"),
        packet(b"\x82"),
        packet(b"\xc6"),
        packet(b"\xc6\x81"),
        packet(b"\xc6\1"),
        packet(b"\xc6\1\x81\0\0A"),
        packet(b"\xc6\1\x80\0\5A"),
        packet(CED, b"\x03"),
        b"\x12\x34\1\x02\0\x80",
        b"\x12\x34\1\x02\x80",
        b"\x12\x34\1\x02\x80\2\0\1\0",
        b"\x12\x34\1\x02\x80\1\3",
        b"\x12\x34\1\x02\x80\1\3\1",
    ],
)
def test_what_is_not_understood_is_not_claimed(payload: bytes) -> None:
    assert not udptl.claims(payload, flow())
    assert udptl.dissect(payload, flow(), rewriting()) is None


def test_claims_at_ports_of_media_alone() -> None:
    assert not udptl.claims(packet(CED), flow(53, 40000))
    assert not udptl.claims(packet(CED), flow(cut=True))


PACKETS = st.binary(max_size=12) | st.binary(min_size=1, max_size=12).map(image) | st.just(CED)


@given(st.binary(max_size=40) | st.lists(PACKETS, min_size=1, max_size=4).map(lambda all_of: packet(*all_of)))
def test_any_octets(payload: bytes) -> None:
    new = udptl.dissect(payload, flow(), rewriting())
    same = udptl.dissect(payload, flow(), learning()[0])
    assert (new is None) == (same is None) == (not udptl.claims(payload, flow()))
    if new is not None:
        assert same == payload
        assert len(new) == len(payload)
        assert udptl.dissect(new, flow(), rewriting()) in (new, None)
