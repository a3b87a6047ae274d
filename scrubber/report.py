"""What a run did: counts, rule ids, places, sizes. Never a value of the input.

A :class:`RunReport` is what :mod:`scrubber.pipeline` returns. :meth:`RunReport.to_json` is for machines and may be sent
along with the output, so it names each file by its scrubbed name and its index; the real path (``label``) is for the
user's own terminal alone.

The counts of a clean are of *different texts*, not of occurrences: a line, a part of a header or a word is counted once
by each memo that rewrites it, while a message that has to be read as a whole is counted each time. A check counts
places.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING

from scrubber.model import Place

if TYPE_CHECKING:
    from rich.table import Table

Progress = Callable[[int], None]
"""Called with the number of bytes just done."""

SCHEMA = 1
"""Version of the JSON shape that :meth:`RunReport.to_json` documents."""

PLACES = 100
"""How many places a file report keeps; its counts always count everything."""

COUNTED = "different texts"
"""What the counts of a clean count: each memo rewrites a text once and meets it again without counting."""

RESIDUE_HINT = "please report the line's shape; --keep ENTITY releases it knowingly"


class Status(StrEnum):
    """How a file ended."""

    RELEASED = "released"
    """Rewritten, verified and published."""
    VERIFIED = "verified"
    """Rewritten and verified in a dry run; nothing is written."""
    REFUSED = "refused"
    """Not written; the reason says why."""
    RESIDUE = "residue"
    """Rewritten, but an original value was still there; not written."""
    CLEAN = "clean"
    """Read only: no sensitive value."""
    FOUND = "found"
    """Read only: sensitive values."""


class Exit(IntEnum):
    """Exit codes; 1 is left for bugs, 2 is for wrong usage."""

    DONE = 0
    REFUSED = 3
    FOUND = 10
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file of a run."""

    index: int
    """Position among the inputs, from 0."""
    label: str = field(repr=False)
    """The path as given. For the user's terminal only: names of files hold sensitive values too."""
    name: str
    """The scrubbed name of the input, components joined by ``/``."""
    status: Status
    output: str = ""
    """The scrubbed name of the output below its folder; empty when nothing was written."""
    format: str = ""
    reason: str = ""
    size_in: int = 0
    """Bytes read, as stored."""
    size_out: int = 0
    """Bytes published, as stored."""
    entities: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    """What was suppressed or not understood, by reason."""
    places: tuple[Place, ...] = ()
    """Residue, or what a check found; the first :data:`PLACES` of them."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """A whole run. ``files`` stand in the order of the inputs; nothing here depends on the number of processes."""

    profile: str
    rules_digest: str
    files: tuple[FileReport, ...]
    tool: str
    """The version of scrubber."""
    kept: tuple[str, ...] = ()
    """Entities that were left readable."""
    options: tuple[str, ...] = ()
    """Switches of the profile and of the command line that were on."""

    @property
    def entities(self) -> Counter[str]:
        """Counts per entity over all files."""
        return total(file.entities for file in self.files)

    @property
    def rules(self) -> Counter[str]:
        """Counts per rule id over all files."""
        return total(file.rules for file in self.files)

    @property
    def notes(self) -> Counter[str]:
        """Counts of what was suppressed or not understood over all files."""
        return total(file.notes for file in self.files)

    @property
    def statuses(self) -> Counter[str]:
        """How many files ended how."""
        return Counter(file.status.value for file in self.files)

    @property
    def exit_code(self) -> Exit:
        """10 before 3 before 0: sensitive data weighs more than a refused file."""
        ends = {file.status for file in self.files}
        if ends & {Status.RESIDUE, Status.FOUND}:
            return Exit.FOUND
        return Exit.REFUSED if Status.REFUSED in ends else Exit.DONE

    def to_json(self, *, labels: bool = False) -> str:
        """The report as one JSON document, keys in a fixed order, ASCII only.

        ::

            {"schema": 1, "tool": "scrubber 0.1.0", "profile": "support", "rules": "<hex digest of the rules>",
             "kept": [], "options": ["shift-time"],
             "totals": {"files": {"released": 2, "refused": 1}, "entities": {"ipv4": 9}, "rules": {"text.ip": 9},
                        "notes": {}, "size_in": 123, "size_out": 120},
             "files": [{"index": 0, "name": "full", "output": "full.scrubbed", "status": "released",
                        "format": "asterisk", "reason": "", "size_in": 123, "size_out": 120, "entities": {"ipv4": 9},
                        "rules": {"text.ip": 9}, "notes": {},
                        "places": [{"rule": "text.ip", "entity": "ipv4", "offset": 17, "line": 1}]}]}

        ``labels`` adds ``"path"``, the path as given, to each file: for local use, as it may name a person.
        """
        totals = {
            "files": dict(sorted(self.statuses.items())),
            "entities": ordered(self.entities),
            "rules": ordered(self.rules),
            "notes": ordered(self.notes),
            "size_in": sum(file.size_in for file in self.files),
            "size_out": sum(file.size_out for file in self.files),
        }
        document = {
            "schema": SCHEMA,
            "tool": f"scrubber {self.tool}",
            "profile": self.profile,
            "rules": self.rules_digest,
            "kept": list(self.kept),
            "options": list(self.options),
            "totals": totals,
            "files": [_file_entry(file, labels=labels) for file in self.files],
        }
        return json.dumps(document, indent=1) + "\n"


def _file_entry(file: FileReport, *, labels: bool) -> dict[str, object]:
    entry: dict[str, object] = {"index": file.index}
    if labels:
        entry["path"] = file.label
    entry |= {
        "name": file.name,
        "output": file.output,
        "status": file.status.value,
        "format": file.format,
        "reason": file.reason,
        "size_in": file.size_in,
        "size_out": file.size_out,
        "entities": ordered(file.entities),
        "rules": ordered(file.rules),
        "notes": ordered(file.notes),
        "places": [place._asdict() for place in file.places],
    }
    return entry


def total(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    """The sum of many counts."""
    result: Counter[str] = Counter()
    for part in counts:
        result.update(part)
    return result


def ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts by name, so that equal reports are equal bytes."""
    return dict(sorted(counts.items()))


