"""What every grammar is held to: parts in order, apart and in range for any bytes, and linear time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from scrubber.model import Part

Named = list[tuple[bytes, str]]


def named(data: bytes, parts: Sequence[Part]) -> Named:
    """The parts as (bytes, name), after the check that they are lossless."""
    check(parts, 0, len(data))
    return [(data[part.start : part.end], part.name) for part in parts]


def check(parts: Sequence[Part], start: int, end: int) -> None:
    """Sorted, apart, not empty, in range."""
    position = start
    for part in parts:
        assert position <= part.start < part.end <= end
        assert part.name
        position = part.end


def gaps(data: bytes, parts: Sequence[Part]) -> bytes:
    """What stays: the bytes between the parts, each part shown as a bar."""
    kept, position = [], 0
    for part in parts:
        kept.append(data[position : part.start])
        position = part.end
    return b"|".join([*kept, data[position:]])


def growth(work: Callable[[bytes], object], unit: bytes, count: int = 1500) -> float:
    """How many times longer four times the input takes: 4 when linear, 16 when quadratic."""
    short, long = (_seconds(work, unit * times) for times in (count, 4 * count))
    return long / max(short, 1e-4)


def _seconds(work: Callable[[bytes], object], data: bytes) -> float:
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        work(data)
        best = min(best, time.process_time() - begin)
    return best


LINEAR = 10.0
"""The most that ``growth`` may be: half way between linear and quadratic, on a busy machine."""
