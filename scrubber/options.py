"""The options that commands share: one name, one meaning, one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scrubber.model import Entity
from scrubber.reports import files

_KEEP = f"Leave this kind of value readable. May be repeated. One of: {', '.join(Entity)}."
_REPORT = "Where to write what was done: .json for programs, .html for people. May be repeated."
_DISSECT = "A second opinion by tshark; by default where tshark is and there is little to read."

Files = list[Path] | None
Profile = Annotated[str, typer.Option(metavar="NAME", help="support, strict, internal or one of your own rules.")]
RuleFiles = Annotated[
    Files, typer.Option("--rules", metavar="FILE", help="Own rules, over the built-in ones. May be repeated.")
]
Known = Annotated[
    Files, typer.Option(metavar="FILE", help="Names, numbers and domains to replace, one a line. May be repeated.")
]
Keep = Annotated[list[Entity] | None, typer.Option(metavar="ENTITY", help=_KEEP, case_sensitive=False)]
Case = Annotated[str | None, typer.Option(metavar="NAME", help="The same pseudonyms in every run for this case.")]
KeyFile = Annotated[Path | None, typer.Option(metavar="FILE", help="A key: 64 hexadecimal digits or 32 bytes.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Take this format for every file instead of recognising it."),
]
Jobs = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Number of processes; it does not change the result.")
]
ShiftTime = Annotated[bool, typer.Option("--shift-time", help="Move every time by one secret amount.")]
Dissect = Annotated[bool | None, typer.Option("--dissect/--no-dissect", help=_DISSECT, show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="A JSON document instead of a table.")]


def _reports(paths: Files) -> Files:
    if not all(map(files.is_report, paths or ())):
        raise typer.BadParameter("the name of a report ends in .json or .html")
    return paths


Reports = Annotated[Files, typer.Option("--report", metavar="FILE", help=_REPORT, callback=_reports)]
