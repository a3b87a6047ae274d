from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber.batch.folder import Folder, base_of, beside, inputs, opened, prepared
from scrubber.model import InputError


@pytest.mark.parametrize(
    ("location", "base", "hits", "misses"),
    [
        ("/var/log/*.log", "/var/log", ["a.log", "?.log"], ["a/b.log", "a.txt", "x.logs"]),
        ("logs/**/full", "logs", ["full", "a/full", "a/b/full"], ["xfull", "a/fuller"]),
        ("logs/**", "logs", ["a", "a/b\nc"], []),
        ("logs/full.?", "logs", ["full.1"], ["full.12", "full./"]),
        ("logs/[0-9]*/full", "logs", ["1/full", "12x/full"], ["a/full", "1/2/full"]),
        ("logs/[!a]", "logs", ["b"], ["a", "/"]),
        ("logs/[x.log", "logs", ["[x.log"], ["x"]),
        ("*.log", "", ["a.log"], ["b/a.log"]),
        ("s3://bucket/a/*.log", "s3://bucket/a", ["x.log"], ["y/x.log"]),
    ],
)
def test_patterns(location: str, base: str, hits: list[str], misses: list[str]) -> None:
    found = base_of(location)
    assert found is not None
    assert found[0] == base
    assert [name for name in hits if not found[1].fullmatch(name)] == []
    assert [name for name in misses if found[1].fullmatch(name)] == []


def test_no_pattern() -> None:
    assert base_of("/var/log/full") is None


def test_inputs_in_order(tmp_path: Path) -> None:
    (tmp_path / "in" / "b").mkdir(parents=True)
    for name in ("z", "a", "b/c"):
        (tmp_path / "in" / name).write_bytes(b"x\n")
    assert [each.path for each in inputs(str(tmp_path / "in"))] == ["a", "z", "b/c"]
    assert [each.path for each in inputs(str(tmp_path / "in" / "**" / "[ac]"))] == ["a", "b/c"]
    assert [each.parts for each in inputs(str(tmp_path / "in" / "a"))] == [("a",)]
    with pytest.raises(InputError):
        inputs(str(tmp_path / "none"))


def test_what_was_written_just_now_has_no_tag(tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"x\n")
    assert next(inputs(str(tmp_path / "full"))).tag == ""
    os.utime(tmp_path / "full", (1000, 1000))
    assert next(inputs(str(tmp_path / "full"))).tag == "2 1000000000000"


def test_a_name_that_looks_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].log").write_bytes(b"x\n")
    assert [each.path for each in inputs(str(tmp_path / "a[1].log"))] == ["a[1].log"]


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege elsewhere")
def test_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "away").symlink_to("/nowhere/at/all")
    ((each,)) = inputs(str(tmp_path / "in"))
    assert each.fault == "link that leads nowhere"


def test_a_home_of_files(tmp_path: Path) -> None:
    home = Folder(tmp_path / "out")
    (tmp_path / "new").write_bytes(b"x")
    assert not home.exists("a/b/full")
    home.publish(tmp_path / "new", "a/b/full")
    assert home.exists("a/b/full")
    home.remove("a/b/full")
    home.remove("a/b/full")
    assert list((tmp_path / "out").iterdir()) == []


def test_private_files_lie_beside_the_home(tmp_path: Path) -> None:
    assert opened(tmp_path / "out") == tmp_path / ".out.scrubber" == beside(tmp_path / "out")
    work = prepared(tmp_path / "out")
    (work / "left").touch()
    assert list(prepared(tmp_path / "out").iterdir()) == []
    assert work.stat().st_mode & 0o077 == 0


def test_private_files_lie_in_a_home_that_has_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: path.name == "out")
    assert beside(tmp_path / "out") == tmp_path / "out" / ".scrubber"
