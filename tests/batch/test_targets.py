from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.batch.folder import Folder
from scrubber.batch.inputs import PASSING
from scrubber.batch.targets import Target, token
from scrubber.model import InputError


@pytest.fixture
def target(tmp_path: Path) -> Target:
    (tmp_path / "work").mkdir()
    return Target(Folder(tmp_path / "out"), tmp_path / "work", "deep/full", token(), changed=1_700_000_000_000_000_000)


def left(target: Target) -> list[Path]:
    return list(target.work.iterdir())


def test_it_appears_when_it_is_released(target: Target, tmp_path: Path) -> None:
    with target.open() as sink:
        sink.write(b"one ")
        sink.write(b"two")
        assert b"".join(sink.written()) == b"one two"
        assert not (tmp_path / "out").exists()
        assert sink.release(60) == 7
    path = tmp_path / "out" / "deep" / "full"
    assert path.read_bytes() == b"one two"
    assert path.stat().st_mtime == 1_700_000_060
    assert left(target) == []


def test_nothing_appears_without_a_release(target: Target, tmp_path: Path) -> None:
    with target.open() as sink:
        sink.write(b"one")
    assert not (tmp_path / "out").exists()
    assert left(target) == []


def test_a_home_that_does_not_take_it(target: Target, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "deep").write_bytes(b"a file where a folder should be")
    with pytest.raises(InputError, match=PASSING), target.open() as sink:
        sink.release()
    assert left(target) == []


def test_no_place_for_private_files(target: Target) -> None:
    target.work.rmdir()
    target.work.touch()
    with pytest.raises(InputError, match=PASSING), target.open():
        pass


def test_what_a_killed_process_left_is_removed(target: Target) -> None:
    sink = target.open()
    sink.__enter__()
    sink.write(b"one")
    assert left(target) != []
    target.discard()
    assert left(target) == []
    sink.__exit__(None, None, None)
