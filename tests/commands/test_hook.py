from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scrubber import pipeline
from scrubber.cli import app
from scrubber.engine import Rewriter
from scrubber.keys import choice

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
PYTHON = sys.executable
COPY = "import shutil, sys; [shutil.copy(name, sys.argv[1]) for name in sys.argv[2:]]"
ORIGINALS = (b"voice.example.org", b"carol")


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "terminal", lambda: False)
    monkeypatch.setenv("SCRUBBER_CONFIG", str(tmp_path / "config"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    folder = tmp_path / "sent"
    folder.mkdir()
    return folder


def hook(*arguments: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["hook", *map(str, arguments)], input=answer)


def upload(sent: Path, *arguments: object, answer: str | None = None) -> Result:
    return hook("run", *arguments, "--", PYTHON, "-c", COPY, sent, "{}", answer=answer)


def left_behind(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "temporary").iterdir())


def test_only_cleaned_copies_are_handed_over(tmp_path: Path, sent: Path) -> None:
    result = upload(sent, "--yes", SAMPLES / "baresip.log", SAMPLES / "linphone.log")
    assert result.exit_code == 0
    assert len(list(sent.iterdir())) == 2
    assert b"carol" in (SAMPLES / "baresip.log").read_bytes()
    for path in sent.iterdir():
        assert not [value for value in ORIGINALS if value in path.read_bytes()]
    assert result.stderr.count("to be sent: ") == 2
    assert not left_behind(tmp_path)


def test_the_exit_code_is_passed_on(tmp_path: Path) -> None:
    result = hook("run", "--yes", SAMPLES / "baresip.log", "--", PYTHON, "-c", "raise SystemExit(7)", "{}")
    assert result.exit_code == 7
    assert not left_behind(tmp_path)


def test_options_of_clean(tmp_path: Path, sent: Path) -> None:
    told = tmp_path / "told.json"
    options = ("--format", "plain", "--no-dissect", "--jobs", "1", "--report", told)
    assert upload(sent, "--yes", *options, SAMPLES / "baresip.log").exit_code == 0
    content = json.loads(told.read_text(encoding="utf-8"))
    assert [file["format"] for file in content["files"]] == ["plain"]
    assert upload(sent, "--yes", "--report", tmp_path / "told.txt", SAMPLES / "baresip.log").exit_code == 2
    assert not left_behind(tmp_path)


def test_a_file_that_fails_its_audit_is_never_handed_over(
    tmp_path: Path, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rewriter, "rewrite", lambda _, block: block)
    result = upload(sent, "--yes", SAMPLES / "baresip.log")
    assert result.exit_code == 10
    assert "nothing was handed over" in result.stderr
    assert not list(sent.iterdir())
    assert not left_behind(tmp_path)


def test_what_cannot_be_scrubbed_is_left_out(tmp_path: Path, sent: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    result = upload(sent, "--yes", SAMPLES / "baresip.log", picture)
    assert result.exit_code == 3
    assert [path.name for path in sent.iterdir()] == ["baresip.log"]
    assert upload(sent, "--yes", picture).exit_code == 3


def test_a_folder_keeps_its_tree(tmp_path: Path) -> None:
    folder = tmp_path / "ticket"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.log", "deep/b.log"):
        (folder / name).write_bytes((SAMPLES / "baresip.log").read_bytes())
    script = "import shutil, sys; shutil.copytree(sys.argv[2], sys.argv[1])"
    result = hook("run", "--yes", folder, "--", PYTHON, "-c", script, tmp_path / "out", "{}")
    assert result.exit_code == 0
    assert sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.log")) == [
        "a.log",
        "deep/b.log",
    ]


def test_nobody_to_ask(sent: Path) -> None:
    result = upload(sent, SAMPLES / "baresip.log")
    assert result.exit_code == 2
    assert "nobody to ask" in result.stderr
    assert not list(sent.iterdir())


@pytest.mark.parametrize(("answer", "count", "code"), [("y\n", 1, 0), ("n\n", 0, 130)])
def test_asked_first(sent: Path, monkeypatch: pytest.MonkeyPatch, answer: str, count: int, code: int) -> None:
    monkeypatch.setattr(choice, "terminal", lambda: True)
    result = upload(sent, SAMPLES / "baresip.log", answer=answer)
    assert result.exit_code == code
    assert len(list(sent.iterdir())) == count


def test_an_interrupt_leaves_nothing(tmp_path: Path, sent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("learn", "rewrite"):
        with monkeypatch.context() as patch:
            patch.setattr(pipeline, name, interrupted)
            assert upload(sent, "--yes", SAMPLES / "baresip.log").exit_code == 130
    assert not list(sent.iterdir())
    assert not left_behind(tmp_path)


@pytest.mark.parametrize("command", [[], ["--"], ["--", PYTHON, "x"], ["--", "no-such-program-anywhere", "{}"]])
def test_no_command(command: list[str]) -> None:
    assert hook("run", "--yes", SAMPLES / "baresip.log", *command).exit_code == 2


def test_one_case_for_many_uploads(tmp_path: Path, sent: Path) -> None:
    for name in ("one", "two"):
        (sent / name).mkdir()
        assert upload(sent / name, "--yes", "--case", "4711", SAMPLES / "baresip.log").exit_code == 0
    assert (sent / "one" / "baresip.log").read_bytes() == (sent / "two" / "baresip.log").read_bytes()


def test_a_bypass_is_recorded(tmp_path: Path, sent: Path) -> None:
    result = upload(sent, "--yes", "--bypass", "the vendor insists", SAMPLES / "baresip.log")
    assert result.exit_code == 0
    assert (sent / "baresip.log").read_bytes() == (SAMPLES / "baresip.log").read_bytes()
    log = (tmp_path / "config" / "bypass.log").read_text(encoding="ascii")
    assert json.loads(log)["reason"] == "the vendor insists"
    assert upload(sent, "--yes", "--bypass", " ", SAMPLES / "baresip.log").exit_code == 2


def test_files_by_content(tmp_path: Path) -> None:
    raw, text = tmp_path / "notes.txt", tmp_path / "README.md"
    raw.write_bytes((SAMPLES / "baresip.log").read_bytes())
    text.write_text("call +442079460958", encoding="utf-8")
    assert hook("files", text).exit_code == 0
    result = hook("files", text, raw)
    assert result.exit_code == 10
    assert f"{raw}: raw baresip: " in result.stderr
    assert str(text) not in result.stderr
    assert not [value for value in ORIGINALS if value.decode() in result.output]


@pytest.mark.skipif(shutil.which("git") is None or os.name != "posix", reason="needs git and its shell")
def test_git_stops_a_raw_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    folder, remote = tmp_path / "repository", tmp_path / "remote"
    environment = {**os.environ, "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    environment["PYTHONPATH"] = str(SAMPLES.parent)

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-C", str(folder), "-c", "user.email=t@t.invalid", "-c", "user.name=t", *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)

    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True, env=environment)
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True, env=environment)
    monkeypatch.chdir(folder)
    assert hook("install", "git").exit_code == 0
    (folder / "README.md").write_text("call +442079460958\n", encoding="utf-8")
    git("add", "-A")
    assert git("commit", "-m", "readme").returncode == 0
    shutil.copy(SAMPLES / "baresip.log", folder / "holiday.jpg")
    git("add", "-A")
    stopped = git("commit", "-m", "raw")
    assert stopped.returncode != 0
    assert "holiday.jpg: raw baresip" in stopped.stderr
    assert git("commit", "--no-verify", "-m", "raw").returncode == 0
    git("rm", "-q", "holiday.jpg")
    assert git("commit", "-m", "gone").returncode == 0
    pushed = git("push", str(remote), "main")
    assert pushed.returncode != 0
    assert "holiday.jpg: raw baresip" in pushed.stderr
    assert hook("uninstall", "git").exit_code == 0
    assert git("push", str(remote), "main").returncode == 0
