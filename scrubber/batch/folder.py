"""Folders of this machine as the source and the home of a batch."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import time
from typing import NamedTuple

from scrubber import storage
from scrubber.batch.inputs import Input, LocalFile
from scrubber.model import InputError

STATE = "state.sqlite"
LOCK = "lock"
WORK = "work"
"""What a run keeps in the folder beside its home."""
RECENT = 2.0
"""Seconds in which a file may change again without another time."""
_MAGIC = re.compile(r"[*?[]")


class Folder(NamedTuple):
    """A folder for outputs, as a :class:`~scrubber.batch.targets.Home`."""

    path: Path

    def publish(self, file: Path, place: str) -> None:
        """One rename, on the file system of the folder."""
        path = self.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        file.replace(path)
        if os.name == "posix":
            _sync(path.parent)

    def remove(self, place: str) -> None:
        """Remove a file, and the folders that are empty then."""
        path = self.path / place
        path.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in path.parents:
                if folder == self.path:
                    break
                folder.rmdir()

    def exists(self, place: str) -> bool:
        """Whether there is anything, be it a link that leads nowhere."""
        return os.path.lexists(self.path / place)


def beside(home: Path) -> Path:
    """The private folder for state, lock and unpublished files of a home: ``.NAME.scrubber`` beside it.

    It lies within the home as ``.scrubber`` where the home is the root of a file system, as a mounted volume is, or
    where nothing can be made beside it: it must share the file system with the home.
    """
    inside = home / ".scrubber"
    outside = home.with_name(f".{home.name}.scrubber")
    if inside.is_dir() or not home.name or home.is_mount():
        return inside
    return outside if outside.is_dir() or os.access(home.parent, os.W_OK) else inside


def prepared(home: Path) -> Path:
    """:func:`beside`, made ready: private, and without what a killed run left. The lock must be held already.

    Errors: :class:`OSError`.
    """
    work = beside(home) / WORK
    work.mkdir(mode=0o700, exist_ok=True)
    for left in work.iterdir():
        with suppress(OSError):
            left.unlink()
    return work


def opened(home: Path) -> Path:
    """The folder of :func:`beside`, made if need be. Errors: :class:`OSError`."""
    home.mkdir(parents=True, exist_ok=True)
    folder = beside(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def inputs(location: str) -> Iterator[Input]:
    """Every file of a folder, of a pattern, or the one that is named, in a fixed order, as they are found.

    Errors: :class:`InputError` when there is nothing at all.
    """
    path = Path(location)
    fits = None
    if not os.path.lexists(path) and (found := base_of(location)) is not None:
        path, fits = Path(found[0] or "."), found[1]
    if not os.path.lexists(path):
        raise InputError("no such file or folder")
    folder = storage.is_folder(path)
    allowed = 0o777 & ~_umask()
    known = (_input(source, allowed, keeps=folder) for source in storage.below(path))
    return known if fits is None else (each for each in known if fits.fullmatch(each.path))


def base_of(location: str) -> tuple[str, re.Pattern[str]] | None:
    """The folder above a pattern and the pattern below it; ``None`` without ``*``, ``?`` and ``[``.

    ``*`` and ``?`` stand within one component, ``**`` for any number of them.
    """
    parts = location.replace(os.sep, "/").split("/")
    first = next((number for number, part in enumerate(parts) if _MAGIC.search(part)), None)
    if first is None:
        return None
    return "/".join(parts[:first]) or location[:1].strip("*?["), re.compile("".join(_pattern(parts[first:])))


def _pattern(parts: list[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            yield r"(?s:.*)" if last else r"(?:[^/]+/)*"
            continue
        for piece in re.split(r"(\*+|\?|\[!?[^]/]+\])", part):
            if piece.startswith("*"):
                yield "[^/]*"
            elif piece == "?":
                yield "[^/]"
            elif piece.startswith("[") and piece.endswith("]"):
                negated = piece.startswith("[!")
                inner = piece[2 if negated else 1 : -1].replace("\\", r"\\").replace("^", r"\^").replace("[", r"\[")
                yield f"[{'^/' if negated else ''}{inner}]"
            else:
                yield re.escape(piece)
        if not last:
            yield "/"


def _input(source: storage.Source, allowed: int, *, keeps: bool) -> Input:
    origin, fault = LocalFile(str(source.path)), source.fault
    if fault:
        return Input(origin, source.label, source.parts, fault=fault)
    try:
        status = source.path.stat()
    except OSError as error:
        return Input(origin, source.label, source.parts, fault=error.strerror or "not readable")
    # The same time may be that of another state soon.
    recent = abs(time() - status.st_mtime) < RECENT
    tag = "" if recent else f"{status.st_size} {status.st_mtime_ns}"
    mode = (stat.S_IMODE(status.st_mode) & allowed) | stat.S_IRUSR | stat.S_IWUSR if keeps else None
    return Input(origin, source.label, source.parts, status.st_size, status.st_mtime, tag, mode)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync(folder: Path) -> None:
    # Not every file system can; the file itself is safe already.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
