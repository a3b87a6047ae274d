from __future__ import annotations

import pickle
from pathlib import Path

from scrubber.outputs import Target
from scrubber.storage import Source
from scrubber.tasks import Task

SOURCE = Source(Path("alice.log"), "alice.log", ("alice.log",), size=5)


def test_the_size_of_a_task_is_that_of_its_source() -> None:
    assert Task(0, SOURCE, ("x.log",), None).size == 5


def test_discarding_removes_what_was_begun(tmp_path: Path) -> None:
    target = Target(tmp_path / "x.log", "x.log")
    target.temporary.write_bytes(b"half a fi")
    Task(0, SOURCE, ("x.log",), target).discard()
    assert list(tmp_path.iterdir()) == []


def test_discarding_without_a_target_is_nothing() -> None:
    Task(0, SOURCE, ("x.log",), None).discard()


def test_a_task_goes_to_another_process(tmp_path: Path) -> None:
    task = Task(3, SOURCE, ("x.log",), Target(tmp_path / "x.log", "x.log"), "plain", b"id")
    assert pickle.loads(pickle.dumps(task)) == task
