from __future__ import annotations

import io
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
from tests.verification.test_pair import LOG, cleaned

TREE = str(Path(scrubber.__file__).parents[1])
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full.log").write_bytes(LOG)
    (tmp_path / "clean.log").write_bytes(cleaned(LOG))
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["verify", *arguments])


def test_nothing_found(folder: Path) -> None:
    result = verify("full.log", "clean.log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "scrubber: pairs: 1 safe" in result.stderr


def test_a_leak_is_named_by_class_and_place_and_never_by_value(folder: Path) -> None:
    result = verify("full.log", "full.log")
    assert result.exit_code == 10
    for word in ("full.log", "host", "number", "name", "ipv4"):
        assert word in result.stdout
    for value in ("marlowe", "Marlowe", "2079460958", "203.0.113.9"):
        assert value not in result.stdout + result.stderr


def test_json(folder: Path) -> None:
    result = verify("full.log", "full.log", "--json")
    assert result.exit_code == 10
    document = json.loads(result.stdout)
    assert document["exit"] == 10
    assert document["pairs"][0]["outcome"] == "leak"
    assert result.stderr == ""


def test_quiet(folder: Path) -> None:
    result = verify("full.log", "full.log", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (10, "", "")
    assert verify("full.log", "p.png", "--quiet").stderr.startswith("scrubber: p.png: ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("full.log",), 2),
        (("full.log", "clean.log", "--format", "nonsense"), 2),
        (("full.log", "clean.log", "--rules", "missing.yaml"), 2),
        (("full.log", "clean.log", "--profile", "lax"), 2),
        (("full.log", "missing.log"), 3),
        (("missing.log", "clean.log"), 3),
        (("full.log", "p.png"), 3),
    ],
)
def test_exit_codes(folder: Path, arguments: tuple[str, ...], code: int) -> None:
    assert verify(*arguments).exit_code == code


def test_folders_and_the_manifest_beside_them(folder: Path) -> None:
    for side, names in (("before", ("alice.log", "bob.log")), ("after", ("xkoge.log", "bix.log"))):
        (folder / side).mkdir()
        for name in names:
            (folder / side / name).write_bytes(b"call of " + name.encode() + b"\n")
    assert verify("before", "after").exit_code == 0
    (folder / "after" / "extra.csv").write_bytes(b"a,b\n")
    result = verify("before", "after")
    assert result.exit_code == 3
    assert "extra.csv: no counterpart among the original files" in result.stderr


def tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_archives(folder: Path) -> None:
    (folder / "before.tgz").write_bytes(tar({"log/full.log": LOG, "x": b"1\n"}))
    (folder / "after.tgz").write_bytes(tar({"log/full.log": cleaned(LOG), "x": b"1\n"}))
    assert verify("before.tgz", "after.tgz").exit_code == 0
    result = verify("before.tgz", "before.tgz")
    assert result.exit_code == 10
    assert "before.tgz!log/full.log" in "".join(result.stdout.split())


def test_processes_do_not_change_the_result(folder: Path) -> None:
    for side in ("before", "after"):
        (folder / side).mkdir()
        for name in ("a.log", "b.log"):
            (folder / side / name).write_bytes(LOG)
    before = os.environ.get("PYTHONPATH", "")
    texts = [
        subprocess.run(
            [sys.executable, "-m", "scrubber", "verify", "before", "after", "--json", "--jobs", jobs],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [before, TREE]))},
            capture_output=True,
            check=False,
        ).stdout
        for jobs in ("1", "2")
    ]
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["exit"] == 10


def test_every_sample_passes(tmp_path: Path) -> None:
    samples, out = str(SAMPLES), tmp_path / "out"
    done = CliRunner().invoke(app, ["clean", samples, "-o", f"{out}{os.sep}", "--quiet", "--jobs", "2"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    result = verify(samples, str(out), "--json", "--jobs", "2")
    pairs = json.loads(result.stdout)["pairs"]
    assert [(pair["cleaned"], pair["rules"]) for pair in pairs if pair["outcome"] == "leak"] == []
    assert sum(pair["outcome"] == "safe" for pair in pairs) == sum(path.is_file() for path in out.rglob("*")) > 20
