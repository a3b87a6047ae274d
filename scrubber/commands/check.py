"""``scrubber check``: say where anything sensitive is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from scrubber import outputs, pipeline, report, rules, storage
from scrubber.formats import detect
from scrubber.model import InputError, RuleError

Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders; - is standard input.")]
Profile = Annotated[str, typer.Option(metavar="NAME", help="support, strict, internal or one of your own rules.")]
RuleFiles = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="Own rules, over the built-in ones. May be repeated."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Take this format for every file instead of recognising it."),
]
Jobs = Annotated[int, typer.Option(min=1, metavar="N", help="Number of processes; it does not change the result.")]
Json = Annotated[bool, typer.Option("--json", help="A JSON document instead of a table.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="The exit code and refused files only.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def check(
    paths: Paths,
    *,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    format_name: Format = None,
    jobs: Jobs = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say where logs and captures still hold sensitive values, by kind and place; pseudonyms do not count.

    Judged are addresses (IP and hardware), hosts, mail addresses, telephone and card numbers, secrets, texts and media
    digits. Names, user names, extensions and identifiers cannot be judged without the key: nothing found says nothing
    about them.

    Values are never shown. Exit codes: 0 nothing found, 2 usage, 3 an input was refused, 10 something found.
    """
    with _rule_files(rule_files or ()):
        rule_set = rules.load(profile, storage.rule_texts(rule_files or ()))
    with storage.private_folder() as folder:
        try:
            fmt = format_name and detect.by_name(format_name).name
            _, sources = storage.inputs(paths, folder)
        except InputError as error:
            raise typer.BadParameter(str(error)) from None
        size = sum(source.size for source in sources)
        with report.meter("checking", size, shown=not quiet) as progress:
            run = pipeline.check(sources, rule_set, pipeline.Options(fmt, jobs=jobs), progress)
    if json:
        outputs.to_stdout([run.to_json(labels=True).encode()])
    elif run.entities and not quiet:
        outputs.to_stdout([report.rendered(report.found(run)).encode()])
    report.tell(run, quiet=quiet or json or bool(run.entities))
    raise typer.Exit(run.exit_code)


@contextmanager
def _rule_files(paths: Iterable[Path]) -> Iterator[None]:
    """Errors about a file of ``--rules`` name the option."""
    try:
        yield
    except RuleError as error:
        named = str(error).startswith(tuple(f"{path}:" for path in paths))
        raise RuleError(f"--rules {error}" if named else str(error)) from None
