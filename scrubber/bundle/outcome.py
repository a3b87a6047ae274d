"""What a pass did with one member of an archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from scrubber.model import Entity


@dataclass(slots=True)
class Outcome:
    """One member, filled in while a pass is at it."""

    number: int
    """Position among all entries of the archive, folders and links too, from 0."""
    path: str = field(repr=False)
    name: str = ""
    """The new name; for a refused member that of its note."""
    format: str = ""
    reason: str = ""
    """Why it is refused."""
    size_in: int = 0
    size_out: int = 0
    counts: Counter[tuple[Entity, str]] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    members: list[Outcome] = field(default_factory=list)
    """Of an archive in an archive."""


def refused(outcomes: Iterable[Outcome]) -> dict[tuple[int, ...], str]:
    """The members that are refused, those of archives in the archive too, and why."""
    found: dict[tuple[int, ...], str] = {}
    for outcome in outcomes:
        if outcome.reason:
            found[outcome.number,] = outcome.reason
        found |= {(outcome.number, *path): why for path, why in refused(outcome.members).items()}
    return found
