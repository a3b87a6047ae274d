from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import direction, tcp
from scrubber.capture.direction import TRUSTED
from scrubber.capture.packet import Flow, Segment
from scrubber.capture.tcp import Pending, Streams
from tests.capture.streams import (
    ACK,
    BACK,
    FIN,
    MODULUS,
    RST,
    SYN,
    THERE,
    box,
    named,
    protocols,
    rewritten,
    segment,
    streams,
    text,
)
from tests.capture.wire import learning, rewriting
from tests.passes import DOUBLING, doubling

REWRITING = rewriting()
LEARNING, _ = learning()
HELLO = text(b"!hello\n")
HIDDEN = rewritten(HELLO, REWRITING)


def crossed(octets: bytes) -> bytes:
    """What stands for text that belongs to no message."""
    return re.sub(rb"[^\r\n]", b"x", octets)


class Row:
    """One direction of a conversation, and what should become of it."""

    def __init__(self, messages: Sequence[bytes], number: int, flow: Flow) -> None:
        self.flow = flow
        self.number = number
        self.old = b"".join(messages)
        new = [rewritten(message, REWRITING) for message in messages]
        self.new = b"".join(new)
        self.regions = list(
            zip(
                accumulate(map(len, messages), initial=0),
                accumulate(map(len, new), initial=0),
                [*map(len, messages), 1],
                [*map(len, new), 1],
                strict=True,
            )
        )

    def __repr__(self) -> str:
        return f"Row({self.old!r}, {self.number})"

    def place(self, at: int) -> int:
        """Where the octet ``at`` of the payload stands in the new payload."""
        start, begin, length, became = next(region for region in reversed(self.regions) if region[0] <= at)
        return begin + (at - start) * became // length

    def segment(self, start: int, end: int, ack: int = 0, flags: int = ACK) -> Segment:
        return segment(self.number + 1 + start, self.old[start:end], flags, ack, flow=self.flow)

    def seq(self, at: int) -> int:
        return (self.number + 1 + self.place(at)) % MODULUS


class Sent(NamedTuple):
    row: Row
    other: Row
    start: int
    end: int
    ack: int

    def __repr__(self) -> str:
        return f"{self.row.flow.sport}:{self.start}-{self.end}/{self.ack}"

    @property
    def segment(self) -> Segment:
        return self.row.segment(self.start, self.end, self.other.number + 1 + self.ack)


