"""Write a log of a wanted size: the same seed, the same bytes, on every machine.

A busy Asterisk ``full`` log with SIP debug switched on: 5,000 users, calls interleaved in time, registrations,
keep-alives, scanners, accounting. A short log is the beginning of a long one.

    python -m benchmarks.generate --mix mixed --size 107 OUT
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path

from benchmarks import calls, freshtext
from benchmarks.people import population

MB = 1_000_000
FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
VERSION = 1
"""Part of the name of a cached file; raise it when the text changes."""
SEED = 20250302
TRACED = {"mixed": 0.2465, "trace": 0.9}
"""Share of calls whose SIP messages are shown."""
SIZES = {"mixed": 107, "trace": 100, "fresh": 60}
"""Megabytes of a full run."""
EVENTS = (
    (calls.registration, 1600),
    (calls.keepalive, 1800),
    (calls.scan, 3000),
    (calls.housekeeping, 9000),
)
CALLS = 20_000
"""Calls in 107 MB of the mixed log; the numbers in ``EVENTS`` go with it."""
GAP = 36
"""Milliseconds between two events on average: some ten calls a second."""


def entries(mix: str, seed: int = SEED) -> Iterator[tuple[int, bytes]]:
    """Endless ``(milliseconds, text)`` in order of time."""
    rng = random.Random(seed)
    if mix == "fresh":
        now = 0
        while True:
            now += rng.randrange(12)
            yield now, freshtext.entry(rng)
    users = population(seed)
    scenarios = [None, *(event for event, _ in EVENTS)]
    weights = [CALLS, *(weight for _, weight in EVENTS)]
    waiting: list[tuple[int, int, bytes]] = []
    now, order, number = 1000, 0, 0
    while True:
        for scenario in rng.choices(scenarios, weights, k=64):
            now += rng.randrange(2 * GAP)
            if scenario is None:
                number += 1
                event = calls.call(rng, users, number, now, traced=rng.random() < TRACED[mix])
            else:
                event = scenario(rng, users, number, now)
            for after, text in event:
                order += 1
                heappush(waiting, (now + after, order, text))
            while waiting[0][0] < now - 20:
                at, _, text = heappop(waiting)
                yield at, text


def stamp(milliseconds: int) -> bytes:
    """The time of day that opens a line, without milliseconds."""
    seconds = 8 * 3600 + milliseconds // 1000
    day, second = divmod(seconds, 86400)
    return b"[2025-03-%02d %02d:%02d:%02d." % (2 + day, second // 3600, second // 60 % 60, second % 60)


def lines(mix: str, seed: int = SEED) -> Iterator[bytes]:
    """Endless entries as they stand in the file, each with its time and its newline."""
    yield stamp(0) + b"000] Asterisk 20.11.1 built by builder @ build01.voice.example on a x86_64 running Linux\n"
    second, head = -1, b""
    for at, text in entries(mix, seed):
        if at // 1000 != second:
            second, head = at // 1000, stamp(at)
        yield b"%b%03d] %b\n" % (head, at % 1000, text)


def write(path: Path, mix: str, size: int, seed: int = SEED) -> None:
    """Write about ``size`` bytes to ``path``, cut after a whole entry."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    written = 0
    with partial.open("wb", buffering=1 << 20) as file:
        for line in lines(mix, seed):
            written += file.write(line)
            if written >= size:
                break
    partial.replace(path)


def cached(mix: str, size: int) -> Path:
    """A file of that mix and size under ``build/bench``, written if it is not there yet."""
    path = FOLDER / f"{mix}-{size}-v{VERSION}.log"
    if not path.is_file():
        write(path, mix, size)
    return path


def main() -> None:
    """Write one file, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mix", choices=sorted(SIZES), default="mixed")
    parser.add_argument("--size", type=float, help="megabytes (10^6 bytes)")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    size = int((arguments.size or SIZES[arguments.mix]) * MB)
    write(arguments.out, arguments.mix, size)
    print(f"{os.fspath(arguments.out)}: {arguments.out.stat().st_size / MB:.1f} MB")


if __name__ == "__main__":
    main()
