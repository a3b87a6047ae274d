"""Manifests on the disk: where one stands, what it is written from, and whether a file is still what it says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from scrubber import storage
from scrubber.model import InputError, RuleSet, ScrubError
from scrubber.reports import manifest
from scrubber.reports.manifest import Manifest, Output
from scrubber.reports.report import FileReport, RunReport, version

LEVELS = 32
"""Folders above a file in which a manifest is looked for."""

UNCHANGED = "unchanged since scrubber released it"


class Placed(NamedTuple):
    """Where an output lies."""

    path: Path
    home: Path
    """What its manifest stands beside: the output itself, or the folder of many."""


def beside(home: Path) -> Path:
    """The manifest of an output or of a folder of outputs."""
    return home.with_name(home.name + manifest.SUFFIX)


def written(run: RunReport, placed: Mapping[int, Placed]) -> Iterator[tuple[Path, str]]:
    """Each manifest of a run with its text; ``placed`` says by index where the released files lie.

    Errors: :class:`OSError` when an output is gone already.
    """
    homes: dict[Path, list[tuple[Output, FileReport]]] = {}
    for file in run.files:
        place = placed.get(file.index)
        if place is not None:
            homes.setdefault(place.home, []).append((hashed(place.path, place.home), file))
    for home, outputs in homes.items():
        yield beside(home), manifest.make(run, outputs)


def hashed(path: Path, home: Path) -> Output:
    """Name, size and hash of a file as it is stored. Errors: :class:`OSError`."""
    digest, size = sha256(), 0
    for chunk in storage.contents(path):
        digest.update(chunk)
        size += len(chunk)
    name = path.name if path == home else path.relative_to(home).as_posix()
    return Output(name, size, digest.hexdigest())


class Sidecars:
    """The manifests beside files that are to be checked; each is read once."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._tool = f"scrubber {version()}"
        self._read: dict[Path, Manifest | str | None] = {}

    def verdict(self, path: Path) -> str:
        """:data:`UNCHANGED`, or why the manifest of a file is not believed; empty when it has none."""
        path = Path(storage.absolute(path))
        why = ""
        for home in _homes(path):
            known = self._manifest(beside(home))
            if isinstance(known, Manifest):
                why = known.objection(self._tool, self._rules) or _compared(known, path, home)
            elif known is not None:
                why = known
            if why:
                return why
        return ""

    def _manifest(self, path: Path) -> Manifest | str | None:
        if path not in self._read:
            self._read[path] = _opened(path) if os.path.lexists(path) else None
        return self._read[path]


def _homes(path: Path) -> Iterable[Path]:
    return (home for home in (path, *path.parents[:LEVELS]) if home.name)


def _opened(path: Path) -> Manifest | str:
    try:
        data = storage.read(path, manifest.LARGEST)
    except ScrubError as error:
        return f"the manifest cannot be read: {error}"
    except OSError:
        return "the manifest cannot be read"
    try:
        return manifest.read(data)
    except InputError as error:
        return str(error)


def _compared(known: Manifest, path: Path, home: Path) -> str:
    name = path.name if path == home else path.relative_to(home).as_posix()
    if name not in known.files:
        return "not in the manifest"
    try:
        same = known.matches(hashed(path, home))
    except OSError:
        same = False
    return UNCHANGED if same else "changed since scrubber released it"
