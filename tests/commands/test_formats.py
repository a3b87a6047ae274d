"""The table of formats, on the terminal and in the documentation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scrubber.commands.formats import app, described
from scrubber.formats import detect
from scrubber.formats.about import ABOUT

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "formats.md"
APART = {"capture", "archive", "sqlite"}
"""Described formats that are no text, and not for ``--format``."""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0
    return result.stdout


def test_every_format_is_described_and_no_other() -> None:
    assert set(ABOUT) - APART == set(detect.names())


@pytest.mark.parametrize("name", sorted(described()))
def test_descriptions_say_something(name: str) -> None:
    assert all(len(text) > 3 and "\n" not in text for text in described()[name])


def test_as_json() -> None:
    rows = json.loads(run("--json"))
    assert [row["name"] for row in rows] == list(described())
    assert {tuple(row) for row in rows} == {("name", "recognised", "replaced", "refused")}


def test_as_a_table() -> None:
    text = run()
    assert [name for name in described() if name not in text] == []


def test_the_document_has_the_same_rows() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").split("\n")
    rows = [line for line in lines[: lines.index("## Systems")] if line.startswith("| `")]
    cells = [" | ".join(text.replace("|", "\\|") for text in about) for about in described().values()]
    assert rows == [f"| `{name}` | {cell} |" for name, cell in zip(described(), cells, strict=True)]


def test_formats_of_systems_in_the_document_exist() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").partition("## Systems")[2].partition("## Tables")[0]
    named = {word for line in text.split("\n") if line.count("|") > 3 for word in line.split("|")[3].split("`")[1::2]}
    assert named <= set(described())
