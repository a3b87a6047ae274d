from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import permessage
from scrubber.capture.dissectors import websocket
from scrubber.capture.stream import DAMAGED, MORE, Memory
from scrubber.model import Entity
from tests.capture.test_permessage import packed
from tests.capture.wire import flow, learning, rewriting

KEY = b"\x12\x34\x56\x78"
OPTIONS = (
    b"OPTIONS sip:pbx.example.com SIP/2.0\r\nFrom: <sip:alice.doe@pbx.example.com>;tag=1\r\n"
    b"Call-ID: a84b4c76e66710\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)
PLANTED = (b"alice", b"pbx.example", b"Wanda", b"hunter22")


def masked(payload: bytes, key: bytes = KEY) -> bytes:
    return bytes(octet ^ key[index % 4] for index, octet in enumerate(payload))


def frame(payload: bytes, first: int = 0x81, *, mask: bool = False) -> bytes:
    bit = 0x80 if mask else 0
    size = len(payload)
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 1 << 16:
        head = bytes((first, bit | 126)) + size.to_bytes(2)
    else:
        head = bytes((first, bit | 127)) + size.to_bytes(8)
    return head + (KEY + masked(payload) if mask else payload)


def rewritten(payload: bytes) -> bytes:
    new = websocket.STREAM.rewrite(payload, flow(dport=8088), rewriting())
    assert new is not None
    assert websocket.STREAM.length(new) == len(new)
    return new


@pytest.mark.parametrize("mask", [False, True])
def test_sip_in_a_frame(mask: bool) -> None:
    new = rewritten(frame(OPTIONS, mask=mask))
    clear = masked(new[8:]) if mask else new[4:]
    assert clear.startswith(b"OPTIONS sip:")
    assert b"CSeq: 1 OPTIONS\r\n" in clear
    assert not [value for value in PLANTED if value in clear]
    assert not mask or new[4:8] == KEY


@pytest.mark.parametrize(
    "payload",
    [
        b'{"user":"alice.doe","password":"hunter22"}',
        b'{"x":["Wanda"],"alice.doe":1}',
        b"<iq to='alice@pbx.example.com'><body>Wanda</body></iq>",
        b"Wanda is here",
        b"\0\1Wanda",
    ],
)
def test_other_content(payload: bytes) -> None:
    new = rewritten(frame(payload))
    assert not [value for value in PLANTED if value in new]


def test_fragments_are_one_message() -> None:
    pieces = [
        frame(OPTIONS[:50], 0x01, mask=True),
        frame(b"Wanda", 0x89, mask=True),
        frame(OPTIONS[50:70], 0x00, mask=True),
        frame(OPTIONS[70:], 0x80, mask=True),
    ]
    message = b"".join(pieces)
    assert websocket.STREAM.length(message + frame(OPTIONS)) == len(message)
    assert websocket.STREAM.length(message[:-1]) == len(message)
    assert websocket.STREAM.length(pieces[0]) == MORE
    new = rewritten(message)
    assert new.startswith(bytes((0x01, 0x80 | 50)))
    second = new[56:]
    assert second[:2] == b"\x89\x85"
    assert masked(second[6:11]) == bytes(5)


def test_a_length_grows_out_of_its_octets() -> None:
    message = OPTIONS.replace(b"Content-Length: 0\r\n\r\n", b"")[:124]
    short = frame(message + b"\n")
    assert len(short) == 127
    rewritten(short)
    long = frame(b"{" + b'"x":"192.0.2.1",' * 4096 + b'"y":1}')
    assert long[1] == 127
    rewritten(long)


def test_what_cannot_be_inflated_is_blanked() -> None:
    assert rewritten(frame(b"Wanda", 0xC1)) == frame(permessage.stand_in(5), 0xC1)
    pieces = [frame(b"Wan", 0x41, mask=True), frame(b"\x03\xe8", 0x88), frame(b"da", 0x00), frame(OPTIONS, 0x80)]
    written = permessage.stand_in(5 + len(OPTIONS))
    expected = [frame(written[:3], 0x41, mask=True), pieces[1], frame(written[3:5], 0x00), frame(written[5:], 0x80)]
    assert rewritten(b"".join(pieces)) == b"".join(expected)


def conversation(octets: list[bytes], *, change: bool = True) -> list[bytes]:
    memory, to = Memory(), rewriting() if change else learning()[0]
    assert websocket.STREAM.remembering is not None
    new = [websocket.STREAM.remembering(one, flow(dport=8088), to, memory) for one in octets]
    return [one for one in new if one is not None]


def clear(octets: bytes) -> bytes:
    """What a compressed message of one small frame says by itself."""
    start = 2 if octets[1] < 126 else 4
    content = permessage.inflated(octets[start:], b"")
    assert content is not None
    return content


MESSAGES = [OPTIONS, OPTIONS.replace(b": 1 ", b": 2 "), b"\r\n\r\n", b"", OPTIONS.replace(b": 1 ", b": 3 ")]


def test_compressed_messages_are_read_with_what_was_said_before() -> None:
    octets = [frame(one, 0xC1) for one in packed(*MESSAGES)]
    assert len(octets[1]) < 40
    new = [clear(one) for one in conversation(octets)]
    assert new == [clear(one) for one in conversation([frame(permessage.deflated(one), 0xC1) for one in MESSAGES])]
    assert new[2:4] == MESSAGES[2:4]
    for number, said in zip((1, 2, 3), (new[0], new[1], new[4]), strict=True):
        assert said.startswith(b"OPTIONS sip:")
        assert b"CSeq: %d OPTIONS" % number in said
        assert not [value for value in PLANTED if value in said]
    assert conversation(octets, change=False) == octets


def test_without_what_was_said_before_a_message_is_blanked_and_the_next_one_read() -> None:
    _, second, *_, last = packed(*MESSAGES)
    octets = [frame(second, 0xC1), frame(last, 0xC1), frame(permessage.deflated(OPTIONS), 0xC1)]
    new = conversation(octets)
    assert new[:2] == [frame(permessage.stand_in(len(one)), 0xC1) for one in (second, last)]
    assert clear(new[2]).startswith(b"OPTIONS sip:")
    assert conversation(octets, change=False) == octets


@given(st.lists(st.binary(max_size=40) | st.sampled_from(packed(*MESSAGES)), max_size=5))
def test_any_compressed_octets(payloads: list[bytes]) -> None:
    octets = [frame(one, 0xC1, mask=True) for one in payloads]
    assert conversation(octets, change=False) == octets
    new = b"".join(conversation(octets))
    assert not [value for value in PLANTED if value in new]


def test_a_message_that_begins_compressed_begins_no_stream() -> None:
    assert not websocket.STREAM.begins(frame(OPTIONS, 0xC1), flow(dport=8088))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (frame(b"\x03\xe8", 0x88), frame(b"\x03\xe8", 0x88)),
        (frame(b"", 0x88), frame(b"", 0x88)),
        (frame(b"Wanda", 0x8A), frame(bytes(5), 0x8A)),
        (frame(b"\r\n\r\n", mask=True), frame(b"\r\n\r\n", mask=True)),
    ],
)
def test_control_frames_and_keep_alives(old: bytes, new: bytes) -> None:
    assert rewritten(old) == new


