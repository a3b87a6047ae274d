"""Starting is cheap: ``scrubber --help`` costs little more than the two libraries it is made of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource", reason="CPU time of a child is not counted on this system")

RUNS = 7
BUDGET = 1.5
LIBRARIES = "import rich, typer"
HELP = "import sys; sys.argv = ['scrubber', '--help']; from scrubber.cli import main; main()"
PROBE = """
import sys
sys.argv = ["scrubber", "--help"]
from scrubber.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
finally:
    sys.stderr.write("\\n".join(sys.modules))
"""
LATE = {"ahocorasick_rs", "asyncio", "cryptography", "lxml", "numpy", "phonenumbers", "pyshark", "scapy", "yaml"}


def run(code: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, encoding="utf-8", check=True
    )


def cpu_seconds(code: str) -> float:
    """User and system time of one child that runs ``code``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(code)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def test_help_costs_little_more_than_its_libraries() -> None:
    run(HELP)  # the first run compiles
    pairs = [(cpu_seconds(HELP), cpu_seconds(LIBRARIES)) for _ in range(RUNS)]
    help_time, library_time = (min(times) for times in zip(*pairs, strict=True))
    assert help_time <= BUDGET * library_time, f"{help_time / library_time:.2f} times the libraries"


def test_help_imports_no_heavy_library() -> None:
    done = run(PROBE)
    assert "clean" in done.stdout
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "typer" in loaded
    assert loaded & LATE == set()


RUN = """
import sys
sys.argv = ["scrubber", *{arguments!r}]
from scrubber.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
finally:
    sys.stderr.write("\\n".join(sys.modules))
"""


def test_a_log_needs_no_library_of_captures(tmp_path: Path) -> None:
    source, output = tmp_path / "a.log", tmp_path / "b.log"
    source.write_bytes(b"[2025-03-02 18:03:12.345] NOTICE[812] chan_sip.c: Peer '2711' is now Reachable\n")
    done = run(RUN.format(arguments=["clean", "-q", str(source), "-o", str(output)]))
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "ahocorasick_rs" in loaded
    assert loaded & {"asyncio", "lxml", "numpy", "pyshark", "scapy"} == set()


def test_a_hook_that_a_manifest_answers_needs_no_engine(tmp_path: Path) -> None:
    source, output = tmp_path / "a.log", tmp_path / "b.log"
    source.write_bytes(b"[2025-03-02 18:03:12.345] NOTICE[812] chan_sip.c: Peer '2711' is now Reachable\n")
    run(RUN.format(arguments=["clean", "-q", "--manifest", str(source), "-o", str(output)]))
    loaded = set(run(RUN.format(arguments=["hook", "files", str(output)])).stderr.split())
    assert "scrubber.reports.manifest" in loaded
    assert loaded & {"scrubber.engine", "scrubber.guard", "scrubber.worker", "ahocorasick_rs"} == set()
