"""Signalling of the telephone network: what a call does stays, digits are those of a pseudonym."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.model import Entity
from scrubber.readings import isdn
from tests.capture.wire import learning
from tests.passes import complete

NUMBER = b"15550100123"
SHORT = b"4021"


def blank(octets: bytes, fill: bytes) -> bytes:
    return fill * len(octets)


def isup(data: bytes) -> bytes:
    return isdn.isup(data, complete(), blank)


def q931(data: bytes) -> bytes:
    return isdn.q931(data, complete(), blank)


def digits(number: bytes, odd: bytes = b"f") -> bytes:
    row = number + odd[: len(number) % 2]
    return bytes.fromhex("".join(row[at : at + 2].decode()[::-1] for at in range(0, len(row), 2)))


def surrogate(number: bytes) -> bytes:
    return complete().value(Entity.NUMBER, number, "x")


def parameter(kind: int, data: bytes) -> bytes:
    return bytes((kind, len(data))) + data


def iam(called: bytes, *optional: bytes) -> bytes:
    """Initial address: nature, forward indicators, category, medium; called number; optional parameters."""
    rest = b"".join(optional) + b"\0" if optional else b""
    pointer = len(called) + 2 if optional else 0
    return b"\x01\x00\x60\x01\x0a\x03\x02" + bytes((pointer, len(called))) + called + rest


def test_the_called_number_is_that_of_the_logs() -> None:
    for nature, written in ((b"\x84\x10", b"+" + NUMBER), (b"\x83\x10", NUMBER)):
        new = isup(iam(nature + digits(NUMBER, b"0")))
        assert new == iam(nature + digits(surrogate(written).lstrip(b"+"), b"0"))
        assert new != iam(nature + digits(NUMBER, b"0"))


@pytest.mark.parametrize("kind", [0x0A, 0x0B, 0x0C, 0x21, 0x28, 0x3F])
def test_further_numbers(kind: int) -> None:
    old = iam(b"\x03\x10" + digits(SHORT), parameter(kind, b"\x84\x11" + digits(NUMBER)), parameter(0x08, b"\x01"))
    new = isup(old)
    assert len(new) == len(old)
    assert digits(surrogate(b"+" + NUMBER)[1:]) in new
    assert digits(complete().value(Entity.EXTENSION, SHORT, "x")) in new
    assert new.endswith(parameter(0x08, b"\x01") + b"\0")


def test_a_generic_number_begins_behind_its_qualifier() -> None:
    new = isup(iam(b"\x03\x10" + digits(SHORT), parameter(0xC0, b"\x06\x83\x11" + digits(NUMBER))))
    assert new.endswith(parameter(0xC0, b"\x06\x83\x11" + digits(surrogate(NUMBER))) + b"\0")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x0c\x02\x00\x02\x80\x91", b"\x0c\x02\x00\x02\x80\x91"),
        (b"\x0c\x02\x00\x04\x80\x91\x55\x15", b"\x0c\x02\x00\x04\x80\x91\x00\x00"),
        (b"\x0c\x02\x00\x03\x00\x80\x91", b"\x0c\x02\x00\x03\x00\x80\x91"),
        (b"\x06\x16\x14\x00", b"\x06\x16\x14\x00"),
        (b"\x06\x16\x14\x01\x29\x01\x01\x00", b"\x06\x16\x14\x01\x29\x01\x01\x00"),
        (b"\x06\x16\x14\x01\x20\x03\x04Bo\x00", b"\x06\x16\x14\x01\x20\x03\x04\x00\x00\x00"),
        (b"\x09\x00", b"\x09\x00"),
        (b"\x10\x00", b"\x10\x00"),
        (b"\x12", b"\x12"),
        (b"\x17\x01\x02\x1f\x00", b"\x17\x01\x02\x1f\x00"),
        (b"\x2c\x01\x01\x03\x04\x1e\x02\x81\x88\x00", b"\x2c\x01\x01\x03\x04\x1e\x02\x81\x88\x00"),
        (b"\x12alice", bytes(6)),
        (b"\xeealice", bytes(6)),
        (b"\x06\x16\x14\x02\x29\x01\x01\x00", bytes(8)),
        (b"\x06\x16\x14\x01\x29\x01\x01", bytes(7)),
        (b"\x0c\x03\x00\x02\x80\x91", bytes(6)),
        (b"\x01\x00\x60", bytes(3)),
        (b"\x06\x16\x14\x01\x29\x12alicealicealice\0\1\2\x00", b"\x06\x16\x14\x01\x29\x12" + bytes(19)),
        (b"", b""),
    ],
)
def test_a_message_keeps_what_it_says_of_the_call(old: bytes, new: bytes) -> None:
    assert isup(old) == new


def test_digits_that_are_none_are_blanked() -> None:
    assert isup(iam(b"\x03\x10\x21\x4b")) == iam(b"\x03\x10\0\0")
    # An even number of digits by its indicator, an odd one by what stands there.
    assert isup(iam(b"\x83\x10\x21\x43"))[-1] >> 4 == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x08\x01\x05\x45\x08\x02\x80\x91", b"\x08\x01\x05\x45\x08\x02\x80\x91"),
        (b"\x08\x02\x12\x34\x05\x04\x03\x80\x90\xa3", b"\x08\x02\x12\x34\x05\x04\x03\x80\x90\xa3"),
        (b"\x08\x01\x05\x05\x28\x05Alice", b"\x08\x01\x05\x05\x28\x05xxxxx"),
        (b"\x08\x01\x05\x05\x1c\x03\x91\xa1\x01", b"\x08\x01\x05\x05\x1c\x03\0\0\0"),
        (b"\x08\x01\x05\x62\x7e\x03\x04Bo", b"\x08\x01\x05\x62\x7e\x03\0\0\0"),
        (b"\x08\x01\x05\x05\xa1", b"\x08\x01\x05\x05\xa1"),
        (b"\x04\x02ab", b"\0\0\0\0"),
        (b"\x08", b"\0"),
    ],
)
def test_call_control(old: bytes, new: bytes) -> None:
    assert q931(old) == new


def test_a_number_in_call_control() -> None:
    old = b"\x08\x01\x05\x05\x70\x0c\x91" + NUMBER
    assert q931(old) == old[:7] + surrogate(NUMBER)


@given(
    st.binary(max_size=60), st.sampled_from([b"", b"\x01\x00\x60\x01\x0a\x03\x02", b"\x08\x01\x05\x05", b"\x0c\x02"])
)
def test_any_octets(tail: bytes, head: bytes) -> None:
    data = head + tail
    reader = learning()[0].reader
    for read in (isdn.isup, isdn.q931):
        assert len(read(data, complete(), blank)) == len(data)
        assert read(data, reader, lambda octets, _: octets) == data
