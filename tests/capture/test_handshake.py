from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import handshake
from tests.capture.wire import learning, rewriting


def vector(wide: int, *content: bytes) -> bytes:
    data = b"".join(content)
    return len(data).to_bytes(wide) + data


def extension(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2) + vector(2, data)


def message(kind: int, *content: bytes) -> bytes:
    return bytes((kind,)) + vector(3, *content)


HOST = b"host.of.acmewidgets.example"
HELLO = (
    b"\3\3",
    b"random octets of this one hello!",
    vector(1, b"session of wanda"),
    vector(2, b"\x13\x01\xc0\x2f"),
    vector(1, b"\0"),
)
CLIENT_HELLO = message(
    1,
    *HELLO,
    vector(
        2,
        extension(0, vector(2, b"\0", vector(2, HOST))),
        extension(16, vector(2, vector(1, b"sip/2"), vector(1, b"wanda"))),
        extension(10, b"\0\2\0\x1d"),
        extension(51, vector(2, b"\0\x1d", vector(2, b"public key of thirty-two octets."))),
        extension(35, b"ticket of wanda"),
        extension(41, vector(2, vector(2, b"identity of wanda"), b"aged") + vector(2, vector(1, b"binder"))),
        extension(0x4A4A, b"wanda"),
        extension(10, b"wanda"),
        extension(13, vector(2, b"wandas")),
        extension(14, vector(2, b"\0\1") + vector(1, b"wanda")),
        extension(17, b"\2\0\x07wanda  "),
        extension(23, b"wanda"),
    ),
)
SERVER_HELLO = message(
    2, b"\3\3", b"random octets of this one hello!", vector(1, b"session of wanda"), b"\x13\x01\0",
    vector(2, extension(43, b"\3\4"), extension(51, b"\0\x1d" + vector(2, b"public key")), extension(41, b"\0\0")),
)  # fmt: skip
MESSAGES = (
    CLIENT_HELLO,
    SERVER_HELLO,
    message(4, b"\0\0\1\0", vector(2, b"ticket of wanda")),
    message(11, vector(3, vector(3, b"certificate of wanda"), vector(3, b"another"))),
    message(12, b"\3\0\x1d", vector(1, b"public key"), b"\4\1", vector(2, b"signature")),
    message(13, vector(1, b"\1\2"), vector(2, b"\4\1"), vector(2, vector(2, b"issuer wanda"))),
    message(13, vector(1, b"\1\2"), vector(2, vector(2, b"issuer wanda"), vector(2, b"another issuer of old"))),
    message(1, b"\3\3", bytes(32), b"\0", vector(2, b"wanda random" * 60), vector(1, b"\0")),
    message(14),
    message(15, b"\4\1", vector(2, b"signature")),
    message(16, vector(1, b"public key")),
    message(16, vector(2, b"encrypted secret")),
    message(20, b"verify data.."),
    message(22, b"\1", vector(3, b"status of wanda")),
)
PLANTED = (
    b"wanda random session acmewidgets public key ticket identity binder aged certificate another signature issuer "
    b"encrypted verify status"
).split()


@pytest.mark.parametrize("data", MESSAGES)
def test_what_a_message_is_stays_and_what_it_holds_goes(data: bytes) -> None:
    new = handshake.messages(data, rewriting())
    assert new[0] == data[0]
    assert int.from_bytes(new[1:4]) == len(new) - 4
    assert not [value for value in PLANTED if value in new]
    assert handshake.messages(data, learning()[0]) == data
    assert handshake.messages(new, learning()[0]) == new


@pytest.mark.parametrize("data", MESSAGES[1:])
def test_lengths_stay(data: bytes) -> None:
    assert len(handshake.messages(data, rewriting())) == len(data)


def test_a_name_of_another_length() -> None:
    for host in (b"a.b", b"pbx.example.com", HOST, b"very-long-name-of-a-host.department.acmewidgets.example"):
        hello = message(1, *HELLO, vector(2, extension(0, vector(2, b"\0", vector(2, host))), extension(23, b"")))
        new = handshake.messages(hello, rewriting())
        # All lengths fit, or reading it again would blank what is left over.
        assert handshake.messages(new, learning()[0]) == new
        behind = new[4 + sum(map(len, HELLO)) :]
        assert int.from_bytes(behind[:2]) == len(behind) - 2
        size = int.from_bytes(behind[4:6])
        assert (int.from_bytes(behind[6:8]), int.from_bytes(behind[9:11])) == (size - 2, size - 5)
        assert behind.endswith(b"\0\x17\0\0")
        assert host not in new


def test_names_of_applications() -> None:
    new = handshake.messages(CLIENT_HELLO, rewriting())
    assert b"\x05sip/2\x05xxxxx" in new


def test_a_retry_is_known_by_its_random() -> None:
    random = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    data = message(2, b"\3\3", random, b"\0\x13\x01\0", vector(2, extension(51, b"\0\x1d")))
    assert handshake.messages(data, rewriting()) == data


@given(st.binary(max_size=200), st.integers(0, len(MESSAGES) - 1), st.integers(0, 250))
def test_any_octets(tail: bytes, which: int, size: int) -> None:
    for data in (tail, MESSAGES[which][:size] + tail, b"".join(MESSAGES)[: size * 4] + tail, message(1, *HELLO, tail)):
        handshake.messages(data, rewriting())
        assert handshake.messages(data, learning()[0]) == data


@given(st.integers(0, 255), st.binary(max_size=100))
def test_any_body(kind: int, data: bytes) -> None:
    handshake.body(kind, data, rewriting())
    handshake.body(kind, b"\xff" * 100 + data, rewriting())


NUMBERS = (
    extension(10, vector(2, b"\x2a\x2a\0\x1d\x11\xec\1\0")),
    extension(13, vector(2, b"\4\3\x08\4\6\1")),
    extension(11, vector(1, b"\0\1\2")),
    extension(14, vector(2, b"\0\1\0\7") + vector(1)),
    extension(27, vector(1, b"\0\2")),
    extension(28, b"\x40\1"),
    extension(43, vector(1, b"\xfa\xfa\3\4\3\3")),
    extension(45, vector(1, b"\1")),
    extension(22, b""),
    extension(1, b"\1"),
)


@pytest.mark.parametrize("data", NUMBERS)
def test_what_was_offered_stays(data: bytes) -> None:
    hello = message(
        1, b"\3\3", bytes(32), b"\0", vector(2, b"\x13\1\xc0\x2f\xcc\xa8\0\xff"), vector(1, b"\0"), vector(2, data)
    )
    assert handshake.messages(hello, rewriting()) == hello


@pytest.mark.parametrize("data", [extension(43, b"\3\4"), extension(1, b"\2"), extension(11, vector(1, b"\0"))])
def test_what_was_chosen_stays(data: bytes) -> None:
    hello = message(2, b"\3\3", bytes(32), b"\0", b"\x13\1\0", vector(2, data))
    assert handshake.messages(hello, rewriting()) == hello
