"""Removing what a batch wrote long ago: outputs, their reports, and what is on record about them."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.batch.logbook import PAGE, RUN, of_object
from scrubber.batch.places import Desk
from scrubber.batch.records import Records


def expired(records: Records, moment: float) -> Iterator[str]:
    """Outputs that were written before a moment, in seconds since 1970, oldest first."""
    return (row.output for _, row in records.before(moment) if row.output)


def expire(desk: Desk, moment: float) -> int:
    """Remove them, and their reports and rows; those of the last run, too, when nothing else is left.

    Returns how many. A run that is killed goes on with the rest when it is started again. Errors: :class:`OSError`.
    """
    due = desk.records.before(moment)
    for name, row in due:
        if row.output:
            desk.home.remove(row.output)
        desk.home.remove(of_object(row.output or name.hex()))
        desk.records.forget(name)
    if due and desk.records.is_empty():
        desk.home.remove(RUN)
        desk.home.remove(PAGE)
    return len(due)
