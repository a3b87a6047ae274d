"""``scrubber hook``: nothing raw leaves the machine by accident."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from threading import Event
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer.core import TyperCommand

from scrubber import outputs, settings, storage
from scrubber.hooks import folder, git, precommit
from scrubber.keys import choice
from scrubber.keys.master import configuration_folder
from scrubber.model import InputError, RuleSet
from scrubber.options import Case, Dissect, Format, Jobs, Keep, KeyFile, Known, Profile, Reports, RuleFiles, ShiftTime
from scrubber.reports import files as written
from scrubber.reports import manifest, report, summary

if TYPE_CHECKING:
    from typer._click import Context

    from scrubber.api import Scrubber
    from scrubber.guard import Raw
    from scrubber.worker import Options

COMMAND = "scrubber.hook.command"

Files = Annotated[list[str], typer.Argument(metavar="FILE", help="Files and folders to hand over.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. Needed where nobody can be asked.")]
Bypass = Annotated[
    str | None, typer.Option(metavar="REASON", help="Hand over the raw files; who, when, why is written down.")
]
What = Annotated[
    Literal["git", "pre-commit", "folder"], typer.Argument(metavar="git|pre-commit|folder", help="Which hook.")
]
Drop = Annotated[Path, typer.Argument(metavar="DROP", help="The folder into which raw files are put.")]
Outbox = Annotated[Path, typer.Argument(metavar="OUTBOX", help="The folder in which cleaned ones appear.")]
MaybeDrop = Annotated[Path | None, typer.Argument(metavar="[DROP]", help="For folder: where raw files are put.")]
MaybeOutbox = Annotated[Path | None, typer.Argument(metavar="[OUTBOX]", help="For folder: where cleaned ones appear.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


class _WithCommand(TyperCommand):
    """Keeps what stands behind ``--`` for the command that is to be run."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        own, _, command = _parted(args)
        ctx.meta[COMMAND] = command
        return super().parse_args(ctx, own)


