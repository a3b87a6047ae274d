from __future__ import annotations

import json
from pathlib import Path

import pytest

from scrubber import storage
from scrubber.batch.finish import finish
from scrubber.batch.folder import Folder
from scrubber.batch.targets import Target, token
from scrubber.reports.report import Status
from scrubber.tasks import Task
from scrubber.worker import Options, Worker
from tests.passes import KEY, rule_set

TEXT = b"call from 192.0.2.10 answered\n"


@pytest.fixture
def task(tmp_path: Path) -> Task[storage.Source]:
    (tmp_path / "full.log").write_bytes(TEXT)
    (tmp_path / "work").mkdir()
    target = Target(Folder(tmp_path / "home"), tmp_path / "work", "deep/full.log", token())
    return Task(0, storage.sources([tmp_path / "full.log"])[0].inspect(), ("deep", "full.log"), target, "plain")


def worker() -> Worker:
    made = Worker(rule_set(), Options(dissect=False), KEY)
    made.lexicon.originals.address(b"192.0.2.10")
    return made


def test_an_output_and_its_report_appear_together(task: Task[storage.Source], tmp_path: Path) -> None:
    report = finish(worker(), task, "")  # type: ignore[arg-type] # any source will do
    home = tmp_path / "home"
    assert report.status is Status.RELEASED
    assert b"192.0.2.10" not in (home / "deep" / "full.log").read_bytes()
    told = json.loads((home / "_reports" / "files" / "deep" / "full.log.json").read_bytes())
    assert [file["output"] for file in told["files"]] == ["deep/full.log"]
    assert list((tmp_path / "work").iterdir()) == []


def test_a_refused_object_has_a_report_alone(task: Task[storage.Source], tmp_path: Path) -> None:
    report = finish(worker(), task, "its process died")  # type: ignore[arg-type] # any source will do
    home = tmp_path / "home"
    assert (report.status, report.reason) == (Status.REFUSED, "its process died")
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["full.log.json"]


def test_what_has_no_home_has_no_report(task: Task[storage.Source], tmp_path: Path) -> None:
    report = finish(worker(), task._replace(target=None), "")  # type: ignore[arg-type] # any source will do
    assert report.status is not Status.REFUSED
    assert not (tmp_path / "home").exists()
