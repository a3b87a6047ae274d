"""Opening what a batch works on: its inputs, its home and its memory, for one run at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from scrubber import storage
from scrubber.batch import folder, objects
from scrubber.batch.folder import base_of
from scrubber.batch.inputs import Input
from scrubber.batch.lease import leased
from scrubber.batch.lock import held
from scrubber.batch.places import Desk
from scrubber.batch.records import Records
from scrubber.batch.watch import Watch
from scrubber.model import InputError
from scrubber.pseudonyms.key import Key
from scrubber.shelf import Shelf

_FILE = "file://"
KEPT = 60.0
"""Seconds of work that a killed run on a store may have to do again."""


def is_local(location: str) -> bool:
    """Whether a location is on this machine: a path, or a URL that begins with ``file://``."""
    return "://" not in location or location.startswith(_FILE)


def inputs(source: str, takes: Callable[[Input], bool] | None = None) -> Shelf[Input]:
    """Every object of a source that is taken, in a fixed order.

    Errors: :class:`InputError` when there is nothing there, or no driver for it; :class:`OSError`.
    """
    found = folder.inputs(_local(source)) if is_local(source) else objects.inputs(source)
    return Shelf(found if takes is None else filter(takes, found))


def processes(source: str, home: str, jobs: int) -> int:
    """As many as can reach both: what lies in the memory of this process is its own."""
    return 1 if any(location.startswith("memory://") for location in (source, home)) else jobs


@contextmanager
def opened(home: str, key: Key | None, watch: Watch) -> Iterator[Desk]:
    """The desk of a home for the length of a ``with`` block, in which no other run can have it.

    Errors: :class:`InputError` when another run has it; :class:`~scrubber.model.KeyFileError`; :class:`OSError`.
    """
    if not is_local(home):
        with _remote(objects.Store(home), key, watch) as desk:
            yield desk
        return
    path = Path(storage.absolute(Path(_local(home))))
    private = folder.opened(path)
    with held(private / folder.LOCK):
        work = folder.prepared(path)
        with Records(private / folder.STATE, key) as records:
            yield Desk(folder.Folder(path), records, work, watch)


@contextmanager
def looked(home: str, key: Key | None) -> Iterator[Records]:
    """What is on record about a home, in a copy: nothing is locked, made or changed. Errors as above."""
    with storage.private_folder() as private:
        path = private / folder.STATE
        if is_local(home):
            known = folder.beside(Path(storage.absolute(Path(_local(home))))) / folder.STATE
            data = known.read_bytes() if known.is_file() else None
        else:
            data = objects.Store(home).fetch(f"{objects.PRIVATE}/{folder.STATE}")
        if data is not None:
            path.write_bytes(data)
        with Records(path, key) as records:
            yield records


@contextmanager
def _remote(store: objects.Store, key: Key | None, watch: Watch) -> Iterator[Desk]:
    with storage.private_folder() as work, leased(store) as lease:
        path, place = work / folder.STATE, f"{objects.PRIVATE}/{folder.STATE}"
        data = store.fetch(place)
        if data is not None:
            path.write_bytes(data)
        kept = monotonic()

        def keep(must: bool) -> None:  # noqa: FBT001 - the one thing to say
            nonlocal kept
            lease.check()
            if must or monotonic() - kept >= KEPT:
                store.publish(path, place)
                kept = monotonic()

        with Records(path, key, keep) as records:
            yield Desk(store, records, work, watch)


def separate(source: str, home: str) -> None:
    """Errors: :class:`InputError` when the source and the home of a batch lie in one another."""
    base = base_of(source)
    ends = [os.path.realpath(_local(each)) if is_local(each) else each.rstrip("/") for each in (source, home)]
    if base is not None and not (is_local(source) and os.path.lexists(_local(source))):
        ends[0] = os.path.realpath(_local(base[0]) or ".") if is_local(source) else base[0].rstrip("/")
    first, second = (f"{end}/" for end in ends)
    if first.startswith(second) or second.startswith(first):
        raise InputError("the source and the destination lie in one another")


def _local(location: str) -> str:
    return location.removeprefix(_FILE)
