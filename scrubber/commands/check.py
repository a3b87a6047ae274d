"""``scrubber check``: say where anything sensitive is left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from scrubber import outputs, pipeline, settings, sidecar, storage
from scrubber.model import SHOW_VALUES, InputError, RuleSet
from scrubber.options import Format, Json, Profile, RuleFiles
from scrubber.reports import report, summary

KNOWN_TEXT = 1 << 26
"""Bytes of the largest list of known values."""

_TRUST_HELP = "Believe a manifest beside a file that says it is unchanged; whoever can write there can write one."

Files = list[Path] | None
Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders and archives; - is standard input.")]
Known = Annotated[
    Files, typer.Option(metavar="FILE", help="Values that must not be there, one a line. May be repeated.")
]
Jobs = Annotated[int, typer.Option(min=1, metavar="N", help="Number of processes; it does not change the result.")]
TrustManifest = Annotated[bool, typer.Option("--trust-manifest", help=_TRUST_HELP)]
ShowValues = Annotated[bool, typer.Option("--show-values", help="Show what was found, on a terminal only.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="The exit code and refused files only.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def check(
    paths: Paths,
    *,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    format_name: Format = None,
    jobs: Jobs = 1,
    trust_manifest: TrustManifest = False,
    show_values: ShowValues = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say where logs and captures still hold sensitive values, by kind and place; pseudonyms do not count.

    Judged are addresses (IP and hardware), hosts, mail addresses, telephone and card numbers, secrets, texts and media
    digits. Names, user names, extensions and identifiers cannot be judged without the key: nothing found says nothing
    about them, unless --known lists them.

    Values are never shown, but on a terminal with --show-values. Exit codes: 0 nothing found, 2 usage, 3 an input was
    refused, 10 something found.
    """
    if show_values and (json or quiet or not _is_terminal()):
        raise typer.BadParameter("values are shown on a terminal alone", param_hint="--show-values")
    rule_set = settings.rule_set(profile, rule_files or ())
    options = pipeline.Options(settings.format_name(format_name), settings.known_values(known or ()), jobs)
    with storage.private_folder() as folder:
        try:
            _, sources = storage.inputs(paths, folder)
        except InputError as error:
            raise typer.BadParameter(str(error)) from None
        size = sum(source.size for source in sources)
        verdicts = _verdicts(sources, rule_set) if trust_manifest else [""] * len(sources)
        with report.meter("checking", size, shown=not quiet) as progress:
            run = pipeline.check(
                [source for source, verdict in zip(sources, verdicts, strict=True) if verdict != sidecar.UNCHANGED],
                replace(rule_set, options=rule_set.options | {SHOW_VALUES}) if show_values else rule_set,
                options,
                progress,
            )
    run = _with_trusted(run, sources, verdicts)
    if json:
        outputs.to_stdout([run.to_json(labels=True).encode()])
    elif run.entities and not quiet:
        outputs.to_stdout([report.rendered(table).encode() for table in summary.findings(run, values=show_values)])
    summary.tell(run, quiet=quiet or json or bool(run.entities))
    raise typer.Exit(run.exit_code)


def _verdicts(sources: Sequence[storage.Source], rule_set: RuleSet) -> list[str]:
    """What the manifests beside the files say of each."""
    sidecars = sidecar.Sidecars(rule_set)
    return [sidecars.verdict(source.path) for source in sources]


def _with_trusted(
    run: report.RunReport, sources: Sequence[storage.Source], verdicts: Sequence[str]
) -> report.RunReport:
    """The report of all files: those that were read, and those whose manifests were believed."""
    read = iter(run.files)
    files = []
    for index, (source, verdict) in enumerate(zip(sources, verdicts, strict=True)):
        if verdict == sidecar.UNCHANGED:
            file = report.FileReport(index, source.label, "", report.Status.CLEAN, size_in=source.size)
        else:
            file = replace(next(read), index=index)
        files.append(replace(file, notes={**file.notes, f"manifest: {verdict}": 1}) if verdict else file)
    return replace(run, files=tuple(files))


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
