"""Opening what a batch works on: its inputs, its home and its memory, for one run at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrubber import storage
from scrubber.batch import folder
from scrubber.batch.inputs import Input
from scrubber.batch.lock import held
from scrubber.batch.places import Desk
from scrubber.batch.records import Records
from scrubber.batch.watch import Watch
from scrubber.model import InputError
from scrubber.pseudonyms.key import Key

_FILE = "file://"


def inputs(source: str) -> list[Input]:
    """Every object of a source, in a fixed order. Errors: :class:`InputError` when there is nothing there."""
    return folder.inputs(_local(source))


@contextmanager
def opened(home: str, key: Key | None, watch: Watch) -> Iterator[Desk]:
    """The desk of a home for the length of a ``with`` block, in which no other run can have it.

    Errors: :class:`InputError` when another run has it; :class:`~scrubber.model.KeyFileError`; :class:`OSError`.
    """
    path = Path(storage.absolute(Path(_local(home))))
    private = folder.opened(path)
    with held(private / folder.LOCK):
        work = folder.prepared(path)
        with Records(private / folder.STATE, key) as records:
            yield Desk(folder.Folder(path), records, work, watch)


def separate(source: str, home: str) -> None:
    """Errors: :class:`InputError` when the source and the home of a batch lie in one another."""
    base = folder.base_of(_local(source)) if not os.path.lexists(_local(source)) else None
    ends = [os.path.realpath(base[0] or "." if base else _local(source)), os.path.realpath(_local(home))]
    if os.path.commonpath(ends) in ends:
        raise InputError("the source and the destination lie in one another")


def _local(location: str) -> str:
    return location.removeprefix(_FILE)
