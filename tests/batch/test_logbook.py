from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrubber.batch import logbook
from scrubber.batch.folder import Folder
from scrubber.batch.logbook import Logbook, of_object, told
from scrubber.reports.report import FileReport, Status
from scrubber.settings import rule_set


def released(number: int) -> FileReport:
    return FileReport(number, "/home/marla/x", f"in/{number}", Status.RELEASED, str(number), entities={"ipv4": 2})


def test_reports_of_objects_and_of_the_run(tmp_path: Path) -> None:
    refused = FileReport(1, "/home/marla/y", "in/y", Status.REFUSED, reason="a picture")
    home = Folder(tmp_path / "out")
    told(home, tmp_path, rule_set(), released(0), of_object("0"))
    with Logbook(home, tmp_path, rule_set(), "2025-03-02T00:00:00+00:00") as log:
        log.add(released(0), of_object("0"))
        log.add(refused, of_object("id"))
        run = log.close(5, 1, "2025-03-02T00:01:00+00:00")
    assert run.statuses == {"released": 1, "refused": 1}
    first, *files, last = map(json.loads, (tmp_path / "out/_reports/run.jsonl").read_text().splitlines())
    assert (first["event"], first["began"]) == ("run", "2025-03-02T00:00:00+00:00")
    assert [(each["event"], each["report"], each["status"]) for each in files] == [
        ("file", "_reports/files/0.json", "released"),
        ("file", "_reports/files/id.json", "refused"),
    ]
    totals = last["totals"]
    assert (totals["files"], totals["unchanged"], totals["failed before"]) == ({"refused": 1, "released": 1}, 5, 1)
    assert json.loads((tmp_path / "out/_reports/files/0.json").read_text())["files"][0]["name"] == "in/0"
    assert "in/y" in (tmp_path / "out/_reports/run.html").read_text()
    assert b"marla" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_many_objects_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "LISTED", 2)
    with Logbook(Folder(tmp_path / "out"), tmp_path, rule_set(), "") as log:
        for number in range(5):
            log.add(released(number), of_object(str(number)))
        run = log.close(0, 0, "")
    assert [file.name for file in run.files] == ["in/0", "in/1", "3 more files"]
    assert run.entities == {"ipv4": 10}
    assert log.statuses == {"released": 5}


def test_a_run_that_ends_early_leaves_nothing(tmp_path: Path) -> None:
    with Logbook(Folder(tmp_path / "out"), tmp_path, rule_set(), ""):
        pass
    assert list(tmp_path.iterdir()) == []
