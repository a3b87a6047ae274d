"""``scrubber batch``: bring a folder of scrubbed copies up to date."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from time import time
from typing import Annotated

import typer

from scrubber import api, settings
from scrubber.api import Scrubber
from scrubber.batch import selection, session
from scrubber.batch.inputs import Input
from scrubber.batch.run import Ended, State
from scrubber.batch.watch import watching
from scrubber.engines.crew import Cluster
from scrubber.keys.keyfile import VARIABLE
from scrubber.model import InputError
from scrubber.options import Case, Dissect, Format, Jobs, Keep, KeyFile, Known, Profile, RuleFiles, ShiftTime
from scrubber.reports import summary
from scrubber.reports.report import Exit, Status, printable
from scrubber.shelf import Shelf

Texts = list[str] | None
Locations = Annotated[
    list[str], typer.Argument(metavar="SOURCE DEST", help="Folders, patterns or URLs; --expire takes DEST alone.")
]
Include = Annotated[Texts, typer.Option(metavar="PATTERN", help="Take only names like this. May be repeated.")]
Exclude = Annotated[Texts, typer.Option(metavar="PATTERN", help="Leave names like this out. May be repeated.")]
MinSize = Annotated[str | None, typer.Option(metavar="SIZE", help="Take nothing smaller, such as 1k.")]
MaxSize = Annotated[str | None, typer.Option(metavar="SIZE", help="Take nothing larger, such as 2G.")]
Newer = Annotated[str | None, typer.Option(metavar="WHEN", help="Changed since a date or an age, such as 36h.")]
Older = Annotated[str | None, typer.Option(metavar="WHEN", help="Not changed since a date or an age, such as 10m.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Try again what failed in an earlier run.")]
Certify = Annotated[bool, typer.Option("--certify", help="Compare the diagnosis of each file, and show excerpts.")]
Expire = Annotated[str | None, typer.Option(metavar="AGE", help="Remove what was written longer ago, such as 30d.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Overwrite files in DEST that no batch wrote.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")]


class Engine(StrEnum):
    """Who does the work."""

    LOCAL = "local"
    RAY = "ray"


Who = Annotated[Engine, typer.Option("--engine", help="Processes of this machine, or a Ray cluster.")]
Address = Annotated[str | None, typer.Option("--cluster", metavar="ADDRESS", help="A Ray cluster to join.")]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def batch(
    locations: Locations,
    *,
    include: Include = None,
    exclude: Exclude = None,
    min_size: MinSize = None,
    max_size: MaxSize = None,
    newer: Newer = None,
    older: Older = None,
    retry_failed: RetryFailed = False,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    known: Known = None,
    keep: Keep = None,
    case: Case = None,
    key_file: KeyFile = None,
    format_name: Format = None,
    jobs: Jobs = None,
    engine: Who = Engine.LOCAL,
    address: Address = None,
    shift_time: ShiftTime = False,
    dissect: Dissect = None,
    certify: Certify = False,
    expire: Expire = None,
    dry_run: DryRun = False,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Bring DEST up to date: a scrubbed copy of every file of SOURCE, with only what is new or changed to be done.

    Needs --case or --key-file, so that all runs agree. A run that was killed goes on where it was. DEST gets the tree
    of SOURCE and _reports. Exit codes: 0 done, 2 usage, 3 an input was refused, 10 an original was left, 130
    interrupted.
    """
    now = time()
    limit = None if expire is None else now - selection.seconds(expire, "--expire")
    if limit is not None and (dry_run or len(locations) == 1):
        _expire(locations[-1], limit, dry_run=dry_run, quiet=quiet)
        if len(locations) == 1:
            return
    source, home = _two(locations)
    values = settings.known_values(known or ())
    own, kept = rule_files or (), keep or ()
    scrubber = Scrubber(
        profile=profile, rules=own, keep=kept, known=values, shift_time=shift_time, case=case, key_file=key_file
    )
    names = selection.Selection(include or (), exclude or ())
    chosen = names.sized(min_size, max_size).dated(newer, older, now).since(limit)
    options = scrubber.options(format=format_name, dissect=dissect, sights=certify)
    inputs = _inputs(source, home, chosen)
    processes = session.processes(source, home, jobs or settings.processes(inputs))
    cluster = None if engine is Engine.LOCAL and not address else _cluster(address or "", case, key_file)
    options = replace(options, jobs=processes, cluster=cluster)
    if dry_run:
        _foretell(inputs, scrubber.foretold(inputs, home, options), quiet=quiet)
        return
    with watching(shown=not quiet) as watch:
        ended = scrubber.batched(inputs, home, options, retry=retry_failed, force=force, expired=limit, watch=watch)
    _tell(ended, quiet=quiet)
    raise typer.Exit(_exit_code(ended))


def _cluster(address: str, case: str | None, key_file: Path | None) -> Cluster:
    """Errors: :class:`typer.BadParameter` for a key that the machines of a cluster cannot have."""
    if not address:
        return Cluster()
    if case is not None:
        raise typer.BadParameter(
            f"its machines know no cases; they need --key-file or {VARIABLE}", param_hint="--cluster"
        )
    return Cluster(address, f"${VARIABLE}" if key_file is None else str(key_file.absolute()))


def _inputs(source: str, home: str, chosen: selection.Selection) -> Shelf[Input]:
    try:
        return api.batch_inputs(source, home, chosen.takes)
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint="SOURCE") from None


def _expire(home: str, limit: float, *, dry_run: bool, quiet: bool) -> None:
    if dry_run:
        old = list(api.expired(home, limit))
        for output in old:
            typer.echo(f"expired: {printable(output)}")
        if not quiet:
            _say(f"{_count(len(old), 'output')} to be removed; a dry run: nothing was done")
        return
    count = api.expire(home, limit)
    if not quiet:
        _say(f"{_count(count, 'output')} removed")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _two(locations: Sequence[str]) -> tuple[str, str]:
    if len(locations) != 2:
        raise typer.BadParameter("a source and a destination are wanted", param_hint="SOURCE DEST")
    return locations[0], locations[1]


def _foretell(inputs: Iterable[Input], states: Sequence[State], *, quiet: bool) -> None:
    for each, state in zip(inputs, states, strict=True):
        if state is not State.UNCHANGED:
            typer.echo(f"{state}: {printable(each.label)}")
    if not quiet:
        counts = Counter(states)
        _say(", ".join(f"{counts[state]:,} {state}" for state in State) + "; a dry run: nothing was done")


def _tell(ended: Ended, *, quiet: bool) -> None:
    if ended.run.files:
        summary.tell(ended.run, quiet=quiet)
    for label, outcome, reason in ended.failed:
        _say(f"{printable(label)}: {outcome} in an earlier run: {reason}")
    if ended.failed:
        _say("--retry-failed tries these again")
    if not quiet:
        _say(f"{_count(ended.done, 'file')} done, {ended.unchanged:,} unchanged")


def _exit_code(ended: Ended) -> int:
    before = {outcome for _, outcome, _ in ended.failed}
    codes = [ended.run.exit_code]
    if before:
        codes.append(Exit.FOUND if Status.RESIDUE in before else Exit.REFUSED)
    return max(codes)


def _say(line: str) -> None:
    # Whoever closed stderr does not want to know.
    with suppress(OSError):
        sys.stderr.write(f"scrubber: {line}\n")
