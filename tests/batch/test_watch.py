from __future__ import annotations

import re
import sys
import time
from typing import Any

import pytest

from scrubber.batch.watch import Watch, watching


def test_a_line_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.batch.watch.monotonic", iter((0.0, 0.0, 10.0)).__next__)
    watch = Watch()
    watch.stage("scrubbing", 4 << 20, 7)
    watch.read(1 << 20)
    watch.file()
    assert watch.line() == "1 of 7 files, scrubbing: 1.0 MiB of 4.0 MiB, 102.4 KiB/s, 0:30 left"


def test_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(shown=True, every=0.01) as watch:
        watch.stage("reading", 100)
        time.sleep(0.1)
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert all(re.fullmatch(r"scrubber: (reading)?: 0 B of (0|100) B, 0 B/s", line) for line in lines)


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(shown=False, every=0.001) as watch:
        watch.stage("reading", 100)
        watch.read(100)
        time.sleep(0.01)
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with watching(shown=True) as watch:
        known: Any = watch
        for title in ("reading", "scrubbing"):
            watch.stage(title, 100, 2)
            watch.read(50)
            watch.file()
            assert known._bar.tasks[0].description == title
            assert known._bar.tasks[0].completed == 50
    capsys.readouterr()
