from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scrubber.cli import app

GOOD = """
labels:
  - id: my-badge
    names: [badge-no]
    entity: device
    why: Our own.
    examples:
      - {before: 'badge-no = 4711-AB', after: 'badge-no = {device}'}
    keeps: ['badge =']
"""


def run(*arguments: str, **given: bytes) -> Result:
    return CliRunner().invoke(app, ["rules", *arguments], input=given.get("text"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_list(own: Path) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "sip-digest" in result.stdout
    assert "my-badge" not in result.stdout
    assert "my-badge" in run("list", "--rules", str(own)).stdout


def test_list_as_json() -> None:
    rows = {row["id"]: row for row in json.loads(run("list", "--json").stdout)}
    assert rows["sip-digest"]["kind"] == "headers"
    assert rows["sip-digest"]["makes"] == "digest"
    assert rows["asterisk-incorrect-password"]["makes"] == "secret, user"
    assert rows["support"] == {**rows["support"], "kind": "profile", "makes": ""}
    assert all(row["why"] for row in rows.values())


def test_show() -> None:
    result = run("show", "asterisk-user-entered")
    assert result.exit_code == 0
    assert "keywords: entered" in result.stdout
    assert "  - User entered '4321'\n  > User entered '{dtmf}'" in result.stdout
    assert "secret: redact" in run("show", "support").stdout


def test_show_as_json(own: Path) -> None:
    content = json.loads(run("show", "my-badge", "--json", "--rules", str(own)).stdout)
    assert content["names"] == ["badge-no"]
    assert content["entity"] == "device"
    assert content["examples"] == [{"before": "badge-no = 4711-AB", "after": "badge-no = {device}"}]
    assert "actions" not in content


def test_show_of_no_rule() -> None:
    result = run("show", "nothing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no rule 'nothing'" in result.stderr


def explained(*arguments: str, **given: bytes) -> list[tuple[str, str, str, str]]:
    rows = json.loads(run("explain", "--json", *arguments, **given).stdout)
    return [(row["bytes"], row["entity"], row["rule"], row["value"]) for row in rows]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Manager 'alice' logged on from 192.0.2.10", ("9-14", "user", "asterisk-manager-session", "alice")),
        ("From: <sip:alice@example.com>;tag=1", ("11-16", "user", "sip-address", "alice")),
        ("c=IN IP4 192.0.2.10", ("9-19", "host", "sdp-connection", "192.0.2.10")),
        ("a=ice-ufrag:8hhY", ("12-16", "identifier", "sdp-identifiers", "8hhY")),
        ("secret = hunter2", ("9-16", "secret", "label-password", "hunter2")),
    ],
)
def test_explain(line: str, found: tuple[str, str, str, str]) -> None:
    assert found in explained(line)
    assert found in explained(text=line.encode() + b"\r\n")
    assert found in explained("-", text=line.encode())


def test_explain_as_table() -> None:
    result = run("explain", text=b"nothing here\nsecret = hunter2\n")
    assert result.exit_code == 0
    assert "label-password" in result.stdout
    assert "2" in result.stdout


def test_explain_finds_nothing() -> None:
    result = run("explain", "core started")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no rule finds anything\n"


def test_explain_shows_no_control_characters() -> None:
    result = run("explain", text=b"secret = hunter\x1b[2J\n")
    assert "hunter?[2J" in result.stdout


def test_examples_of_a_file(own: Path) -> None:
    result = run("test", str(own))
    assert "my-badge" not in result.stdout
    assert "rules" in result.stderr


def test_example_that_does_not_hold(own: Path) -> None:
    own.write_text(GOOD.replace("badge =", "secret = hunter2"), encoding="utf-8")
    result = run("test", str(own))
    assert result.exit_code == 2
    assert "my-badge" in result.stdout
    assert re.search(r" [1-9][0-9]* that do not hold", result.stderr)


@pytest.mark.parametrize(
    "command", [["list", "--rules"], ["explain", "x", "--rules"], ["test"], ["show", "x", "--rules"]]
)
def test_wrong_file_is_a_usage_error(command: list[str], own: Path) -> None:
    own.write_text(GOOD.replace("entity", "entitty"), encoding="utf-8")
    result = run(*command, str(own))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "rule 'my-badge': unknown key 'entitty'" in result.stderr


def test_schema() -> None:
    schema = json.loads(run("schema").stdout)
    assert "headers" in schema["properties"]
