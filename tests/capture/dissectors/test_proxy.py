"""What a balancer says of a connection: both ends have their pseudonyms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import dissect
from scrubber.capture.dissectors import proxy
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

WHERE = flow(dport=5060)
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
CLIENT, SERVER = bytes((192, 0, 2, 77)), bytes((198, 51, 100, 7))
FOUR = SIGNATURE + b"\x21\x11\0\x0c" + CLIENT + SERVER + b"\x13\xc4\x13\xc5"
FIELDS = SIGNATURE + b"\x21\x11\0\x16" + CLIENT + SERVER + b"\x13\xc4\x13\xc5" + b"\2\0\7pbx.exa"
SIX = SIGNATURE + b"\x21\x21\0\x24" + bytes(range(32)) + b"\x13\xc4\x13\xc5"
LINE = b"PROXY TCP4 192.0.2.77 198.51.100.7 56324 5060\r\n"


def rewritten(payload: bytes) -> bytes:
    assert proxy.STREAM.length(payload) == len(payload)
    assert proxy.STREAM.rewrite(payload, WHERE, learning()[0]) == payload
    new = proxy.STREAM.rewrite(payload, WHERE, rewriting())
    assert new is not None
    return new


def test_both_addresses_have_their_pseudonyms() -> None:
    to = rewriting()
    assert rewritten(FOUR) == FOUR[:16] + to.address(CLIENT) + to.address(SERVER) + FOUR[-4:]
    client, server = (to.value(Entity.IPV4, value, "test") for value in (b"192.0.2.77", b"198.51.100.7"))
    assert rewritten(LINE) == b"PROXY TCP4 " + client + b" " + server + b" 56324 5060\r\n"
    assert rewritten(SIX) == SIX[:16] + to.address(SIX[16:32]) + to.address(SIX[32:48]) + SIX[-4:]


def test_other_fields_are_blanked() -> None:
    assert rewritten(FIELDS)[-10:] == b"\2\0\7" + bytes(7)
    assert rewritten(SIGNATURE + b"\x21\x31\0\5alice") == SIGNATURE + b"\x21\x31\0\5" + bytes(5)
    assert rewritten(b"PROXY UNKNOWN alice\r\n") == b"x" * 19 + b"\r\n"


@pytest.mark.parametrize(
    ("data", "name", "length"),
    [
        (FOUR + b"REGISTER sip:", "proxy", len(FOUR)),
        (LINE + b"REGISTER sip:", "proxy", len(LINE)),
        (SIGNATURE + b"\x21", "proxy", MORE),
        (b"PROXY TCP4 192.0.2.77", "proxy", MORE),
        (b"PROXY TCP4 " + bytes(200), "proxy", DAMAGED),
        (b"\r\n\r\nREGISTER sip:pbx.example.com SIP/2.0\r\n", "sip", 4),
    ],
)
def test_what_begins(data: bytes, name: str, length: int) -> None:
    stream = dissect.begin(data, WHERE)
    assert stream is not None
    assert (stream.name, stream.length(data)) == (name, length)


@given(st.sampled_from([b"", FOUR[:16], FIELDS[:30], LINE[:11]]), st.binary(max_size=60))
def test_any_octets(head: bytes, rest: bytes) -> None:
    payload = head + rest
    assert proxy.STREAM.length(payload) >= DAMAGED
    proxy.STREAM.rewrite(payload, WHERE, rewriting())
    assert proxy.STREAM.rewrite(payload, WHERE, learning()[0]) == payload
