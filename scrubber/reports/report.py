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
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import PurePath
from typing import TYPE_CHECKING

from scrubber.model import Place, ScrubError
from scrubber.reports.evidence import Audit, Certificate, Sights

if TYPE_CHECKING:
    from rich.table import Table

Progress = Callable[[int], None]
"""Called with the number of bytes just done."""

SCHEMA = 2
"""Version of the JSON shape that :meth:`RunReport.to_json` documents."""

PLACES = 100
"""How many places a file report keeps; its counts always count everything."""


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
    """The scrubbed name of the output below its folder; empty when nothing was written. Of a refused file of a folder
    or archive, the note that stands in its place."""
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
    members: tuple[FileReport, ...] = ()
    """What an archive holds, in its order; each is counted in the archive, too."""
    audits: tuple[Audit, ...] = ()
    """Which audits ran on the output, and why the others did not."""
    certificate: Certificate | None = None
    """What a diagnosis finds before and after; ``None`` when nobody compared."""
    sights: Sights | None = None
    """What a person should see of a released output; ``None`` when nobody asked."""

    @property
    def entry(self) -> dict[str, object]:
        """As it stands in the report of a run: see :meth:`RunReport.to_json`."""
        return _file_entry(self, labels=False)

    @property
    def every(self) -> Iterator[FileReport]:
        """The file and all members of it, at any depth, an archive before what it holds."""
        waiting = [self]
        while waiting:
            file = waiting.pop()
            yield file
            waiting += reversed(file.members)


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
    def every(self) -> Iterator[FileReport]:
        """Every file and every member of an archive, an archive before what it holds."""
        for file in self.files:
            yield from file.every

    @property
    def exit_code(self) -> Exit:
        """10 before 3 before 0: sensitive data weighs more than a refused file."""
        ends = {file.status for file in self.every}
        if ends & {Status.RESIDUE, Status.FOUND}:
            return Exit.FOUND
        return Exit.REFUSED if Status.REFUSED in ends else Exit.DONE

    def to_json(self, *, labels: bool = False) -> str:
        """The report as one JSON document, keys in a fixed order, ASCII only.

        ::

            {"schema": 2, "tool": "scrubber 0.1.0", "profile": "support", "rules": "<hex digest of the rules>",
             "kept": [], "options": ["shift-time"],
             "totals": {"files": {"released": 2, "refused": 1}, "entities": {"ipv4": 9}, "rules": {"text.ip": 9},
                        "notes": {}, "size_in": 123, "size_out": 120},
             "files": [{"index": 0, "name": "full", "output": "full.scrubbed", "status": "released",
                        "format": "asterisk", "reason": "", "size_in": 123, "size_out": 120, "entities": {"ipv4": 9},
                        "rules": {"text.ip": 9}, "notes": {},
                        "places": [{"rule": "text.ip", "entity": "ipv4", "offset": 17, "line": 1}],
                        "audits": [{"name": "residue", "ran": true, "detail": ""}],
                        "certificate": {"equal": true, "differences": [], "counts": {"methods": {"INVITE": 3}},
                                        "streams": [], "full": false},
                        "sights": {"looked": 120, "whole": true, "dialogs": 1,
                                   "novelties": [{"kind": "header", "name": "X-Acme", "times": 2, "place": 7}],
                                   "rarities": [{"kind": "user agent", "value": "Acme 1.0", "times": 1, "place": 9}],
                                   "more": {"rarities": 4}},
                        "members": []}]}

        ``certificate`` and ``sights`` are null where nobody compared or looked; ``members`` are files, too. ``labels``
        adds ``"path"``, the path as given, to each file: for local use, as it may name a person.
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
        "places": [_place_entry(place) for place in file.places],
        "audits": [audit._asdict() for audit in file.audits],
        "certificate": None if file.certificate is None else file.certificate.as_json(),
        "sights": _sights_entry(file.sights),
        "members": [_file_entry(member, labels=labels) for member in file.members],
    }
    return entry


def _place_entry(place: Place) -> dict[str, object]:
    """A place by its documented keys, where in an archive only when it is in one; a value is none of them."""
    entry: dict[str, object] = {
        "rule": place.rule,
        "entity": place.entity.value,
        "offset": place.offset,
        "line": place.line,
    }
    return entry | {"member": list(place.member)} if place.member else entry


def _sights_entry(sights: Sights | None) -> dict[str, object] | None:
    """What is new and rare. Drawings and excerpts are for people: the page has them."""
    if sights is None:
        return None
    return {
        "looked": sights.looked,
        "whole": sights.whole,
        "dialogs": len(sights.dialogs) + sights.more.get("dialogs", 0),
        "novelties": [novelty._asdict() for novelty in sights.novelties],
        "rarities": [rarity._asdict() for rarity in sights.rarities],
        "more": ordered(sights.more),
    }


def total(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    """The sum of many counts."""
    result: Counter[str] = Counter()
    for part in counts:
        result.update(part)
    return result


def ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts by name, so that equal reports are equal bytes."""
    return dict(sorted(counts.items()))


@cache
def version() -> str:
    """The installed version of scrubber, or ``0`` in a tree that was never installed; looked up once."""
    try:
        return installed_version("voip-scrubber")
    except PackageNotFoundError:
        return "0"


def printable(text: str) -> str:
    """``text`` safe for a terminal: a file name may hold control characters or bytes that are not text."""
    return "".join(char if char.isprintable() else "?" for char in text)


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


def reason(error: Exception) -> str:
    """One line for a refused file, without its name: reports go where names must not."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)


DEBUG_VARIABLE = "SCRUBBER_DEBUG"
"""Set to ``1``, a bug ends the run and shows the lines of code it came through; never a value."""


def is_debugged() -> bool:
    """Whether somebody looks for a bug."""
    return os.environ.get(DEBUG_VARIABLE) == "1"


def is_bug(error: BaseException) -> bool:
    """Whether an error is none that a user can meet."""
    return isinstance(error, Exception) and not isinstance(error, ScrubError | OSError)


def bug(error: BaseException) -> str:
    """One line for a bug: what it is and where, never a value."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"this is a bug: {type(error).__name__} at {place}"
