from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from scrubber.batch import session
from scrubber.batch.run import Ended
from scrubber.batch.watch import Watch
from scrubber.model import InputError
from scrubber.pseudonyms.key import Key

Go = Callable[..., Ended]
Store: TypeAlias = Any  # fsspec has no types


@pytest.mark.parametrize(
    ("source", "home", "fine"),
    [
        ("in", "out", True),
        ("in", "inner", True),
        ("in", "in/out", False),
        ("in/deep", "in", False),
        ("in", "in", False),
        ("in/*.log", "in/out", False),
        ("s3://b/in", "s3://b/out", True),
        ("s3://b/in/", "s3://b/in/out", False),
        ("s3://b", "s3://b/out", False),
        ("s3://b/in", "out", True),
    ],
)
def test_source_and_home_are_apart(tmp_path: Path, source: str, home: str, fine: bool) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    places = [each if "://" in each else str(tmp_path / each) for each in (source, home)]
    if fine:
        session.separate(*places)
    else:
        with pytest.raises(InputError):
            session.separate(*places)


def test_files_by_url(tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"x\n")
    assert session.is_local((tmp_path / "full").as_uri())
    assert [each.path for each in session.inputs((tmp_path / "full").as_uri())] == ["full"]
    assert not session.is_local("s3://bucket/key")


def test_two_runs_on_one_home(tmp_path: Path, key: Key) -> None:
    home = str(tmp_path / "out")
    with (
        session.opened(home, key, Watch()),
        pytest.raises(InputError, match=f"another run .* {os.getpid()} "),
        session.opened(home, key, Watch()),
    ):
        pass


def test_two_runs_on_one_store(memory: Store, key: Key) -> None:
    with (
        session.opened("memory://out", key, Watch()),
        pytest.raises(InputError, match=f"another run .* {os.getpid()} "),
        session.opened("memory://out", key, Watch()),
    ):
        pass
    assert not memory.exists("/out/.scrubber/lock")


def test_a_look_changes_nothing(tmp_path: Path, key: Key, memory: Store) -> None:
    for home in (str(tmp_path / "out"), "memory://out"):
        with session.looked(home, key) as records:
            assert records.is_empty()
    assert list(tmp_path.iterdir()) == []
    assert not memory.exists("/out")


def test_what_is_in_memory_takes_one_process() -> None:
    assert session.processes("memory://in", "out", 4) == 1
    assert session.processes("in", "s3://out", 4) == 4


def test_no_driver(key: Key) -> None:
    with pytest.raises(InputError, match="nowhere://"):
        session.inputs("nowhere://bucket")


def test_the_state_of_a_store_goes_on(source: Path, go: Go, memory: Store) -> None:
    assert len(go(source, "memory://out").run.files) == 3
    assert memory.exists("/out/.scrubber/state.sqlite")
    assert go(source, "memory://out").unchanged == 3
