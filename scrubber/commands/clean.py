"""``scrubber clean``: write a copy that is safe to send."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from scrubber import outputs, settings, sidecar, storage
from scrubber.api import Scrubber
from scrubber.destination import Destination
from scrubber.keys import choice
from scrubber.model import InputError
from scrubber.options import Case, Dissect, Format, Jobs, Keep, KeyFile, Known, Profile, Reports, RuleFiles, ShiftTime
from scrubber.reports import files, report, summary

STDOUT = "-"
STDOUT_FILE = "output"

_MANIFEST_HELP = "Write OUTPUT.scrubbed.json beside each output: hashes, so that a check can tell it is unchanged."

Files = list[Path] | None
Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders and archives; - is standard input.")]
Output = Annotated[str | None, typer.Option("--output", "-o", metavar="OUT", help="File or folder; - is stdout.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything but write outputs.")]
Manifest = Annotated[bool, typer.Option("--manifest", help=_MANIFEST_HELP)]
Force = Annotated[bool, typer.Option("--force", "-f", help="Overwrite outputs that exist.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress, no summary and no word on where the output is.")
]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def clean(
    paths: Paths,
    *,
    output: Output = None,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    keep: Keep = None,
    case: Case = None,
    key_file: KeyFile = None,
    format_name: Format = None,
    jobs: Jobs = None,
    reports: Reports = None,
    shift_time: ShiftTime = False,
    dry_run: DryRun = False,
    dissect: Dissect = None,
    manifest: Manifest = False,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Write a copy of logs and captures that is safe to send.

    One file without -o becomes NAME.scrubbed.EXT beside it; a folder or archive keeps its tree. Nothing appears before
    it is verified. Exit codes: 0 done, 2 usage, 3 an input was refused, 10 an original was left, 130 interrupted.
    """
    scrubber = Scrubber(
        profile=profile,
        rules=rule_files or (),
        keep=keep or (),
        known=settings.known_values(known or ()),
        shift_time=shift_time,
        case=case,
        key_file=key_file,
    )
    # Asked for before anything is written: a setting that is none ends the run here.
    reminder = "" if case is None or quiet else choice.reminder(os.environ)
    options = scrubber.options(format=format_name, dissect=dissect, sights=bool(reports))
    to_stdout = output == STDOUT or (output is None and paths == [storage.STDIN])
    if to_stdout and manifest:
        raise typer.BadParameter("standard output has nothing beside it", param_hint="--manifest")
    with storage.private_folder() as folder:
        try:
            inputs, sources = storage.inputs(paths, folder)
            place = _stdout_file(inputs, folder) if to_stdout else output
            destination = Destination(place, inputs, sources, force=force)
            targets = [destination.reserve(path) for path in reports or ()]
        except InputError as error:
            raise typer.BadParameter(str(error)) from None
        options = replace(options, jobs=jobs or settings.processes(sources))
        with report.meter("scrubbing in 2 passes", 2 * sum(each.size for each in sources), shown=not quiet) as progress:
            run = scrubber.cleaned(sources, destination, options, progress, dry_run=dry_run).report
        if to_stdout and run.statuses[report.Status.RELEASED]:
            outputs.to_stdout(storage.contents(folder / STDOUT_FILE))
    summary.tell(run, quiet=quiet, written=() if to_stdout else destination.announced(_released(run)))
    if manifest:
        _write_manifests(run, destination)
    for target in targets:
        outputs.write(target, files.content(run, target.path))
    typer.echo(reminder, err=True, nl=False)
    raise typer.Exit(run.exit_code)


def _write_manifests(run: report.RunReport, destination: Destination) -> None:
    placed = {
        file.index: sidecar.Placed(*destination.placed(file.label))
        for file in run.files
        if file.status is report.Status.RELEASED
    }
    for path, text in sidecar.written(run, placed):
        outputs.write(destination.reserve(path), text.encode())


def _released(run: report.RunReport) -> Iterator[str]:
    return (file.label for file in run.files if file.status is report.Status.RELEASED)


def _stdout_file(inputs: Sequence[Path], folder: Path) -> str:
    """Where an output lies before it goes to standard output: it must be whole and verified first."""
    if len(inputs) > 1 or storage.is_folder(inputs[0]):
        raise InputError("standard output takes one file")
    return str(folder / STDOUT_FILE)
