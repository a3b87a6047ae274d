"""Speed and memory of scrubbing a text log, beside ``sed`` and an expression script, measured in one run.

    python -m benchmarks.text                the three mixes in full size (some minutes)
    python -m benchmarks.text --quick        10 MB of each
    python -m benchmarks.text --mix mixed --size 50
    python -m benchmarks.text --large        memory at 100 MB and at 1 GB
    python -m benchmarks.text --lines        time against the length of a hostile line

CPU seconds are user plus system time of the measured process and its children; peaks are its resident set. How to
read the table stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import FOLDER, MB, SIZES, cached
from benchmarks.passes import HOSTILE
from benchmarks.peers import SED_FIFTEEN, SED_FIVE

SLICE = 10 * MB
"""The expression script is measured on this much."""
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""Unit of ``ru_maxrss``."""
GOALS = {"sed, 5": 0.35, "sed, 15": 0.75, "re, 10": 4.0}
"""How fast a whole ``scrubber clean`` should be against each peer, on the mixed and the trace log."""
SCRUBBER = "scrubber clean"
DONE = frozenset({0})
VERIFIED_OR_NOT = frozenset({0, 10})
"""A log that is not released because of a residue has cost the same; it is said above the table."""


class Cost(NamedTuple):
    """What one program took for one file."""

    program: str
    size: int
    seconds: float
    peak: int

    @property
    def rate(self) -> float:
        """Megabytes per CPU second."""
        return self.size / MB / self.seconds if self.seconds else 0.0


def measured(
    program: str, size: int, command: Sequence[str], *, out: Path | None = None, accepted: frozenset[int] = DONE
) -> tuple[Cost, bytes]:
    """Run a command to its end; its standard output goes to ``out`` or is returned.

    Modules are compiled once and kept, as they are where the program is installed.
    """
    environment = os.environ | {"LC_ALL": "C", "NO_COLOR": "1", "PYTHONHASHSEED": "0"}
    environment["PYTHONPYCACHEPREFIX"] = str((FOLDER / "compiled").absolute())
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    stdout = out.open("wb") if out else subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=stdout, stderr=subprocess.PIPE) as process:
        answer = process.stdout.read() if process.stdout else b""
        complaint = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if not isinstance(stdout, int):
        stdout.close()
    if process.returncode not in accepted:
        sys.exit(f"{program} failed with {process.returncode}:\n{complaint.decode(errors='replace')[-2000:]}")
    if process.returncode:
        print(f"{program} ended with {process.returncode}: {complaint.decode(errors='replace').strip()[-300:]}")
    return Cost(program, size, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * PEAK_UNIT), answer


def clean(path: Path) -> Cost:
    """One ``scrubber clean`` as a user starts it, restricted to one process: learn, rewrite, verify, release."""
    folder = FOLDER / "out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code = "from scrubber.cli import main; main()"
    options = ["clean", str(path), "-o", str(folder / "out.log"), "--quiet", "--jobs", "1"]
    cost, _ = measured(SCRUBBER, path.stat().st_size, [sys.executable, "-c", code, *options], accepted=VERIFIED_OR_NOT)
    return cost


def phases(path: Path) -> list[Cost]:
    """The passes of the engine alone, in one process of their own."""
    size = path.stat().st_size
    total, answer = measured("passes", size, [sys.executable, "-m", "benchmarks.passes", "file", str(path)])
    found: Mapping[str, float] = json.loads(answer)
    return [Cost(f"  {name} alone", size, seconds, total.peak) for name, seconds in found.items()]


def sed(program: str, expressions: Sequence[str], path: Path) -> Cost:
    """``sed`` with these substitutions, in the C locale."""
    arguments = [part for expression in expressions for part in ("-e", expression)]
    out = FOLDER / "out" / "sed.log"
    cost, _ = measured(program, path.stat().st_size, ["sed", "-E", *arguments, str(path)], out=out)
    return cost


def expression_script(path: Path) -> Cost:
    """The ten-expression script on the beginning of the file."""
    part = FOLDER / "out" / "slice.log"
    with path.open("rb") as whole:
        part.write_bytes(whole.read(SLICE))
    command = [sys.executable, "-m", "benchmarks.peers", str(part), str(FOLDER / "out" / "re.log")]
    cost, _ = measured("re, 10", part.stat().st_size, command)
    return cost


def compare(mix: str, size: int) -> None:
    """Print the table of one mix."""
    path = cached(mix, size)
    whole = clean(path)
    peers = [sed("sed, 5", SED_FIVE, path), sed("sed, 15", SED_FIFTEEN, path), expression_script(path)]
    print(f"\n{mix}, {path.stat().st_size / MB:.1f} MB")
    print(f"  {'program':<18}{'CPU s':>9}{'MB/s':>9}{'peak MB':>9}   scrubber is")
    for cost in (whole, *phases(path), *peers):
        ratio = ""
        if cost in peers:
            goal = "" if mix == "fresh" else f"  (goal {GOALS[cost.program]:.2f})"
            ratio = f"   {whole.rate / cost.rate:6.2f} x{goal}"
        print(f"  {cost.program:<18}{cost.seconds:>9.2f}{cost.rate:>9.1f}{cost.peak / MB:>9.0f}{ratio}")


def flatness(sizes: Sequence[int]) -> None:
    """Print the peak of ``scrubber clean`` for growing files."""
    print("\nmemory, mixed")
    print(f"  {'MB':>8}{'CPU s':>9}{'MB/s':>9}{'peak MB':>9}")
    for size in sizes:
        cost = clean(cached("mixed", size))
        print(f"  {cost.size / MB:>8.0f}{cost.seconds:>9.1f}{cost.rate:>9.1f}{cost.peak / MB:>9.0f}")


def line_lengths(largest: int, doublings: int) -> None:
    """Print how the time grows when one hostile line doubles; 2 is linear, 4 is quadratic."""
    sizes = [largest >> step for step in range(doublings, -1, -1)]
    print(f"\none line, CPU s at {', '.join(f'{size // 1024} KB' for size in sizes)}; growth over the last doubling")
    for kind in HOSTILE:
        seconds = []
        for size in sizes:
            command = [sys.executable, "-m", "benchmarks.passes", "line", kind, str(size)]
            _, answer = measured("passes", size, command)
            seconds.append(json.loads(answer)["seconds"])
        growth = seconds[-1] / max(seconds[-2], 1e-3)
        print(f"  {kind:<14}{''.join(f'{value:>9.3f}' for value in seconds)}   x {growth:.1f}")


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mix", choices=sorted(SIZES), action="append", help="only this one; may be repeated")
    parser.add_argument("--size", type=int, help="megabytes of each log")
    parser.add_argument("--quick", action="store_true", help="10 MB of each log, short lines")
    parser.add_argument("--large", action="store_true", help="memory at 100 MB and at 1 GB")
    parser.add_argument("--lines", action="store_true", help="only the length of a line")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if arguments.large:
        flatness((100 * MB, 1000 * MB))
        return
    if not arguments.lines:
        for mix in arguments.mix or SIZES:
            size = arguments.size or (10 if arguments.quick else SIZES[mix])
            compare(mix, size * MB)
    if arguments.lines or not arguments.mix:
        line_lengths(1 << 16 if arguments.quick else 1 << 18, 2)


if __name__ == "__main__":
    main()