def version() -> str:
    """The installed version of scrubber, or ``0`` in a tree that was never installed."""
    try:
        return installed_version("voip-scrubber")
    except PackageNotFoundError:
        return "0"


def printable(text: str) -> str:
    """``text`` safe for a terminal: a file name may hold control characters or bytes that are not text."""
    return "".join(char if char.isprintable() else "?" for char in text)


def complaints(report: RunReport) -> list[str]:
    """One line per file that was not released, with its path and reason, and a hint when there is residue."""
    failed = [file for file in report.files if file.status in (Status.REFUSED, Status.RESIDUE)]
    lines = [f"{printable(file.label)}: {file.reason}" for file in failed]
    if any(file.status is Status.RESIDUE for file in failed):
        nothing = "nothing of these files was written" if report.statuses[Status.RELEASED] else "nothing was written"
        lines.append(f"{nothing}; {RESIDUE_HINT}")
    return lines


def summary(report: RunReport) -> Table:
    """Counts of different texts per entity, and of files per outcome, for the terminal."""
    from rich.table import Table

    table = Table()
    table.add_column(f"profile {report.profile}")
    table.add_column(COUNTED, justify="right")
    for name, count in ordered(report.entities).items():
        table.add_row(name, f"{count:,}")
    for name, count in ordered(report.notes).items():
        table.add_row(name, f"{count:,}", style="dim")
    table.add_section()
    table.add_row("outcome", "files", style="bold")
    for name, count in ordered(report.statuses).items():
        table.add_row(f"files {name}", f"{count:,}")
    return table


def found(report: RunReport) -> Table:
    """One row per file and entity of what a check found, with the line or frame of the first place kept."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in ("file", "entity"):
        table.add_column(column, overflow="fold")
    for column in ("places", "first line or frame"):
        table.add_column(column, justify="right")
    for file in report.files:
        first: dict[str, int] = {}
        for place in file.places:
            first.setdefault(place.entity.value, place.line)
        for entity, count in ordered(file.entities).items():
            line = f"{first[entity]:,}" if entity in first else ""
            table.add_row(Text(printable(file.label)), entity, f"{count:,}", line)
    return table


@contextmanager
def meter(title: str, size: int, *, shown: bool) -> Iterator[Progress]:
    """A progress bar over ``size`` bytes on stderr, gone when done; yields what to call with bytes done.

    It shows a percentage: the bytes of several passes are the size of nothing a user knows.
    Silent unless ``shown`` and stderr is a terminal. Colours follow ``NO_COLOR``.
    """
    if not shown or not _is_terminal():
        yield ignore
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(title), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=size)
        yield lambda amount: bar.advance(task, amount)


def tell(report: RunReport, *, quiet: bool, written: Iterable[str] = ()) -> None:
    """For people, on stderr: a line per file that was not released and, unless ``quiet``, summary and ``written``."""
    text = "".join(f"scrubber: {line}\n" for line in complaints(report))
    if not quiet:
        text += rendered(summary(report), stderr=True)
        text += "".join(f"scrubber: {printable(line)}\n" for line in written)
    # Whoever closed stderr does not want to know.
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def rendered(table: Table, *, stderr: bool = False) -> str:
    """The table as text, in the width and colours of the stream it is meant for."""
    from rich.console import Console

    class Quiet(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to whoever writes the text; by default this ends the program."""

    console = Quiet(stderr=stderr)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def ignore(_: int) -> None:
    """Progress that nobody watches."""


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
