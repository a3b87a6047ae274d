from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissect import begin, named
from scrubber.capture.dissectors import tls
from scrubber.capture.framing import Framing
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

HOST = b"host.of.acmewidgets.example"


def record(kind: int, data: bytes, version: bytes = b"\3\3") -> bytes:
    return bytes((kind,)) + version + len(data).to_bytes(2) + data


def message(kind: int, data: bytes) -> bytes:
    return bytes((kind,)) + len(data).to_bytes(3) + data


NAME = b"\0\0" + (len(HOST) + 5).to_bytes(2) + (len(HOST) + 3).to_bytes(2) + b"\0" + len(HOST).to_bytes(2) + HOST
HELLO = message(1, b"\3\3" + b"r" * 32 + b"\0\0\2\x13\1\1\0" + len(NAME).to_bytes(2) + NAME)
CLIENT_HELLO = record(22, HELLO, b"\3\1")
CERTIFICATE = message(11, b"\0\0\x17\0\0\x14certificate of wanda")
DONE = message(14, b"")


def rewritten(payload: bytes, *, cut: bool = False) -> bytes:
    new = tls.STREAM.rewrite(payload, flow(cut=cut), rewriting())
    assert new is not None
    return new


def test_a_hello() -> None:
    new = rewritten(CLIENT_HELLO)
    assert new[:3] == b"\x16\3\1"
    assert tls.STREAM.length(new) == len(new)
    assert HOST not in new
    assert b"rrrr" not in new
    assert b"\0\2\x13\1\1\0" in new


def test_a_message_in_several_records() -> None:
    flight = CERTIFICATE + DONE
    payload = record(22, flight[:10]) + record(22, flight[10:20]) + record(22, flight[20:])
    assert tls.STREAM.length(payload + record(20, b"\1")) == len(payload)
    assert tls.STREAM.length(payload[:20]) == MORE
    new = rewritten(payload)
    assert len(new) == len(payload)
    assert b"wanda" not in new
    assert new.endswith(DONE)
    assert new[:5] == payload[:5]


@pytest.mark.parametrize(
    ("payload", "new"),
    [
        (record(21, b"\2\x28"), record(21, b"\2\x28")),
        (record(21, b"\2\x29..encrypted"), record(21, bytes(13))),
        (record(21, b"\2\xfe"), record(21, b"\0\0")),
        (record(20, b"\1"), record(20, b"\1")),
        (record(20, b"w"), record(20, b"\0")),
        (record(23, b"application data"), record(23, bytes(16))),
        (record(24, b"\1\0\5hello"), record(24, bytes(8))),
        (record(22, b"\xffencrypted message"), record(22, bytes(18))),
        (record(22, DONE), record(22, DONE)),
    ],
)
def test_records(payload: bytes, new: bytes) -> None:
    assert rewritten(payload) == new
    assert tls.STREAM.rewrite(payload, flow(), learning()[0]) == payload


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (CLIENT_HELLO + CLIENT_HELLO, len(CLIENT_HELLO)),
        (CLIENT_HELLO[:20], len(CLIENT_HELLO)),
        (CLIENT_HELLO[:4], MORE),
        (record(22, CERTIFICATE[:10]) + record(23, b"x"), 15),
        (record(22, CERTIFICATE[:10]), MORE),
        (record(23, b"x" * 100)[:9], 105),
        (b"\x16\3\1\0\0", DAMAGED),
        (b"\x16\3\1\xff\xff", DAMAGED),
        (b"GET / HTTP/1.1\r\n", DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert tls.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (CLIENT_HELLO[:16], True),
        (record(23, b"data" * 10), True),
        (record(23, b"data") + record(23, b"data"), True),
        (record(23, b"data") + b"\x15", True),
        (record(23, b"data") + b"something else", False),
        (record(22, b"\xffencrypted"), False),
        (record(21, b"\1\0"), True),
        (record(20, b"\1"), True),
        (b"\x80\x2e\1\3\1", False),
        (b"GET / HTTP/1.1\r\n", False),
    ],
)
def test_where_a_record_begins(data: bytes, begins: bool) -> None:
    assert tls.STREAM.begins(data, flow()) is begins


def test_an_encrypted_handshake_goes_on_at_any_port() -> None:
    secret = record(22, b"\xc9\xb3\x44\x81 who knows what it says")
    row = record(22, DONE) + record(20, b"\1") + secret + record(23, b"data")
    hidden = bytearray()
    framing = Framing(flow(40000, 4434), begin, named, rewriting(), lambda old, new: hidden.extend(new))
    framing.feed(row)
    framing.flush()
    assert bytes(hidden) == row.replace(secret[5:], bytes(len(secret) - 5)).replace(b"data", bytes(4))
    assert not tls.STREAM.begins(secret, flow(40000, 4434))
    assert not tls.RECORD.begins(b"\x16\4\1\0\5xxxxxxxxxxx", flow())


def test_what_is_missing_is_still_counted() -> None:
    new = rewritten(record(23, b"application data")[:10], cut=True)
    assert new == b"\x17\3\3\0\x10" + bytes(5)
    assert rewritten(CLIENT_HELLO[:30], cut=True)[:5] == CLIENT_HELLO[:5]


def test_learning() -> None:
    to, lexicon = learning()
    assert tls.STREAM.rewrite(CLIENT_HELLO, flow(), to) == CLIENT_HELLO
    assert HOST in lexicon.values[Entity.HOST]


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", CLIENT_HELLO, CLIENT_HELLO[:60], record(22, CERTIFICATE[:9]), record(23, b"a"), b"\x16\3\1\1\0"]
    ),
    st.booleans(),
)
def test_any_octets(tail: bytes, head: bytes, cut: bool) -> None:
    payload = head + tail
    where = flow(cut=cut)
    tls.STREAM.begins(payload, where)
    assert tls.STREAM.length(payload) >= DAMAGED
    tls.STREAM.rewrite(payload, where, rewriting())
    assert tls.STREAM.rewrite(payload, where, learning()[0]) in (None, payload)
