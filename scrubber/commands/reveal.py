"""``scrubber reveal``: a vendor's reply, translated back into the names, numbers and addresses of the originals."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from scrubber import outputs, pipeline, settings, storage, translation
from scrubber.destination import Destination
from scrubber.keys import cases, choice, keyfile
from scrubber.keys.master import configuration_folder
from scrubber.model import InputError, KeyFileError
from scrubber.pseudonyms.key import Key
from scrubber.reports import report

Paths = Annotated[
    list[str],
    typer.Argument(metavar="REPLY", help="What came back; - is standard input. More paths are more originals."),
]
Originals = Annotated[
    list[str], typer.Option("--from", metavar="ORIGINAL", help="A file or folder that was scrubbed. May be repeated.")
]
Case = Annotated[str | None, typer.Option(metavar="NAME", help="The case under which it was scrubbed.")]
KeyFile = Annotated[Path | None, typer.Option(metavar="FILE", help="The key with which it was scrubbed.")]
Profile = Annotated[str, typer.Option(metavar="NAME", help="The profile with which it was scrubbed.")]
RuleFiles = Annotated[
    list[Path] | None, typer.Option("--rules", metavar="FILE", help="Own rules with which it was scrubbed.")
]
Known = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="Known values with which it was scrubbed, one a line.")
]
ShiftTime = Annotated[bool, typer.Option("--shift-time", help="Times were moved; move them back.")]
Annotate = Annotated[bool, typer.Option("--annotate", help="Show both: original [pseudonym].")]
Output = Annotated[str, typer.Option("--output", "-o", metavar="OUT", help="A new file; without it standard output.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Overwrite an output that exists.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="The translation only.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def reveal(
    paths: Paths,
    *,
    originals: Originals,
    case: Case = None,
    key_file: KeyFile = None,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    shift_time: ShiftTime = False,
    annotate: Annotate = False,
    output: Output = "-",
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Translate a vendor's mail, log excerpt, configuration or capture back.

    The originals are read again on this machine with the key of the case: no table of them exists anywhere. What was
    redacted or suppressed stays so; pseudonyms that belong to nothing in the originals stay and are listed. The
    translation holds originals: do not send it on.
    """
    rule_set = settings.rule_set(profile, rule_files or (), shift_time=shift_time)
    key = _key(case, key_file)
    options = pipeline.Options(None, settings.known_values(known or ()))
    reply, *more = paths
    with storage.private_folder() as folder:
        try:
            inputs, sources = storage.inputs([reply], folder)
            found = storage.sources([Path(path) for path in (*originals, *more)])
            target = (
                None if output == "-" else Destination(output, inputs, [*sources, *found], force=force, private=True)
            )
        except InputError as error:
            raise typer.BadParameter(str(error)) from None
        if len(sources) != 1:
            raise typer.BadParameter("the reply is one file", param_hint="REPLY")
        source = sources[0].inspect()
        size = 2 * sum(each.size for each in found) + source.size
        with report.meter("translating", size, shown=not quiet) as progress:
            translator = translation.Translator(rule_set, key, options, progress)
            translator.learn(found)
            blocks = translator.translated(source, annotate=annotate)
            if target is None:
                outputs.to_stdout(blocks)
            else:
                _written(target, source, blocks)
    if not quiet:
        _tell(translator.told)


def _written(destination: Destination, source: storage.Source, blocks: Iterable[bytes]) -> None:
    with destination.target(source, source.parts).open() as sink:
        for block in blocks:
            sink.write(block)
        sink.release()


def _tell(told: translation.Told) -> None:
    typer.echo(f"turned back: {told.replaced:,} different texts", err=True)
    if told.skipped:
        typer.echo(f"passed over: {told.skipped:,} originals that a clean refuses, too", err=True)
    if told.ambiguous:
        typer.echo(f"left alone: {told.ambiguous:,} pseudonyms that stand for more than one original", err=True)
    if told.unknown:
        names = ", ".join(
            report.printable(value.decode(errors="replace")) for value in told.unknown[: translation.LISTED]
        )
        more = len(told.unknown) - translation.LISTED
        typer.echo(f"not of these originals: {names}{f' and {more:,} more' if more > 0 else ''}", err=True)


def _key(case: str | None, key_file: Path | None) -> Key:
    """The key of a case that exists, or a given one: a fresh one would find nothing."""
    if case is None and key_file is None and keyfile.VARIABLE not in os.environ:
        raise KeyFileError("reveal needs the key of the clean: --case NAME or --key-file FILE")
    if case is not None and key_file is None:
        return cases.existing(case, configuration_folder(os.environ), choice.asking(os.environ))
    return choice.choose(case, key_file, os.environ)