bodies = st.lists(st.sampled_from([b"a", b"!", b"!!!", b"\n", b"b!c", b"\r\n\r\n", b"MSG ", b"!" * 40]), max_size=12)
messages = st.lists(st.tuples(st.sampled_from([text, box]), bodies.map(b"".join)), min_size=1, max_size=5)
numbers = st.one_of(st.integers(0, MODULUS - 1), st.integers(MODULUS - 200, MODULUS - 1))


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Row, Row, list[Sent]]:
    """Two rows of messages, and their octets in segments: shuffled within reach, repeated, overlapping."""
    rows = [Row([make(body) for make, body in draw(messages)], draw(numbers), flow) for flow in (THERE, BACK)]
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    largest = draw(st.sampled_from([1, 3, 20, 200]))
    sent: list[tuple[float, Sent]] = []
    for row, other in (rows, rows[::-1]):
        at = 0
        cuts = [0]
        while at < len(row.old):
            at = min(len(row.old), at + chance.randint(1, largest))
            cuts.append(at)
        ranges = list(pairwise(cuts))
        for _ in range(len(ranges) // 3):
            start = chance.randrange(len(row.old))
            ranges.append((start, min(len(row.old), start + chance.randint(1, 2 * largest))))
        for start, end in ranges:
            when = start / len(row.old) + chance.choice([0, 0, 0, 0.1, 0.4])
            sent.append((when, Sent(row, other, start, end, chance.randint(0, len(other.old)))))
    sent.sort(key=lambda one: one[0])
    return rows[0], rows[1], [one for _, one in sent]


def opened(to: Streams, there: Row, back: Row) -> None:
    for row, flags, ack in ((there, SYN, 0), (back, SYN | ACK, there.number + 1)):
        syn = segment(row.number, b"", flags, ack, flow=row.flow)
        pending = to.push(syn)
        assert pending.ready
        assert pending.segment() == syn


@given(conversations())
def test_segments_are_views_of_the_rewritten_stream(conversation: tuple[Row, Row, list[Sent]]) -> None:
    there, back, sent = conversation
    made = streams(REWRITING)
    opened(made, there, back)
    # receivers acknowledge here what has not been sent yet
    with patch.object(direction, "ACKNOWLEDGED", direction.STRETCHES):
        pushed = [(one, made.push(one.segment)) for one in sent]
    # Everything was there: nothing has to be given up, so all is ready but for acknowledgements of nothing.
    assert all(pending.ready for _, pending in pushed)
    for one, pending in pushed:
        new = pending.segment()
        assert new.seq == one.row.seq(one.start)
        assert new.payload == one.row.new[one.row.place(one.start) : one.row.place(one.end)]
        assert new.ack == one.other.seq(one.ack)
        assert b"!" not in new.payload
        assert new._replace(seq=0, ack=0, payload=b"") == one.segment._replace(seq=0, ack=0, payload=b"")


@given(conversations(), st.randoms(use_true_random=False))
def test_nothing_shows_whatever_is_lost_and_forced(
    conversation: tuple[Row, Row, list[Sent]], chance: random.Random
) -> None:
    there, back, sent = conversation
    runs: list[list[Segment]] = []
    kept = [one for one in sent if chance.random() > 0.1]
    forced = {at: chance.randrange(at + 1) for at in range(len(kept)) if chance.random() < 0.1}
    for to, polls in ((REWRITING, False), (REWRITING, True), (LEARNING, False)):
        made = streams(to)
        if chance.random() < 0.5 and to is LEARNING:
            opened(made, there, back)
        pushed: list[Pending] = []
        shown: dict[int, Segment] = {}
        for at, one in enumerate(kept):
            pushed.append(made.push(one.segment))
            if at in forced:
                made.force(pushed[forced[at]])
                assert pushed[forced[at]].ready
            shown.update((at, pending.segment()) for at, pending in enumerate(pushed) if polls and pending.ready)
        made.finish()
        assert all(pending.ready for pending in pushed)
        runs.append([pending.segment() for pending in pushed])
        assert shown == {at: runs[-1][at] for at in shown}
    assert runs[0] == runs[1]
    assert not any(b"!" in new.payload for new in runs[0])
    assert runs[2] == [one.segment for one in kept]


def waiting(*pushed: Pending) -> list[Pending]:
    return [pending for pending in pushed if not pending.ready]


def test_a_conversation_from_the_first_to_the_last_number() -> None:
    made = streams(REWRITING)
    flags = [SYN, SYN | ACK, ACK, ACK, ACK, FIN | ACK, FIN | ACK, ACK]
    old = [
        segment(4294967290, flags=SYN),
        segment(77, b"", SYN | ACK, 4294967291, flow=BACK),
        segment(4294967291, b"", ACK, 78),
        segment(4294967291, HELLO, ACK, 78),
        segment(78, b"", ACK, 4294967291 + len(HELLO), flow=BACK),
        segment(78, HELLO, FIN | ACK, 4294967291 + len(HELLO), flow=BACK),
        segment(4294967291 + len(HELLO), b"", FIN | ACK, 79 + len(HELLO)),
        segment(79 + len(HELLO), b"", ACK, 4294967292 + len(HELLO), flow=BACK),
    ]
    new = [(pending.ready, pending.segment()) for pending in map(made.push, old)]
    moved = (4294967291 + len(HIDDEN)) % MODULUS
    assert [ready for ready, _ in new] == [True] * 8
    assert [(one.seq, one.ack, one.payload) for _, one in new] == [
        (4294967290, 0, b""),
        (77, 4294967291, b""),
        (4294967291, 78, b""),
        (4294967291, 78, HIDDEN),
        (78, moved, b""),
        (78, moved, HIDDEN),
        (moved, 79 + len(HIDDEN), b""),
        (79 + len(HIDDEN), moved + 1, b""),
    ]
    assert [one.flags for _, one in new] == flags


def test_what_points_into_an_unfinished_message_waits() -> None:
    made = streams(REWRITING)
    first = made.push(segment(100, HELLO[:20]))
    answer = made.push(segment(5, b"", ACK, 120, flow=BACK))
    empty = made.push(segment(120))
    assert [one.ready for one in (first, answer, empty)] == [False] * 3
    last = made.push(segment(120, HELLO[20:]))
    assert [one.ready for one in (first, answer, empty, last)] == [True] * 4
    assert first.segment().payload + last.segment().payload == HIDDEN
    assert answer.segment().ack == last.segment().seq == empty.segment().seq == 100 + len(first.segment().payload)


def test_force_makes_one_ready_and_cuts_its_message() -> None:
    made = streams(REWRITING)
    first = made.push(segment(100, HELLO[:20]))
    made.force(first)
    assert first.ready
    assert b"!" not in first.segment().payload
    rest = made.push(segment(120, HELLO[20:]))
    made.finish()
    assert rest.segment().payload == crossed(HELLO[20:])
    assert rest.segment().seq == (100 + len(first.segment().payload))


@pytest.mark.parametrize("ahead", [1, 1000, TRUSTED + 1, 1 << 30])
def test_an_acknowledgement_of_what_was_never_seen(ahead: int) -> None:
    made = streams(REWRITING)
    made.push(segment(100, HELLO))
    pending = made.push(segment(5, b"", ACK, 100 + len(HELLO) + ahead, flow=BACK))
    assert not pending.ready
    made.force(pending)
    assert pending.segment().ack == 100 + len(HIDDEN) + ahead
    later = made.push(segment(100 + len(HELLO) + min(ahead, 1000), HELLO))
    made.finish()
    assert later.segment().payload == HIDDEN


def test_edges_of_selective_acknowledgements_follow_the_map() -> None:
    made = streams(REWRITING)
    made.push(segment(100, HELLO * 3))
    end, new = 100 + len(HELLO), 100 + len(HIDDEN)
    old = segment(5, b"", ACK, end, flow=BACK)._replace(sack=(end + len(HELLO), end + 2 * len(HELLO)))
    pending = made.push(old)
    assert pending.ready
    assert pending.segment() == old._replace(ack=new, sack=(new + len(HIDDEN), new + 2 * len(HIDDEN)))


@pytest.mark.parametrize("garbage", [b"", b"\0", b"!"])
def test_keep_alives_stay_one_octet_behind(garbage: bytes) -> None:
    made = streams(REWRITING)
    made.push(segment(100, HELLO))
    pending = made.push(segment(99 + len(HELLO), garbage))
    assert pending.segment() == segment(99 + len(HIDDEN), bytes(len(garbage)))
    # as the first segment of all
    made = streams(REWRITING)
    pending = made.push(segment(99, garbage))
    later = made.push(segment(100, HELLO))
    made.finish()
    assert pending.segment() == segment(99, bytes(len(garbage)))
    assert later.segment() == segment(100, HIDDEN)


def test_first_octets_win_while_others_wait() -> None:
    made = streams(REWRITING)
    early = made.push(segment(130, HELLO[30:]))
    other = made.push(segment(129, b"?" + b"!" * (len(HELLO) - 30)))
    first = made.push(segment(100, HELLO[:29] + b"\n"))
    assert waiting(early, other, first) == []
    assert b"!" not in other.segment().payload
    # The stream begins with what came first; what contradicts it is no part of it.
    assert early.segment().payload == crossed(HELLO[30:])
    assert other.segment().payload == bytes(len(HELLO) - 29)


@pytest.mark.parametrize(
    ("at", "payload", "new"),
    [
        (0, b"!" * len(HELLO), bytes(len(HELLO))),
        (5, HELLO[5:-1] + b"!", bytes(len(HELLO) - 5)),
        (0, text(b"!!other!"), rewritten(text(b"!!other!"), REWRITING)),
        (0, text(b"x"), text(b"x").replace(b"!!", b"...")),
        (0, text(b"!")[:-1], None),
        (len(HELLO) - 4, b"!" * 40, bytes(40)),
    ],
)
def test_segments_that_contradict_stand_alone(at: int, payload: bytes, new: bytes | None) -> None:
    made = streams(REWRITING)
    made.push(segment(100, HELLO))
    other = made.push(segment(100 + at, payload))
    after = made.push(segment(100 + len(HELLO), HELLO))
    assert after.segment() == segment(100 + len(HIDDEN), HIDDEN)
    assert other.ready
    assert other.segment().payload == (bytes(len(payload)) if new is None else new)
    same = streams(LEARNING)
    same.push(segment(100, HELLO))
    assert same.push(segment(100 + at, payload)).segment() == segment(100 + at, payload)


def test_a_new_connection_on_the_same_ports() -> None:
    made = streams(REWRITING)
    made.push(segment(100, flags=SYN))
    cut = made.push(segment(101, HELLO[:20]))
    assert not cut.ready
    assert made.push(segment(100, flags=SYN)).segment().seq == 100
    assert cut in waiting(cut)
    made.push(segment(70_000, flags=SYN))
    assert waiting(cut) == []
    assert made.push(segment(70_001, HELLO)).segment() == segment(70_001, HIDDEN)
    assert made.push(segment(5, b"", ACK, 70_001 + len(HELLO), flow=BACK)).segment().ack == 70_001 + len(HIDDEN)


def test_a_first_number_that_comes_late() -> None:
    made = streams(REWRITING)
    made.push(segment(101, HELLO))
    assert made.push(segment(100, flags=SYN)).segment() == segment(100, flags=SYN)
    assert made.push(segment(101 + len(HELLO))).segment().seq == 101 + len(HIDDEN)


def test_a_first_number_that_is_not_counted() -> None:
    made = streams(REWRITING)
    made.push(segment(100, flags=SYN))
    assert made.push(segment(100, HELLO)).segment() == segment(100, HIDDEN)
    assert made.push(segment(100 + len(HELLO), HELLO)).segment() == segment(100 + len(HIDDEN), HIDDEN)
    made = streams(REWRITING)
    made.push(segment(100, HELLO, SYN))
    pushed = [made.push(segment(100 + at * len(HELLO), HELLO)) for at in (1, 2)]
    assert waiting(*pushed) == []
    assert pushed[1].segment().payload == HIDDEN


def test_a_reset_ends_what_waits_and_shows_nothing() -> None:
    made = streams(REWRITING)
    made.push(segment(100, HELLO))
    cut = made.push(segment(100 + len(HELLO), HELLO[:20]))
    reset = made.push(segment(120 + len(HELLO), b"!why!", RST))
    assert cut.ready
    assert reset.segment().payload == bytes(5)
    assert reset.segment().seq == 100 + len(HIDDEN) + len(cut.segment().payload)
    stray = made.push(segment(1, b"!", RST | ACK, 100 + len(HELLO), flow=BACK))
    assert stray.segment() == segment(1, b"\0", RST | ACK, 100 + len(HIDDEN), flow=BACK)
    far = made.push(segment(1 << 30, flags=RST))
    assert far.ready


def test_octets_cut_off_by_the_snap_length() -> None:
    made = streams(REWRITING)
    cut = made.push(segment(100, HELLO[:-3])._replace(missing=3))
    whole = made.push(segment(100 + len(HELLO), HELLO))
    answer = made.push(segment(5, b"", ACK, 100 + len(HELLO), flow=BACK))
    assert cut.ready
    assert cut.segment().missing == 3
    assert b"!" not in cut.segment().payload
    end = 100 + len(cut.segment().payload) + 3
    assert whole.segment() == segment(end, HIDDEN)
    assert answer.segment().ack == end


def test_connections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "DIRECTIONS", 10)
    monkeypatch.setattr(tcp, "OCTETS", 1000)
    notes: Counter[str] = Counter()
    made = Streams(protocols, named, REWRITING, notes)
    pushed = [made.push(segment(9, HELLO[:20], flow=THERE._replace(sport=port))) for port in range(200)]
    assert all(pending.ready for pending in pushed[:190])
    assert len(made._directions) == 10
    assert notes[tcp.FORGOTTEN] >= 190
    for port in range(190, 200):
        made.push(segment(29, HELLO[20:] + HELLO * 20, flow=THERE._replace(sport=port)))
        assert made._octets <= 1000 + 25 * len(HIDDEN)
        assert made._octets == sum(one.counted for one in made._directions.values())
    made.finish()
    assert all(pending.ready for pending in pushed)
    assert not any(b"!" in pending.segment().payload for pending in pushed)


