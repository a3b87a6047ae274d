from __future__ import annotations

from collections import Counter

import pytest

from scrubber.capture import direction as limits
from scrubber.capture.direction import GAP, Direction
from scrubber.capture.framing import Emit, Framing
from scrubber.values import Values
from tests.capture.streams import THERE, box, named, protocols, rewritten
from tests.capture.wire import learning, rewriting

REWRITING = rewriting()
LEARNING, _ = learning()
OLD = box(b"a!!b")
NEW = rewritten(OLD, REWRITING)


def direction(start: int = 1000, to: Values = REWRITING, notes: Counter[str] | None = None) -> Direction:
    def frames(emit: Emit) -> Framing:
        return Framing(THERE, protocols, named, to, emit)

    return Direction(start, frames, to, Counter() if notes is None else notes)


def take(to: Direction, place: int, octets: bytes, *, last: bool = False) -> None:
    to.take(place, octets, 0, last=last)


@pytest.mark.parametrize(
    ("seen", "number", "place"),
    [
        (1000, 1000, 1000),
        (1000, 900, 900),
        (10, (1 << 32) - 5, -5),
        ((1 << 32) - 5, 10, (1 << 32) + 10),
        ((1 << 32) + 10, 20, (1 << 32) + 20),
        (0, (1 << 31) - 1, (1 << 31) - 1),
    ],
)
def test_places_are_the_nearest(seen: int, number: int, place: int) -> None:
    assert direction(seen).place(number) == place


def test_waiters_are_called_when_their_place_is_known() -> None:
    made, called = direction(), []
    made.wait(1000, lambda: called.append("start"))
    made.wait(1000 + len(OLD), lambda: called.append("end"))
    made.wait(1003, lambda: called.append("middle"))
    take(made, 1000, OLD[:-1])
    assert called == ["start"]
    take(made, 1000 + len(OLD) - 1, OLD[-1:])
    assert called == ["start", "middle", "end"]
    assert made.new(1000 + len(OLD)) == 1000 + len(NEW)
    assert made.octets(1000, OLD) == NEW


def test_initial_and_last_number_count_as_octets() -> None:
    made = direction()
    made.open(1000)
    take(made, 1001, OLD, last=True)
    end = 1001 + len(OLD)
    assert [made.new(place) for place in (1000, 1001, end, end + 1)] == [1000, 1001, 1001 + len(NEW), 1002 + len(NEW)]
    assert made.octets(1001, OLD) == NEW


def test_settling_cuts_and_gives_up_what_is_missing() -> None:
    notes: Counter[str] = Counter()
    made = direction(notes=notes)
    take(made, 1000, OLD[:5])
    take(made, 1100, OLD)
    assert made.done == 1000
    made.settle(1001)
    assert made.done == 1005
    assert notes[GAP] == 0
    made.settle(1050)
    assert made.done == 1100 + len(OLD)
    assert notes[GAP] == 1
    assert made.octets(1100, OLD) == NEW


def test_wide_gaps_take_nothing_with_them() -> None:
    made = direction()
    shown: list[bytes] = []
    for place in (1000, 100_000, 300_000):
        made.wait(place + 2 * len(OLD), lambda place=place: shown.append(made.octets(place, OLD * 2)))  # type: ignore[misc]
        take(made, place, OLD * 2)
    made.finish()
    assert shown == [NEW * 2] * 3


def test_what_comes_after_it_was_given_up_is_blanked() -> None:
    for to, shown in ((REWRITING, bytes(8)), (LEARNING, b"!!gap!!!")):
        made = direction(to=to)
        take(made, 1000, OLD)
        take(made, 1000 + len(OLD) + 8, OLD)
        made.finish()
        take(made, 1000 + len(OLD), b"!!gap!!!")
        new = NEW if to is REWRITING else OLD
        assert made.octets(1000 + len(OLD), b"!!gap!!!") == shown
        assert made.octets(1000, OLD + b"!!gap!!!" + OLD) == new + shown + new


def test_what_comes_before_all_that_was_seen_is_blanked() -> None:
    made = direction()
    take(made, 1000, OLD)
    take(made, 990, b"!" * 10 + OLD)
    assert made.new(990) == 990
    assert made.octets(990, b"!" * 10 + OLD) == bytes(10) + NEW


def test_old_octets_are_forgotten_but_their_places_are_not() -> None:
    made = direction()
    count = 3 * limits.RETAINED // len(NEW)
    for at in range(count):
        take(made, 1000 + at * len(OLD), OLD)
    assert made.size <= 4 * limits.RETAINED + len(NEW)
    assert made.octets(1000, OLD) == bytes(len(NEW))
    assert made.octets(1000 + (count - 1) * len(OLD), OLD) == NEW
    made.compact()
    assert made.size == 0
    assert made.octets(1000 + (count - 1) * len(OLD), OLD) == bytes(len(NEW))
    assert made.new(1000 + count * len(OLD)) == 1000 + count * len(NEW)


@pytest.mark.parametrize(
    ("step", "octets", "acknowledged", "count"),
    [(9, 4, 0, limits.STRETCHES), (9, 4, 1 << 20, limits.ACKNOWLEDGED), (1 << 13, 1 << 12, 0, limits.WAITING >> 12)],
)
def test_no_gap_is_waited_for_for_long(step: int, octets: int, acknowledged: int, count: int) -> None:
    made = direction()
    take(made, 1000, OLD)
    made.acknowledged = acknowledged
    for at in range(1, count + 1):
        take(made, 1000 + len(OLD) + at * step, b"x" * octets)
    assert made.done == 1000 + len(OLD)
    take(made, 1000 + len(OLD) + (count + 1) * step, b"x" * octets)
    assert made.done > 1000 + len(OLD)


def test_waiting_for_what_never_comes_is_bounded() -> None:
    called = 0

    def waiter() -> None:
        nonlocal called
        called += 1

    made = direction()
    take(made, 1000, OLD[:-1])
    for at in range(3 * limits.STRETCHES):
        made.wait(1 << 30 | at, waiter)
    assert called >= 2 * limits.STRETCHES
    made.finish()
    assert called == 3 * limits.STRETCHES


def test_octets_cut_off_keep_their_number() -> None:
    made = direction()
    for at in range(3000):  # many of them behind a gap
        made.take(1010 + at * 10, OLD[:6], 4, last=False)
    take(made, 1000, OLD + b"xy")
    assert made.done == 1000 + 10 + 3000 * 10
    assert b"!" not in made.octets(1010, OLD)
