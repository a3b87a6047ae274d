from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import h323
from scrubber.capture.stream import DAMAGED, MORE
from tests.capture.wire import flow, learning, rewriting


def tpkt(body: bytes) -> bytes:
    return b"\3\0" + (4 + len(body)).to_bytes(2) + body


BEARER = b"\4\3\x88\x93\xa5"
CAUSE = b"\x08\2\x80\x90"
SETUP = tpkt(
    b"\x08\2\x12\x34\5"
    + BEARER
    + CAUSE
    + b"\x28\x09Alice Doe"
    + b"\x6c\x0d\x00\x8315550100123"
    + b"\x70\x05\x811001"
    + b"\xa1"
    + b"\x7e\x00\x0e\5\x08ser of wanda"
)
CONTROL = tpkt(b"terminals of wanda")
PLANTED = (b"Alice", b"15550100123", b"1001", b"wanda")


@pytest.mark.parametrize("payload", [SETUP, CONTROL])
def test_an_identity_goes_and_no_length_changes(payload: bytes) -> None:
    new = h323.STREAM.rewrite(payload, flow(), rewriting())
    assert new is not None
    assert len(new) == len(payload)
    assert not [value for value in PLANTED if value in new]
    assert h323.STREAM.rewrite(payload, flow(), learning()[0]) == payload


def test_what_stays() -> None:
    new = h323.STREAM.rewrite(SETUP, flow(), rewriting())
    assert new is not None
    assert new[:9] == SETUP[:9]
    assert BEARER + CAUSE in new
    assert b"\x28\x09xxxxxxxxx\x6c\x0d\x00\x83" in new
    assert new.endswith(b"\xa1\x7e\x00\x0e\5" + bytes(13))


def test_registration() -> None:
    where = flow(dport=1719)
    assert h323.claims(b"\x0e\x40\1wanda", where)
    assert not h323.claims(b"\x0e\x40\1wanda", flow())
    assert h323.dissect(b"\x0e wanda has a text", where, rewriting()) == b"\x0e" + bytes(17)
    assert h323.dissect(b"\x0e\x40\1wanda", flow(), rewriting()) is None


VERSION = bytes.fromhex("060008914a0004")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x0e\xc0\x00\x2a" + VERSION + b"\0wanda", b"\x0c\x00\x00\x2a" + VERSION),  # registration request
        (b"\x0e\xc0\x00\x2a" + b"\x06\x01wanda", b"\x0c\x00\x00\x2a"),
        (b"\x27\x88\x12\x34" + b"\0wanda", b"\x24\x00\x12\x34"),  # admission request
        (b"\x18\x00\x00\x2a" + b"\0wanda", b"\x18\x00\x00\x2a"),  # unregistration request
        (b"\x1c\x00\x2awanda\0", b"\x1c\x00\x2a"),  # unregistration confirm
        (b"\x2c\x00\x2a\x20wanda", b"\x2c\x00\x2a\x20"),  # admission reject: request denied
        (b"\x2c\x00\x2a\x27wanda", b"\x2c\x00\x2a\x20"),
        (b"\x2c\x00\x2a\x84wanda", b"\x2c\x00\x2a\x84"),  # a reason that came later
        (b"\x14\x00\x00\x2a" + VERSION + b"\x60wanda", b"\x14\x00\x00\x2a" + VERSION + b"\x60"),  # registration reject
        (b"\x15\x00\x00\x2a" + VERSION + b"\x60wanda", b"\x14\x00\x00\x2a" + VERSION),  # private data before the reason
        (b"\x81\1wanda", None),
    ],
)
def test_what_stays_of_a_request(old: bytes, new: bytes | None) -> None:
    where = flow(dport=1719)
    assert h323.dissect(old, where, rewriting()) == (None if new is None else new.ljust(len(old), b"\0"))
    assert h323.dissect(old, where, learning()[0]) == (None if new is None else old)


@pytest.mark.parametrize(
    ("content", "kept"), [(b"\5\x23wanda", 2), (b"\5\x28\x86wanda", 1), (b"\4\x23wanda", 1), (b"\5", 1)]
)
def test_which_message_of_call_signalling(content: bytes, kept: int) -> None:
    payload = tpkt(b"\x08\2\x12\x34\1\x7e" + len(content).to_bytes(2) + content)
    new = h323.STREAM.rewrite(payload, flow(), rewriting())
    assert new == payload[: 12 + kept] + bytes(len(content) - kept)


def test_the_version_of_call_signalling() -> None:
    payload = tpkt(b"\x08\2\x12\x34\1\x7e\0\x13\5\x20\xa8\x3f" + VERSION + b"\0wanda\0\0")
    new = h323.STREAM.rewrite(payload, flow(), rewriting())
    assert new == payload[:14] + b"\0\0" + VERSION + bytes(8)
    assert h323.STREAM.rewrite(payload, flow(), learning()[0]) == payload


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (SETUP + SETUP, len(SETUP)),
        (SETUP[:20], len(SETUP)),
        (b"\3", MORE),
        (b"\3\0\1", MORE),
        (b"\3\0\0\2", DAMAGED),
        (b"GET / HTTP/1.1", DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert h323.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "port", "begins"),
    [(SETUP, 40002, True), (CONTROL, 1720, True), (CONTROL, 40002, False), (b"\3\1\0\4", 1720, False)],
)
def test_where_a_packet_begins(data: bytes, port: int, begins: bool) -> None:
    assert h323.STREAM.begins(data, flow(dport=port)) is begins


@given(st.binary(max_size=100), st.sampled_from([b"", SETUP, CONTROL, b"\3\0\0\x20\x08\2\0\0\5"]), st.integers(0, 100))
def test_any_octets(tail: bytes, head: bytes, size: int) -> None:
    payload = head[:size] + tail
    where = flow(dport=1720)
    h323.STREAM.begins(payload, where)
    assert h323.STREAM.length(payload) >= DAMAGED
    new = h323.STREAM.rewrite(payload, where, rewriting())
    assert new is None or len(new) == len(payload)
    assert h323.STREAM.rewrite(payload, where, learning()[0]) in (None, payload)
    assert h323.dissect(payload, flow(dport=1719), learning()[0]) in (None, payload)


@pytest.mark.parametrize(
    "element",
    [
        b"\x08\x08\x80\x96\xa155501",
        b"\x96\x04\x05wanda",
        b"\x70\x0b15550100123",
        b"\x74\x0e\x21\x01\x8f15550100123",
        b"\x04\x10\x80\x90\xa3123456789wanda",
        b"\x1e\x07\x81\x88wanda",
        "\u0416\u0430\u043d\u043d\u0430".encode(),
    ],
)
def test_what_stands_in_other_places(element: bytes) -> None:
    payload = tpkt(b"\x08\2\x12\x34\5" + element)
    new = h323.STREAM.rewrite(payload, flow(), rewriting())
    assert new is not None
    assert len(new) == len(payload)
    planted = (b"55501", b"wanda", b"15550100123", b"1555", "\u0430\u043d\u043d\u0430".encode())
    assert not [value for value in planted if value in new]
    assert h323.STREAM.rewrite(payload, flow(), learning()[0]) == payload