def _parted(args: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in args:
        return args, False, []
    at = args.index("--")
    return args[:at], True, args[at + 1 :]


@app.callback()
def hook() -> None:
    """Hooks that let nothing raw leave the machine by accident."""


@app.command("run", cls=_WithCommand)
def run_command(
    ctx: typer.Context,
    files: Files,
    *,
    yes: Yes = False,
    bypass: Bypass = None,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    keep: Keep = None,
    case: Case = None,
    key_file: KeyFile = None,
    format_name: Format = None,
    shift_time: ShiftTime = False,
    jobs: Jobs = None,
    dissect: Dissect = None,
    reports: Reports = None,
) -> None:
    """Clean files, show what will be sent, then run a command on the copies:  hook run FILE... -- COMMAND ... {} ...

    An argument with {} in it is repeated for each file. The copies are gone when the command ends; its exit code is
    passed on. Nothing runs when an original value is left in a copy (exit code 10); a file that cannot be scrubbed is
    left out (3 when all else went well).
    """
    # The hooks of git, which are in this module too, start for every commit and mostly need none of this.
    from scrubber import upload
    from scrubber.api import Scrubber

    command: list[str] = ctx.meta[COMMAND]
    try:
        upload.expanded(command, ())
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    _require_somebody(yes=yes)
    if bypass is not None:
        raise typer.Exit(_bypassed(files, command, bypass, yes=yes))
    scrubber = Scrubber(
        profile=profile,
        rules=rule_files or (),
        keep=keep or (),
        known=settings.known_values(known or ()),
        shift_time=shift_time,
        case=case,
        key_file=key_file,
    )
    options = scrubber.options(format=format_name, dissect=dissect, sights=bool(reports))
    raise typer.Exit(_handed_over(scrubber, options, files, command, reports or (), jobs=jobs, yes=yes))


def _handed_over(
    scrubber: Scrubber,
    options: Options,
    files: list[str],
    command: list[str],
    reports: Iterable[Path],
    *,
    jobs: int | None,
    yes: bool,
) -> int:
    """Clean, show, ask, run; returns the exit code of the command, or why it was not run."""
    from scrubber import upload
    from scrubber.destination import Destination

    with storage.private_folder() as private:
        place = private / "cleaned"
        place.mkdir()
        try:
            inputs, sources = storage.inputs(files, private)
            destination = Destination(f"{place}{os.sep}", inputs, sources, force=False)
            targets = [destination.reserve(path) for path in reports]
        except InputError as error:
            raise typer.BadParameter(str(error)) from None
        options = replace(options, jobs=jobs or settings.processes(sources))
        with report.meter("scrubbing in 2 passes", 2 * sum(source.size for source in sources), shown=True) as progress:
            run = scrubber.cleaned(sources, destination, options, progress).report
        summary.tell(run, quiet=False)
        for target in targets:
            outputs.write(target, written.content(run, target.path))
        whole = len(inputs) == 1 and storage.is_folder(inputs[0])
        copies = [place] if whole and any(place.iterdir()) else sorted(place.iterdir())
        if run.exit_code is report.Exit.FOUND or not copies:
            typer.echo("nothing was handed over", err=True)
            return run.exit_code or report.Exit.REFUSED
        _ask(copies, command, yes=yes)
        code = upload.run(upload.expanded(command, copies), os.environ)
    return code or run.exit_code


def _bypassed(files: list[str], command: list[str], reason: str, *, yes: bool) -> int:
    from scrubber import upload

    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--bypass")
    paths = [Path(file) for file in files]
    typer.echo("RAW files will be handed over, nothing in them is replaced", err=True)
    _ask(paths, command, yes=yes)
    log = upload.record(configuration_folder(os.environ), reason, _below(paths), command)
    typer.echo(f"recorded in {log}", err=True)
    return upload.run(upload.expanded(command, paths), os.environ)


def _below(paths: Iterable[Path]) -> Iterator[Path]:
    return (source.path for source in storage.sources(list(paths)))


def _require_somebody(*, yes: bool) -> None:
    if not yes and not choice.terminal():
        raise typer.BadParameter("nobody to ask; --yes hands over without asking")


def _ask(paths: Iterable[Path], command: list[str], *, yes: bool) -> None:
    for path in paths:
        size = sum(part.stat().st_size for part in (path.rglob("*") if path.is_dir() else (path,)) if part.is_file())
        typer.echo(f"to be sent: {report.printable(path.name)} ({size:,} bytes)", err=True)
    if not yes and not typer.confirm(f"Hand over to {report.printable(command[0])}?", err=True):
        typer.echo("nothing was handed over", err=True)
        raise typer.Exit(report.Exit.INTERRUPTED)


@app.command()
def watch(
    drop: Drop,
    outbox: Outbox,
    *,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    case: Case = None,
    key_file: KeyFile = None,
) -> None:
    """Clean what is put into a drop folder into an outbox, until interrupted. The originals stay where they are."""
    from scrubber.api import Scrubber

    values = settings.known_values(known or ())
    kept = Scrubber(profile=profile, rules=rule_files or (), known=values, case=case, key_file=key_file)
    own = case is None and key_file is None

    def clean(paths: Sequence[Path], place: Path) -> None:
        scrubber = Scrubber(profile=profile, rules=rule_files or (), known=values) if own else kept
        run = scrubber.clean(paths, f"{place}{os.sep}").report
        summary.tell(run, quiet=True)
        typer.echo(f"{place}: {run.statuses[report.Status.RELEASED]:,} of {len(run.files):,} files", err=True)

    folder.watch(drop, outbox, clean, Event())


# --- what is installed


@app.command()
def install(what: What, drop: MaybeDrop = None, outbox: MaybeOutbox = None, *, case: Case = None) -> None:
    """Stop raw logs and captures before they are committed or pushed, or watch a drop folder as a service.

    Hooks that are there are kept and run first.
    """
    if what == "folder":
        _install_service(drop, outbox, case)
    elif what == "git":
        for path in git.install(git.top(Path.cwd())):
            typer.echo(f"installed {path}", err=True)
    else:
        changed = precommit.install(git.top(Path.cwd()))
        typer.echo(f"added to {changed}" if changed else "is there already", err=True)


def _install_service(drop: Path | None, outbox: Path | None, case: str | None) -> None:
    if drop is None or outbox is None:
        raise typer.BadParameter("name the drop folder and the outbox")
    if not sys.platform.startswith("linux"):
        raise InputError("a service is made on Linux only; run `scrubber hook watch` by the scheduler of this system")
    options = () if case is None else ("--case", case)
    path = folder.unit_path(drop, Path.home())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(folder.unit(drop.absolute(), outbox.absolute(), options), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be written'}") from None
    typer.echo(f"installed {path}; start it: systemctl --user enable --now {path.name}", err=True)


@app.command()
def uninstall(what: What, drop: MaybeDrop = None) -> None:
    """Take the hook out again and put back what was there."""
    if what == "folder":
        if drop is None:
            raise typer.BadParameter("name the drop folder")
        path = folder.unit_path(drop, Path.home())
        gone = [path] if path.exists() else []
        path.unlink(missing_ok=True)
    elif what == "git":
        gone = git.uninstall(git.top(Path.cwd()))
    else:
        gone = list(filter(None, [precommit.uninstall(git.top(Path.cwd()))]))
    for each in gone:
        typer.echo(f"taken out of {each}", err=True)
    if not gone:
        typer.echo("was not there", err=True)


@app.command()
def files(paths: Files) -> None:
    """Stop when one of these files is a raw log or capture, told by its content. For the pre-commit framework."""
    rule_set = settings.rule_set()
    found = []
    for source in storage.sources([Path(path) for path in paths]):
        beside = source.path.with_name(source.path.name + manifest.SUFFIX)
        if _vouched(source.path, source.path.name, beside, rule_set):
            continue
        from scrubber import guard

        raw = guard.raw(source, rule_set)
        if raw is not None:
            found.append((source.label, raw))
    _stop(found)


def _vouched(path: Path, name: str, beside: Path, rule_set: RuleSet) -> bool:
    """Whether a manifest stands beside a file and says that it is clean."""
    if not beside.is_file():
        return False
    with beside.open("rb") as file:
        text = file.read(manifest.LARGEST + 1)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return manifest.vouched(text, manifest.Output(name, path.stat().st_size, digest), rule_set)


@app.command()
def stop(
    which: Annotated[Literal["pre-commit", "pre-push"], typer.Argument(metavar="pre-commit|pre-push")],
    remote: Annotated[list[str] | None, typer.Argument(metavar="REMOTE")] = None,
) -> None:
    """What the hooks of git run: stop when what is staged or pushed holds a raw log or capture."""
    del remote  # git tells the name and address of the remote
    root = git.top(Path.cwd())
    rule_set = settings.rule_set()
    lines = [] if which == "pre-commit" else sys.stdin.read().splitlines()
    changed = dict.fromkeys(git.staged(root) if which == "pre-commit" else git.pushed(root, lines))
    found = []
    with storage.private_folder() as private:
        for path, blob in changed:
            raw = _raw_object(root, path, blob, private, rule_set)
            if raw is not None:
                found.append((path, raw))
    _stop(found)


def _raw_object(root: Path, path: str, blob: str, private: Path, rule_set: RuleSet) -> Raw | None:
    """What is raw in an object of git, which is looked at in a private copy."""
    copy, beside = private / f"object{PurePosixPath(path).suffix}", private / "manifest"
    vouching = git.blob_of(root, path + manifest.SUFFIX)
    for place, each in ((copy, blob), (beside, vouching)):
        if each:
            os.close(storage.create_private(place))
            git.content(root, each, place)
    try:
        if vouching and _vouched(copy, PurePosixPath(path).name, beside, rule_set):
            return None
        from scrubber import guard

        return guard.raw(storage.sources([copy])[0], rule_set)
    finally:
        copy.unlink()
        beside.unlink(missing_ok=True)


def _told(raw: Raw) -> str:
    place = raw.place
    if place is None:
        return "a log or capture that is damaged: nothing proves it clean"
    unit = "frame" if raw.format.startswith("pcap") else "line"
    where = f"{unit} {place.line}" if place.line else "what is said about it"
    return f"raw {raw.format}: {place.entity} in {where} (rule {place.rule})"


def _stop(found: list[tuple[str, Raw]]) -> None:
    for label, raw in found:
        typer.echo(f"{report.printable(label)}: {_told(raw)}", err=True)
    if found:
        typer.echo("raw logs or captures; `scrubber clean` makes copies that may go", err=True)
        raise typer.Exit(report.Exit.FOUND)
