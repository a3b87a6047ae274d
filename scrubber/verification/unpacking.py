"""Archives taken apart into private files, so that each member can be looked at by itself.

Nothing is written under the name of a member. What an archive may cost is decided by :mod:`scrubber.bundle.limits`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from scrubber.bundle.entry import Container, Entry, Form
from scrubber.bundle.limits import DEPTH, Budget
from scrubber.bundle.tar import Tar
from scrubber.bundle.zipped import Zip
from scrubber.content import TAR
from scrubber.model import ScrubError
from scrubber.reports.report import ignore
from scrubber.storage import Source, create_private

LISTING = "(members)"
"""The name of a text that holds what an archive says beside the content of its files."""


def files(sources: Iterable[Source], folder: Path) -> Iterator[Source]:
    """The sources, with the members of an archive in its place; ``folder`` (private, empty) keeps what they hold.

    A member is called by the archive, an exclamation mark and its own name. What is wrong with an archive becomes a
    source with a fault.
    """
    numbers = count()
    for source in sources:
        yield from _taken(source, folder, numbers, None, 1)


def matching(sources: list[Source], others: list[Source], folder: Path) -> list[Source]:
    """The sources of a side, with an empty listing when they are a folder's and only the other side is an archive."""
    if _is_listed(sources) or not _is_listed(others) or len(sources) < 2:
        return sources
    path = folder / LISTING
    _write(path, iter(()))
    return [*sources, Source(path, LISTING, (sources[0].parts[0], LISTING), 0)]


def _is_listed(sources: list[Source]) -> bool:
    return any(source.parts[1:] == (LISTING,) for source in sources)


def _taken(source: Source, folder: Path, numbers: Iterator[int], budget: Budget | None, depth: int) -> Iterator[Source]:
    try:
        looked = source.inspect()
    except (ScrubError, OSError):
        # Whoever reads it meets the same error, and tells it.
        yield source
        return
    if not looked.content.archive:
        yield source
        return
    if depth > DEPTH:
        yield replace(source, fault=f"archives nested more than {DEPTH} deep")
        return
    budget = budget or Budget(looked.size)
    listing = bytearray()
    try:
        container: Container[Any] = Tar() if looked.content.archive == TAR else Zip(looked.spool, ignore)
        for entry in container.read(looked.chunks()):
            budget.member()
            listing += _said(entry)
            if entry.fault:
                yield replace(_member(source, entry.path, folder / "-"), fault=entry.fault)
            elif entry.form is Form.FILE:
                path = folder / str(next(numbers))
                _write(path, budget.counted(entry.data()))
                yield from _taken(_member(source, entry.path, path), folder, numbers, budget, depth + 1)
        listing += container.comment() + b"\n"
    except (ScrubError, OSError) as error:
        yield replace(source, fault=str(error) if isinstance(error, ScrubError) else "not readable")
        return
    path = folder / str(next(numbers))
    _write(path, iter((bytes(listing),)))
    yield _member(source, LISTING, path)


def _said(entry: Entry[Any]) -> bytes:
    """What an archive says of a member beside its content; the name of a file is looked at with it."""
    texts = [entry.target, entry.owner, entry.group]
    if entry.form is not Form.FILE:
        texts.append(entry.path)
    said = [text.encode("utf-8", "surrogateescape") for text in texts if text]
    return b"\n".join([*said, entry.comment, b""]) if said or entry.comment else b""


def _member(archive: Source, name: str, path: Path) -> Source:
    parts = tuple(part for part in name.split("/") if part not in ("", ".")) or (name,)
    size = path.stat().st_size if path.exists() else 0
    return Source(path, f"{archive.label}!{name}", (*archive.parts, *parts), size)


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    with os.fdopen(create_private(path), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
