from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture.dissectors import sccp
from scrubber.capture.stream import DAMAGED, MORE
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

ADDRESS = bytes((192, 0, 2, 77))
WHERE = flow(dport=2000)


def little(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def message(kind: int, body: bytes = b"", version: int = 0) -> bytes:
    return little(4 + len(body), version, kind) + body


REGISTER = message(1, b"SEP00005E005301\0" + little(0, 1) + ADDRESS + little(7, 5) + b"wanda")
CALL_INFO = message(
    0x8F,
    b"Alice Doe".ljust(40, b"\0")
    + b"1001".ljust(24, b"\0")
    + b"Wanda Blume\0left".ljust(40, b"\0")
    + b"15550100123".ljust(24, b"\0")
    + little(1, 4711, 2),
)
CALL_INFO_2 = message(
    0x14A, little(1, 2, 3, 4, 5, 6, 7, 8) + b"1001\0\0" + b"15550100123\0Alice Doe\0Wanda Blume\0", 20
)
MESSAGES = (
    REGISTER,
    CALL_INFO,
    CALL_INFO_2,
    message(3, little(7, 1, 4711)),
    message(1, b"SEP00005E005301\0" + little(0, 1) + ADDRESS + little(7, 5) + b"wanda", 20),
    message(0x22, little(0, 7) + ADDRESS + bytes(12) + little(4000, 1, 4711), 20),
    message(0x111, little(1) + b"Wanda"),
    message(0x111, little(1) + b"W\0a\0n\0d\0a\0"),
    message(0x11D, b"15550100123".ljust(24, b"\0") + little(1, 4711)),
    message(0x11D, b"15550100123".ljust(28, b"\0") + little(1, 4711), 20),
    message(0x23, b"15550100123".ljust(24, b"\0") + little(4711, 1, 500, 80000, 490, 78400, 10, 3, 40) + b"Wanda"),
    message(0x144, little(10, 5) + b"\x80\x17Wanda\0\0", 20),
    message(0x22, little(0) + ADDRESS + little(4000, 1, 4711)),
    message(0x22, little(0, 0) + ADDRESS + bytes(12) + little(4000, 1, 4711), 20),
    message(
        0x93, b"SEP00005E005301\0" + little(1, 1) + b"Alice Doe".ljust(40, b"\0") + b"pbx.example.com".ljust(40, b"\0")
    ),
    message(0x3F0, b"wanda hunter22"),
    message(0x108, little(0, 1, 1) + b"Wanda".ljust(16, b"\0") + little(9)),
)
PLANTED = (
    b"Alice",
    b"Wanda",
    b"wanda",
    b"Blume",
    b"1001\0",
    b"15550100123",
    b"5E0053",
    b"pbx.example",
    ADDRESS,
    b"left",
    b"hunter22",
    b"W\0a\0n\0d\0a",
)


def test_the_statistics_of_a_connection_stay() -> None:
    measured = little(4711, 1, 500, 80000, 490, 78400, 10, 3, 40)
    new = sccp.STREAM.rewrite(message(0x23, b"15550100123".ljust(24, b"\0") + measured), WHERE, rewriting())
    assert new is not None
    assert new.endswith(measured)


@pytest.mark.parametrize("data", MESSAGES)
def test_an_identity_goes_and_no_length_changes(data: bytes) -> None:
    new = sccp.STREAM.rewrite(data, WHERE, rewriting())
    assert new is not None
    assert len(new) == len(data)
    assert new[:12] == data[:12]
    assert not [value for value in PLANTED if value in new]
    assert sccp.STREAM.rewrite(data, WHERE, learning()[0]) == data


def test_what_stays() -> None:
    new = sccp.STREAM.rewrite(CALL_INFO, WHERE, rewriting())
    assert new is not None
    assert new.endswith(little(1, 4711, 2))
    state = message(0x111, little(5, 1, 4711, 0, 4, 0))
    assert sccp.STREAM.rewrite(state, WHERE, rewriting()) == state
    assert sccp.STREAM.rewrite(message(0x144, little(10, 5) + b"\x80\x17Wanda\0\0", 20), WHERE, rewriting()) is not None


@pytest.mark.parametrize(
    ("number", "stays"), [(b"5851", False), (b"*#58", False), (b"585\0", True), (b"\1\2\3\4", True)]
)
def test_digits_in_the_place_of_a_number_go(number: bytes, *, stays: bool) -> None:
    state = message(0x111, little(5, 1) + number + little(0, 4))
    new = sccp.STREAM.rewrite(state, WHERE, rewriting())
    assert new == (state if stays else message(0x111, little(5, 1, 0, 0, 4)))


def test_a_pressed_key_is_no_digit_any_more() -> None:
    new = sccp.STREAM.rewrite(message(3, little(7, 1, 4711)), WHERE, rewriting())
    assert new == message(3, little(0, 1, 4711))


def test_a_device_is_its_hardware_address() -> None:
    to = rewriting()
    new = sccp.STREAM.rewrite(REGISTER, WHERE, to)
    assert new is not None
    assert new[12:28] == b"SEP" + to.mac(bytes.fromhex("00005e005301")).hex().upper().encode() + b"\0"


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (REGISTER + CALL_INFO, len(REGISTER)),
        (REGISTER[:20], len(REGISTER)),
        (REGISTER[:8], MORE),
        (b"GET / HTTP/1.1\r\n", DAMAGED),
        (little(2, 0, 0), DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert sccp.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "port", "begins"),
    [(REGISTER, 2000, True), (REGISTER, 40002, False), (b"GET / HTTP/1.1\r\n", 2000, False), (b"\0", 2000, False)],
)
def test_where_a_message_begins(data: bytes, port: int, begins: bool) -> None:
    assert sccp.STREAM.begins(data, flow(dport=port)) is begins


def test_learning() -> None:
    to, lexicon = learning()
    sccp.STREAM.rewrite(CALL_INFO, WHERE, to)
    assert b"Wanda Blume" in lexicon.values[Entity.NAME]


@given(st.binary(max_size=150), st.sampled_from([b"", *MESSAGES]), st.integers(0, 300))
def test_any_octets(tail: bytes, head: bytes, size: int) -> None:
    payload = head[:size] + tail
    sccp.STREAM.begins(payload, WHERE)
    assert sccp.STREAM.length(payload) >= DAMAGED
    new = sccp.STREAM.rewrite(payload, WHERE, rewriting())
    assert new is None or len(new) == len(payload)
    assert sccp.STREAM.rewrite(payload, WHERE, learning()[0]) in (None, payload)


@pytest.mark.parametrize(("tone", "stays"), [(9, False), (0x0E, False), (0x21, True), (0x7F, True)])
def test_a_tone_that_is_a_digit_goes(tone: int, stays: bool) -> None:
    data = message(0x82, little(tone, 0, 1, 4711))
    assert sccp.STREAM.rewrite(data, WHERE, rewriting()) == (data if stays else message(0x82, little(0, 0, 1, 4711)))
