"""``scrubber formats``: what is recognised and how, what is replaced in it, and what is refused."""

from __future__ import annotations

import json as json_module

import typer
from rich.table import Table
from rich.text import Text

from scrubber import outputs
from scrubber.formats import detect
from scrubber.formats.about import ABOUT, About
from scrubber.options import Json
from scrubber.reports import report

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def formats(*, json: Json = False) -> None:
    """List the formats: name, how recognised, what is replaced, what is refused.

    The names of logs and documents are those that --format takes; captures and archives are recognised alone.
    """
    if json:
        rows = [{"name": name, **about._asdict()} for name, about in described().items()]
        outputs.to_stdout([json_module.dumps(rows, indent=2).encode() + b"\n"])
        return
    table = Table("name", "recognised by", "replaced", "refused")
    for name, about in described().items():
        table.add_row(name, *(Text(text.replace("`", "")) for text in about))
    outputs.to_stdout([report.rendered(table).encode()])


def described() -> dict[str, About]:
    """Every format by name, in the order of the table; one without a description of its own by its summary."""
    rows = dict(ABOUT)
    for fmt in detect.FORMATS:
        rows.setdefault(fmt.name, About(fmt.summary, "", ""))
    return rows
