from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrubber.commands.batch import app

ROOT = Path(__file__).resolve().parent.parent.parent
LOG = ROOT / "samples" / "asterisk-pjsip.log"
KEY = "0123456789abcdef" * 4
LINE = b'[2025-03-02 18:03:11.001] VERBOSE[4091][C-0000001a] pbx.c: Call from "Marla" <sip:marla@203.0.113.7>\n'


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCRUBBER_KEY", KEY)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "full").write_bytes(LINE)
    (folder / "old.txt").write_bytes(b"one line\n")
    return folder


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "scrubber", "batch", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command(*arguments), env=environment, capture_output=True, text=True, check=False)


def outputs(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "_reports" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_folder(source: Path, tmp_path: Path) -> None:
    done = run(source, tmp_path / "out")
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 files done, 0 unchanged" in done.stderr
    assert set(outputs(tmp_path / "out")) == {"full", "old.txt"}
    assert b"203.0.113.7" not in outputs(tmp_path / "out")["full"]
    last = json.loads((tmp_path / "out/_reports/run.jsonl").read_text().splitlines()[-1])
    assert last["totals"]["files"] == {"released": 2}
    assert "0 files done, 2 unchanged" in run(source, tmp_path / "out").stderr
    assert run("-q", source, tmp_path / "out").stderr == ""


def test_no_key(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRUBBER_KEY")
    done = run(source, tmp_path / "out")
    assert done.returncode == 2
    assert "--case or --key-file" in done.stderr
    assert not (tmp_path / "out").exists()


def test_another_key(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(source, tmp_path / "out")
    monkeypatch.setenv("SCRUBBER_KEY", KEY[::-1])
    done = run(source, tmp_path / "out")
    assert (done.returncode, "another key" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["SOURCE"], "source and a destination"),
        (["SOURCE", "OUT", "--newer", "soon"], "--newer"),
        (["SOURCE", "OUT", "--max-size", "big"], "--max-size"),
        (["SOURCE", "OUT", "--expire", "never"], "--expire"),
        (["SOURCE", "SOURCE/out"], "in one another"),
        (["SOURCE/none", "OUT"], "no such file"),
    ],
)
def test_wrong_usage(source: Path, tmp_path: Path, options: list[str], word: str) -> None:
    places = [each.replace("SOURCE", str(source)).replace("OUT", str(tmp_path / "out")) for each in options]
    done = run(*places)
    assert done.returncode == 2
    assert word in " ".join(done.stderr.split())
    assert not (tmp_path / "out").exists()


def test_a_selection(source: Path, tmp_path: Path) -> None:
    os.utime(source / "old.txt", (1000, 1000))
    runner = CliRunner()
    for number, options in enumerate(
        (["--exclude", "*.txt"], ["--include", "full"], ["--newer", "1d"], ["--min-size", "20"])
    ):
        done = runner.invoke(app, [str(source), str(tmp_path / f"out{number}"), "-q", *options])
        assert done.exit_code == 0, options
        assert set(outputs(tmp_path / f"out{number}")) == {"full"}, options


def test_a_refused_file_and_how_it_is_remembered(source: Path, tmp_path: Path) -> None:
    (source / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    os.utime(source / "picture.png", (1000, 1000))
    assert run(source, tmp_path / "out").returncode == 3
    done = run(source, tmp_path / "out")
    assert done.returncode == 3
    assert "refused in an earlier run" in done.stderr
    assert "--retry-failed" in done.stderr
    assert "1 file done" in run(source, tmp_path / "out", "--retry-failed").stderr


def test_a_dry_run(source: Path, tmp_path: Path) -> None:
    done = run(source, tmp_path / "out", "--dry-run")
    assert (done.returncode, done.stdout.splitlines()) == (0, [f"new: {source / 'full'}", f"new: {source / 'old.txt'}"])
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_what_is_old_goes(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "out")
    assert run(tmp_path / "out", "--expire", "1d").returncode == 0
    assert len(outputs(tmp_path / "out")) == 2
    told = run(tmp_path / "out", "--expire", "0s", "--dry-run")
    assert told.stdout.splitlines() == ["expired: full", "expired: old.txt"]
    assert "2 outputs to be removed" in told.stderr
    assert "0 outputs to be removed" in run(tmp_path / "out", "--expire", "1d", "--dry-run").stderr
    assert len(outputs(tmp_path / "out")) == 2
    assert run(tmp_path / "out", "--expire", "0s").returncode == 0
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_that_is_old_comes_back(source: Path, tmp_path: Path) -> None:
    os.utime(source / "old.txt", (1000, 1000))
    assert run(source, tmp_path / "out", "--expire", "1d").returncode == 0
    assert set(outputs(tmp_path / "out")) == {"full"}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_at_any_moment(source: Path, tmp_path: Path, jobs: int) -> None:
    for number in range(4):
        (source / f"log{number}").write_bytes(LOG.read_bytes() * 4)
    home = tmp_path / "out"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    whole = tmp_path / "whole"
    assert run("-q", source, whole).returncode == 0
    expected = outputs(whole)
    for pause in (0.9, 1.5, 2.2):
        arguments = command("-q", "--jobs", jobs, source, home)
        with subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL) as process:
            time.sleep(pause)
            process.kill()
        for name, data in outputs(home).items():
            assert expected[name] == data
    done = run("-q", "--jobs", jobs, source, home)
    assert (done.returncode, done.stderr) == (0, "")
    assert outputs(home) == expected
    assert list((tmp_path / ".out.scrubber" / "work").iterdir()) == []


def test_a_cluster_without_its_library(source: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "ray.py").write_text("raise ImportError\n")
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from scrubber.cli import main; main()"
    words = ["batch", "--engine", "ray", str(source), str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "pip install 'voip-scrubber[ray]'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_machines_of_a_cluster_know_no_cases(source: Path, tmp_path: Path) -> None:
    words = ["--cluster", "192.0.2.1:6379", "--case", "night", str(source), str(tmp_path / "out")]
    environment = {"SCRUBBER_CONFIG": str(tmp_path / "config")}
    done = CliRunner().invoke(app, words, env=environment)
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
