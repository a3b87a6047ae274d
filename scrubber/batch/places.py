"""Which name an output gets, and what one run has at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import time
from typing import NamedTuple

from scrubber.batch.inputs import Input
from scrubber.batch.logbook import FOLDER
from scrubber.batch.records import PENDING, Records, Row
from scrubber.batch.targets import Home, Target, token
from scrubber.batch.watch import Watch
from scrubber.bundle.note import SUFFIX
from scrubber.destination import marked
from scrubber.model import InputError
from scrubber.outputs import EXISTS

_OWN = (FOLDER, ".scrubber")
"""Names below the home that no output may take."""


class Desk(NamedTuple):
    """What one run works with."""

    home: Home
    records: Records
    work: Path
    """A private folder for what is not published yet, on the file system of the home if that is a folder."""
    watch: Watch


class Places:
    """Hands out each name once. An input keeps its name from run to run while its scrubbed name is the same."""

    def __init__(self, desk: Desk, name_of: Callable[[Input], bytes], *, force: bool) -> None:
        self._desk = desk
        self._name_of = name_of
        self._force = force

    def target(self, source: Input, parts: tuple[str, ...]) -> Target:
        """The target for a source whose scrubbed name is ``parts``; that it may appear is on record then.

        Errors: :class:`InputError` when somebody else's file is there, or an output may not be replaced by a note.
        """
        below = list(parts[1:] or parts)
        if any(part in ("", ".", "..") or "/" in part or "\0" in part for part in below):
            raise InputError("the scrubbed name is not a file name")
        if below[0].casefold() in _OWN:
            below[0] = marked(below[0], "-2", whole=True)
        records, name = self._desk.records, self._name_of(source)
        row = records.row(name)
        if not source.digest and row is not None and row.output and not row.output.endswith(SUFFIX):
            raise InputError("the output of an earlier state stays")
        place = self._unused("/".join(below), name)
        before = row.output if row is not None else ""
        known = place == before or self._force or records.is_outdated(place)
        if not known and self._desk.home.exists(place):
            raise InputError(EXISTS)
        if before and place != before:
            records.outdate(before)
        records.put(name, Row(None, None, None, None, PENDING, output=place, done=time()))
        changed = None if source.changed is None or source.mode is None else round(source.changed * 10**9)
        mode = 0o600 if source.mode is None else source.mode
        return Target(self._desk.home, self._desk.work, place, token(), source.content, mode, changed)

    def _unused(self, place: str, name: bytes) -> str:
        folder, slash, last = place.rpartition("/")
        candidate, number = place, 1
        while self._desk.records.taken(candidate, name):
            number += 1
            candidate = folder + slash + marked(last, f"-{number}")
        return candidate
