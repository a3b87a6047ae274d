"""``scrubber verify``: audit a cleaned file against its original, whoever cleaned it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from scrubber import outputs, rules, storage, worker
from scrubber.formats import detect
from scrubber.model import InputError
from scrubber.options import Format, Json, Profile, RuleFiles
from scrubber.reports import manifest, report
from scrubber.verification import pair, unpacking, verdict

Original = Annotated[str, typer.Argument(metavar="ORIGINAL", help="A file, folder or archive as it was.")]
Cleaned = Annotated[str, typer.Argument(metavar="CLEANED", help="What was made of it, by whatever tool.")]
Dissect = Annotated[
    bool | None,
    typer.Option("--dissect/--no-dissect", help="Dissect captures of any size, or none.", show_default="small ones"),
]
Jobs = Annotated[int, typer.Option(min=1, metavar="N", help="Number of processes; it does not change the result.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="The exit code and refused files only.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def verify(
    original: Original,
    cleaned: Cleaned,
    *,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    format_name: Format = None,
    dissect: Dissect = None,
    jobs: Jobs = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Audit a cleaned file, folder or archive against its original: what is left of it, and whether it tells the same.

    Needs no key, and takes what any tool or hand has cleaned. What was learned from the original is searched in every
    notation; captures and SIP messages are read by tshark, when it is there, and every decoded field is searched; what
    a diagnosis counts is compared. Another diagnosis is listed, and is no leak.

    Values are never shown. Exit codes: 0 nothing found, 2 usage, 3 a file was refused or has no counterpart, 10 an
    original was found.
    """
    rule_set = rules.load(profile, storage.rule_texts(rule_files or ()))
    try:
        fmt = format_name and detect.by_name(format_name).name
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    options = worker.Options(fmt, jobs=jobs)
    with storage.private_folder() as one, storage.private_folder() as other:
        before, after = (
            list(unpacking.files(_sources(argument), folder))
            for argument, folder in zip((original, cleaned), (one, other), strict=True)
        )
        before, after = unpacking.matching(before, after, one), unpacking.matching(after, before, other)
        choices = pair.Choices(_order(Path(cleaned), after), dissect)
        size = sum(source.size for source in (*before, *after))
        with report.meter("verifying", size, shown=not quiet) as progress:
            found = pair.verify(before, after, rule_set, options, progress, choices)
    if json:
        outputs.to_stdout([found.to_json().encode()])
    elif found.entities and not quiet:
        outputs.to_stdout([report.rendered(verdict.table(found)).encode()])
    _tell(found, quiet=quiet or json)
    raise typer.Exit(found.exit_code)


def _sources(argument: str) -> list[storage.Source]:
    """The files of a side but for manifests, which are no outputs."""
    found = storage.sources([Path(argument)])
    return [source for source in found if not source.parts[-1].endswith(manifest.SUFFIX)] or found


def _order(cleaned: Path, sources: Sequence[storage.Source]) -> list[tuple[str, ...]]:
    """The paths of the outputs in the order of the inputs, out of the manifest beside a folder."""
    if len(sources) < 2:
        return []
    try:
        listed = manifest.read(storage.read(Path(storage.absolute(cleaned) + manifest.SUFFIX), manifest.LARGEST))
    except (InputError, OSError):
        return []
    return [tuple(name.split("/")) for name in listed.files]


def _tell(found: verdict.Verdict, *, quiet: bool) -> None:
    """For people, on stderr; of a quiet run what was refused."""
    told = verdict.refusals(found) if quiet else verdict.lines(found)
    # Whoever closed stderr does not want to know.
    with suppress(OSError):
        sys.stderr.write("".join(f"scrubber: {line}\n" for line in told))
        sys.stderr.flush()
