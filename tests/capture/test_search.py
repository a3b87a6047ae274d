"""What is searched in a capture: which frame a finding belongs to, and which finding counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scrubber.capture import runs, search
from scrubber.capture.packet import Frame
from scrubber.capture.search import Stretch, Tails, stretches
from scrubber.model import Entity, Finding, Place
from tests.capture import files, frames
from tests.capture.test_runs import whole
from tests.capture.test_traffic import segments
from tests.capture.wire import learning

TO = learning()[0]


def found(stretch: Stretch, word: bytes) -> list[Finding]:
    return [Finding(*match.span(), Entity.NAME, "x") for match in re.finditer(re.escape(word), stretch.octets)]


def places(data: bytes, word: bytes, size: int = 100) -> list[tuple[int, int]]:
    """Frame and offset of each finding that counts."""
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    hits: list[Place] = []
    for stretch in stretches(chunks, TO):
        hits += stretch.placed(found(stretch, word))
    return [(place.line, place.offset) for place in hits]


LONG, SHORT = b"doeberg.example", b"bob"
FRAMES = [b"\0" * 60, b"\0" * 20 + LONG + b"\0" * 9, b"\1" * 30, LONG + LONG, b""]


@pytest.mark.parametrize("data", [whole(FRAMES), files.pcapng(FRAMES), files.pcap(FRAMES), whole(FRAMES, link=147)])
@pytest.mark.parametrize("size", [7, 1 << 16])
def test_findings_have_their_frame(data: bytes, size: int) -> None:
    assert places(data, LONG, size) == [(2, 20), (4, 0), (4, 15)]


def test_frames_are_counted_over_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "STRETCH", 300)
    monkeypatch.setattr(search, "SEARCHED", 50)
    for data in (whole(FRAMES * 9), files.pcapng(FRAMES * 9)):
        assert [line for line, _ in places(data, LONG)] == [at + 5 * number for number in range(9) for at in (2, 4, 4)]


@pytest.mark.parametrize(
    ("around", "counts"),
    [
        ((b"\0\0\0\0", b"\0\0\0\0"), False),
        ((b"\xff12", b"34\xff"), False),
        ((b"\xffsays 12", b"\xff"), True),
        ((b"\xff", b" said it"), True),
        ((b"call ", b"!\r\n"), True),
    ],
)
def test_a_short_value_counts_in_a_text_alone(around: tuple[bytes, bytes], *, counts: bool) -> None:
    octets = b"\0" * 20 + around[0] + SHORT + around[1] + b"\0" * 20
    assert bool(places(whole([octets]), SHORT)) == counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (b"JACK sip:bob@x.invalid SIP/2.0\r\n", False),
        (b"(JACK sip:bob@x.invalid SIP/2.0\r\n", False),
        (b"JACK sip:bob@x.invalid and more\r\n", True),
        (b"call JACK now, please\r\n", True),
        (b"ACK sip:JACK@x.invalid SIP/2.0\r\n", True),
    ],
)
def test_a_checksum_makes_no_name_of_a_method(text: bytes, *, counts: bool) -> None:
    assert bool(places(whole([b"\0" * 20 + text + b"\0" * 9]), b"JACK")) is counts


def test_nothing_counts_between_frames() -> None:
    data = bytearray(whole([b"x" * 50, b"y" * 50]))
    data[24 + 16 + 50 : 24 + 16 + 50 + 8] = b"doeberg."
    assert places(bytes(data), b"doeberg.") == []


@pytest.mark.parametrize(("rule", "counts"), [("residue.packed", []), ("residue.utf-16", [(1, 49)])])
def test_octets_that_go_on_behind_a_frame_are_none(rule: str, counts: list[tuple[int, int]]) -> None:
    data = whole([b"x" * 50, b"y" * 50])
    (stretch,) = stretches(iter([data]), TO)
    hit = Finding(49, 53, Entity.IPV4, rule)
    assert [(place.line, place.offset) for place in stretch.placed([hit])] == counts


def test_a_short_value_counts_in_metadata() -> None:
    data = files.section(files.option(1, b"\0bob\0")) + files.interface() + files.packet(b"\0bob\0")
    assert [line for line, _ in places(data, SHORT)] == [0]


def test_metadata_belongs_to_no_frame() -> None:
    data = files.section(files.option(1, b"by doeberg.example")) + files.interface() + files.packet(b"x")
    assert [line for line, _ in places(data, LONG)] == [0]


def test_readable_frames() -> None:
    def numbers(data: bytes) -> Iterator[int]:
        for stretch in stretches(iter([data]), TO):
            yield from (number for number, frame in stretch.readable() if frame.data)

    for data in (whole(FRAMES), files.pcapng(FRAMES)):
        assert list(numbers(data)) == [2, 4]


def test_tails_hold_what_stood_before() -> None:
    tails = Tails(TO)
    parts = [tails.across(Frame(one, len(one), 1)) for one in segments(b"first second third", (6, 13))]
    assert parts == [b"", b"first second ", b"first second third"]
    assert tails.across(Frame(frames.udp_frame(), 60, 1)) == b""


@pytest.mark.parametrize(
    ("text", "cut", "across"),
    [
        (b"Content-Length: 0\r\n\r\nSIP/2.0 200 OK\r\n", 21, b""),
        (b"a=sendrecv\r\nBYE sip:b@x.invalid SIP/2.0\r\n", 12, b""),
        (b"To: <sip:b\r\n@x> SIP/2.0\r\n", 12, b"To: <sip:b\r\n@x> SIP/2.0\r\n"),
        (b"a=sendrecv BYE sip:b@x.invalid SIP/2.0\r\n", 11, b"a=sendrecv BYE sip:b@x.invalid SIP/2.0\r\n"),
    ],
)
def test_nothing_goes_on_from_one_message_to_the_next(text: bytes, cut: int, across: bytes) -> None:
    tails = Tails(TO)
    first, second = (Frame(one, len(one), 1) for one in segments(text, (cut,)))
    assert tails.across(first) == b""
    assert tails.across(second) == across


def test_a_tail_begins_with_a_whole_word() -> None:
    tails = Tails(TO)
    first, second = segments(b"z" * 100 + b"1001@x " + b"y" * (search.TAIL - 4) + b" end", (109 + search.TAIL - 6,))
    tails.across(Frame(first, len(first), 1))
    assert b"01@x" not in tails.across(Frame(second, len(second), 1))


def test_tails_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "TAILS", 3)
    tails = Tails(TO)
    for port in range(20):
        (one,) = segments(b"some text", ())
        tails.across(Frame(one[:34] + port.to_bytes(2, "big") + one[36:], len(one), 1))
    assert len(tails._tails) == 3
