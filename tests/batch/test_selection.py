from __future__ import annotations

from datetime import datetime

import pytest

from scrubber.batch.inputs import Input, LocalFile
from scrubber.batch.selection import Selection, fits, moment, octets, seconds
from scrubber.model import RuleError


def known(path: str, size: int = 100, changed: float | None = 1000.0, fault: str = "") -> Input:
    return Input(LocalFile(path), path, ("in", *path.split("/")), size, changed, fault=fault)


@pytest.mark.parametrize(
    ("text", "value"), [("90s", 90), ("5m", 300), ("36h", 129_600), ("30d", 2_592_000), (" 4W", 2_419_200)]
)
def test_lengths_of_time(text: str, value: float) -> None:
    assert seconds(text, "--expire") == value


@pytest.mark.parametrize("text", ["", "30", "d", "-1d", "1.5h", "30y", "1d 2h", "9" * 20 + "d"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(RuleError, match="--expire"):
        seconds(text, "--expire")


def test_moments() -> None:
    assert moment("1h", "--newer", 10_000) == 6_400
    assert moment("2025-03-02", "--newer", 0) == datetime(2025, 3, 2).timestamp()  # noqa: DTZ001 - as the user means it
    assert moment("1970-01-01T00:01:00+00:00", "--newer", 0) == 60
    with pytest.raises(RuleError, match="--newer"):
        moment("yesterday", "--newer", 0)


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("4096", 4096), ("10k", 10_240), ("2G", 2 << 30), ("1MiB", 1 << 20)]
)
def test_sizes(text: str, value: int) -> None:
    assert octets(text, "--min-size") == value


@pytest.mark.parametrize("text", ["", "k", "-1", "1.5M", "1X", "10 k"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(RuleError, match="--min-size"):
        octets(text, "--min-size")


@pytest.mark.parametrize(
    ("path", "pattern", "fit"),
    [
        ("full", "full", True),
        ("a/full.1", "full*", True),
        ("a/full.1", "a", True),
        ("a/b/full", "a/*", True),
        ("b/a/full", "a/*", False),
        ("a/full", "/a/full", True),
        ("a/Full", "full", False),
        ("a/full", "ful", False),
        ("core.12", "core.[0-9]*", True),
    ],
)
def test_patterns(path: str, pattern: str, fit: bool) -> None:
    assert fits(path, pattern) is fit


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), True),
        (Selection(include=["*.log"]), True),
        (Selection(include=["*.txt"]), False),
        (Selection(exclude=["*.txt"]), True),
        (Selection(include=["*.log"], exclude=["a.*"]), False),
        (Selection(smallest=100), True),
        (Selection(smallest=101), False),
        (Selection(largest=100), True),
        (Selection(largest=99), False),
        (Selection(newer=999), True),
        (Selection(newer=1000), False),
        (Selection(older=1001), True),
        (Selection(older=1000), False),
    ],
)
def test_what_is_taken(selection: Selection, taken: bool) -> None:
    assert selection.takes(known("a.log")) is taken


def test_what_is_not_known_leaves_nothing_out() -> None:
    assert Selection(newer=999, older=1).takes(known("a.log", changed=None))
    assert Selection(smallest=1).takes(known("a.log", 0, fault="not readable"))
    assert not Selection(exclude=["*.log"]).takes(known("a.log", fault="not readable"))


def test_the_later_of_two_moments() -> None:
    assert Selection().since(None).newer is None
    assert [Selection(newer=5).since(each).newer for each in (None, 3, 7)] == [5, 5, 7]


def test_limits_as_they_are_written() -> None:
    assert Selection().sized(None, None).dated(None, None, 0) == Selection()
    chosen = Selection().sized("1k", "2k").dated("1m", "30s", 100)
    assert chosen == Selection(smallest=1024, largest=2048, newer=40, older=70)
