"""Short messages of IMS: what kind it is stays, who writes and what goes."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.encodings import bcd_encode
from scrubber.model import Entity
from scrubber.readings import shortmessage
from scrubber.readings.blanks import blank
from scrubber.values import Values
from tests.capture.wire import learning, rewriting

CENTRE, PERSON = b"441632960017", b"44163296012"
STAMP = bytes.fromhex("62706011223300")
WRITTEN = b"\xc8\x32\x9b\xfd\x06 meet Wanda"


def bcd(digits: bytes) -> bytes:
    octets = bcd_encode(digits)
    assert octets is not None
    return octets


def address(digits: bytes = PERSON) -> bytes:
    """An address of the transfer layer: international, E.164."""
    return bytes((len(digits),)) + b"\x91" + bcd(digits)


def data(content: bytes, kind: int = 0, centre: bytes = b"\x91" + bcd(CENTRE)) -> bytes:
    """RP-DATA, to the network or from it."""
    held = bytes((len(centre),)) + centre
    ends = b"\0" + held if kind == 0 else held + b"\0"
    return bytes((kind, 81)) + ends + bytes((len(content),)) + content


SUBMIT = b"\1\x22" + address() + b"\0\0" + bytes((len(WRITTEN),)) + WRITTEN
RELATIVE = b"\x11\x22" + address() + b"\0\4\xa7" + bytes((len(WRITTEN),)) + WRITTEN
DELIVER = b"\0" + address() + b"\0\0" + STAMP + bytes((len(WRITTEN),)) + WRITTEN
PIECE = b"\5\0\3\x2a\2\1" + WRITTEN
LONG = b"\x40" + address() + b"\0\0" + STAMP + bytes((len(PIECE),)) + PIECE
NAMED = b"\0\x0b\xd0" + WRITTEN[:6] + b"\0\0" + STAMP + b"\3abc"
STATUS = b"\6\x22" + address() + STAMP * 2 + b"\0"


def read(octets: bytes, to: Values) -> bytes:
    return shortmessage.relayed(octets, to.reader, partial(_filled, to))


def _filled(to: Values, octets: bytes, fill: bytes) -> bytes:
    return blank(to.reader, octets, "test", fill)


def rewritten(octets: bytes) -> bytes:
    assert read(octets, learning()[0]) == octets
    new = read(octets, rewriting())
    assert len(new) == len(octets)
    assert not [value for value in (bcd(CENTRE), bcd(PERSON), b"Wanda", WRITTEN[:5]) if value in new]
    return new


@pytest.mark.parametrize(
    ("octets", "kept"),
    [
        (data(SUBMIT), (0, 1)),
        (data(RELATIVE), (0, 1)),
        (data(DELIVER, 1), (1, 9)),
        (data(LONG, 1), (1, 9)),
        (data(STATUS, 1), (1, 9)),
    ],
)
def test_what_is_sent(octets: bytes, kept: tuple[int, int]) -> None:
    new = rewritten(octets)
    assert new[:4] == octets[:4]
    number = octets.index(bcd(PERSON))
    assert new[number - 2 : number] == octets[number - 2 : number]
    behind = number + len(bcd(PERSON))
    written = octets.find(WRITTEN)
    end = written if written >= 0 else len(octets)
    assert new[behind:end] == octets[behind:end]
    assert not any(new[end:])
    assert new[sum(kept)] == octets[sum(kept)]


def test_numbers_are_those_of_other_places() -> None:
    to = rewriting()
    new = read(data(SUBMIT), to)
    number = to.reader.value(Entity.NUMBER, b"+" + CENTRE, "test").removeprefix(b"+")
    assert bcd(number) in new


def test_a_sender_by_name_goes() -> None:
    new = rewritten(data(NAMED, 1))
    start = len(data(NAMED, 1)) - len(NAMED)
    assert new[start : start + 9] == NAMED[:3] + bytes(6)


@pytest.mark.parametrize(
    "octets", [b"\2\x51", b"\3\x51", b"\6\x51", b"\4\x51\1\x15", b"\5\x51\2\x15\0", b"\2\x51\x41\1\0"]
)
def test_answers_stay(octets: bytes) -> None:
    assert rewritten(octets) == octets


def test_what_a_report_holds_goes() -> None:
    assert rewritten(b"\2\x51\x41\7\0Wanda!") == b"\2\x51\x41\7\0" + bytes(6)


@pytest.mark.parametrize(
    "octets",
    [b"\1", b"\x07\x51Wanda", data(SUBMIT)[:-1], data(SUBMIT) + b"x", data(b"\1\x22\x15\x91Wanda"), b"\4\x51\5Wanda",
     b"\2\x51Wanda", b"\6\x51\x41\1\0", data(DELIVER[:12], 1), b"\0\x51\0\x09Wanda"],
)  # fmt: skip
def test_what_does_not_fit_is_blanked(octets: bytes) -> None:
    new = rewritten(octets)
    assert not any(new[1:]) or b"Wanda" not in octets


@given(st.binary(max_size=80), st.sampled_from((b"", b"\0\1\0", b"\1\1", b"\2\1\x41", b"\5\1\1\1")))
def test_any_octets(octets: bytes, front: bytes) -> None:
    for whole in (front + octets, data(octets), data(octets, 1)):
        assert read(whole, learning()[0]) == whole
        new = read(whole, rewriting())
        assert len(new) == len(whole)
