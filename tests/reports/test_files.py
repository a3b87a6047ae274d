from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrubber.reports import files
from scrubber.reports.report import FileReport, RunReport, Status

RUN = RunReport("support", "0a" * 32, (FileReport(0, "a.log", "a.log", Status.RELEASED, output="a.log"),), "1.2")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("r.json", True), ("R.JSON", True), ("r.html", True), ("r.htm", True), ("r.txt", False), ("json", False)],
)
def test_the_name_says_which_report(name: str, *, is_one: bool) -> None:
    assert files.is_report(Path(name)) is is_one


def test_content() -> None:
    assert json.loads(files.content(RUN, Path("r.JSON"))) == json.loads(RUN.to_json())
    for name in ("r.html", "r.HTM"):
        assert files.content(RUN, Path(name)).startswith(b"<!DOCTYPE html>")