def test_the_reason_of_a_close_goes_its_code_stays() -> None:
    new = rewritten(frame(b"\x03\xe8Wanda left", 0x88))
    assert new.startswith(b"\x88\x0c\x03\xe8")
    assert b"Wanda" not in new


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (b"", MORE),
        (b"\x81", MORE),
        (b"\x81\xfe\x00", MORE),
        (b"\x81\x05he", 7),
        (b"\x83\x00", DAMAGED),
        (b"\xb1\x00", DAMAGED),
        (b"\x89\x7e\x00\x80", DAMAGED),
        (b"\x81\x7f" + b"\xff" * 8, DAMAGED),
        (b"\x01\x01a\x81\x01b", DAMAGED),
        (b"GET / HTTP/1.1", DAMAGED),
    ],
)
def test_length(data: bytes, length: int) -> None:
    assert websocket.STREAM.length(data) == length


@pytest.mark.parametrize(
    ("data", "port", "begins"),
    [
        (frame(OPTIONS, mask=True), 40002, True),
        (frame(b'{"a":1}'), 8088, True),
        (frame(b'{"a":1}'), 40002, False),
        (frame(b"\0\0\0"), 8088, False),
        (b"\x16\x03\x01\x00\x05", 8088, False),
        (b"GET / HTTP/1.1\r\n", 8088, False),
    ],
)
def test_a_connection_without_its_handshake(data: bytes, port: int, begins: bool) -> None:
    assert websocket.STREAM.begins(data, flow(dport=port)) is begins


def test_what_is_missing_is_still_counted() -> None:
    new = websocket.STREAM.rewrite(frame(OPTIONS)[:60], flow(cut=True), rewriting())
    assert new is not None
    assert int.from_bytes(new[2:4]) - (len(new) - 4) == len(OPTIONS) - 56


def test_learning() -> None:
    to, lexicon = learning()
    message = frame(OPTIONS, mask=True)
    assert websocket.STREAM.rewrite(message, flow(), to) == message
    assert b"alice.doe" in lexicon.values[Entity.USER]


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", frame(OPTIONS, mask=True), b"\x01\x02ab", b"\x81\xfe\x01\x00", b"\x88\x82", b"\xc1\x05"]),
    st.booleans(),
)
def test_any_octets(tail: bytes, head: bytes, cut: bool) -> None:
    payload = head + tail
    where = flow(dport=8088, cut=cut)
    websocket.STREAM.begins(payload, where)
    assert websocket.STREAM.length(payload) >= DAMAGED
    websocket.STREAM.rewrite(payload, where, rewriting())
    assert websocket.STREAM.rewrite(payload, where, learning()[0]) in (None, payload)
