from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scrubber.cli import app
from scrubber.keys import cases, choice


def nobody(what: str) -> str:
    raise AssertionError(what)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config"
    monkeypatch.setenv("SCRUBBER_CONFIG", str(path))
    monkeypatch.delenv("SCRUBBER_PASSPHRASE", raising=False)
    monkeypatch.setattr(choice, "terminal", lambda: False)
    return path


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("correct horse battery\r\nsecond line\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def case(*arguments: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["case", *map(str, arguments)], input=answer)


def test_no_cases(folder: Path) -> None:
    result = case("list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no cases\n")
    assert json.loads(case("list", "--json").stdout) == []
    assert not folder.exists()


def test_list_and_show(folder: Path) -> None:
    key = cases.for_case("4711", folder, nobody)
    assert "4711" in case("list").stdout
    assert [each["name"] for each in json.loads(case("list", "--json").stdout)] == ["4711"]
    shown = json.loads(case("show", "4711", "--json").stdout)
    assert shown["fingerprint"] == cases.fingerprint(key)
    assert shown["master-key"] == "file"
    assert shown["imported"] is False
    assert cases.fingerprint(key) in case("show", " 4711 ").stdout


def test_nothing_shows_a_key(folder: Path, passphrase: Path) -> None:
    key = cases.for_case("4711", folder, nobody).material.hex()
    for arguments in (("list",), ("show", "4711"), ("export", "4711", "--passphrase-file", passphrase)):
        assert key not in case(*arguments).output


def test_a_case_that_does_not_exist(folder: Path, passphrase: Path) -> None:
    del folder
    for command in ("show", "delete", "export"):
        more = ["--passphrase-file", passphrase] if command == "export" else []
        result = case(command, "4711", *more)
        assert result.exit_code == 2
        assert result.stderr == "scrubber: no such case; `scrubber case list` names them\n"


def test_to_a_colleague(folder: Path, passphrase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = cases.for_case("4711", folder, nobody).material
    exported = tmp_path / "4711.key"
    assert case("export", "4711", "-o", exported, "--passphrase-file", passphrase).exit_code == 0
    assert case("export", "4711", "-o", exported, "--passphrase-file", passphrase).exit_code == 3
    monkeypatch.setenv("SCRUBBER_CONFIG", str(tmp_path / "other"))
    result = case("import", exported, "--passphrase-file", passphrase)
    assert (result.exit_code, result.stderr) == (0, "imported 4711\n")
    assert cases.for_case("4711", tmp_path / "other", nobody).material == key


def test_a_wrong_pass_phrase(folder: Path, passphrase: Path, tmp_path: Path) -> None:
    cases.for_case("4711", folder, nobody)
    exported = tmp_path / "4711.key"
    case("export", "4711", "-o", exported, "--passphrase-file", passphrase)
    passphrase.write_text("something else", encoding="utf-8")
    result = case("import", exported, "--passphrase-file", passphrase, "--as", "4712")
    assert result.exit_code == 2
    assert "wrong pass phrase" in result.stderr
    assert [each.name for each in cases.listed(folder).cases] == ["4711"]


def test_nobody_to_ask(folder: Path) -> None:
    cases.for_case("4711", folder, nobody)
    assert case("export", "4711").exit_code == 2
    assert "nobody to ask" in case("delete", "4711").stderr
    assert [each.name for each in cases.listed(folder).cases] == ["4711"]


def test_asked_before_deleting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases.for_case("4711", folder, nobody)
    monkeypatch.setattr(choice, "terminal", lambda: True)
    result = case("delete", "4711", answer="n\n")
    assert result.exit_code == 130
    assert "nothing was deleted" in result.stderr
    assert cases.listed(folder).cases
    assert case("delete", "4711", answer="y\n").exit_code == 0
    assert not cases.listed(folder).cases


def test_expire(folder: Path) -> None:
    cases.for_case("4711", folder, nobody)
    assert case("expire", "1h", "--yes").stderr == "no case is that old\n"
    assert case("expire", "soon", "--yes").exit_code == 2
    path = cases.found("4711", folder).path
    text = json.loads(path.read_text(encoding="ascii")) | {"created": "2020-01-01T00:00:00+00:00"}
    path.write_text(json.dumps(text), encoding="ascii")
    os.utime(path, (1.6e9, 1.6e9))
    assert "4711" in case("expire", "30d", "--dry-run").stderr
    assert cases.listed(folder).cases
    assert "deleted 4711" in case("expire", "30d", "--yes").stderr
    assert not cases.listed(folder).cases


def test_protect(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = cases.for_case("4711", folder, nobody)
    assert case("protect", "passphrase").exit_code == 2
    monkeypatch.setenv("SCRUBBER_PASSPHRASE", "correct horse")
    assert case("protect", "passphrase").exit_code == 0
    assert json.loads(case("show", "4711", "--json").stdout) | {"used": ""} == {
        "name": "4711",
        "created": cases.found("4711", folder).created.isoformat(),
        "used": "",
        "imported": False,
        "fingerprint": cases.fingerprint(key),
        "master-key": "passphrase",
        "file": str(cases.found("4711", folder).path),
    }
    assert case("protect", "nowhere").exit_code == 2


def test_a_damaged_case_is_passed_over(folder: Path) -> None:
    cases.for_case("4711", folder, nobody)
    cases.for_case("4712", folder, nobody)
    cases.found("4712", folder).path.write_bytes(b"rubbish")
    for result in (case("list", "--json"), case("expire", "1d", "--dry-run")):
        assert result.exit_code == 0
        assert result.stderr.startswith("passed over: ")
    assert [each["name"] for each in json.loads(case("list", "--json").stdout)] == ["4711"]


SAMPLE = Path(__file__).resolve().parent.parent.parent / "samples" / "asterisk-pjsip.log"
VALUES = re.compile(
    rb"(?<=Call-ID: )\S+|(?<=;tag=)[^\s;>]+|(?<=branch=)[^\s;]+|(?<=sip:)[^@\s:;>]+(?=@)|(?<=@)[a-z][a-z0-9.-]+"
    rb"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
)


def scrubbed(name: str, output: Path) -> bytes:
    done = CliRunner().invoke(app, ["clean", str(SAMPLE), "-o", str(output), "--case", name, "-q"])
    assert done.exit_code == 0
    return output.read_bytes()


def test_two_cases_share_no_pseudonym(folder: Path, tmp_path: Path) -> None:
    del folder
    one, other = scrubbed("4711", tmp_path / "one"), scrubbed("4712", tmp_path / "other")
    values = list(zip(*(VALUES.findall(text) for text in (SAMPLE.read_bytes(), one, other)), strict=True))
    changed = {old: (new, another) for old, new, another in values if old != new}
    assert len(changed) > 30
    assert [old for old, (new, another) in changed.items() if new == another] == []


def test_one_case_on_two_machines_shares_all(
    folder: Path, passphrase: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del folder
    here = scrubbed("4711", tmp_path / "here")
    sealed = tmp_path / "sealed"
    assert case("export", "4711", "--passphrase-file", passphrase, "-o", sealed).exit_code == 0
    monkeypatch.setenv("SCRUBBER_CONFIG", str(tmp_path / "another machine"))
    assert case("import", sealed, "--passphrase-file", passphrase).exit_code == 0
    assert scrubbed("4711", tmp_path / "there") == here
