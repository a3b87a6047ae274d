"""One process against two, for one large log and for many files; what the first process costs, and its memory.

    python -m benchmarks.scaling large [--size 48]     one log, --jobs 1 and 2 in turn
    python -m benchmarks.scaling many [--size 24]      the same bytes in files of 60 kB
    python -m benchmarks.scaling files [--count 10000] small files in a batch: share of the first process, its peak
    python -m benchmarks.scaling stream [--size 10]    ``scrubber stream`` beside ``scrubber clean``

All figures of a row come from one run on one machine. *Wall* says little on a machine that does other things as well:
*best* is what two idle processors could give at the most, half the CPU seconds of all processes, or what the first
process does alone. Needs Linux: the processes of a run are adopted, so that their CPU seconds can be counted.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.generate import FOLDER, MB, cached

ADOPT = 36
"""``PR_SET_CHILD_SUBREAPER`` of prctl(2): whose parent is gone becomes a child of this process."""
PIECE = 60_000
SMALL = 4_000
KEY = "0123456789abcdef" * 4
PROGRAM = [sys.executable, "-c", "from scrubber.cli import main; main()"]


class Cost(NamedTuple):
    """What one run took."""

    wall: float
    first: float
    """CPU seconds of the first process."""
    total: float
    """CPU seconds of all."""
    peak: int
    """Resident set of the first process, in bytes."""


def measured(command: Sequence[str], **streams: object) -> Cost:
    """Run a command to its end, and the end of all it started."""
    began = time.monotonic()
    environment = os.environ | {"SCRUBBER_KEY": KEY, "PYTHONHASHSEED": "0"}
    process = subprocess.Popen([*PROGRAM, *command], env=environment, **streams)  # type: ignore[call-overload]  # streams
    _, status, own = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 10):
        sys.exit(f"ended with {process.returncode}")
    first = own.ru_utime + own.ru_stime
    total = first
    while True:
        try:
            _, _, other = os.wait4(-1, 0)
        except ChildProcessError:
            return Cost(wall, first, total, own.ru_maxrss * 1024)
        total += other.ru_utime + other.ru_stime


def cleaned(source: Path, jobs: int) -> Cost:
    """One ``scrubber clean`` with so many processes."""
    out = FOLDER / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return measured(["clean", str(source), "-o", str(out / source.name), "--quiet", "--jobs", str(jobs)])


def compared(source: Path, size: int, repeats: int) -> None:
    """Print one process and two, in turn."""
    pairs = [(cleaned(source, 1), cleaned(source, 2)) for _ in range(repeats)]
    print(f"\n{source.name}, {size / MB:.0f} MB")
    print(f"  {'':<14}{'wall s':>9}{'CPU s':>9}{'first CPU s':>13}{'first peak MB':>15}")
    for pair in pairs:
        for name, cost in zip(("1 process", "2 processes"), pair, strict=True):
            print(f"  {name:<14}{cost.wall:>9.1f}{cost.total:>9.1f}{cost.first:>13.1f}{cost.peak / MB:>15.0f}")
    walls = [one.wall / two.wall for one, two in pairs]
    best = [one.total / max(two.total / 2, two.first) for one, two in pairs]
    print(f"  two are faster by the wall {median(walls):.2f} x ({min(walls):.2f} to {max(walls):.2f})")
    print(f"  two are faster at best     {median(best):.2f} x ({min(best):.2f} to {max(best):.2f})")


def pieces(size: int, piece: int, count: int) -> Path:
    """A folder with a log cut at line ends."""
    folder = FOLDER / f"pieces-{size}-{piece}-{count}"
    if not folder.is_dir():
        folder.mkdir(parents=True)
        data = cached("mixed", size).read_bytes()
        position = 0
        for number in range(count):
            end = data.find(b"\n", position + piece) + 1 or len(data)
            (folder / f"{number:06}.log").write_bytes(data[position:end])
            position = end % len(data)
    return folder


def many_small(count: int) -> None:
    """Print what the first process of a batch takes for more and more small files."""
    print(f"\nsmall files of {SMALL / 1000:.0f} kB, scrubber batch, 2 processes")
    print(f"  {'files':>8}{'wall s':>9}{'CPU s':>9}{'first CPU s':>13}{'share':>8}{'first peak MB':>15}")
    for files in (count // 10, count):
        source = pieces(8 * MB, SMALL, files)
        home = FOLDER / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(home.with_name(f".{home.name}.scrubber"), ignore_errors=True)
        cost = measured(["batch", str(source), str(home), "--quiet", "--jobs", "2"])
        share = cost.first / cost.total
        print(
            f"  {files:>8,}{cost.wall:>9.1f}{cost.total:>9.1f}{cost.first:>13.1f}{share:>8.1%}{cost.peak / MB:>15.0f}"
        )


def streamed(size: int, repeats: int) -> None:
    """Print CPU seconds of a stream beside those of a clean of the same log."""
    source = cached("mixed", size)
    ratios = []
    for _ in range(repeats):
        clean = cleaned(source, 1)
        with source.open("rb") as log:
            stream = measured(["stream"], stdin=log, stdout=subprocess.DEVNULL)
        ratios.append(clean.total / stream.total)
        print(f"  clean {clean.total:.1f} CPU s, stream {stream.total:.1f} CPU s, peak {stream.peak / MB:.0f} MB")
    print(f"  stream is {median(ratios):.2f} x as fast as clean ({min(ratios):.2f} to {max(ratios):.2f}; goal 0.80)")


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("large", "many", "files", "stream"))
    parser.add_argument("--size", type=int, help="megabytes")
    parser.add_argument("--count", type=int, default=10_000, help="small files")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    if arguments.what == "large":
        size = (arguments.size or 48) * MB
        compared(cached("mixed", size), size, arguments.repeats)
    elif arguments.what == "many":
        size = (arguments.size or 24) * MB
        compared(pieces(size, PIECE, size // PIECE), size, arguments.repeats)
    elif arguments.what == "files":
        many_small(arguments.count)
    else:
        streamed((arguments.size or 10) * MB, arguments.repeats)


if __name__ == "__main__":
    main()
