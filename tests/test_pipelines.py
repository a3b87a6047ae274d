"""The examples in the documents: each can be read by what it is for, and the Python ones run."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from scrubber.cli import COMMANDS, app

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```([a-z]+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]


def examples(language: str) -> list[str]:
    found = [text for name, text in EXAMPLES if name == language]
    assert found
    return found


def test_every_kind_is_there() -> None:
    assert {name for name, _ in EXAMPLES} == {"sh", "python", "cron", "logrotate", "systemd", "yaml", "toml"}


def test_python_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, batch, *_ = examples("python")
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    exec(compile(first, "pipelines.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "['baresip.log', 'linphone.log']"
    assert lines[-1] == "True"
    assert any(line.startswith("ipv4 ") for line in lines)
    monkeypatch.setenv("SCRUBBER_KEY", "")
    exec(compile(batch, "pipelines.md", "exec"), {})
    nights = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [night[:2] for night in nights] == [["first", "0"], ["second", "0"]]
    assert nights[0][2] == nights[1][3] != "0"


@pytest.mark.parametrize("text", examples("yaml"))
def test_yaml(text: str) -> None:
    assert {"jobs", "spec"} & set(yaml.safe_load(text))


@pytest.mark.parametrize("text", examples("systemd"))
def test_units(text: str) -> None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    assert "Unit" in parser


def test_toml() -> None:
    [text] = examples("toml")
    assert tomllib.loads(text)["sources"]["asterisk"]["type"] == "exec"


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_shell() -> None:
    for text in examples("sh"):
        assert subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    known: dict[str, str] = {}
    for name, rest in re.findall(r"scrubber (\w+)((?: +[^\n`|#;)]*)?)", path.read_text(encoding="utf-8")):
        if name not in COMMANDS:
            continue
        group = rest.split()[0] if rest.split() and name in {"hook", "case", "rules"} else ""
        words = [name, group] if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", group) else [name]
        if "|" in rest or words[1:] == [""]:
            continue
        shown = known.get(" ".join(words)) or CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "300"}).output
        known[" ".join(words)] = shown
        own = rest.partition(" -- ")[0]
        missing = [option for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", own) if option not in shown]
        assert missing == [], (name, rest)
