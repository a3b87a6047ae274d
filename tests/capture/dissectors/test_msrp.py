from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import msrp
from scrubber.capture.stream import DAMAGED, MORE
from tests.capture.wire import flow, learning, rewriting

SEND = (
    b"MSRP a786hjs2 SEND\r\nTo-Path: msrp://pbx.example.com:7654/jshA7weztas;tcp\r\n"
    b"From-Path: msrp://alice.doe@tower7.example.com:8888/9di4eae923wzd;tcp\r\nMessage-ID: 87652491\r\n"
    b"Byte-Range: 1-23/23\r\nSuccess-Report: yes\r\nX-Odd: wanda\r\nContent-Type: text/plain\r\n\r\n"
    b"Hey Wanda, are you in?!\r\n-------a786hjs2$\r\n"
)
ANSWER = b"MSRP a786hjs2 200 OK\r\nTo-Path: msrp://192.0.2.77:8888/9di4eae923wzd;tcp\r\n-------a786hjs2$\r\n"
BINARY = SEND.replace(b"Hey Wanda, are", b"\0\1y Wanda\xff, are")
OTHER = b"MSRP a786hjs2 WANDA\r\nTo-Path: msrp://192.0.2.77:8888/x1;tcp;wanda\r\nX-Alice.Doe: 1\r\n-------a786hjs2$\r\n"
AWAY = b"MSRP a786hjs2 481 Wanda is away\r\nTo-Path: msrp://192.0.2.77:8888/x1;tcp\r\n-------a786hjs2$\r\n"
PLANTED = (
    b"pbx.example",
    b"jshA7weztas",
    b"alice",
    b"tower7",
    b"9di4eae923wzd",
    b"anda",
    b"192.0.2.77",
    b"are you",
    b"WANDA",
    b"Doe",
)


@pytest.mark.parametrize("payload", [SEND, ANSWER, BINARY, OTHER, AWAY, SEND[:-30], SEND[:150], SEND[:220]])
def test_an_identity_goes(payload: bytes) -> None:
    new = msrp.STREAM.rewrite(payload, flow(), rewriting())
    assert new is not None
    assert not [value for value in PLANTED if value in new]
    assert msrp.STREAM.rewrite(payload, flow(), learning()[0]) == payload


def test_what_stays() -> None:
    new = msrp.STREAM.rewrite(SEND, flow(), rewriting())
    assert new is not None
    assert msrp.STREAM.length(new) == len(new)
    assert new.startswith(b"MSRP a786hjs2 SEND\r\nTo-Path: msrp://")
    assert b":7654/" in new
    assert new.count(b";tcp\r\n") == 2
    assert b"Byte-Range: 1-23/23\r\nSuccess-Report: yes\r\n" in new
    assert new.endswith(b"\r\n-------a786hjs2$\r\n")
    body = new.partition(b"\r\n\r\n")[2]
    assert len(body) == len(SEND.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (SEND + ANSWER, len(SEND)),
        (ANSWER, len(ANSWER)),
        (SEND[:-3], MORE),
        (SEND[:10], MORE),
        (b"MSRP x\r\n", DAMAGED),
        (b"GET / HTTP/1.1\r\n", DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert msrp.STREAM.length(data) == length


@pytest.mark.parametrize(("data", "begins"), [(SEND[:16], True), (b"MSRP", False), (b"SIP/2.0 200 OK\r\n", False)])
def test_where_a_message_begins(data: bytes, begins: bool) -> None:
    assert msrp.STREAM.begins(data, flow()) is begins


@given(st.binary(max_size=100), st.sampled_from([b"", SEND, ANSWER]), st.integers(0, 420))
def test_any_octets(tail: bytes, head: bytes, size: int) -> None:
    payload = head[:size] + tail
    msrp.STREAM.begins(payload, flow())
    assert msrp.STREAM.length(payload) >= DAMAGED
    msrp.STREAM.rewrite(payload, flow(), rewriting())
    assert msrp.STREAM.rewrite(payload, flow(), learning()[0]) in (None, payload)
