"""What the terminal says about a run: tables and lines for people, on stderr.

Paths stand here as the user gave them, since this is the user's own terminal; nothing here goes into a report.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from scrubber.reports.report import FileReport, RunReport, Status, ordered, printable, rendered

if TYPE_CHECKING:
    from rich.table import Table

COUNTED = "different texts"
"""What the counts of a clean count: each memo rewrites a text once and meets it again without counting."""

RESIDUE_HINT = "please report the line's shape; --keep ENTITY releases it knowingly"


def complaints(report: RunReport) -> list[str]:
    """One line per file that was not released, with its path and reason, and a hint when there is residue."""
    failed = [file for file in report.every if file.status in (Status.REFUSED, Status.RESIDUE)]
    lines = [f"{printable(file.label)}: {file.reason}" for file in failed]
    if any(file.status is Status.RESIDUE for file in failed):
        nothing = "nothing of these files was written" if report.statuses[Status.RELEASED] else "nothing was written"
        lines.append(f"{nothing}; {RESIDUE_HINT}")
    return lines


def summary(report: RunReport) -> Table:
    """Counts of different texts per entity, the audits, and how many files ended how."""
    from rich.table import Table

    table = Table()
    table.add_column(f"profile {report.profile}", overflow="fold")
    table.add_column(COUNTED, justify="right", overflow="fold")
    for name, count in ordered(report.entities).items():
        table.add_row(name, f"{count:,}")
    for name, count in ordered(report.notes).items():
        table.add_row(name, f"{count:,}", style="dim")
    proofs = [*_audits(report), *_certificates(report)]
    if proofs:
        table.add_section()
        table.add_row("audit", "files", style="bold")
        for name, files, style in proofs:
            table.add_row(name, files, style=style)
    table.add_section()
    table.add_row("outcome", "files", style="bold")
    for name, count in ordered(report.statuses).items():
        table.add_row(f"files {name}", f"{count:,}")
    members = Counter(file.status.value for file in report.every) - report.statuses
    for name, count in ordered(members).items():
        table.add_row(f"members of archives {name}", f"{count:,}")
    return table


def _audits(report: RunReport) -> Iterator[tuple[str, str, str | None]]:
    """A row for each audit that ran, and one for each reason why it did not."""
    counts = Counter((audit.name, audit.why, audit.missing) for file in report.every for audit in file.audits)
    for (name, why, missing), count in sorted(counts.items()):
        yield (f"no {name}: {why}" if why else name), f"{count:,}", "yellow" if missing else "dim" if why else None


def _certificates(report: RunReport) -> Iterator[tuple[str, str, str | None]]:
    """How many files a diagnosis finds unchanged, and what is counted otherwise in the rest."""
    certificates = [file.certificate for file in report.every if file.certificate is not None]
    equal = sum(certificate.equal for certificate in certificates)
    if equal:
        yield "diagnosis unchanged", f"{equal:,}", None
    if equal < len(certificates):
        sections = sorted({difference.section for each in certificates for difference in each.differences})
        yield f"diagnosis changed: {', '.join(sections)}", f"{len(certificates) - equal:,}", "yellow"


def found(report: RunReport) -> Table:
    """One row per file and entity of what a check found, with the rules and the line or frame of the first place."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in ("file", "entity", "rules"):
        table.add_column(column, overflow="fold")
    for column in ("places", "first line or frame"):
        table.add_column(column, justify="right")
    for file in report.files:
        for entity, count in ordered(file.entities).items():
            line, rules = _where(file, entity)
            table.add_row(Text(printable(file.label)), entity, Text(rules), f"{count:,}", line)
    return table


def findings(report: RunReport, *, values: bool) -> Iterator[Table]:
    """:func:`found`, and with ``values`` what stands there: for the terminal of a user who asked for it."""
    yield found(report)
    if values:
        yield _values(report)


def _values(report: RunReport) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in ("file", "entity", "value"):
        table.add_column(column, overflow="fold")
    table.add_column("line or frame", justify="right")
    seen: set[tuple[int, bytes]] = set()
    for file in report.files:
        for place in file.places:
            if place.value and (file.index, place.value) not in seen:
                seen.add((file.index, place.value))
                value = printable(place.value.decode("utf-8", "replace"))
                table.add_row(Text(printable(file.label)), place.entity.value, Text(value), f"{place.line:,}")
    return table


def _where(file: FileReport, entity: str) -> tuple[str, str]:
    """The first place of an entity and the rules that found it, as far as places are kept."""
    places = [place for place in file.places if place.entity.value == entity]
    first = f"{places[0].line:,}" if places else ""
    return first, ", ".join(sorted({place.rule for place in places}))


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


__all__ = ["COUNTED", "RESIDUE_HINT", "complaints", "findings", "found", "summary", "tell"]