def test_no_octets_are_shown() -> None:
    assert "hello" not in repr(streams(REWRITING).push(segment(1, HELLO)))


segments = st.builds(
    Segment,
    st.sampled_from([THERE, BACK, THERE._replace(cut=True)]),
    st.one_of(st.integers(0, 300), st.integers(0, MODULUS - 1)),
    st.one_of(st.integers(0, 300), st.integers(0, MODULUS - 1)),
    st.integers(0, 255),
    st.lists(st.integers(0, MODULUS - 1), max_size=4).map(tuple),
    st.one_of(st.binary(max_size=8), st.sampled_from([HELLO, HELLO[:30], HELLO[30:]])),
    st.sampled_from([0, 0, 0, 3]),
)


@settings(max_examples=300)
@given(st.lists(segments, max_size=25), st.integers(0, 30))
def test_any_segments(pushed: list[Segment], force: int) -> None:
    for to in (REWRITING, LEARNING):
        made = streams(to)
        pending = [made.push(one) for one in pushed]
        if force < len(pending):
            made.force(pending[force])
            assert pending[force].ready
        made.finish()
        assert all(one.ready for one in pending)
        for one in pending:
            new = one.segment()
            assert 0 <= min(new.seq, new.ack, *new.sack) <= max(new.seq, new.ack, *new.sack) < MODULUS
            assert new.missing >= 0
            assert b"!" not in new.payload or to is LEARNING


def hostile(kind: str, data: bytes) -> None:
    chance = random.Random(7)
    made = streams(REWRITING)
    for at in range(0, len(data), 16):
        seq = {
            "random": chance.randrange(MODULUS),
            "near": chance.randrange(1 << 16),
            "tiny": at // 16,
            "back": (1 << 20) - at,
            "apart": at * 1000,
        }[kind]
        made.push(segment(seq, data[at : at + (1 if kind == "tiny" else 16)], ack=seq))
        made.push(segment(at, b"", ACK, seq, flow=BACK))
    made.finish()


@pytest.mark.parametrize("kind", ["random", "near", "tiny", "back", "apart"])
@pytest.mark.parametrize("unit", [HELLO, b"\xb0\x0b\xff\xff", b"\n"])
def test_hostile_segments_stay_linear(kind: str, unit: bytes) -> None:
    assert doubling(lambda data: hostile(kind, data), unit, size=1 << 14) < DOUBLING
