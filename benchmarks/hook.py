"""What the hooks of git and of the pre-commit framework cost for a log of 1 MB: CPU seconds of the whole program.

    python -m benchmarks.hook

The log is raw, cleaned with a manifest beside it, and cleaned without one; the reference is a Python that imports the
two interface libraries and ends. Run it twice: the first time the disk is cold.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks import generate
from benchmarks.text import measured
from scrubber.reports.report import Exit

RUNS = 5
RAW, VOUCHED = "raw", "clean, with a manifest"
GOAL = 1.0
"""Seconds that a commit may wait for a log of 1 MB, on a machine that starts the reference in about a tenth of one."""


def least(row: str, command: list[str], *, ends: int = 0) -> float:
    """The least CPU seconds of several runs, which must end with exit code ``ends``."""
    with redirect_stdout(None):  # what a stopped commit is told
        costs = [measured(row, generate.MB, command, accepted=frozenset((ends,)))[0] for _ in range(RUNS)]
    return min(cost.seconds for cost in costs)


def main() -> None:
    """Measure and print a row for each kind of file."""
    scrubber = [sys.executable, "-m", "scrubber"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw, vouched, bare = folder / "raw.log", folder / "vouched.log", folder / "bare.log"
        raw.write_bytes(generate.cached("mixed", 10 * generate.MB).read_bytes()[: generate.MB])
        subprocess.run([*scrubber, "clean", raw, "-o", vouched, "--manifest", "-q"], check=True)
        bare.write_bytes(vouched.read_bytes())
        look = [*scrubber, "hook", "files"]
        runs = {
            "typer and rich": ([sys.executable, "-c", "import typer, rich"], Exit.DONE),
            "scrubber --help": ([*scrubber, "--help"], Exit.DONE),
            RAW: ([*look, str(raw)], Exit.FOUND),
            VOUCHED: ([*look, str(vouched)], Exit.DONE),
            "clean, without": ([*look, str(bare)], Exit.DONE),
        }
        rows = {row: least(row, command, ends=ends) for row, (command, ends) in runs.items()}
    reference = rows["typer and rich"]
    print(f"{'1 MB':24} {'CPU s':>8} {'times':>8}")
    for row, seconds in rows.items():
        print(f"{row:24} {seconds:8.2f} {seconds / reference:8.1f}")
    sys.exit(max(rows[RAW], rows[VOUCHED]) > GOAL)


if __name__ == "__main__":
    main()
