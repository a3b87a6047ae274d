"""Manifests on the disk: what is believed, and what is not."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from scrubber import sidecar
from scrubber.model import Action, Entity
from scrubber.reports.report import FileReport, RunReport, Status, version
from scrubber.sidecar import UNCHANGED, Placed, Sidecars
from tests.passes import rule_set

RELEASED = FileReport(0, "a", "full.log", Status.RELEASED)
CHANGED = "changed since scrubber released it"


def run(*files: FileReport) -> RunReport:
    return RunReport("support", rule_set().digest, files, version(), ("time",))


def manifests(placed: dict[int, Placed], *files: FileReport) -> list[Path]:
    made = []
    for path, text in sidecar.written(run(*files), placed):
        path.write_text(text)
        made.append(path)
    return made


def verdict(path: Path) -> str:
    return Sidecars(rule_set()).verdict(path)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "full.scrubbed.log"
    path.write_bytes(b"nothing\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("out/a.log", "out/sub/b.log"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "out"


def test_a_file(log: Path) -> None:
    assert verdict(log) == ""
    assert manifests({0: Placed(log, log)}, RELEASED) == [log.with_name("full.scrubbed.log.scrubbed.json")]
    assert verdict(log) == UNCHANGED
    log.write_bytes(b"nothing.\n")
    assert verdict(log) == CHANGED


def test_a_folder_has_one_for_all_its_files(folder: Path) -> None:
    paths = [folder / "a.log", folder / "sub" / "b.log"]
    files = [replace(RELEASED, index=index) for index in range(3)]
    placed = {index: Placed(path, folder) for index, path in enumerate(paths)}
    assert manifests(placed, *files) == [folder.with_name("out.scrubbed.json")]
    assert [verdict(path) for path in paths] == [UNCHANGED] * 2
    (folder / "sub" / "c.log").write_bytes(b"new")
    assert verdict(folder / "sub" / "c.log") == "not in the manifest"
    (folder / "a.log").rename(folder / "sub" / "b.log")
    assert verdict(folder / "sub" / "b.log") == CHANGED


def test_a_name_is_found_from_any_working_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifests({0: Placed(folder / "a.log", folder)}, RELEASED)
    monkeypatch.chdir(folder)
    assert verdict(Path("a.log")) == UNCHANGED
    assert verdict(Path("sub") / ".." / "a.log") == UNCHANGED


@pytest.mark.parametrize("data", [b"", b"{}", b"\0" * 100, b"[" * 10_000], ids=["empty", "object", "binary", "deep"])
def test_what_is_no_manifest_is_not_believed(log: Path, data: bytes) -> None:
    sidecar.beside(log).write_bytes(data)
    assert verdict(log).startswith("the manifest cannot be read")


def test_a_folder_is_no_manifest(log: Path) -> None:
    sidecar.beside(log).mkdir()
    assert verdict(log).startswith("the manifest cannot be read")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_a_pipe_is_no_manifest(log: Path) -> None:
    os.mkfifo(sidecar.beside(log))
    assert verdict(log).startswith("the manifest cannot be read")


def test_a_manifest_of_other_rules_is_not_believed(log: Path) -> None:
    manifests({0: Placed(log, log)}, RELEASED)
    assert Sidecars(replace(rule_set(), digest="0")).verdict(log) == "written under other rules"
    kept = replace(run(RELEASED), kept=("ipv4",))
    ((path, text),) = sidecar.written(kept, {0: Placed(log, log)})
    path.write_text(text)
    assert verdict(log) == "written with kinds of values kept that are judged here"
    lax = replace(rule_set(), actions={**rule_set().actions, Entity.IPV4: Action.KEEP})
    assert Sidecars(lax).verdict(log) == UNCHANGED


def test_a_file_that_is_gone_is_not_believed(log: Path) -> None:
    manifests({0: Placed(log, log)}, RELEASED)
    log.unlink()
    assert verdict(log) == CHANGED


def test_the_root_has_no_manifest() -> None:
    assert verdict(Path("/")) == ""
