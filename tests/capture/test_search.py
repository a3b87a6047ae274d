"""What is searched in a capture: which frame a finding belongs to, and which finding counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


ROW, SHORTER = b"\0" * 300, b"\0" * 63


@pytest.mark.parametrize(
    "octets",
    [
        ROW + LONG,
        b"h" * 40 + ROW + LONG + ROW,
        b"h" * 70 + ROW + LONG + ROW + LONG + ROW,
        b"h" * 70 + SHORTER + LONG + SHORTER + LONG,
        b"h" * 70 + ROW + b"\1" + ROW + LONG + b"\1" * 300,
        LONG + b"\xff" * 300,
    ],
)
def test_what_stands_between_rows_of_zeros_is_found_in_its_place(octets: bytes) -> None:
    expected = [(1, match.start()) for match in re.finditer(re.escape(LONG), octets)]
    for data in (whole([octets]), files.pcapng([octets])):
        assert places(data, LONG, 1 << 16) == expected != []


@given(st.lists(st.sampled_from((ROW, SHORTER, b"\0" * 64, b"\0", b"\1", b"\xff" * 200, LONG)), max_size=12))
def test_whatever_stands_between_rows_is_found(pieces: list[bytes]) -> None:
    octets = b"".join(pieces)
    expected = [(1, match.start()) for match in re.finditer(re.escape(LONG), octets)]
    assert places(whole([octets]), LONG, 1 << 16) == expected


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(64, 400))
def test_nothing_is_left_out_but_zeros(before: bytes, behind: bytes, count: int) -> None:
    """What is searched is what was written, but for zeros in the middle of a row of them."""
    first, last = b"\1" + before.rstrip(b"\0"), behind.lstrip(b"\0") + b"\1"
    (stretch,) = stretches(iter([whole([b"\1" + before + b"\0" * count + behind + b"\1"])]), TO)
    assert stretch.octets == first + bytes(32) + last


def test_a_row_of_zeros_is_searched_as_a_short_one() -> None:
    octets = b"\x17\3\3\5\x78" + ROW
    (stretch,) = stretches(iter([whole([octets * 4])]), TO)
    assert stretch.octets == (octets[:5] + bytes(32)) * 4
    (stretch,) = stretches(iter([whole([b"\1" * 60 + b"\xff" * 900])]), TO)
    assert len(stretch.octets) == search.SHOWN + search.TEXT


@pytest.mark.parametrize(
    ("payload", "piece"),
    [
        (ROW, False),
        (b"\x17\3\3\5\x78" + ROW, False),
        (b"\x17\3\3\5\x78" + ROW + b"\x17\3\3\5\x78" + ROW, False),
        (b"lex" + ROW, True),
        (ROW + b"ma", True),
        (ROW + b"marla vexel", True),
        (ROW + b"marla vexel" + ROW, True),
        (b"lex" + b"\xff" * 300, True),
    ],
)
def test_pieces_of_texts_beside_rows_are_read_across_segments(payload: bytes, piece: bool) -> None:
    frame = frames.ethernet(frames.ipv4(frames.tcp(payload), 6))
    (stretch,) = stretches(iter([whole([frame])]), TO)
    assert bool(list(stretch.readable())) is piece


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
