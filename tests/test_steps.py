from __future__ import annotations

from pathlib import Path

import pytest

from scrubber import steps, storage
from scrubber.model import Entity, Place
from scrubber.outputs import Target
from scrubber.reports.report import Status
from scrubber.steps import Named, Names
from scrubber.tasks import Learned, Task
from scrubber.worker import Options, Worker
from tests.passes import rule_set

TEXT = b'From: "Theodora Quillfeather" <sip:7346@pbx.brackenmoor.example>;tag=1\n7346 rings\n'


@pytest.fixture
def worker() -> Worker:
    return Worker(rule_set(), Options(dissect=False))


def source(folder: Path, data: bytes = TEXT, name: str = "full.log") -> storage.Source:
    (folder / name).write_bytes(data)
    return storage.sources([folder / name])[0]


def second(found: Learned[storage.Source], target: Target | None, **changes: object) -> Task[storage.Source]:
    task = Task(0, found.source, ("full.log",), target, found.format, fault=found.fault)
    return task._replace(**changes)  # type: ignore[arg-type] # named by the test


def test_both_passes(worker: Worker, tmp_path: Path) -> None:
    found = steps.learn(worker, Task(0, source(tmp_path), (), None), "")
    assert (found.format, found.fault) == ("plain", "")
    assert found.lexicon is not None
    worker.lexicon.merge(found.lexicon)
    output = tmp_path / "out.log"
    report = steps.rewrite(worker, second(found, Target(output, "out.log")), "")
    assert (report.status, report.output) == (Status.RELEASED, "out.log")
    assert b"7346" not in output.read_bytes()


def test_what_cannot_be_learned_from_is_told(worker: Worker, tmp_path: Path) -> None:
    assert steps.learn(worker, Task(0, source(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(64)), (), None), "").fault
    missing = source(tmp_path)
    missing.path.unlink()
    assert steps.learn(worker, Task(0, missing, (), None), "").fault == "no such file"
    assert steps.learn(worker, Task(0, missing, (), None), "its process died").fault == "its process died"


def test_nothing_is_written_of_a_file_with_a_fault(worker: Worker, tmp_path: Path) -> None:
    found = steps.learn(worker, Task(0, source(tmp_path), (), None), "")
    for fault, own in (("its process died", ""), ("", "truncated gzip data")):
        report = steps.rewrite(worker, second(found, None, fault=own), fault)
        assert (report.status, report.reason, report.output) == (Status.REFUSED, fault or own, "")


def test_names_are_rewritten_together(worker: Worker) -> None:
    worker.lexicon.add_known(b"Theodora")
    first, other = steps.rename(worker, Names((("logs", "theodora.log"), ("logs", "full.log"))), "")
    assert other == Named(("logs", "full.log"))
    assert (first.parts[0], first.fault, first.leaks) == ("logs", "", ())
    assert "theodora" not in first.parts[1]


def test_an_original_that_stays_in_a_name_is_told(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.lexicon.add_known(b"Theodora")
    monkeypatch.setattr(steps, "rewritten", lambda _, name: name)
    bad, good = steps.rename(worker, Names((("logs", "theodora.log"), ("logs", "full.log"))), "")
    assert {place.line for place in bad.leaks} == {1}
    assert good.leaks == ()


def test_a_process_that_dies_over_names_refuses_their_files(worker: Worker) -> None:
    assert steps.rename(worker, Names((("a",), ("b",))), "its process died") == [Named((), "its process died")] * 2


@pytest.mark.parametrize(("fault", "status"), [("", Status.RESIDUE), ("truncated gzip data", Status.REFUSED)])
def test_a_name_that_shows_an_original_refuses_the_file(
    worker: Worker, tmp_path: Path, fault: str, status: Status
) -> None:
    found = steps.learn(worker, Task(0, source(tmp_path, b"nothing\n"), (), None), "")
    output = tmp_path / "out.log"
    leaks = (Place("residue", Entity.NAME, 0, 1),)
    task = second(found, Target(output, "out.log"), name=("theodora.log",), leaks=leaks, fault=fault)
    report = steps.rewrite(worker, task, "")
    assert report.status is status
    assert report.name == ""
    assert not output.exists()


@pytest.mark.parametrize(
    ("data", "divided"),
    [
        (TEXT * 40, True),
        (b"\xd4\xc3\xb2\xa1\2\0\4\0" + bytes(8) + b"\xff\xff\0\0\1\0\0\0" + bytes(2000), False),
        (b'<?xml version="1.0"?>\n<a>' + b"<b>c</b>" * 200 + b"</a>", False),
        (bytes(2000), False),
    ],
)
def test_what_is_no_text_is_told_by_its_beginning(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, *, divided: bool
) -> None:
    """Whoever hands the files out does not read them to their end for it, while nobody else works."""
    monkeypatch.setattr("scrubber.portions.LARGE", 1 << 10)
    monkeypatch.setattr(storage.Source, "inspect", lambda _: pytest.fail("read to its end"))
    task = Task(0, source(tmp_path, data), ("full.log",), None)
    assert steps.is_divided(worker, task) is divided
