from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import scrubber
from scrubber.cli import app

TREE = str(Path(scrubber.__file__).parents[1])
RUN = [sys.executable, "-m", "scrubber"]
SENSITIVE = b"""\
INVITE sip:bob@pbx.example.net SIP/2.0
From: "Alice Doe" <sip:alicedoe@pbx.example.net>;tag=1928301774
Contact: <sip:alicedoe@203.0.113.7:5060>

"""
HARMLESS = b"core started\nmodule loaded\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [before, TREE])))
    (tmp_path / "bad.log").write_bytes(SENSITIVE)
    (tmp_path / "good.log").write_bytes(HARMLESS)
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def test_help_says_what_is_judged(folder: Path) -> None:
    text = " ".join(check("--help").stdout.split())
    assert "Names, user names, extensions and identifiers cannot be judged without the key" in text
    for word in ("addresses", "hosts", "mail", "numbers", "secrets", "texts", "media digits"):
        assert word in text


def test_errors_of_own_rules_name_the_option(folder: Path) -> None:
    (folder / "own.yaml").write_bytes(b"bad: [1]\n")
    for name in ("own.yaml", "missing.yaml"):
        result = check("good.log", "--rules", name)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"scrubber: --rules {name}:")
    assert "--rules" not in check("good.log", "--profile", "lax").stderr


def test_nothing_found(folder: Path) -> None:
    result = check("good.log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "files clean" in result.stderr
    assert check("good.log", "--quiet").output == ""


def test_found(folder: Path) -> None:
    result = check("bad.log", "good.log")
    assert result.exit_code == 10
    assert "bad.log" in result.stdout
    assert "good.log" not in result.stdout
    assert not any(value in result.output for value in ("alicedoe", "203.0.113", "Alice"))
    assert check("bad.log", "--quiet").output == ""


def test_refused(folder: Path) -> None:
    result = check("good.log", "p.png", "missing", "-q")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "scrubber: p.png: images are not supported yet (picture)\nscrubber: missing: no such file\n"
    assert check(".").exit_code == 10


def test_json(folder: Path) -> None:
    result = check("--json", "good.log", "bad.log", "p.png")
    assert result.exit_code == 10
    document = json.loads(result.stdout)
    assert [(entry["path"], entry["status"]) for entry in document["files"]] == [
        ("good.log", "clean"),
        ("bad.log", "found"),
        ("p.png", "refused"),
    ]
    places = document["files"][1]["places"]
    assert places[0].keys() == {"rule", "entity", "offset", "line"}
    assert [place["offset"] for place in places] == sorted(place["offset"] for place in places)
    assert not any(value in result.stdout for value in ("alicedoe", "203.0.113", "Alice"))


def test_what_clean_wrote_is_clean(folder: Path) -> None:
    assert CliRunner().invoke(app, ["clean", "bad.log", "-o", "out"]).exit_code == 0
    result = check("--json", "out")
    assert json.loads(result.stdout)["totals"]["entities"] == {}
    assert result.exit_code == 0


def test_known_values(folder: Path) -> None:
    (folder / "known.txt").write_bytes(b"module\n\nAlice Doe\n")
    assert check("good.log", "-q").exit_code == 0
    result = check("good.log", "--known", "known.txt")
    assert result.exit_code == 10
    assert "module loaded" not in result.output
    (folder / "hidden.log").write_bytes(b"x QWxpY2UgRG9l y\n")
    assert check("hidden.log", "-q").exit_code == 0
    assert check("hidden.log", "-q", "--known", "known.txt").exit_code == 10
    with tarfile.open(folder / "all.tar", "w") as archive:
        archive.add("hidden.log", arcname="deep/hidden.log")
    assert check("all.tar", "-q").exit_code == 0
    assert check("all.tar", "-q", "--known", "known.txt").exit_code == 10
    missing = check("good.log", "--known", "missing.txt")
    assert (missing.exit_code, missing.stdout) == (2, "")


def test_values_are_shown_on_a_terminal_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = check("bad.log", "--show-values")
    assert (result.exit_code, result.stdout) == (2, "")
    monkeypatch.setattr("scrubber.commands.check._is_terminal", lambda: True)
    shown = check("bad.log", "--show-values")
    assert shown.exit_code == 10
    assert "203.0.113.7" in shown.stdout
    assert "203.0.113.7" not in shown.stderr
    assert "203.0.113.7" not in check("bad.log").output
    for other in ("--json", "--quiet"):
        assert check("bad.log", "--show-values", other).exit_code == 2


def test_a_manifest_is_believed_on_request_alone(folder: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["clean", "bad.log", "good.log", "-o", "out", "--manifest"]).exit_code == 0
    (folder / "out" / "new.log").write_bytes(SENSITIVE)
    result = check("out", "--trust-manifest", "--json")
    assert result.exit_code == 10
    assert [(entry["index"], entry["status"], entry["notes"]) for entry in json.loads(result.stdout)["files"]] == [
        (0, "clean", {"manifest: unchanged since scrubber released it": 1}),
        (1, "clean", {"manifest: unchanged since scrubber released it": 1}),
        (2, "found", {"manifest: not in the manifest": 1}),
    ]
    assert not any(entry["notes"] for entry in json.loads(check("out", "--json").stdout)["files"])
    (folder / "out" / "bad.log").write_bytes(SENSITIVE)
    result = check("out/bad.log", "--trust-manifest")
    assert result.exit_code == 10


def test_a_forged_manifest_is_believed_and_said(folder: Path) -> None:
    """A manifest is not signed; that is why it takes an option, and why the report names what was believed."""
    assert CliRunner().invoke(app, ["clean", "good.log", "--manifest", "-q"]).exit_code == 0
    text = (folder / "good.scrubbed.log.scrubbed.json").read_text()
    document = json.loads(text)
    document["files"][0] |= {
        "name": "bad.log",
        "size": len(SENSITIVE),
        "sha256": hashlib.sha256(SENSITIVE).hexdigest(),
    }
    (folder / "bad.log.scrubbed.json").write_text(json.dumps(document))
    assert check("bad.log", "-q").exit_code == 10
    result = check("bad.log", "--trust-manifest")
    assert result.exit_code == 0
    assert "manifest: unchanged since scrubber released it" in result.stderr


def test_what_a_run_writes_beside_its_outputs_is_clean(folder: Path) -> None:
    arguments = ["clean", "bad.log", "good.log", "-o", "out", "--manifest", "--report", "r.json"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    result = check("out", "out.scrubbed.json", "r.json")
    assert result.exit_code == 0, result.stdout


@pytest.mark.parametrize(
    "arguments", [["-", "good.log"], ["good.log", "--format", "klingon"], ["good.log", "--profile", "lax"], []]
)
def test_usage(folder: Path, arguments: list[str]) -> None:
    result = check(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(("data", "code"), [(SENSITIVE, 10), (HARMLESS, 0), (bytes(1000), 3)])
def test_standard_input(folder: Path, data: bytes, code: int) -> None:
    done = subprocess.run([*RUN, "check", "-", "-q"], input=data, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (code, b"")


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
@pytest.mark.parametrize("option", ["--json", "--jobs=1"])
def test_a_closed_pipe_keeps_the_exit_code(folder: Path, option: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*RUN, "check", "bad.log", option], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (10, b"")
