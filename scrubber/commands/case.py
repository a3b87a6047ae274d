"""``scrubber case``: the cases of this machine, and how one reaches a colleague."""

from __future__ import annotations

import json as notation
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scrubber import outputs
from scrubber.keys import cases, choice, keyfile, sealing
from scrubber.keys.master import Protection, configuration_folder, protect, protection
from scrubber.model import InputError, KeyFileError
from scrubber.options import Json
from scrubber.reports import report

if TYPE_CHECKING:
    from rich.table import Table

Name = Annotated[str, typer.Argument(metavar="NAME", help="The case.")]
Age = Annotated[str, typer.Argument(metavar="AGE", help="Hours, days or weeks: 12h, 30d, 8w.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only name what would go.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="Its first line is the pass phrase; else you are asked."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="A new file; without it standard output.")
]
OtherName = Annotated[str, typer.Option("--as", metavar="NAME", help="Another name for it on this machine.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def case() -> None:
    """The cases of this machine: each gives all its files the same pseudonyms, and shares none with another.

    The keys lie in your configuration folder, readable by you alone. No command shows a key.
    """


@app.command("list")
def list_cases(*, json: Json = False) -> None:
    """All cases, with when they were made and last used."""
    found, faults = cases.listed(_folder())
    _warn(faults)
    if json:
        outputs.to_stdout([notation.dumps([_content(each) for each in found], indent=1).encode() + b"\n"])
    elif found:
        outputs.to_stdout([report.rendered(_table(found)).encode()])
    else:
        typer.echo("no cases", err=True)


@app.command()
def show(name: Name, *, json: Json = False) -> None:
    """One case; equal fingerprints mean equal keys, and say nothing about them."""
    folder = _folder()
    each = cases.found(name, folder)
    content = _content(each) | {
        "fingerprint": cases.fingerprint(cases.existing(name, folder, choice.asking(os.environ))),
        "master-key": str(protection(folder)),
        "file": str(each.path),
    }
    if json:
        outputs.to_stdout([notation.dumps(content, indent=1).encode() + b"\n"])
    else:
        lines = (f"{key}: {report.printable(str(value))}\n" for key, value in content.items())
        outputs.to_stdout([line.encode() for line in lines])


@app.command("export")
def export_case(name: Name, *, output: Output = None, passphrase_file: PassphraseFile = None) -> None:
    """Write a case's key for a colleague, protected by a pass phrase; tell it on another way than the file."""
    folder, ask = _folder(), choice.asking(os.environ)
    cases.found(name, folder)
    passphrase = _passphrase(passphrase_file, twice=True)
    sealed = cases.exported(name, folder, passphrase, ask)
    if output is None:
        outputs.to_stdout([sealed])
        return
    try:
        written = keyfile.write_private(output, sealed)
    except OSError as error:
        raise InputError(f"{output}: {error.strerror or 'cannot be written'}") from None
    if not written:
        raise InputError(f"{output}: exists already")
    typer.echo(f"wrote {output}", err=True)


@app.command("import")
def import_case(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `scrubber case export` wrote.")],
    *,
    other: OtherName = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    """Take in the case of a colleague."""
    text = _small(file)
    passphrase = _passphrase(passphrase_file, twice=False)
    name = cases.imported(text, _folder(), passphrase, choice.asking(os.environ), name=other)
    typer.echo(f"imported {report.printable(name)}", err=True)


@app.command()
def delete(name: Name, *, yes: Yes = False) -> None:
    """Forget a case: nobody can make or read its pseudonyms again, not even you."""
    found = cases.found(name, _folder())
    _confirm([found], yes=yes)
    _delete([found])


@app.command()
def expire(age: Age, *, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Delete the cases that were not used for longer than AGE."""
    found, faults = cases.unused(_folder(), cases.age(age))
    _warn(faults)
    if not found:
        typer.echo("no case is that old", err=True)
        return
    typer.echo(report.rendered(_table(found)), err=True, nl=False)
    if not dry_run:
        _confirm(found, yes=yes)
        _delete(found)


@app.command("protect")
def protect_master(
    where: Annotated[Protection, typer.Argument(metavar="WHERE", help="file, keyring or passphrase.")],
) -> None:
    """Move the master key into a file of yours alone, the key ring of the system, or under a pass phrase."""
    protect(_folder(), where, choice.asking(os.environ))
    typer.echo(f"the master key is now protected by: {where.value}", err=True)


def _folder() -> Path:
    return configuration_folder(os.environ)


def _warn(faults: Iterable[str]) -> None:
    for fault in faults:
        typer.echo(f"passed over: {report.printable(fault)}", err=True)


def _content(each: cases.Case) -> dict[str, object]:
    return {
        "name": each.name,
        "created": each.created.isoformat(),
        "used": each.used.isoformat(),
        "imported": each.imported,
    }


def _table(found: Iterable[cases.Case]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in ("case", "made", "last used", "days ago", "from"):
        table.add_column(column, overflow="fold")
    now = datetime.now(UTC)
    for each in found:
        origin = "a colleague" if each.imported else "this machine"
        row = (each.name, f"{each.created:%Y-%m-%d}", f"{each.used:%Y-%m-%d}", str((now - each.used).days), origin)
        table.add_row(*(Text(report.printable(cell)) for cell in row))
    return table


def _confirm(found: Iterable[cases.Case], *, yes: bool) -> None:
    if yes:
        return
    names = ", ".join(report.printable(each.name) for each in found)
    if not choice.terminal():
        raise KeyFileError("nobody to ask; --yes deletes without asking")
    if not typer.confirm(f"Delete {names}? Their pseudonyms can never be made or translated back again.", err=True):
        typer.echo("nothing was deleted", err=True)
        raise typer.Exit(report.Exit.INTERRUPTED)


def _delete(found: Iterable[cases.Case]) -> None:
    for each in found:
        cases.delete(each)
        typer.echo(f"deleted {report.printable(each.name)}", err=True)


def _passphrase(file: Path | None, *, twice: bool) -> str:
    if file is not None:
        data = keyfile.read_private(file, sealing.LIMIT)
        try:
            return data.decode().partition("\n")[0].rstrip("\r")
        except UnicodeDecodeError:
            raise KeyFileError(f"{file}: not a text in UTF-8") from None
    ask = choice.asking({})
    passphrase = ask("Pass phrase for the exported case")
    if twice and passphrase != ask("The same pass phrase again"):
        raise KeyFileError("the two pass phrases differ")
    return passphrase


def _small(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(sealing.LIMIT + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'not readable'}") from None
